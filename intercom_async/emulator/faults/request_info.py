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
    if wanted.startswith("{"):
        return given not in {"", "search", "redact"}
    return wanted == given
