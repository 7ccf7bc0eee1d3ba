"""Export, stream and retrieve while everything goes wrong, and compare with the truth.

``python -m tests.chaos [--seed N] [--short]`` prints a table and leaves with 1 if anything was
lost, doubled or altered, or less went wrong than was meant to. It repeats what it lays on: the
workspaces, the faults by request, the steps and writes. When a kill hits, the clock decides.
"""

import argparse
import asyncio
import secrets
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from random import Random
from typing import Final, TypeAlias

import msgspec

from tests.chaos.driver import Driver
from tests.chaos.places import Places
from tests.chaos.play import Play, Round, Tally
from tests.chaos.table import shortfalls, table

_DEADLINE: Final = 15 * 60

Piece: TypeAlias = Callable[[Driver, Path], Awaitable[None]]


class Scale(msgspec.Struct, frozen=True):
    """How much of everything.

    Attributes:
        rounds: How many rounds.
        conversations: How many conversations each round has, and each export to a given place.
        kills: How many runs of a round are to be killed.
        longest: After how many seconds at most.
        rate: The probability that a request meets a fault.
        dear: The probability of each kind that makes a client wait, a round.
        sample: How many conversations are retrieved one by one beside an export.
        small: How many conversations an export to a given place has.
        every: At one write in how many the disk is full.
        lanes: How many of all these go on side by side.
        at_least: What has to come together: conversations, faults, kinds, kills.
    """

    rounds: int
    conversations: int
    kills: int
    longest: float
    rate: float
    dear: float
    sample: int
    small: int
    every: int
    lanes: int
    at_least: tuple[int, int, int, int]


LONG: Final = Scale(
    rounds=21,
    conversations=10_000,
    kills=13,
    longest=0.9,
    rate=0.1,
    dear=0.5,
    sample=1_000,
    small=160,
    every=1,
    lanes=3,
    at_least=(200_000, 10_000, 25, 200),
)
SHORT: Final = Scale(
    rounds=2,
    conversations=300,
    kills=4,
    longest=0.25,
    rate=0.25,
    dear=0.2,
    sample=200,
    small=40,
    every=16,
    lanes=3,
    at_least=(800, 200, 25, 4),
)


def make_rounds(seed: str, scale: Scale) -> list[Round]:
    """Lay out the rounds, the longest first."""
    made = []
    for number in range(scale.rounds):
        dice = Random(f"{seed}/{number}")
        made.append(
            Round(
                seed=f"{seed}/{number}",
                conversations=scale.conversations,
                parts=number % 3 == 0,
                kills=scale.kills,
                # A poisonous record takes hundreds of searches to isolate.
                poison=int(number % 6 == 1),
                rate=scale.rate,
                sample=scale.sample,
                attempts=dice.choice([2, 3, 5]),
                dear=scale.dear,
                longest=scale.longest,
            )
        )
    return sorted(made, key=lambda each: -each.poison)


def pieces(seed: str, scale: Scale, tally: Tally) -> list[Piece]:
    """Return all there is to do, the longest first."""

    async def kill(driver: Driver, out: Path) -> None:
        places = Places(driver, out, tally, f"{seed}/steps", scale.small)
        await places.kill_at_each_step(once=scale is SHORT)

    async def fill(driver: Driver, out: Path) -> None:
        places = Places(driver, out, tally, f"{seed}/disk", scale.small)
        await places.fill_the_disk(scale.every)

    def play(what: Round) -> Piece:
        return lambda driver, out: Play(what, driver, out, tally).run()

    return [kill, fill, *map(play, make_rounds(seed, scale))]


async def run(todo: Sequence[Piece], lanes: int) -> None:
    """Do everything, several things side by side: much of the time they wait."""
    left = iter(todo)

    async def lane() -> None:
        async with Driver() as driver:
            for piece in left:
                with tempfile.TemporaryDirectory(prefix="chaos-") as out:
                    await piece(driver, Path(out))

    async with asyncio.TaskGroup() as tasks:
        for _ in range(lanes):
            tasks.create_task(lane())


async def run_in_time(todo: Sequence[Piece], scale: Scale, tally: Tally) -> None:
    """Do everything, unless it takes too long."""
    try:
        async with asyncio.timeout(_DEADLINE):
            await run(todo, scale.lanes)
    except TimeoutError:
        tally.wrong.append(f"not done within {_DEADLINE:,} s")


def main() -> int:
    """Run, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(description="Export while everything goes wrong.")
    parser.add_argument("--seed", default=str(secrets.randbelow(10**6)), help="repeats a run")
    parser.add_argument("--short", action="store_true", help="some seconds of it")
    options = parser.parse_args()
    scale = SHORT if options.short else LONG
    say = sys.stdout.write
    say(f"seed {options.seed}\n")
    sys.stdout.flush()
    tally = Tally()
    began = time.monotonic()
    asyncio.run(run_in_time(pieces(options.seed, scale, tally), scale, tally))
    say(table(tally, options.seed, time.monotonic() - began))
    wrong = [*tally.wrong, *shortfalls(tally, *scale.at_least)]
    for line in wrong:
        say(f"WRONG {line}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
