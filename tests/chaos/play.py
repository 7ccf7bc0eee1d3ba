"""One round: a workspace, faults, an export that is killed again and again, readers beside it."""

import asyncio
from collections import Counter
from collections.abc import Hashable
from pathlib import Path
from random import Random
from typing import Final

import msgspec

from intercom_async.emulator import Emulator, Fault, FaultKind, Faults
from intercom_async.emulator.faults import DENIALS, RATE_LIMITS, SLOW
from intercom_async.export.records import VERSIONED, read_header
from intercom_async.export.store import read_lines
from tests.chaos.driver import STREAMS, Driver, Job, Outcome
from tests.chaos.readers import Readers
from tests.chaos.truth import Difference, Truth, compare, unnamed

_RUNS: Final = 12
# Far from what is asked. An emulator that tells no limit would be asked no more than the 167 in
# ten seconds that some faults speak of, since nothing else would be known.
_RATE_LIMIT: Final = 50_000
_DEAR: Final = (
    RATE_LIMITS
    | SLOW
    | DENIALS
    | {FaultKind.CONNECTION_REFUSED, FaultKind.GZIP_BOMB, FaultKind.REDIRECT}
)
"""What makes a client wait or a run end: a few of each a round, at places of the seed's choice."""

# In most rounds streams are held to deliver nothing twice, which they do where cursors restart.
_NO_RESTARTS: Final = 0.7
_CHANCE: Final = frozenset(FaultKind) - _DEAR - {FaultKind.POISON_RECORD}


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """What one round is like.

    Attributes:
        seed: Makes all of it.
        conversations: How many there are at the beginning.
        parts: Whether the export fetches parts.
        kills: How many runs are to be killed at a random moment.
        poison: How many records spoil the pages they stand on.
        rate: The probability that a request meets a fault.
        sample: How many conversations are retrieved beside the export.
        attempts: How often the export tries a request.
        dear: The probability that each kind that makes a client wait is met once.
        longest: The latest a run is killed, in seconds.
    """

    seed: str
    conversations: int
    parts: bool
    kills: int
    poison: int = 0
    rate: float = 0.08
    sample: int = 500
    attempts: int = 5
    dear: float = 0.5
    longest: float = 0.8


def _versions(folder: Path, stream: str) -> list[Hashable]:
    """Return what a stream holds: bytes, or versions where an odd form of one is kept as sent."""
    lines = read_lines(folder, stream)
    if stream not in VERSIONED:
        return list(lines)
    headers = [read_header(stream, line) for line in lines]
    return [(str(header.id), header.updated) for header in headers]


class Tally(msgspec.Struct):
    """What has happened so far, over all rounds."""

    conversations: int = 0
    requests: int = 0
    records_read: int = 0
    retries: int = 0
    runs: int = 0
    killed: int = 0
    killed_at: Counter[str] = msgspec.field(default_factory=Counter)
    disk_full: int = 0
    ended: Counter[str] = msgspec.field(default_factory=Counter)
    faults: Counter[str] = msgspec.field(default_factory=Counter)
    compared: int = 0
    lost: int = 0
    doubled: int = 0
    altered: int = 0
    odd: int = 0
    surplus: int = 0
    named: int = 0
    claims: int = 0
    wrong: list[str] = msgspec.field(default_factory=list)

    def count(self, where: str, found: Difference) -> None:
        """Count what an export holds in the end, and how that differs from the truth."""
        self.compared += found.held
        self.lost += len(found.lost)
        self.doubled += len(found.doubled)
        self.altered += len(found.altered) + len(found.invented)
        self.odd += len(found.odd)
        self.surplus += len(found.surplus)
        for what in ("lost", "doubled", "altered", "invented"):
            ids = sorted(getattr(found, what))
            if ids:
                self.wrong.append(f"{where}: {what}: {ids[:5]} ({len(ids)})")


def make_faults(what: Round, dice: Random) -> Faults:
    """Lay out a round's faults: cheap ones by chance, dear ones here and there."""
    reach = what.conversations // (1 if what.parts else 10)
    script = [
        Fault(kind=kind, nth=dice.randrange(3, max(reach, 10)))
        for kind in sorted(_DEAR)
        if dice.random() < what.dear
    ]
    script += [
        Fault(kind=FaultKind.POISON_RECORD, nth=dice.randrange(3, 60)) for _ in range(what.poison)
    ]
    return Faults(
        seed=dice.randrange(2**31),
        rate=what.rate,
        kinds=_CHANCE - ({FaultKind.CURSOR_RESTARTS} if dice.random() < _NO_RESTARTS else set()),
        script=script,
        stall_seconds=4.0,
        drip_seconds=0.05,
    )


