"""What an export would take, found out with next to no requests."""

import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Final

import msgspec

from intercom_async.client import AsyncIntercom
from intercom_async.core.codec import Page
from intercom_async.core.raw import raw_response
from intercom_async.core.resource import MAX_PER_PAGE
from intercom_async.errors import BadRequest, DecodeError, Forbidden, Unauthorized
from intercom_async.export.options import Options
from intercom_async.export.records import CONVERSATIONS, MOST_PARTS, compact, count_parts, redacted
from intercom_async.export.store.frames import frames_of
from intercom_async.export.streams import STREAMS, Stream
from intercom_async.models.conversation_fields import F
from intercom_async.scan.plan import PlannedWindow, Uncountable, plan, total_of
from intercom_async.scan.record_header import read_header
from intercom_async.scan.windows import Window

# The numbers of parts that are asked for by themselves: above each, and up to the next.
_SIZES: Final = (-1, 5, 25, 125, 2**31)
_SEARCHED: Final = 50  # conversations of each
_SAMPLE: Final = 3  # of which some are retrieved
_WINDOW: Final = 10.0  # seconds that the API's rate limit speaks of


class StreamEstimate(msgspec.Struct, frozen=True):
    """What a stream of an export would take.

    Attributes:
        records: How many records there are; ``None`` if the list does not tell.
        requests: How many requests it takes, those that plan it included, and as far as is told.
        bytes: How much the records take on disk, compressed, by a sample.
        windows: Into how many windows of creation time they fall.
    """

    records: int | None
    requests: int
    bytes: int
    windows: int = 0


class Estimate(msgspec.Struct, frozen=True):
    """What an export would take.

    Attributes:
        streams: What each stream takes, by name.
        limit: Requests the API allows in ten seconds; ``None`` if it does not say.
    """

    streams: dict[str, StreamEstimate]
    limit: int | None

    @property
    def requests(self) -> int:
        """How many requests the export makes, its planning included."""
        return 1 + sum(stream.requests for stream in self.streams.values())

    @property
    def seconds(self) -> float:
        """How long the requests take at that limit; 0 if it is not known."""
        return self.requests / self.limit * _WINDOW if self.limit else 0.0

    @property
    def bytes(self) -> int:
        """How much the export takes on disk, compressed."""
        return sum(stream.bytes for stream in self.streams.values())


async def estimate(intercom: AsyncIntercom, what: Options) -> Estimate:
    """Find out what an export would take.

    A stream that the token may not read is left out.

    Raises:
        IntercomError: The API could not be asked.
    """
    me = await raw_response(intercom.me)
    streams: dict[str, StreamEstimate] = {}
    for name in what.streams:
        stream = STREAMS[name]
        if stream.is_in(intercom):
            with suppress(Unauthorized, Forbidden):
                streams[name] = await _estimate(intercom, stream, what)
    return Estimate(streams, me.window.limit)


async def _estimate(intercom: AsyncIntercom, stream: Stream, what: Options) -> StreamEstimate:
    if stream.windowed:
        return await _in_windows(intercom, stream, what)
    records: int | None = 0
    requests, size = 0, 0.0
    for lister in stream.listers(intercom):
        paging = {"per_page": stream.per_page} if stream.per_page else {}
        page = await lister(raw=True, **paging)
        total = page.total_count if page.next is not None else len(page.items)
        requests += 1 if total is None else max(1, -(-total // (stream.per_page or total or 1)))
        records = None if records is None or total is None else records + total
        size += _compressed_each(page.items, what) * (total or len(page.items))
    return StreamEstimate(records, requests, round(size))


async def _in_windows(intercom: AsyncIntercom, stream: Stream, what: Options) -> StreamEstimate:
    windows: list[PlannedWindow] = []
    asked = 0
    fields, of = stream.fields, stream.of(intercom)

    async def count(window: Window) -> int | None:
        nonlocal asked
        asked += 1
        assert fields is not None  # noqa: S101  # else there are no windows
        page = await of.search(window.query(fields), per_page=1, raw=True)
        return total_of(page, window)

    async def found(window: PlannedWindow) -> None:
        windows.append(window)

    await plan(what.span(int(time.time())), count, found)
    (lister,) = stream.listers(intercom)
    listed = await lister(raw=True, per_page=MAX_PER_PAGE)
    total = sum(window.expected for window in windows)
    pages = sum(-(-window.expected // MAX_PER_PAGE) for window in windows)
    if not all(window.expected for window in windows):  # the search could not count all
        total = max(total, listed.total_count or 0)
        pages = max(pages, -(-total // MAX_PER_PAGE))
    if stream.name != CONVERSATIONS:
        size = round(total * _compressed_each(listed.items, what))
        return StreamEstimate(total, asked + pages, size, len(windows))
    if what.parts:  # each by itself, and the whole list at the end
        pages += total + -(-max(total, listed.total_count or 0) // MAX_PER_PAGE)
    size = round(total * await _bytes_each(intercom, listed, what))
    return StreamEstimate(total, asked + pages, size, len(windows))


async def _bytes_each(intercom: AsyncIntercom, page: Page[bytes], what: Options) -> float:
    listed = _compressed_each(page.items, what)
    if not what.parts or not page.items:
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
    span, number = what.span(int(time.time())), F.statistics.count_conversation_parts
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
    told = [min(count_parts(raw).expected, MOST_PARTS) for raw in raws]
    return sum(told) / len(told) if told else 0.0


def _ids(raws: Sequence[bytes]) -> list[str]:
    ids: list[str] = []
    for raw in raws:
        with suppress(DecodeError):
            ids.append(str(read_header(raw).id))
    return ids[:: -(-len(ids) // _SAMPLE) or 1]


def _compressed_each(raws: Sequence[bytes], what: Options) -> float:
    return _compressed(raws, what) / len(raws) if raws else 0.0


def _compressed(raws: Sequence[bytes], what: Options) -> int:
    lines = (redacted(raw, what.redact) if what.redact else compact(raw) for raw in raws)
    return sum(map(len, frames_of(lines)))
