"""Judges calls of the client by the facts of the official documents; see README.md."""

import copy
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar, Final, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest

from intercom_async import AsyncIntercom, ConfigurationError, DecodeError
from intercom_async.core import wire
from intercom_async.core.call import Call, OpenReply, Reply
from intercom_async.core.codec import Page
from intercom_async.core.download import Download
from intercom_async.core.versions import KNOWN, order
from tests.contract.covered import UNDOCUMENTED

Operation: TypeAlias = Callable[[AsyncIntercom], Awaitable[Any]]
Calls: TypeAlias = dict[str, Operation]
Kind: TypeAlias = Any
"""What values are allowed, as README.md explains."""

_FACTS: Final = json.loads((Path(__file__).parent / "facts.json").read_text())
OPERATIONS: Final[dict[str, dict[str, Any]]] = _FACTS["operations"]
SCHEMAS: Final[dict[str, dict[str, list[str]]]] = _FACTS["schemas"]

_VERSIONS: Final = sorted((version for version in KNOWN if version[0].isdigit()), key=order)
_UNDOCUMENTED: Final = {"id": "1"}
_OLDEST: Final = "2.7"  # the first whose operations are known
_PAGING: Final = {"page", "per_page", "starting_after"}
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


class Since:
    """A call that uses what came later than its operation did.

    Args:
        version: The version it came with.
        call: The call.
        refused: Whether the client refuses it in earlier versions.
    """

    def __init__(self, version: str, call: Operation, *, refused: bool = False) -> None:
        self.version = version
        self.refused = refused
        self._call = call

    def __call__(self, intercom: AsyncIntercom) -> Awaitable[Any]:
        return self._call(intercom)


class Fake(AsyncIntercom):
    """A client that gets one and the same answer to everything, and keeps what it sent."""

    def __init__(self, version: str, status: int, body: bytes) -> None:
        super().__init__(token="t", version=version)
        self._reply = Reply(status, {"X-Request-Id": "r"}, body)
        self.sent: list[Call[Any]] = []

    async def exchange(self, call: Call[Any]) -> tuple[Reply, Any]:
        self.sent.append(call)
        return self._reply, wire.answer(call, self._reply)

    async def send(self, call: Call[Any]) -> Any:
        return (await self.exchange(call))[1]

    @asynccontextmanager
    async def stream(self, call: Call[Any]) -> AsyncIterator[OpenReply]:
        reply, _ = await self.exchange(call)
        chunks = iterate([reply.body])
        yield OpenReply(reply.status, reply.headers, b"", chunks=chunks, close=lambda: None)


