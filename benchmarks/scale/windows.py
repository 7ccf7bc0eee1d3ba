"""Four processes and one rate window: how much of it they use, and how often too much."""

import asyncio
import sys
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median
from typing import Final

import msgspec

from benchmarks.scale.asker import Met, Settings
from intercom_async.emulator import Emulator
from tests.services import PrivateRedis

_LIMIT: Final = 300
_WINDOW: Final = 10
_CLOSE: Final = 0.5  # seconds from a window's beginning
_WHOLE: Final = 6  # windows after the first
_SECONDS: Final = (_WHOLE + 1.4) * _WINDOW
_STOPPED: Final = (25.0, 45.0)
_KILLED: Final = 35.0
_TOO_MANY: Final = 429
_HEADING: Final = (
    "| four processes, a window of 300 in 10 s | share used | 429 per 1,000 "
    "| now and then: median, longest | longest call | failed | as asked |"
)
_HANGS: Final = 25.0  # seconds; two windows and a half


class Scenario(msgspec.Struct, frozen=True):
    """What is measured, and what is asked of it.

    Attributes:
        name: What it is called in the table.
        busy: Whether each of the four asks as much as it may; else now and then.
        budgets: The budget of each.
        share: The least share of the window to be used.
        refused: The most answers 429 in 1,000; ``None`` for any number.
        wait: The most seconds that the median call now and then may take.
        is_shared: Whether the window is shared over Redis.
        is_killed: Whether one is killed in the middle.
        is_stopped: Whether Redis is gone for twenty seconds.
        clocks: By how many seconds the clocks of the API and of each are off.
    """

    name: str
    busy: tuple[bool, ...] = (True, True, True, True)
    budgets: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)
    share: float = 0.0
    refused: float | None = None
    wait: float | None = None
    is_shared: bool = True
    is_killed: bool = False
    is_stopped: bool = False
    clocks: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0, 0.0)


_ONE_BUSY: Final = (True, False, False, False)
SCENARIOS: Final = (
    Scenario(
        "nothing shared, `budget=0.25` each, one busy",
        _ONE_BUSY,
        (0.25, 0.25, 0.25, 0.25),
        is_shared=False,
    ),
    Scenario("shared, all busy", share=0.99, refused=1),
    Scenario("shared, one busy", _ONE_BUSY, share=0.99, refused=1),
    Scenario(
        "shared, one busy at `budget=0.9`", _ONE_BUSY, (0.9, 1.0, 1.0, 1.0), refused=1, wait=0.02
    ),
    Scenario("shared, all busy, one killed", share=0.98, refused=0, is_killed=True),
    Scenario(
        "shared, all busy, clocks off by 30 s",
        share=0.99,
        refused=1,
        clocks=(30.0, -30.0, 30.0, 0.0, 0.0),
    ),
    Scenario("shared, all busy, Redis gone for 20 s", refused=5, is_stopped=True),
)


class Row(msgspec.Struct):
    """What was measured."""

    scenario: Scenario
    share: float
    answered: int
    refused: int
    waits: list[float]
    longest: float
    errors: int

    @property
    def per_thousand(self) -> float:
        return 1_000 * self.refused / self.answered

    @property
    def is_well(self) -> bool:
        asked = self.scenario
        return (
            self.share >= asked.share
            and (asked.refused is None or self.per_thousand <= asked.refused)
            and (asked.wait is None or median(self.waits) <= asked.wait)
            and not self.errors
            and self.longest <= _HANGS
        )


