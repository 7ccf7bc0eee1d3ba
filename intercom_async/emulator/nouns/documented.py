"""The nouns that the emulator knows from Intercom's documents alone.

A noun of which the documents list records is a collection of the records they show; what is
created there is made like the example of an answer. Every other operation is answered by its
example, with the ids that were asked for.
"""

import copy
import gzip
from collections.abc import Callable, Container, Iterator
from datetime import UTC, datetime
from functools import cache, partial
from itertools import pairwise
from typing import Final, cast

from intercom_async.emulator.collection import Collection, Noun, Operation
from intercom_async.emulator.documented import (
    Documented,
    documented,
    example,
    full,
    listed,
    normal,
)
from intercom_async.emulator.documents import Record
from intercom_async.emulator.replies import Reply, reply_json
from intercom_async.emulator.routes import Handler, Request
from intercom_async.emulator.workspace import Workspace

# What the address of a recording ends in, to which a call leads; whoever has it needs no token.
RECORDING: Final = "/recording.wav"
_IDS: Final = ("id", "job_identifier", "job_identfier")
_INTO: Final = "merge_into_conversation_id"  # a merge answers with what is left
_TIMES: Final = ("created_at", "updated_at")
_NO_CONTENT: Final = 204


@cache
def documented_nouns() -> tuple[Noun, ...]:
    """Make the nouns whose lists the documents show."""
    return tuple(_noun(path, of_list) for path, of_list in listed().items())


def example_routes(taken: Container[str]) -> Iterator[tuple[str, Handler]]:
    """Make the part of the routing table that is answered by example."""
    for line, operation in documented().items():
        if line not in taken:
            yield _named(line), partial(_answer, line, operation)
    yield f"GET /calls/{{id}}{RECORDING}", lambda _: Reply(200, b"RIFF", "audio/wav")


def _noun(path: str, of_list: Documented) -> Noun:
    known, shown = documented(), of_list.example
    operations: dict[str, Operation] = {"GET ": Collection.list_all}
    if "pages" in shown:
        numbered = Collection.list_numbered
        operations["GET "] = Collection.list_by_cursor if of_list.cursor else numbered
    elif "total_pages" in shown:
        operations["GET "] = _topped
    operations |= {
        line: operation
        for line, operation in _OPERATIONS.items()
        if normal(line.replace(" ", f" {path}")) in known
    }
    one = known.get(f"GET {path}/{{}}", of_list)
    missing = one.missing or ("not_found", "Resource Not Found")
    type_and_key = (shown.get("type"), of_list.key or "")
    filters = {"updated_since": _is_later} if path == "/macros" else {}
    return Noun(path, operations, list=type_and_key, missing=missing, filters=filters)


def _is_later(record: Record, moment: str) -> bool:
    """Tell whether a record was updated at a moment or later, each in seconds or ISO 8601."""
    return _seconds(record["updated_at"]) >= _seconds(moment)


def _seconds(moment: str | int) -> float:
    text = str(moment)
    return float(text) if text.isdigit() else datetime.fromisoformat(text).timestamp()


def _topped(collection: Collection, request: Request) -> Record:
    """Answer a numbered page that says so at its top."""
    page = collection.list_numbered(request)
    pages = page.pop("pages")
    return page | {name: pages[name] for name in ("page", "per_page", "total_pages")}


def _create(collection: Collection, request: Request) -> Record:
    path, workspace = collection.noun.path, collection.workspace
    made = full(path, example(f"POST {path}"))
    made |= {name: value for name, value in _fields(request).items() if name in made}
    made["id"] = _like(made["id"], workspace.fresh_id())
    collection.records.append(made | _times(made, _TIMES, workspace))
    return collection.shown(collection.records[-1], request)


def _update(collection: Collection, request: Request) -> Record:
    record, fields = collection.asked(request), _fields(request)
    record |= {name: value for name, value in fields.items() if name in record and name != "id"}
    record |= _times(record, ("updated_at",), collection.workspace)
    return collection.shown(record, request)


def _delete(collection: Collection, request: Request) -> Record | None:
    line, record = f"DELETE {collection.noun.path}/{{}}", collection.asked(request)
    collection.records.remove(record)
    if documented()[line].status == _NO_CONTENT:
        return None
    told = example(line)
    return told | {"id": record["id"]} if "deleted" in told else record


_OPERATIONS: Final[dict[str, Operation]] = {
    "POST ": _create,
    "GET /{id}": Collection.retrieve,
    "PUT /{id}": _update,
    "PATCH /{id}": _update,
    "DELETE /{id}": _delete,
}


def _times(like: Record, names: tuple[str, ...], workspace: Workspace) -> Record:
    """Say now, in seconds or ISO 8601, as each time was said before."""
    iso = datetime.fromtimestamp(workspace.now, UTC).isoformat().replace("+00:00", "Z")
    return {
        name: iso if isinstance(like[name], str) else workspace.now
        for name in names
        if name in like
    }


def _like(example: object, id: str) -> str | int:
    """Write an id as an example has it: as a number, or as text."""
    return int(id) if isinstance(example, int) and id.isdigit() else id


def _named(line: str) -> str:
    """Give the ids in a path names: the last is ``id``."""
    count = line.count("{}")
    names = [f"parent_{n}" for n in range(1, count)] + ["id"]
    for name in names[:count]:
        line = line.replace("{}", f"{{{name}}}", 1)
    return line


def _answer(line: str, operation: Documented, request: Request) -> Reply:
    """Answer by example."""
    if operation.kind in _PLAIN:
        return _PLAIN[operation.kind](request)
    if operation.example is None:
        return Reply(operation.status, b"")
    answer = copy.deepcopy(operation.example)
    if not isinstance(answer, dict):
        return reply_json(answer, operation.status)
    asked = _asked(line, request, str(answer.get("type")))
    for name in _IDS:
        if asked is not None and name in answer:
            answer[name] = _like(answer[name], str(asked))
    return reply_json(answer, operation.status)


def _asked(line: str, request: Request, type_: str) -> object:
    """Find the id of what is answered: that of its type in the path, the last, or the body's."""
    fields = _fields(request)
    if _INTO in fields:
        return fields[_INTO]
    words = line.split("/")
    nouns = [word for word, following in pairwise(words) if following == "{}"]
    for noun, id_ in zip(nouns, request.parameters.values(), strict=True):
        if type_.endswith(noun.removesuffix("s")):
            return id_
    return request.parameters["id"] if line.endswith("{}") else fields.get("id")


def _fields(request: Request) -> Record:
    return cast("Record", request.body) if isinstance(request.body, dict) else {}


def _file(_: Request) -> Reply:
    return Reply(200, _GZIPPED, "application/octet-stream")


_GZIPPED: Final = gzip.compress(b"user_id,email\n1,first@example.com\n", mtime=0)
_PLAIN: Final[dict[str, Callable[[Request], Reply]]] = {
    "binary": _file,
    "text": lambda _: Reply(200, b"[{}]", "text/plain"),
    "redirect": lambda request: Reply(
        302, b"", "text/html", {"Location": f"{request.address}.wav"}
    ),
}
