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
from functools import partial
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


LONG: Final = Scale(21, 10_000, 13, 0.9, 0.1, 0.5, 1_000, 160, 1, 3, (200_000, 10_000, 25, 200))
SHORT: Final = Scale(3, 400, 4, 0.25, 0.2, 0.2, 150, 40, 8, 4, (1_200, 200, 25, 4))


def pieces(seed: str, scale: Scale, tally: Tally) -> list[Piece]:
    """Return all there is to do, the longest first."""
    made: list[Piece] = []
    for number in range(scale.rounds):
        dice = Random(f"{seed}/{number}")
        what = Round(
            seed=f"{seed}/{number}",
            conversations=scale.conversations,
            parts=number % 3 == 0,
            kills=scale.kills,
            # A poisoned record takes hundreds of searches to isolate.
            poison=number % 3 == 1 and (scale is SHORT or number % 2 == 0),
            rate=scale.rate,
            sample=scale.sample,
            attempts=dice.choice([2, 3, 5]),
            dear=scale.dear,
            longest=scale.longest,
        )
        made.append(partial(_play, what, tally))
    for name in ("kill_at_each_step", "fill_the_disk"):

        async def place(driver: Driver, out: Path, name: str = name) -> None:
            places = Places(driver, out, tally, f"{seed}/{name}", scale.small)
            if name == "fill_the_disk":
                await places.fill_the_disk(scale.every)
            else:
                await places.kill_at_each_step(once=scale is SHORT)

        made.append(place)
    return made


async def _play(what: Round, tally: Tally, driver: Driver, out: Path) -> None:
    await Play(what, driver, out, tally).run()


async def run(todo: Sequence[Piece], lanes: int) -> None:
    """Do everything, several things side by side."""
    left = iter(todo)

    async def lane() -> None:
        async with Driver() as driver:
            for piece in left:
                with tempfile.TemporaryDirectory(prefix="chaos-") as out:
                    await piece(driver, Path(out))

    async with asyncio.timeout(_DEADLINE), asyncio.TaskGroup() as lanes_:
        for _ in range(lanes):
            lanes_.create_task(lane())


def main() -> int:
    """Run, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", default=str(secrets.randbelow(10**6)))
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--conversations", type=int)
    args = parser.parse_args()
    scale = SHORT if args.short else LONG
    say = sys.stdout.write
    say(f"seed {args.seed}\n")
    sys.stdout.flush()
    tally = Tally()
    began = time.monotonic()
    asyncio.run(run(pieces(args.seed, scale, tally), scale.lanes))
    say(table(tally, args.seed, time.monotonic() - began))
    wrong = [*tally.wrong, *shortfalls(tally, *scale.at_least)]
    for line in wrong:
        say(f"WRONG {line}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