class _Running:
    """A scenario that runs: an API of its own, and four processes."""

    def __init__(self, scenario: Scenario, redis: PrivateRedis) -> None:
        self.scenario = scenario
        self._redis = redis
        ahead = scenario.clocks[0]
        self.emulator = Emulator(
            conversations=1,
            rate_limit=_LIMIT,
            window_seconds=_WINDOW,
            clock=lambda: time.time() + ahead,
        )
        self._processes: list[asyncio.subprocess.Process] = []

    async def start(self) -> None:
        """Start the processes, and wait until each is ready."""
        scenario = self.scenario
        each = zip(scenario.budgets, scenario.busy, scenario.clocks[1:], strict=True)
        for budget, is_busy, clock in each:
            settings = Settings(
                url=self.emulator.url,
                token=self.emulator.token,
                redis=self._redis.url if scenario.is_shared else "",
                budget=budget,
                is_busy=is_busy,
                clock=clock,
            )
            self._processes.append(await _start(settings))
        for process in self._processes:
            assert process.stdout is not None  # noqa: S101  # as asked for
            await process.stdout.readline()

    async def run(self) -> Row:
        """Let them ask, and do to them what the scenario says."""
        first = int((time.time() + self.scenario.clocks[0]) // _WINDOW) + 1
        for process in self._processes:
            assert process.stdin is not None  # noqa: S101  # as asked for
            process.stdin.write(f"{_SECONDS}\n".encode())
        if self.scenario.is_killed:
            await asyncio.sleep(_KILLED)
            self._processes.pop().kill()
        if self.scenario.is_stopped:
            await asyncio.sleep(_STOPPED[0])
            self._redis.stop()
            await asyncio.sleep(_STOPPED[1] - _STOPPED[0])
            await asyncio.to_thread(self._redis.start)
        outs = [await process.communicate() for process in self._processes]
        met = [msgspec.json.decode(out, type=Met) for out, _ in outs]
        return _row(self.scenario, self.emulator, met, first)


async def measure(scenarios: tuple[Scenario, ...], folder: Path) -> list[Row]:
    """Measure all at once."""
    async with AsyncExitStack() as stack:
        shared = stack.enter_context(PrivateRedis(folder))
        running: list[_Running] = []
        for scenario in scenarios:
            own = stack.enter_context(PrivateRedis(folder)) if scenario.is_stopped else shared
            running.append(_Running(scenario, own))
            await stack.enter_async_context(running[-1].emulator)
        await asyncio.gather(*(each.start() for each in running))
        while time.time() % _WINDOW > _CLOSE:  # noqa: ASYNC110  # a clock tells nobody
            await asyncio.sleep(0.05)
        return await asyncio.gather(*(each.run() for each in running))


async def _start(settings: Settings) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.scale.asker",
        msgspec.json.encode(settings).decode(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # which says that Redis was stopped
    )


def _row(scenario: Scenario, emulator: Emulator, met: list[Met], first: int) -> Row:
    statuses = [request.status for request in emulator.requests]
    used = Counter(
        int(request.at // _WINDOW) for request in emulator.requests if request.status != _TOO_MANY
    )
    whole = range(first, first + _WHOLE)
    own_of = zip(met, scenario.busy, strict=False)  # one may be dead
    return Row(
        scenario=scenario,
        share=sum(used[window] for window in whole) / (_LIMIT * len(whole)),
        answered=len(statuses),
        refused=statuses.count(_TOO_MANY),
        waits=[wait for each, is_busy in own_of if not is_busy for wait in each.seconds],
        longest=max(wait for each in met for wait in each.seconds),
        errors=sum(len(each.errors) for each in met),
    )


def table(rows: list[Row]) -> str:
    """Return a table in Markdown."""
    lines = [_HEADING, "|---|---:|---:|---:|---:|---:|---|"]
    for row in rows:
        waits = (
            f"{median(row.waits) * 1_000:,.0f} ms, {max(row.waits) * 1_000:,.0f} ms"
            if row.waits
            else ""
        )
        well = "yes" if row.is_well else "**no**"
        lines.append(
            f"| {row.scenario.name} | {row.share:.1%} | {row.per_thousand:.2f} of "
            f"{row.answered:,} | {waits} | {row.longest:.1f} s | {row.errors} | {well} |"
        )
    return "\n".join(lines)