async def iterate(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def whole(download: Download) -> bytes:
    """Return a file, for a line of ``CALLS``."""
    async with download as chunks:
        return b"".join([chunk async for chunk in chunks])


def operation_of(line: str) -> str:
    """Return the operation that a line of ``CALLS`` calls."""
    return line.partition(": ")[0]


def documents(operation: str) -> dict[str, dict[str, Any]]:
    """Return what each version's document says of an operation."""
    documented = {}
    facts: dict[str, Any] = {}
    for version, differing in OPERATIONS[operation]["documents"].items():
        facts = facts | differing
        documented[version] = facts
    return documented


class Contract:
    """The tests of a table of calls; those of a noun are a subclass with its table."""

    calls: ClassVar[Calls]

    async def test_request_and_answer_are_as_documented(self, line: str, version: str) -> None:
        problems = await judge(line, version, self.calls[line])
        assert not problems, "\n".join(problems)

    async def test_another_page_is_told(self, line: str, version: str) -> None:
        operation = operation_of(line)
        answer = documents(operation)[version]["answer"]
        for example in documents(operation)[version]["examples"]:
            with_next = continued(example, answer["pager"], OPERATIONS[operation]["path"])
            value = await self.calls[line](_fake(version, answer, with_next))
            assert isinstance(value, Page), "answers have pages, and only one is read"
            assert value.next is not None, f"{answer['pager']} is not read"

    async def test_versions_without_it_are_refused(self, line: str, version: str) -> None:
        intercom = _fake(version, *_nearest(line, version))
        with pytest.raises(ConfigurationError):
            await self.calls[line](intercom)
        assert not intercom.sent

    async def test_versions_at_its_ends_are_not_refused(self, line: str, version: str) -> None:
        facts = OPERATIONS[operation_of(line)]
        intercom = _fake(version, *_nearest(line, version))
        await self.calls[line](intercom)
        assert [call.method for call in intercom.sent] == [facts["method"]]


def lines(calls: Calls) -> Iterator[tuple[str, str]]:
    """Yield the lines of a table with each version whose document has their operation."""
    for line, call in calls.items():
        for version in documents(operation_of(line)):
            if not isinstance(call, Since) or order(version) >= order(call.version):
                yield line, version


def paged(calls: Calls) -> Iterator[tuple[str, str]]:
    """Yield the lines whose answers have pages, with each version."""
    for line, version in lines(calls):
        if "pager" in documents(operation_of(line))[version]["answer"]:
            yield line, version


def refused(calls: Calls) -> Iterator[tuple[str, str]]:
    """Yield lines with the versions next to those that have their operation."""
    for line, call in calls.items():
        facts = OPERATIONS[operation_of(line)]
        if "since" in facts:
            yield line, _VERSIONS[_VERSIONS.index(facts["since"]) - 1]
        if isinstance(call, Since) and call.refused:
            yield line, _VERSIONS[_VERSIONS.index(call.version) - 1]
        if "until" in facts:
            yield line, _VERSIONS[_VERSIONS.index(facts["until"]) + 1]


def ends(calls: Calls) -> Iterator[tuple[str, str]]:
    """Yield lines with the first and the last version that has their operation."""
    for line, call in calls.items():
        facts = OPERATIONS[operation_of(line)]
        yield line, call.version if isinstance(call, Since) else facts.get("since", _OLDEST)
        if "until" in facts:
            yield line, facts["until"]


def _nearest(line: str, version: str) -> tuple[dict[str, Any], Any]:
    documented = documents(operation_of(line))
    later = [facts for of, facts in documented.items() if order(of) >= order(version)]
    facts = later[0] if later else list(documented.values())[-1]
    return facts["answer"], next(iter(facts["examples"]), _UNDOCUMENTED)


def _fake(version: str, answer: dict[str, Any], example: Any) -> Fake:
    # A redirect is followed where the answer is fetched: what is there are bytes.
    status = 200 if answer["kind"] == "redirect" else answer["status"]
    bodies = {"none": b"", "text": b"a text", "binary": b"\x1f\x8b\0", "redirect": b"\x1f\x8b\0"}
    body = bodies.get(answer["kind"])
    return Fake(version, status, msgspec.json.encode(example) if body is None else body)


async def judge(line: str, version: str, call: Operation) -> list[str]:
    """Return in what a call differs from the facts of an operation, at a version."""
    documented = documents(operation_of(line))
    others = [document for of, document in documented.items() if of != version]
    document = documented[version]
    answer = document["answer"]
    problems: dict[str, None] = {}
    for example in document["examples"] or [_UNDOCUMENTED]:
        intercom = _fake(version, answer, example)
        value = await call(intercom)
        if len(intercom.sent) != 1:
            return [f"{len(intercom.sent)} requests were sent"]
        (sent,) = intercom.sent
        problems |= dict.fromkeys(_of_request(sent, operation_of(line), document, others))
        problems |= dict.fromkeys(_of_value(value, answer, example))
        if answer["kind"] == "list":
            problems |= dict.fromkeys([await _of_key(version, answer, example, call)])
    return [problem for problem in problems if problem]


def _of_request(
    sent: Call[Any], operation: str, document: dict[str, Any], others: list[dict[str, Any]]
) -> Iterator[str]:
    facts = OPERATIONS[operation]
    if sent.method != facts["method"]:
        yield f"the method is {facts['method']}, not {sent.method}"
    if (template := re.sub(r"\{\w+\}", "{}", sent.template)) != facts["path"]:
        yield f"the path is {facts['path']}, not {template}"
    parts = urlsplit(sent.path)
    filled = re.escape(facts["path"]).replace(r"\{\}", "[^/{}]+")
    if not re.fullmatch(filled, parts.path):
        yield f"{parts.path} is not {facts['path']} with its ids"
    yield from _of_query(parse_qsl(parts.query, keep_blank_values=True), document, others)
    body = None if sent.body is None else json.loads(sent.body)
    if document["body"] is None:
        if body is not None:
            yield "a body is sent where none is documented"
        return
    if body is None and document["body"]["required"]:
        yield "no body is sent"
    also = [kind for other in others if other["body"] for kind in other["body"]["alternatives"]]
    tries = [
        unfit({} if body is None else body, alternative, "$", also)
        for alternative in document["body"]["alternatives"]
    ]
    for problem in _least(tries, "$"):
        field = problem.removesuffix(" is undocumented").removeprefix("$.")
        if f"{operation}.{field}" not in UNDOCUMENTED:
            yield problem


def _of_query(
    query: list[tuple[str, str]], document: dict[str, Any], others: list[dict[str, Any]]
) -> Iterator[str]:
    known = document["query"]
    for name, value in query:
        if name in known:
            if not _fits_query(value, known[name]["kind"]):
                yield f"?{name}={value} is no {known[name]['kind']}"
        elif name not in _PAGING or not (
            "pager" in document["answer"] or any(name in other["query"] for other in others)
        ):
            yield f"undocumented parameter {name}"
    given = {name for name, _ in query}
    for name, parameter in known.items():
        if parameter.get("required") and name not in given:
            yield f"parameter {name} is required"


def _fits_query(value: str, kind: Kind) -> bool:
    if isinstance(kind, dict) and "items" in kind:
        return all(_fits_query(item, kind["items"]) for item in value.split(","))
    if isinstance(kind, dict):
        return value in kind["enum"]
    patterns = {"integer": r"-?\d+", "boolean": "true|false"}
    return re.fullmatch(patterns.get(kind, ".+"), value) is not None


def unfit(value: Any, kind: Kind, where: str, also: Iterable[Kind] = ()) -> list[str]:
    """Return what of a value is not allowed.

    Args:
        value: The value.
        kind: What is allowed.
        where: Its place, as a JSON path.
        also: What other documents allow in its place: types may be theirs, names may not.
    """
    if isinstance(kind, dict) and "any" in kind:
        return _least([unfit(value, one, where, also) for one in kind["any"]], where)
    also = [one for kinds in also for one in _alternatives(kinds)]
    if isinstance(kind, dict) and isinstance(value, dict) and "fields" in kind:
        return list(_of_object(value, kind, where, also))
    if isinstance(kind, dict) and isinstance(value, list) and "items" in kind:
        items = [one["items"] for one in also if isinstance(one, dict) and "items" in one]
        return [
            problem
            for place, item in enumerate(value)
            for problem in unfit(item, kind["items"], f"{where}[{place}]", items)
        ]
    if _fits(value, kind) or any(not unfit(value, one, where) for one in also):
        return []
    return [f"{where}: {value!r} is no {_named(kind)}"]


def _least(tries: list[list[str]], where: str) -> list[str]:
    """Return the problems with the alternative that is meant: one of the value's own type."""
    return min(tries, key=lambda problems: (f"{where}: " in "".join(problems[:1]), len(problems)))


def _of_object(value: dict[str, Any], kind: Kind, where: str, also: list[Kind]) -> Iterator[str]:
    for name, item in value.items():
        if name in kind["fields"]:
            others = [one["fields"].get(name) for one in also if "fields" in one]
            others = [one for one in others if one is not None]
            yield from unfit(item, kind["fields"][name], f"{where}.{name}", others)
        elif "more" in kind:
            yield from unfit(item, kind["more"], f"{where}.{name}")
        else:
            yield f"{where}.{name} is undocumented"
    for name in kind["required"]:
        if name not in value:
            yield f"{where}.{name} is required"


def _alternatives(kind: Kind) -> list[Kind]:
    return kind["any"] if isinstance(kind, dict) and "any" in kind else [kind]


def _fits(value: Any, kind: Kind) -> bool:
    if isinstance(kind, dict):
        return (value is None and "nullable" in kind) or value in kind.get("enum", ())
    name = kind.removesuffix("?")
    if name == "any" or (value is None and name != kind):
        return True
    return isinstance(value, _TYPES[name]) and isinstance(value, bool) <= (name == "boolean")


def _named(kind: Kind) -> str:
    if isinstance(kind, str):
        return kind
    return f"one of {kind['enum']}" if "enum" in kind else "array" if "items" in kind else "object"


def at(example: Any, key: str) -> Any:
    """Return what stands at a list's key."""
    for step in filter(None, key.split(".")):
        example = example[step]
    return example


def _of_value(value: Any, answer: dict[str, Any], example: Any) -> Iterator[str]:
    expected = {"none": None, "text": "a text", "binary": b"\x1f\x8b\0", "redirect": b"\x1f\x8b\0"}
    if answer["kind"] in expected:
        if value != expected[answer["kind"]]:
            yield f"the answer is {answer['kind']}, and {value!r} is returned"
    elif answer["kind"] == "list":
        sent = at(example, answer["key"])
        records = _records(value)
        yield from (f"{error}" for error in getattr(value, "invalid", ()))
        if len(records) != len(sent):
            yield f"{len(records)} of {len(sent)} records are returned"
        for one, record in zip(sent, records, strict=False):
            yield from _lost(one, record, "$")
    elif isinstance(value, list):  # what of a record is worth returning
        lists = [given for given in example.values() if isinstance(given, list)]
        yield from _lost(lists[0] if lists else [], value, "$")
    elif answer["kind"] == "record":
        yield from _lost(example, value, "$")


def _records(value: Any) -> list[Any]:
    return value.items if isinstance(value, Page) else list(value)


def _lost(sent: Any, got: Any, where: str) -> Iterator[str]:
    """Yield what of an answer its model has a field for, but not the value."""
    if isinstance(sent, list) and isinstance(got, list) and got:
        if len(sent) != len(got):
            yield f"{where}: {len(got)} of {len(sent)} are returned"
        for place, (one, other) in enumerate(zip(sent, got, strict=False)):
            yield from _lost(one, other, f"{where}[{place}]")
    elif isinstance(sent, dict) and isinstance(got, msgspec.Struct):
        for field in msgspec.structs.fields(got):
            if field.encode_name in sent:
                within = f"{where}.{field.encode_name}"
                yield from _lost(sent[field.encode_name], getattr(got, field.name), within)
        if str(sent.get("id")) != str(getattr(got, "id", sent.get("id"))):
            yield f"{where}.id is {sent.get('id')!r}, not {getattr(got, 'id', None)!r}"
    elif _differs(sent, got):
        yield f"{where}: {sent!r} became {got!r}"


def _differs(sent: Any, got: Any) -> bool:
    if got in (None, [], {}):
        return not _says_nothing(sent)
    return isinstance(sent, str | int) and isinstance(got, str | int) and str(sent) != str(got)


def _says_nothing(sent: Any) -> bool:
    if isinstance(sent, dict):  # such as an empty list with its type and address
        around = {"type", "url"}
        return all(_says_nothing(value) for name, value in sent.items() if name not in around)
    return sent in (None, "", 0, "0", [])


async def _of_key(version: str, answer: dict[str, Any], example: Any, call: Operation) -> str:
    *outer, key = answer["key"].split(".")
    moved = copy.deepcopy(example) if key else {"elsewhere": example}
    if key:
        around = at(moved, ".".join(outer))
        around["elsewhere"] = around.pop(key)
    try:
        value = await call(_fake(version, answer, moved))
    except DecodeError:
        return ""
    return f"the list is under {answer['key']!r}; without it {value!r} is returned"


def continued(example: Any, pager: str, path: str) -> Any:
    """Return an answer with what tells that another page follows."""
    following = {
        "pages.next, a cursor": {"page": 2, "starting_after": "x"},
        "pages.next, a URL": f"https://api.intercom.io{path}?page=2",
    }
    if pager.startswith("pages"):
        pages = {"type": "pages", "page": 1, "per_page": 1, "total_pages": 2}
        if pager in following:
            pages["next"] = following[pager]
        return example | {"pages": pages}
    told = {"total_pages": {"page": 1, "total_pages": 2}}
    return example | told.get(pager, {pager: "x"})


async def unmodelled(calls: Calls) -> set[str]:
    """Return the documented properties for which what is returned has no field."""
    missing: set[str] = set()
    for line, version in lines(calls):
        document = documents(operation_of(line))[version]
        answer = document["answer"]
        if "schema" not in answer:
            continue
        value = await calls[line](_fake(version, answer, document["examples"][0]))
        model = type(_records(value)[0] if answer["kind"] == "list" else value)
        if not issubclass(model, msgspec.Struct):
            continue  # a part of a record
        fields = {field.encode_name for field in msgspec.structs.fields(model)}
        lacking = set(SCHEMAS[answer["schema"]][version]) - fields
        missing |= {f"{answer['schema']}.{name}" for name in lacking}
    return missing


async def unsent(calls: Calls) -> set[str]:
    """Return the documented parameters and fields of bodies that no line sends."""
    known: set[str] = set()
    sent: set[str] = set()
    for line, version in lines(calls):
        operation = operation_of(line)
        document = documents(operation)[version]
        names = set(document["query"]) - _PAGING
        for alternative in (document["body"] or {"alternatives": ()})["alternatives"]:
            names.update(alternative["fields"])
        known |= {f"{operation}.{name}" for name in names}
        intercom = _fake(
            version, document["answer"], next(iter(document["examples"]), _UNDOCUMENTED)
        )
        await calls[line](intercom)
        for call in intercom.sent:
            query = parse_qsl(urlsplit(call.path).query, keep_blank_values=True)
            sent |= {f"{operation}.{name}" for name, _ in query}
            sent |= {f"{operation}.{name}" for name in json.loads(call.body or b"{}")}
    return known - sent
