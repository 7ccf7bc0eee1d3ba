"""What a request asks for, how often it has been asked, and what chance lays on it.

Chance repeats: it goes by what is asked and how often, not by who comes first.
"""

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final, NamedTuple, cast

from intercom_async.emulator.faults.kinds import CURSORS, MUTATIONS, RECORDS, FaultKind
from intercom_async.emulator.request_log import RequestRecord

# Words that stand where others have an id.
_WORDS: Final = {
    "", "search", "redact", "list", "scroll", "merge", "enqueue", "deleted", "attributes",
    "activity_logs", "activity_log_event_types", "find_by_external_id", "status",
}  # fmt: skip
_RETRIEVALS: Final = ("/{noun}/{id}", "/help_center/{noun}/{id}")
_BY_CURSOR: Final = ("/conversations", "/contacts", "/macros", "/data_connectors")
_BY_NUMBER: Final = (
    "/companies", "/companies/list", "/companies/{id}/contacts", "/companies/{id}/notes",
    "/contacts/{id}/companies", "/contacts/{id}/notes", "/articles", "/articles/search",
    "/internal_articles", "/help_center/collections", "/news/news_items", "/news/newsfeeds",
    "/ai/content_import_sources", "/ai/external_pages", "/calls", "/conversations/deleted",
    "/admins/activity_logs",
)  # fmt: skip
_SCROLL: Final = "/companies/scroll"

_IN_PARENTS: Final = frozenset({FaultKind.PARENT_GONE})
_IN_PAGES: Final = (
    (MUTATIONS - _IN_PARENTS)
    | {FaultKind.EMPTY_PAGE}
    | {kind for kind in FaultKind if kind.startswith("total_")}
)
_IN_ONE: Final = frozenset({FaultKind.STALE_RECORD, FaultKind.OTHER_ANSWER})
# What leads elsewhere, which only a cursor that the emulator can read does.
_BY_CURSOR_ONLY: Final = frozenset({FaultKind.EMPTY_PAGE, FaultKind.CURSOR_RESTARTS})
_IN_CONVERSATIONS: Final = frozenset({FaultKind.PARTS_ABSENT})
_IN_SEARCHES: Final = frozenset({FaultKind.POISON_RECORD})
_IN_RECORDS: Final = (
    (RECORDS - _IN_ONE - _IN_CONVERSATIONS - _IN_SEARCHES)
    | {FaultKind.LONE_SURROGATE, FaultKind.DUPLICATE_KEYS, FaultKind.RETYPED_IDS}
    | {FaultKind.DEEP_NESTING, FaultKind.LONG_NUMBER}
)
_IN_GZIP: Final = frozenset({FaultKind.CUT_GZIP, FaultKind.GZIP_BOMB, FaultKind.X_GZIP})


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """A request, as faults see it."""

    method: str
    path: str  # the path as it stood in the request
    search: bool  # whether it asks for a page of a search
    page: bool  # whether it asks for a page of a search or of a list
    cursor: str | None  # where that page starts, or its number; None for the first page
    numbered: bool  # whether its pages have numbers, or are a scroll's
    retrieval: bool  # whether it asks for one record
    gzip: bool  # whether the answer may be compressed

    def can_meet(self, kind: FaultKind) -> bool:
        """Tell whether a kind of fault fits the request."""
        demands: tuple[tuple[frozenset[FaultKind], bool], ...] = (
            (_BY_CURSOR_ONLY, not self.numbered),
            (_IN_PAGES, self.page),
            (CURSORS, self.page and bool(self.cursor)),
            (_IN_ONE, self.retrieval),
            (_IN_CONVERSATIONS, self.retrieval and self.noun == "conversations"),
            (_IN_PARENTS, self.method == "GET" and self.parent is not None),
            (_IN_RECORDS, self.path != "/me"),
            (_IN_GZIP, self.gzip),
            (_IN_SEARCHES, self.search),
        )
        return all(is_met for kinds, is_met in demands if kind in kinds)

    @property
    def noun(self) -> str:
        """The noun of the records that are asked for, as the workspace names its collections."""
        *parents, last = self.path.split("/")
        return parents[-1] if self.retrieval or last in _WORDS else last

    @property
    def parent(self) -> tuple[str, str] | None:
        """The noun and the id of the record that the path names first."""
        words = self.path.removeprefix("/help_center").split("/")
        has_id = len(words) > len(["", "noun"]) and words[2] not in _WORDS
        return (words[1], words[2]) if has_id else None


def read_request(record: RequestRecord) -> RequestInfo:
    """Read what a request asks for."""
    method, path, query = record.method, record.path, record.query
    search = method == "POST" and path.endswith("/search")
    by_number = _is_any(_BY_NUMBER, path) and (method == "GET" or path == "/companies/list")
    scroll = method == "GET" and path == _SCROLL
    cursor: Any = None
    if search:
        cursor = _member(_member(record.body, "pagination"), "starting_after")
    elif by_number:
        cursor = query.get("page")
    else:
        cursor = query.get("scroll_param" if scroll else "starting_after")
    return RequestInfo(
        method,
        path,
        search=search,
        page=search or by_number or scroll or (method == "GET" and path in _BY_CURSOR),
        cursor=cursor if isinstance(cursor, str) else None,
        numbered=by_number or scroll,
        retrieval=method == "GET" and _is_any(_RETRIEVALS, path) and not by_number,
        gzip="gzip" in record.headers.get("accept-encoding", ""),
    )


def _is_any(patterns: tuple[str, ...], path: str) -> bool:
    return any(matches(pattern, path) for pattern in patterns)


def _member(value: object, name: str) -> object:
    return cast("dict[str, object]", value).get(name) if isinstance(value, dict) else None


def matches(pattern: str, path: str) -> bool:
    """Tell whether a path is one that a pattern such as ``/conversations/{id}`` means.

    Braces stand for an id, hence not for words such as ``search`` and ``redact``.
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
    return given not in _WORDS if is_id else wanted == given


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
