"""What a request asks for, how often it has been asked, and what chance lays on it.

Chance repeats: it goes by what is asked and how often, not by who comes first.
"""

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final, NamedTuple, cast

from intercom_async.emulator.faults.kinds import CURSORS, MUTATIONS, RECORDS, FaultKind
from intercom_async.emulator.request_log import RequestRecord

SEARCH: Final = ("POST", "/conversations/search")
LIST: Final = ("GET", "/conversations")
_RETRIEVE: Final = "/conversations/{id}"

_IN_PAGES: Final = (
    MUTATIONS | {FaultKind.EMPTY_PAGE} | {kind for kind in FaultKind if kind.startswith("total_")}
)
_IN_ONE: Final = frozenset({FaultKind.STALE_RECORD, FaultKind.PARTS_ABSENT, FaultKind.OTHER_ANSWER})
_IN_RECORDS: Final = (
    (RECORDS - _IN_ONE - {FaultKind.POISON_RECORD})
    | {FaultKind.LONE_SURROGATE, FaultKind.DUPLICATE_KEYS}
    | {FaultKind.DEEP_NESTING, FaultKind.LONG_NUMBER}
)
_IN_GZIP: Final = frozenset({FaultKind.CUT_GZIP, FaultKind.GZIP_BOMB, FaultKind.X_GZIP})


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """A request, as faults see it."""

    method: str
    path: str  # the path as it stood in the request
    search: bool  # whether it asks for a page of a search
    page: bool  # whether it asks for a page of a search or of the list
    cursor: str | None  # where that page starts; None for the first page
    gzip: bool  # whether the answer may be compressed

    def can_meet(self, kind: FaultKind) -> bool:
        """Tell whether a kind of fault fits the request."""
        if kind in _IN_PAGES:
            return self.page
        if kind in CURSORS:
            return self.page and bool(self.cursor)
        if kind in _IN_ONE:
            return self.method == "GET" and matches(_RETRIEVE, self.path)
        if kind in _IN_RECORDS:
            return self.path != "/me"
        if kind in _IN_GZIP:
            return self.gzip
        return self.search or kind is not FaultKind.POISON_RECORD


def read_request(record: RequestRecord) -> RequestInfo:
    """Read what a request asks for."""
    what = (record.method, record.path)
    cursor: Any = None
    if what == SEARCH:
        cursor = _member(_member(record.body, "pagination"), "starting_after")
    elif what == LIST:
        cursor = record.query.get("starting_after")
    return RequestInfo(
        record.method,
        record.path,
        search=what == SEARCH,
        page=what in {SEARCH, LIST},
        cursor=cursor if isinstance(cursor, str) else None,
        gzip="gzip" in record.headers.get("accept-encoding", ""),
    )


def _member(value: object, name: str) -> object:
    return cast("dict[str, object]", value).get(name) if isinstance(value, dict) else None


def matches(pattern: str, path: str) -> bool:
    """Tell whether a path is one that a pattern such as ``/conversations/{id}`` means.

    Braces stand for an id, hence not for the words ``search`` and ``redact``.
    """
    wanted, given = pattern.split("/"), path.split("/")
    return len(wanted) == len(given) and all(map(_stands_for, wanted, given))


def check_path(path: str) -> str:
    """Check that a path is one."""
    if not path.startswith("/"):
        raise ValueError(f"{path!r} is no path: it begins with a slash")
    return path


def _stands_for(wanted: str, given: str) -> bool:
    is_id = wanted.startswith("{")
    return given not in {"", "search", "redact"} if is_id else wanted == given


# Different requests that are counted; the one asked longest ago is forgotten first.
_REMEMBERED: Final = 100_000


@dataclass(slots=True)
class RequestCount:
    """One request, however often it is asked."""

    name: bytes  # what tells it from others
    times: int = 0  # how often it has been asked
    in_a_row: int = 0  # how many faults chance has laid on it since it last went well


class RequestHistory:
    """What is remembered of requests."""

    def __init__(self, seed: int) -> None:
        self._seed = str(seed).encode()
        self._known: OrderedDict[bytes, RequestCount] = OrderedDict()

    def take(self, record: RequestRecord, raw: bytes) -> RequestCount:
        """Count a request."""
        query = repr(sorted(record.query.items())).encode()
        name = _digest(record.method.encode(), record.path.encode(), query, raw)
        count = self._known.get(name)
        if count is None:
            count = self._known[name] = RequestCount(name)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        self._known.move_to_end(name)
        count.times += 1
        return count

    def draw(self, count: RequestCount) -> "RandomDraw":
        """Make the chance of a request, the same for the same seed, request and repetition."""
        digest = _digest(self._seed, count.name, str(count.times).encode())
        return RandomDraw(*(int.from_bytes(digest[at : at + 8]) for at in (0, 8, 16)))


class RandomDraw(NamedTuple):
    """Three numbers of 64 bits, drawn for one request."""

    rate: int
    kind: int
    place: int


def _digest(*texts: bytes) -> bytes:
    found = blake2b(digest_size=24)
    for text in texts:
        found.update(len(text).to_bytes(8))
        found.update(text)
    return found.digest()
