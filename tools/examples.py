"""Draw the answers that the emulator gives by example from Intercom's OpenAPI documents.

Run it from the repository's root, with the documents of github.com/intercom/Intercom-OpenAPI, as
``tools/contract.py`` is::

    python -m tools.examples 2.10.yaml 2.16.yaml [operations.tsv]

It needs pyyaml, and writes ``intercom_async/emulator/examples.json``: an operation a line, with
the versions that have it, its answer, and what it refuses ids with. The later document goes before
the earlier. Operations that the emulator carries out itself need no example.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

from intercom_async.emulator.nouns import NOUNS
from tools.contract import Document, normal, order, spans

EXAMPLES: Final = Path(__file__).parent.parent / "intercom_async" / "emulator" / "examples.json"
SOURCE: Final = "https://github.com/intercom/Intercom-OpenAPI, commit 8889625"
LICENCE: Final = (
    "MIT License. Copyright (c) 2022 Intercom, Inc. Permission is hereby granted, free of charge, "
    "to any person obtaining a copy of this software and associated documentation files (the "
    '"Software"), to deal in the Software without restriction, including without limitation the '
    "rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of "
    "the Software, and to permit persons to whom the Software is furnished to do so, subject to "
    "the following conditions: The above copyright notice and this permission notice shall be "
    "included in all copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED "
    '"AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE '
    "WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO "
    "EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER "
    "LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN "
    "CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."
)


# Operations of which no success is documented, and those that answer alike.
ALIKE: Final = {"GET /fin_voice/phone_number/{}": "GET /fin_voice/collect/{}"}
CARRIED_OUT: Final = {
    normal(line.replace(" ", f" {noun.path}")) for noun in NOUNS for line in noun.operations
}


def is_carried_out(line: str, version: str) -> bool:
    """Tell whether the emulator makes the answer of an operation itself."""
    # Of conversations it carries out all that the first document has, and their deletion.
    of_conversations = line.split(" ")[1].startswith("/conversations") and version == "2.10"
    return line in CARRIED_OUT or of_conversations or line == "DELETE /conversations/{}"


def missing(responses: dict[str, Any]) -> list[str] | None:
    """Return the code and the message of an operation's first example of a 404."""
    content = (responses.get("404") or {}).get("content") or {}
    for example in (content.get("application/json") or {}).get("examples", {}).values():
        for error in example.get("value", {}).get("errors", ()):
            return [error["code"], error.get("message", "Resource Not Found")]
    return None


def drawn(document: Document) -> dict[str, dict[str, Any]]:
    """Return what the emulator needs of each operation of a document."""
    found = {}
    for _, method, path, facts in document.operations():
        answer, line = facts["answer"], f"{method} {normal(path)}"
        operation: dict[str, Any] = {"status": answer["status"], "kind": answer["kind"]}
        if "key" in answer:
            operation["key"] = answer["key"]
        if "starting_after" in facts["query"]:
            operation["cursor"] = True
        described = document.content["paths"][path][method.lower()]
        if refusal := missing(described["responses"]):
            operation["missing"] = refusal
        if facts["examples"] and not is_carried_out(line, document.version):
            operation["example"] = facts["examples"][0]
        found[line] = operation
    return found


def main(documents: list[str], table: str | None) -> None:
    """Write the examples."""
    first, *later = sorted(map(Document, documents), key=lambda one: order(one.version))
    operations = drawn(first)
    for document in later:
        carried_out = {line for line in operations if is_carried_out(line, first.version)}
        found = drawn(document).items()
        operations |= {line: facts for line, facts in found if line not in carried_out}
    for line, other in ALIKE.items():
        operations[line] = dict(operations[other])
    for (method, path), span in spans(table).items():
        if f"{method} {path}" in operations:
            operation = operations[f"{method} {path}"]
            operation |= {name: span[name] for name in ("since", "until") if name in span}
    lines = [
        f"{json.dumps(line)}: {json.dumps(operation, ensure_ascii=False, separators=(',', ':'))}"
        for line, operation in sorted(operations.items())
    ]
    head = f'{{"source": {json.dumps(SOURCE)},\n"licence": {json.dumps(LICENCE)},\n'
    EXAMPLES.write_text(head + '"operations": {\n' + ",\n".join(lines) + "\n}}\n")


if __name__ == "__main__":
    paths = [argument for argument in sys.argv[1:] if argument.endswith((".yaml", ".yml"))]
    tables = [argument for argument in sys.argv[1:] if argument not in paths]
    if not paths or len(tables) > 1:
        sys.exit(__doc__)
    main(paths, tables[0] if tables else None)
