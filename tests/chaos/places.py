"""Killed before each named step of the journal, and out of disk at each of its writes."""

import shutil
import typing
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final, TypeAlias

from intercom_async.emulator import Emulator, Fault, FaultKind, Faults
from intercom_async.export.store import Step, check_files
from tests.chaos.driver import Driver, Job, Outcome
from tests.chaos.play import Tally
from tests.chaos.truth import Truth, compare

_Grief: TypeAlias = Awaitable[Any]

STEPS: Final = sorted(typing.get_args(Step))
_MOST_WRITES: Final = 400
_TRIES: Final = 3  # a step that hangs on what was under way, on a busy machine may not be come to
_SIZES: Final = range(4_096, 90_000, 8_192)
_OUT: Final = "out"
# How many conversations are new to an incremental export, or None for a first one that goes on;
# and where it is killed beforehand, so that it leaves behind what the next has to take away.
_STAGES: Final[tuple[tuple[int | None, str | None], ...]] = (
    (None, None),
    (3, "shard.sync"),
    (3, None),
    (None, "merge.commit"),
    (0, None),
)


class Places:
    """Small exports that come to grief at given places, one after another.

    Args:
        driver: Runs exports.
        folder: An empty folder.
        tally: Where to count.
        seed: Makes the workspaces.
        conversations: How many each has.
    """

    def __init__(
        self, driver: Driver, folder: Path, tally: Tally, seed: str, conversations: int
    ) -> None:
        self._driver = driver
        self._out = folder / _OUT
        self._tally = tally
        self._dice = Random(seed)
        self._conversations = conversations

    async def kill_at_each_step(self, *, once: bool = False) -> None:
        """Kill exports before each named step, first ones and incremental ones, then compare.

        Args:
            once: One kill at each step is enough.
        """
        for step in STEPS:
            for _ in range(_TRIES):
                await self._with_workspace(step, partial(self._kill, step=step, once=once))
                if self._tally.killed_at[step]:
                    break

    async def _kill(self, emulator: Emulator, step: str, *, once: bool) -> None:
        before = self._tally.killed_at[step]
        for new, first in _STAGES:
            if new is not None:
                await self._run(emulator)
                _change(emulator, self._dice, new)
            if first is not None:
                await self._run(emulator, kill_at=(first, 1))
            await self._run(emulator, kill_at=(step, 1))
            if once and self._tally.killed_at[step] > before:
                break

    async def fill_the_disk(self, every: int = 1) -> None:
        """Let the disk be full from each write on, then compare; so too for a state that grows.

        Args:
            every: Only at one write in so many.
        """
        for at in range(1, _MOST_WRITES, every):
            before = self._tally.disk_full
            await self._with_workspace(f"write {at}", partial(self._run, full_at=at))
            if self._tally.disk_full == before:
                break
        else:
            self._tally.wrong.append("disk full: there are more writes than were tried")
        for size in _SIZES[::every]:
            await self._with_workspace(f"{size} bytes", partial(self._run, largest=size))

    async def _with_workspace(self, place: str, grief: Callable[[Emulator], _Grief]) -> None:
        # One retrieval fails for good and one conversation goes, so that outcomes are committed.
        broken = Fault(kind=FaultKind.STATUS_500, path="/conversations/{id}", nth=5)
        gone = Fault(kind=FaultKind.DELETED_MEANWHILE, nth=3)
        faults = Faults(script=[broken, gone])
        emulator = Emulator(
            conversations=self._conversations,
            seed=self._dice.randrange(2**31),
            rate_limit=None,
            faults=faults,
        )
        truth = Truth(emulator.workspace, faults, parts=True)
        ever = truth.ids()
        async with emulator:
            await grief(emulator)
            ever |= truth.ids()
            emulator.faults = None
            last = await self._run(emulator)
        self._tally.requests += len(emulator.requests)
        self._tally.faults += faults.injected
        self._compare(place, emulator, last, truth, ever)
        shutil.rmtree(self._out, ignore_errors=True)

    def _compare(
        self, place: str, emulator: Emulator, last: Outcome, truth: Truth, ever: set[str]
    ) -> None:
        folder = self._out / str(emulator.workspace.app["id_code"])
        if last.end != "finished" or not last.complete:
            self._tally.wrong.append(f"{place}: not complete in the end: {last}"[:2000])
            return
        self._tally.conversations += len(ever)
        self._tally.count(place, compare(folder, truth, ever))
        self._tally.wrong += [f"{place}: {problem.text}" for problem in check_files(folder)]

    async def _run(
        self,
        emulator: Emulator,
        *,
        kill_at: tuple[str, int] | None = None,
        full_at: int | None = None,
        largest: int | None = None,
    ) -> Outcome:
        outcome = await self._driver.run(
            Job(
                url=emulator.url,
                token=emulator.token,
                out=str(self._out),
                parts=True,
                attempts=1,
                kill_at=kill_at,
                full_at=full_at,
                largest=largest,
            )
        )
        self._tally.runs += 1
        self._tally.ended[outcome.end] += 1
        self._tally.retries += outcome.retries
        if outcome.end == "killed" and kill_at is not None:
            self._tally.killed_at[kill_at[0]] += 1
        may_be_full = full_at is not None or largest is not None
        self._tally.disk_full += outcome.end == "disk" and may_be_full
        if outcome.end == "bug" or (outcome.end == "disk" and not may_be_full):
            self._tally.wrong.append(f"{kill_at or full_at or largest}: {outcome.error}")
        return outcome


def _change(emulator: Emulator, dice: Random, new: int) -> None:
    """Change what an incremental export has to notice."""
    workspace = emulator.workspace
    for id in dice.sample(workspace.ids(), 5):
        workspace.update(id, title="changed")
    for number in range(new):
        workspace.add(title=f"new {number}")
