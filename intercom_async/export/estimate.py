"""What an export would take, found out with next to no requests."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

import msgspec

from intercom_async.client import AsyncIntercom
from intercom_async.core import codec
from intercom_async.core.codec import Page
from intercom_async.core.plain import unix_seconds
from intercom_async.core.raw import raw_response
from intercom_async.core.resource import MAX_PER_PAGE
from intercom_async.errors import BadRequest, DecodeError
from intercom_async.export.options import Options
from intercom_async.export.records import MOST_PARTS, compact, count_parts, redacted
from intercom_async.export.store.frames import frames_of
from intercom_async.models import Conversation
from intercom_async.models.conversation_fields import F
from intercom_async.scan.plan import PlannedWindow, Uncountable, plan, total_of
from intercom_async.scan.windows import FIRST_SECOND, Window

# The numbers of parts that are asked for by themselves: above each, and up to the next.
_SIZES: Final = (-1, 5, 25, 125, 2**31)
_SEARCHED: Final = 50  # conversations of each
_SAMPLE: Final = 3  # of which some are retrieved
_WINDOW: Final = 10.0  # seconds that the API's rate limit speaks of


class Estimate(msgspec.Struct, frozen=True):
    """What an export would take.

    Attributes:
        conversations: How many conversations there are.
        windows: Into how many windows of creation time they fall.
        requests: How many requests the export makes, its planning included.
        limit: Requests the API allows in ten seconds; ``None`` if it does not say.
        seconds: How long the requests take at that limit.
        bytes: How much the conversations take on disk, compressed, by a sample.
    """

    conversations: int
    windows: int
    requests: int
    limit: int | None
    seconds: float
    bytes: int


async def estimate(intercom: AsyncIntercom, what: Options) -> Estimate:
    """Find out what an export would take.

    Raises:
        IntercomError: The API could not be asked.
    """
    me = await raw_response(intercom.me)
    windows: list[PlannedWindow] = []
    asked = 1

    async def count(window: Window) -> int | None:
        nonlocal asked
        asked += 1
        page = await intercom.conversations.search(window.query(F), per_page=1, raw=True)
        return total_of(page, window)

    async def found(window: PlannedWindow) -> None:
        windows.append(window)

    await plan(_span(what), count, found)
    listed = await intercom.conversations.list(per_page=MAX_PER_PAGE, raw=True)
    total = sum(window.expected for window in windows)
    pages = sum(-(-window.expected // MAX_PER_PAGE) for window in windows)
    if not all(window.expected for window in windows):  # the search could not count all
        total = max(total, listed.total_count or 0)
        pages = max(pages, -(-total // MAX_PER_PAGE))
    if what.parts:  # each by itself, and the whole list at the end
        pages += total + -(-max(total, listed.total_count or 0) // MAX_PER_PAGE)
    requests = asked + pages
    limit = me.window.limit
    return Estimate(
        conversations=total,
        windows=len(windows),
        requests=requests,
        limit=limit,
        seconds=requests / limit * _WINDOW if limit else 0.0,
        bytes=round(total * await _bytes_each(intercom, listed, what)),
    )


def _span(what: Options) -> Window:
    start = FIRST_SECOND if what.since is None else unix_seconds("since", what.since)
    end = datetime.now(UTC) if what.until is None else what.until
    return Window(start, max(start, unix_seconds("until", end)))


async def _bytes_each(intercom: AsyncIntercom, page: Page[bytes], what: Options) -> float:
    if not page.items:
        return 0.0
    listed = _compressed(page.items, what) / len(page.items)
    if not what.parts:
        return listed
    each, some = await _parts_each(intercom, page, what)
    # A few with parts tell how large a part is.
    async with intercom.conversations.retrieve_many(some, raw=True) as results:
        whole = [result.value async for result in results if result.value is not None]
    held = sum(count_parts(raw).held for raw in whole)
    alone = [redacted(raw, {"conversation_parts"}) for raw in whole]
    beyond = _compressed(whole, what) - _compressed(alone, what)
    return listed + (each * beyond / held if held else 0.0)


async def _parts_each(
    intercom: AsyncIntercom, page: Page[bytes], what: Options
) -> tuple[float, list[str]]:
    """Return how many parts a conversation has on average, and the ids of some.

    A few conversations hold most parts, and those updated lately hold more: each size is asked
    for by itself, and weighs as much as the search counts of it.
    """
    span, number = _span(what), F.statistics.count_conversation_parts
    total, parts, some = 0, 0.0, list[str]()
    try:
        for least, most in pairwise(_SIZES):
            query = span.query(F) & (number > least) & (number <= most)
            found = await intercom.conversations.search(query, per_page=_SEARCHED, raw=True)
            held = total_of(found, span)
            total += held
            parts += held * _mean(found.items)
            some += _ids(found.items)
    except (Uncountable, BadRequest):
        total = 0
    return (parts / total, some) if total else (_mean(page.items), _ids(page.items))


def _mean(raws: Sequence[bytes]) -> float:
    return sum(map(_counted, raws)) / len(raws) if raws else 0.0


def _ids(raws: Sequence[bytes]) -> list[str]:
    ids = [record.id for record in map(_decode, raws) if record is not None]
    return ids[:: -(-len(ids) // _SAMPLE) or 1]


def _compressed(raws: Sequence[bytes], what: Options) -> int:
    lines = (redacted(raw, what.redact) if what.redact else compact(raw) for raw in raws)
    return sum(map(len, frames_of(lines)))


def _counted(raw: bytes) -> int:
    record = _decode(raw)
    statistics = record and record.statistics
    count = statistics.count_conversation_parts if statistics else None
    return min(max((count or 1) - 1, 0), MOST_PARTS)  # the first message counts as one


def _decode(raw: bytes) -> Conversation | None:
    try:
        return _conversation(raw)
    except DecodeError:
        return None


_conversation: Final = codec.one(Conversation)
