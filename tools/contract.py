"""Draw the facts that ``tests/contract`` judges the client by from Intercom's OpenAPI documents.

Run it from the repository's root, with the documents of github.com/intercom/Intercom-OpenAPI::

    python tools/contract.py 2.10.yaml 2.16.yaml [operations.tsv]

It needs pyyaml, and writes ``tests/contract/facts.json``. The optional table has a row an
operation, with the columns ``noun``, ``method``, ``path``, ``first`` and ``last``, and tells what
two documents cannot: the version an operation came with, and the last that has it. Without it
these are kept as they stand in the facts written last.
"""

import csv
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml  # type: ignore[import-not-found, import-untyped, unused-ignore]

FACTS: Final = Path(__file__).parent.parent / "tests" / "contract" / "facts.json"

_METHODS: Final = ("get", "post", "put", "patch", "delete")
_PAGERS: Final = ("scroll_param", "pages", "next_cursor", "total_pages")
_EXAMPLES: Final = 2
# The document calls a list of events a summary of them, which another parameter asks for.
_CORRECTED: Final = {"lisDataEvents": "events"}


_RESOLVERS: Final = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
# Leaves dates as the text they are in JSON.
_LOADER: Final = type("_LOADER", (yaml.CSafeLoader,), {"yaml_implicit_resolvers": _RESOLVERS})


def normal(path: str) -> str:
    """Return a path without the names of its ids, which differ between documents."""
    return re.sub(r"\{\w+\}", "{}", path)