class Play:
    """Plays one round.

    Args:
        what: The round.
        driver: Runs exports.
        out: An empty folder.
        tally: Where to count.
    """

    def __init__(self, what: Round, driver: Driver, out: Path, tally: Tally) -> None:
        self._what = what
        self._driver = driver
        self._out = out
        self._tally = tally
        self._dice = Random(what.seed)
        self._faults = make_faults(what, self._dice)
        self._emulator = Emulator(
            conversations=what.conversations,
            seed=self._dice.randrange(2**31),
            rate_limit=_RATE_LIMIT,
            faults=self._faults,
            compress=self._dice.random() < 0.5,
        )
        self._truth = Truth(self._emulator.workspace, self._faults, parts=what.parts)
        self._existing = self._truth.ids()

    @property
    def _folder(self) -> Path:
        return self._out / str(self._emulator.workspace.app["id_code"])

    async def run(self) -> None:
        """Play it and count what came of it."""
        async with self._emulator:
            size = min(self._what.sample, len(self._existing))
            sample = self._dice.sample(sorted(self._existing), size)
            readers = Readers(self._emulator, self._faults, sample)
            reading = asyncio.create_task(readers.run())
            try:
                await self._export()
                read = await reading
            finally:
                reading.cancel()
            self._tally.records_read += read.records
            self._tally.named += read.named
            self._tally.retries += read.retries
            self._tally.wrong += read.wrong
            self._emulator.faults = None
            await self._settle()
        self._tally.conversations += len(self._ever())
        self._tally.requests += len(self._emulator.requests)
        self._tally.faults += self._faults.injected

    def _ever(self) -> set[str]:
        first = min(map(int, self._existing))
        created = {id for id in self._truth.ids() if int(id) > first}
        return self._existing | created

    async def _export(self) -> None:
        """Export while things go wrong: killed at random, then until it ends by itself."""
        left = self._what.kills
        for _ in range(self._what.kills + _RUNS):
            after = self._dice.uniform(0.02, self._what.longest) if left > 0 else None
            tag = self._dice.choice(self._emulator.workspace.collections["tags"])
            tag["name"] = f"renamed {self._dice.random()}"
            outcome = await self._once(after)
            left -= 1
            if outcome.end == "finished":
                self._check_claim(outcome)
                if left <= 0:
                    return

    async def _settle(self) -> None:
        """Export without faults, and compare."""
        outcome = await self._once(None)
        if not outcome.complete:
            self._tally.wrong.append(f"{self._what.seed}: incomplete in the end: {outcome}"[:2000])
        self._tally.count(self._what.seed, compare(self._folder, self._truth, self._ever()))
        await self._compare_streams()

    async def _compare_streams(self) -> None:
        """Compare what beside conversations is held with an export that nothing befell."""
        reference = self._out / "reference"
        await self._once(None, reference)
        for stream in STREAMS[1:]:
            held = Counter(_versions(self._folder, stream))
            sound = set(_versions(reference / self._folder.name, stream))
            self._tally.compared += held.total()
            self._tally.doubled += held.total() - len(held)
            lost, altered = len(sound - held.keys()), len(held.keys() - sound)
            self._tally.lost += lost
            self._tally.altered += altered
            if lost or altered or held.total() > len(held):
                self._tally.wrong.append(f"{self._what.seed}: {stream} is not as it should be")

    async def _once(self, kill_after: float | None, out: Path | None = None) -> Outcome:
        outcome = await self._driver.run(
            Job(
                url=self._emulator.url,
                token=self._emulator.token,
                out=str(out or self._out),
                parts=self._what.parts,
                attempts=self._what.attempts,
                kill_after=kill_after,
            )
        )
        self._tally.runs += 1
        self._tally.retries += outcome.retries
        self._tally.killed += outcome.end == "killed" and kill_after is not None
        self._tally.ended[outcome.end] += 1
        if outcome.end in {"bug", "disk"} or (outcome.end == "killed" and kill_after is None):
            self._tally.wrong.append(f"{self._what.seed}: {outcome.end}: {outcome.error}")
        return outcome

    def _check_claim(self, outcome: Outcome) -> None:
        """Hold a finished export to what its summary says."""
        summary = outcome.summary
        assert summary is not None
        found = compare(self._folder, self._truth, self._ever(), summary.as_of)
        lacking = found.lost | found.altered
        if not outcome.complete:
            lacking = unnamed(self._folder, summary, self._truth, lacking)
        self._tally.claims += 1
        for what, ids in (
            ("silently lacking", lacking),
            ("doubled", found.doubled),
            ("invented", found.invented),
        ):
            if ids:
                text = f"{self._what.seed}: {what} as of {summary.as_of}: {sorted(ids)[:5]}"
                self._tally.wrong.append(f"{text} ({len(ids)})")
