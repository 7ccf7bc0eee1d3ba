"""What a request asks for, as far as that decides which faults it can meet."""

from dataclasses import dataclass
from typing import Any, Final, cast

from intercom_async.emulator.faults.kinds import CURSORS, MUTATIONS, FaultKind
from intercom_async.emulator.request_log import RequestRecord

SEARCH: Final = ("POST", "/conversations/search")
LIST: Final = ("GET", "/conversations")
_RETRIEVE: Final = "/conversations/{id}"

_IN_PAGES: Final = (
    MUTATIONS | {FaultKind.EMPTY_PAGE} | {kind for kind in FaultKind if kind.startswith("total_")}
)
_IN_ONE: Final = frozenset({FaultKind.STALE_RECORD, FaultKind.PARTS_ABSENT, FaultKind.OTHER_ANSWER})
_IN_RECORDS: Final = frozenset(
    {
        FaultKind.MISSING_ID,
        FaultKind.OBJECT_ID,
        FaultKind.INVALID_UTF8,
        FaultKind.NOT_A_NUMBER,
        FaultKind.CONTROL_CHARACTER,
        FaultKind.LONE_SURROGATE,
        FaultKind.DUPLICATE_KEYS,
        FaultKind.DEEP_NESTING,
        FaultKind.LONG_NUMBER,
    }
)
_IN_GZIP: Final = frozenset({FaultKind.CUT_GZIP, FaultKind.GZIP_BOMB, FaultKind.X_GZIP})


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """A request, as faults see it.

    Attributes:
        method: The HTTP method.
        path: The path as it stood in the request.
        search: Whether it asks for a page of a search.
        page: Whether it asks for a page of a search or of the list.
        cursor: Where that page starts; None for the first page.
        gzip: Whether the answer may be compressed.
    """

    method: str
    path: str
    search: bool
    page: bool
    cursor: str | None
    gzip: bool

    def can_meet(self, kind: FaultKind) -> bool:
        """Tells whether a kind of fault fits the request."""
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
    """Reads what a request asks for."""
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
    """Tells whether a path is one that a pattern such as ``/conversations/{id}`` means.

    Braces stand for an id, hence not for the words ``search`` and ``redact``.
    """
    wanted, given = pattern.split("/"), path.split("/")
    return len(wanted) == len(given) and all(map(_stands_for, wanted, given))


def check_path(path: str) -> str:
    """Checks that a path is one.

    Raises:
        ValueError: If it does not begin with a slash.
    """
    if not path.startswith("/"):
        raise ValueError(f"{path!r} is no path: it begins with a slash")
    return path


def _stands_for(wanted: str, given: str) -> bool:
    if wanted.startswith("{"):
        return given not in {"", "search", "redact"}
    return wanted == given