class Document:
    """One OpenAPI document."""

    def __init__(self, path: str) -> None:
        self.content: dict[str, Any] = yaml.load(Path(path).read_text(), Loader=_LOADER)  # noqa: S506
        self.version = str(self.content["info"]["version"])
        self.schemas: dict[str, Any] = self.content["components"]["schemas"]
        self.records: dict[str, set[str]] = {}

    def operations(self) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
        """Yield each operation's name, method, path and facts."""
        for path, described in self.content["paths"].items():
            for method in _METHODS:
                if method not in described:
                    continue
                operation = described[method]
                name = operation.get("operationId") or f"{method.upper()} {path}"
                facts = {
                    "query": self._query(operation, path),
                    "body": self._body(operation.get("requestBody")),
                    **self._answer(name, path, operation["responses"]),
                }
                yield name, method.upper(), path, facts

    def _query(self, operation: dict[str, Any], path: str) -> dict[str, Any]:
        query = {}
        for parameter in operation.get("parameters", []):
            # Some documents list what stands in the path a second time as a query parameter.
            if parameter["in"] != "query" or f"{{{parameter['name']}}}" in path:
                continue
            schema = parameter["schema"]
            if alternatives := schema.get("oneOf"):  # an object: its properties are sent
                for alternative in alternatives:
                    for name, kind in alternative["properties"].items():
                        query[name] = {"kind": self.kind(kind)}
                continue
            query[parameter["name"]] = {"kind": self.kind(schema)}
            if parameter.get("required"):
                query[parameter["name"]]["required"] = True
        return query

    def _body(self, body: dict[str, Any] | None) -> dict[str, Any] | None:
        if body is None:
            return None
        kind = self.kind(body["content"]["application/json"]["schema"])
        alternatives = kind["any"] if isinstance(kind, dict) and "any" in kind else [kind]
        alternatives = [one for one in alternatives if one != "null"]
        return {"required": bool(body.get("required")), "alternatives": alternatives}

    def _answer(self, name: str, path: str, responses: dict[str, Any]) -> dict[str, Any]:
        documented = sorted(status for status in map(str, responses) if status[0] in "23")
        status = documented[0] if documented else "200"
        answer: dict[str, Any] = {"status": int(status)}
        content = responses.get(status, {}).get("content") or {}
        if status == "302":
            kind = "redirect"
        elif path.startswith("/download/"):
            kind = "binary"
        elif "text/plain" in content:
            kind = "text"
        else:
            kind = "none" if documented else "unknown"
        if "application/json" not in content:
            return {"answer": answer | {"kind": kind}, "examples": []}
        schema = content["application/json"]["schema"]
        given = content["application/json"].get("examples") or {}
        examples = [example["value"] for example in given.values() if "value" in example]
        key = _CORRECTED.get(name) or self._list_key(schema, examples)
        record = schema
        if key is None:
            answer["kind"] = "record"
        else:
            answer |= {"kind": "list", "key": key}
            if pager := self._pager(schema):
                answer["pager"] = pager
            for step in filter(None, key.split(".")):
                record = self.properties(record).get(step, {})
            record = self.flat(record).get("items", {})
        shown = [example for example in examples if key is None or at(example, key)]
        shown = shown or [made(self, schema)]
        first = shown[0] if key is None else at(shown[0], key)[0]
        answer["schema"] = self._record(record, name, first)
        return {"answer": answer, "examples": distinct(shown)[:_EXAMPLES]}

    def _pager(self, schema: dict[str, Any]) -> str | None:
        """Return what in a list's answer tells that another page follows."""
        properties = self.properties(schema)
        pager = next((name for name in _PAGERS if name in properties), None)
        if pager != "pages":
            return pager
        pages = self.properties(properties["pages"])
        if "next" not in pages and "total_pages" in pages:
            return "pages.total_pages"
        is_url = self.flat(pages.get("next", {})).get("type") == "string"
        return "pages.next, a URL" if is_url else "pages.next, a cursor"

    def _list_key(self, schema: dict[str, Any], examples: list[Any]) -> str | None:
        if self.flat(schema).get("type") == "array":
            return ""
        properties = self.properties(schema)
        tag = self.flat(properties.get("type", {}))
        words = [tag.get("example"), *tag.get("enum", [])]
        words += [example.get("type") for example in examples if isinstance(example, dict)]
        words.append(schema.get("$ref", ""))
        is_list = any(re.search(r"(^|[._/])list$", str(word)) for word in words)
        lists = self._arrays(schema)
        shown = {name for example in examples for name in _lists_in(example)}
        if len(shown) == 1 and not shown & set(lists) and is_list:
            lists = [*shown]  # what was recorded, rather than what is said of it
        if len(lists) == 1 and (is_list or lists == ["data"] or self._pager(schema)):
            return lists[0]
        inner = self._arrays(properties.get("data", {}))
        return f"data.{inner[0]}" if is_list and len(inner) == 1 else None

    def _arrays(self, schema: dict[str, Any]) -> list[str]:
        return [
            name
            for name, kind in self.properties(schema).items()
            if name != "highlights"
            and self.flat(kind).get("type") == "array"
            and self.properties(self.flat(kind).get("items", {}))
        ]

    def _record(self, schema: dict[str, Any], operation: str, example: Any) -> str:
        """Keep a record's properties, and return the name they are kept under."""
        if (alternatives := schema.get("oneOf") or schema.get("anyOf")) and example:
            # A document has one schema for the pages of all that is listed: the one shown is meant.
            schema = min(alternatives, key=lambda one: len({*example} ^ {*self.properties(one)}))
        references = [part["$ref"] for part in (schema, *schema.get("allOf", ())) if "$ref" in part]
        name = references[0].split("/")[-1] if references else operation
        self.records.setdefault(name, set()).update(self.properties(schema))
        return name

    def flat(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return a schema with what it refers to and consists of put in place, at its top."""
        if "$ref" in schema:
            # A few refer to what their document leaves out.
            return self.flat(self.schemas.get(schema["$ref"].split("/")[-1], {}))
        if "allOf" not in schema:
            return schema
        merged: dict[str, Any] = {}
        for part in [*map(self.flat, schema["allOf"]), without(schema, "allOf")]:
            properties = merged.get("properties", {}) | part.get("properties", {})
            required = [*merged.get("required", []), *part.get("required", [])]
            merged |= part
            if properties:
                merged |= {"properties": properties, "required": required}
        return merged

    def properties(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the properties of a schema, of all its alternatives together."""
        schema = self.flat(schema)
        properties = dict(schema.get("properties", {}))
        for alternative in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
            properties |= self.properties(alternative)
        return properties

    def kind(self, schema: dict[str, Any], within: tuple[str, ...] = ()) -> Any:
        """Return what values a schema allows, in short; see ``tests/contract/README.md``."""
        reference = schema.get("$ref", "")
        if reference in within:
            return "any"  # a search's filters hold filters
        within = (*within, reference) if reference else within
        schema = self.flat(schema)
        if alternatives := schema.get("oneOf") or schema.get("anyOf"):
            rest = without(schema, "oneOf", "anyOf", "nullable")
            kinds: list[Any] = []
            for alternative in alternatives:
                both = {"allOf": [rest, alternative]} if "properties" in rest else alternative
                kind = self.kind(both, within)
                kinds += kind["any"] if isinstance(kind, dict) and "any" in kind else [kind]
            kinds = distinct([*kinds, "null"] if schema.get("nullable") else kinds)
            return kinds[0] if len(kinds) == 1 else {"any": kinds}
        return self._simple(schema, within)

    def _simple(self, schema: dict[str, Any], within: tuple[str, ...]) -> Any:
        nullable: dict[str, Any] = {"nullable": True} if schema.get("nullable") else {}
        type_ = schema.get("type", "object" if "properties" in schema else "any")
        if type_ == "array":
            return {"items": self.kind(schema.get("items", {}), within), **nullable}
        if type_ == "object":
            more = schema.get("additionalProperties", "properties" not in schema)
            kind: dict[str, Any] = {
                "fields": {
                    name: self.kind(property_, within)
                    for name, property_ in sorted(schema.get("properties", {}).items())
                },
                "required": sorted(set(schema.get("required", []))),
            }
            if more is not False:
                kind["more"] = self.kind(more, within) if isinstance(more, dict) and more else "any"
            return kind | nullable
        if "enum" in schema:
            return {"type": type_, "enum": schema["enum"], **nullable}
        return f"{type_}?" if nullable else type_


def made(document: Document, schema: dict[str, Any], depth: int = 6, name: str = "") -> Any:
    """Return a value that a schema describes, of the examples of its properties.

    What a property's ``name`` says is a time, and its schema a text, is one that can be read.
    """
    schema = document.flat(schema)
    if "example" in schema:
        return schema["example"]
    if alternatives := schema.get("oneOf") or schema.get("anyOf"):
        return made(document, alternatives[0], depth, name)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "array":
        return [made(document, schema.get("items", {}), depth - 1)] if depth else []
    if "properties" in schema:
        properties = schema["properties"].items() if depth else ()
        return {name: made(document, value, depth - 1, name) for name, value in properties}
    text = "2026-01-26T12:00:00Z" if name.endswith("_at") else "a"
    values: dict[Any, Any] = {"string": text, "integer": 1, "number": 1.5, "boolean": True}
    return values.get(schema.get("type"), {})


def at(example: Any, key: str) -> Any:
    """Return what stands at a list's key in an example."""
    for step in filter(None, key.split(".")):
        example = example.get(step) if isinstance(example, dict) else None
    return example


def _lists_in(example: Any) -> list[str]:
    fields = example.items() if isinstance(example, dict) else ()
    return [name for name, value in fields if isinstance(value, list)]


def distinct(values: list[Any]) -> list[Any]:
    """Return values without those that are there already."""
    return [value for place, value in enumerate(values) if value not in values[:place]]


def without(schema: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return a schema without some of its parts."""
    return {name: value for name, value in schema.items() if name not in names}


def spans(table: str | None) -> dict[tuple[str, str], dict[str, Any]]:
    """Return by method and path the noun of each operation, and its first and last version."""
    if table is None:
        return {
            (facts["method"], facts["path"]): {
                name: facts[name] for name in ("noun", "since", "until") if name in facts
            }
            for facts in json.loads(FACTS.read_text())["operations"].values()
        }
    with Path(table).open() as rows:
        listed = list(csv.DictReader(rows, delimiter="\t"))
    newest = max((row["last"] for row in listed if row["last"] != "Preview"), key=order)
    known = {}
    for row in listed:
        span = {"noun": row["noun"]}
        if not row["first"].startswith("<="):
            span["since"] = row["first"]
        if row["last"] not in {newest, "Preview"}:
            span["until"] = row["last"]
        known[row["method"], normal(row["path"])] = span
    return known


def order(version: str) -> tuple[int, ...]:
    """Return what orders versions."""
    return tuple(map(int, version.split(".")))


def main(documents: list[str], table: str | None) -> None:
    """Write the facts."""
    known = spans(table)
    operations: dict[str, dict[str, Any]] = {}
    schemas: dict[str, dict[str, list[str]]] = {}
    for document in sorted(map(Document, documents), key=lambda one: order(one.version)):
        for name, method, path, facts in document.operations():
            operation = operations.setdefault(
                name,
                {"method": method, "path": normal(path), **known.get((method, normal(path)), {})},
            )
            earlier: dict[str, Any] = {}
            for parts in operation.setdefault("documents", {}).values():
                earlier |= parts
            operation["documents"][document.version] = {
                part: value for part, value in facts.items() if earlier.get(part, ...) != value
            }
        for name, properties in document.records.items():
            schemas.setdefault(name, {})[document.version] = sorted(properties)
    with FACTS.open("w") as file:
        file.write('{"operations": {\n')
        file.write(_lines(operations))
        file.write('\n}, "schemas": {\n')
        file.write(_lines(schemas))
        file.write("\n}}\n")


def _lines(values: dict[str, Any]) -> str:
    return ",\n".join(
        f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False, separators=(',', ':'))}"
        for name, value in sorted(values.items())
    )


if __name__ == "__main__":
    paths = [argument for argument in sys.argv[1:] if argument.endswith((".yaml", ".yml"))]
    tables = [argument for argument in sys.argv[1:] if argument not in paths]
    if not paths or len(tables) > 1:
        sys.exit(__doc__)
    main(paths, tables[0] if tables else None)
