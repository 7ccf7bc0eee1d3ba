"""Streams and retrievals side by side with an export, compared with the truth as they come."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Final

import msgspec

from intercom_async import (
    AsyncIntercom,
    CursorLoopError,
    F,
    IntercomError,
    NotFound,
    RequestError,
    RetryPolicy,
    Timeouts,
)
from intercom_async.core.pages import Pages
from intercom_async.emulator import Emulator, FaultKind, Faults
from intercom_async.net.events import RequestEvent
from tests.chaos.truth import Truth

_LOOPS: Final = 8
_FAILURES: Final = 20


class Read(msgspec.Struct):
    """What the readers met with.

    Attributes:
        records: How many records were delivered.
        named: How many errors were raised, or reported in a record's place.
        unended: How many streams ended with an error.
        retries: How many requests were second tries or later ones.
        wrong: What was delivered wrongly or not at all, in words.
    """

    records: int = 0
    named: int = 0
    unended: int = 0
    retries: int = 0
    wrong: list[str] = msgspec.field(default_factory=list)


class _Id(msgspec.Struct):
    id: str | None = None


class Readers:
    """Reads what an export reads, in other ways.

    Args:
        emulator: Where to read.
        faults: What the emulator lets go wrong.
        sample: Ids to retrieve one by one.
    """

    def __init__(self, emulator: Emulator, faults: Faults, sample: list[str]) -> None:
        self.read: Read = Read()
        self._emulator = emulator
        self._faults = faults
        self._listed = Truth(emulator.workspace, faults, parts=False)
        self._whole = Truth(emulator.workspace, faults, parts=True)
        self._sample = sample

    async def run(self) -> Read:
        """List, search, scan and retrieve, all at once."""
        async with AsyncIntercom(
            base_url=self._emulator.url,
            token=self._emulator.token,
            retry=RetryPolicy(base=0.01, cap=0.1),
            timeouts=Timeouts(attempt=2.0),
            on_event=self._note,
        ) as intercom:
            everything = F.created_at > 0
            await asyncio.gather(
                self._stream("list", intercom.conversations.list(per_page=150, raw=True)),
                self._stream(
                    "search", intercom.conversations.search(everything, per_page=150, raw=True)
                ),
                self._scan(intercom),
                self._retrieve(intercom),
            )
        return self.read

    def _note(self, event: RequestEvent) -> None:
        self.read.retries += event.attempt > 1

    def _before(self) -> dict[str, float | None]:
        return {id: self._listed.updated_at(id) for id in self._listed.ids()}

    async def _stream(self, name: str, pages: Pages[bytes]) -> None:
        before, now = self._before(), int(time.time())
        for _ in range(_LOOPS):
            came: list[bytes] = []
            try:
                await self._walk(pages, came)
            except CursorLoopError:
                self.read.named += 1
                continue  # as its message advises: from the beginning
            except IntercomError:
                self.read.unended += 1
                self._check(name, came, before, now, whole=False)
                return
            self._check(name, came, before, now, whole=True)
            return
        self.read.unended += 1

    async def _walk(self, pages: Pages[bytes], came: list[bytes]) -> None:
        """Go on after errors: iterating again tries the page again."""
        stream = aiter(pages)
        failures = 0
        while True:
            try:
                await _take(stream, came)
            except RequestError:
                self.read.named += 1
                failures += 1
                if failures == _FAILURES:
                    raise
            else:
                return

    async def _scan(self, intercom: AsyncIntercom) -> None:
        before, now = self._before(), int(time.time())
        came: list[bytes] = []
        named: list[str] = []

        def note(id: str, _: IntercomError) -> None:
            named.append(id)

        span = (None, datetime.now(UTC))
        whole = True
        try:
            async with intercom.conversations.scan(created=span, raw=True, on_error=note) as stream:
                async for raw in stream:
                    came.append(raw)  # noqa: PERF401  # as above
        except IntercomError:
            self.read.unended += 1
            whole = False
        self.read.named += len(named)
        # Without an id: a record of which none could be read, or a second that could not be listed.
        self._check("scan", came, before, now, whole=whole and "" not in named)

    def _check(
        self,
        name: str,
        came: list[bytes],
        before: dict[str, float | None],
        now: int,
        *,
        whole: bool,
    ) -> None:
        """Compare what came with what was there all the while, and did not change."""
        truth = self._listed
        self.read.records += len(came)
        steady = {
            id
            for id, updated_at in before.items()
            if updated_at == truth.updated_at(id) and (updated_at or 0) < now
        }
        times: Counter[str] = Counter()
        spoiled = truth.spoiled()
        for raw in came:
            id = _id_of(raw)
            if id is None:
                continue  # checked below: its conversation is among the spoiled
            times[id] += 1
            if id in steady and raw != truth.sound(id) and not truth.is_odd(id, raw):
                self.read.wrong.append(f"{name}: {id} altered")
        # A stream follows where cursors lead; a scan leaves out what came before.
        restarted = name != "scan" and self._faults.injected[FaultKind.CURSOR_RESTARTS]
        doubled = [id for id in steady if times[id] > 1 and not restarted]
        lost = [id for id in steady if whole and not times[id] and id not in spoiled]
        self.read.wrong += [f"{name}: {id} doubled" for id in doubled]
        self.read.wrong += [f"{name}: {id} lost" for id in lost]

    async def _retrieve(self, intercom: AsyncIntercom) -> None:
        asked: Counter[str] = Counter(self._sample)
        now = int(time.time())
        truth = self._whole
        many = intercom.conversations.retrieve_many(self._sample, raw=True)
        async with many as results:
            async for result in results:
                asked[result.id] -= 1
                self.read.records += 1
                if isinstance(result.error, NotFound) and result.error.errors:
                    if result.id in truth.ids():
                        self.read.wrong.append(f"retrieve_many: {result.id} called deleted")
                elif result.error is not None:
                    self.read.named += 1
                elif self._is_wrong(result.id, result.value or b"", now):
                    self.read.wrong.append(f"retrieve_many: {result.id} altered")
        lost = [id for id, left in asked.items() if left]
        self.read.wrong += [f"retrieve_many: {id} not answered once" for id in lost]

    def _is_wrong(self, id: str, raw: bytes, since: int) -> bool:
        truth = self._whole
        updated_at = truth.updated_at(id)
        if updated_at is None or updated_at >= since:
            return False  # deleted or changed meanwhile
        if raw == truth.sound(id):
            return False
        return not truth.is_odd(id, raw) and not truth.is_poor(id, raw)


async def _take(stream: AsyncIterator[bytes], came: list[bytes]) -> None:
    async for raw in stream:
        came.append(raw)  # noqa: PERF401  # what came before an error counts too


def _id_of(raw: bytes) -> str | None:
    try:
        return _DECODER.decode(raw).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


_DECODER: Final = msgspec.json.Decoder(_Id)
