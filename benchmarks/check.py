"""``make bench-check``: whether what takes most of the time costs more than when last stored.

Valgrind counts the instructions of a process, which hardly depend on what else the machine does.
Each count is the difference of two runs that do more and less of the same, so that neither the
start nor the import is in it. Under other versions of Python or of a dependency than were stored,
or with other data, what is compared is our count as a multiple of the bare loop's. Where there is
no valgrind, it is the ratio of CPU times.
"""

import argparse
import asyncio
import gc
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import msgspec

from benchmarks.cases.decode import answers
from benchmarks.cases.export import by_hand, exported
from benchmarks.child import command, in_child
from benchmarks.clients.bare import PAGE, Bare
from benchmarks.clients.ours import Ours
from benchmarks.data import PER_PAGE
from benchmarks.measure import Side, alternate, per_call, ratio
from benchmarks.nouns import pages
from benchmarks.report import RESULTS, machine
from benchmarks.serving import prepared
from benchmarks.workspace import FIRST_ID, created_at

STORED: Final = RESULTS / "check.json"
_TOLERANCE: Final = 1.10
_FEW, _MANY = 4, 16  # pages
_ROUNDS: Final = 15
_EXPORTS: Final = 5
_AT_ONCE: Final = 8
_IDS: Final = range(FIRST_ID, FIRST_ID + 1_000)
_SIZE: Final = 2 * _MANY * PER_PAGE
_COUNT: Final = re.compile(r"Collected : (\d+)")


class Case(msgspec.Struct, frozen=True):
    """What is counted.

    Attributes:
        unit: What the instructions are of.
        few: How many of them a short run deals with.
        many: How many a long one does.
    """

    unit: str
    few: int
    many: int


_CASES: Final = {
    "decode": Case("page", _FEW, _MANY),
    "nouns": Case("page of each list", 1, 4),
    "walk": Case("page", _FEW, _MANY),
    "retrieve": Case("conversation", 50, 250),
    "export": Case("conversation", 900, 4_500),
}


class Measured(msgspec.Struct, frozen=True):
    """What was measured.

    Attributes:
        under: Python, processor family, packages whose instructions are counted too, and data.
        ratios: By case, our CPU time as a multiple of the bare loop's; empty if not needed.
        ours: By case, our instructions a page or conversation; empty without valgrind.
        bare: By case, the bare loop's; empty if not needed.
    """

    under: dict[str, str]
    ratios: dict[str, float]
    ours: dict[str, int] = {}
    bare: dict[str, int] = {}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.check", description=__doc__)
    parser.add_argument("--store", action="store_true", help="measure, and keep that to compare to")
    given = parser.parse_args()
    if not given.store and not STORED.exists():
        print(f"nothing stored in {STORED}: run python -m benchmarks.check --store")
        return 2
    if given.store:
        measured = measure()
        STORED.write_bytes(msgspec.json.format(msgspec.json.encode(measured), indent=2) + b"\n")
        print(f"kept in {STORED}")
        return 0
    stored = msgspec.json.decode(STORED.read_bytes(), type=Measured)
    measured = measure(stored)
    sound = [_compare(*each) for each in comparisons(stored, measured)]
    return 0 if all(sound) else 1


def _compare(what: str, before: float, now: float) -> bool:
    change = now / before
    verdict = "ok" if change <= _TOLERANCE else f"FAILED: more than {_TOLERANCE - 1:.0%} above"
    print(f"{what:<44} {before:>14,.2f} -> {now:>14,.2f}  {change - 1:+7.1%}  {verdict}")
    return change <= _TOLERANCE


def comparisons(stored: Measured, measured: Measured) -> Iterator[tuple[str, float, float]]:
    """Yield what to compare: its name, the figure stored, and the figure measured."""
    for case, counted in _CASES.items():
        if not (stored.ours and measured.ours):
            yield f"{case}, CPU time to bare loop", stored.ratios[case], measured.ratios[case]
        elif stored.under == measured.under:
            yield f"{case}, instructions a {counted.unit}", stored.ours[case], measured.ours[case]
        else:
            yield (
                f"{case}, instructions to bare loop",
                stored.ours[case] / stored.bare[case],
                measured.ours[case] / measured.bare[case],
            )


def measure(like: Measured | None = None) -> Measured:
    """Measure what is needed to compare with something stored, or all of it to be stored."""
    with prepared() as bench:
        under = _under(bench.data)
        with bench.served(size=_SIZE) as server:
            valgrind = shutil.which("valgrind") is not None
            if not valgrind:
                print("no valgrind: comparing CPU times", file=sys.stderr)
            if like is None or not valgrind or not like.ours:
                ratios = {
                    "decode": _decode_ratio(server.url),
                    "nouns": _nouns_ratio(),
                    "walk": _ratio(server.url, lambda it: it.walk(_SIZE)),
                    "retrieve": _ratio(server.url, lambda it: it.retrieve(_IDS, _AT_ONCE)),
                    "export": _export_ratio(server.url),
                }
            else:
                ratios = {}
            if not valgrind or (like is not None and not like.ours):
                return Measured(under, ratios)
            ours = _instructions("ours", server.url)
            same = like is not None and like.under == under
            return Measured(under, ratios, ours, {} if same else _instructions("bare", server.url))


def _under(data: Path) -> dict[str, str]:
    here = machine()
    digest = hashlib.sha256(data.read_bytes()).hexdigest()[:16]
    packages = {name: here.packages[name] for name in ("aiohttp", "anyio", "msgspec")}
    return packages | {
        "python": here.python,
        "processor": platform.machine(),
        "data": digest,
    }


# By instructions


def _instructions(side: str, url: str) -> dict[str, int]:
    runs = [
        (f"{name}_{side}", url, number)
        for name, case in _CASES.items()
        for number in (case.few, case.many)
    ]
    with ThreadPoolExecutor(max_workers=2) as pool:
        counts = iter(pool.map(lambda run: _collected(*run), runs))
    return {
        name: (-next(counts) + next(counts)) // (case.many - case.few)
        for name, case in _CASES.items()
    }


def _collected(function: str, url: str, number: int) -> int:
    arguments = {"function": function, "url": url, "number": number}
    program = command("benchmarks.check:counted", arguments)
    valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={os.devnull}"]
    ended = subprocess.run(  # noqa: S603
        [*valgrind, *program],
        env=os.environ | {"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = _COUNT.search(ended.stderr)
    if found is None:
        raise RuntimeError(f"valgrind counted nothing: {ended.stderr}")
    return int(found[1])


async def counted(function: str, url: str, number: int) -> None:
    # Whether a collection of all that was imported falls into a short run or only into a long one
    # is chance, and it takes as many instructions as two pages.
    gc.collect()
    gc.freeze()
    await globals()[function](url, number)


async def decode_ours(url: str, number: int) -> None:
    for answer in (await answers(url, _MANY, page=True))[:number]:
        answer.parse()


async def decode_bare(url: str, number: int) -> None:
    for answer in (await answers(url, _MANY, page=True))[:number]:
        PAGE.decode(answer.body)


async def nouns_ours(_url: str, number: int) -> None:
    for decode, body in pages():
        for _ in range(number):
            decode(body)


async def nouns_bare(_url: str, number: int) -> None:
    for _, body in pages():
        for _ in range(number):
            msgspec.json.decode(body)


async def walk_ours(url: str, number: int) -> None:
    async with Ours(url) as ours:
        await ours.walk(number * PER_PAGE)


async def walk_bare(url: str, number: int) -> None:
    async with Bare(url) as bare:
        await bare.walk(number * PER_PAGE)


async def retrieve_ours(url: str, number: int) -> None:
    async with Ours(url) as ours:
        await ours.retrieve(_IDS[:number], _AT_ONCE)


async def retrieve_bare(url: str, number: int) -> None:
    async with Bare(url) as bare:
        await bare.retrieve(_IDS[:number], _AT_ONCE)


async def export_ours(url: str, number: int) -> None:
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        await exported(url, f"{folder}/out", created_at(number, _SIZE))


async def export_bare(url: str, number: int) -> None:
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        await by_hand(url, f"{folder}/out", most=number)


# By CPU time


def _decode_ratio(url: str) -> float:
    fetched = [asyncio.run(answers(url, _MANY, page=True)) for _ in range(_ROUNDS + 2)]
    bodies = [answer.body for answer in fetched.pop()]

    def ours() -> None:
        left = fetched.pop()
        while left:
            left.pop().parse()

    def bare() -> None:
        for body in bodies:
            PAGE.decode(body)

    taken = per_call({"ours": ours, "bare": bare}, _ROUNDS)
    return ratio(taken["ours"], taken["bare"])


def _nouns_ratio() -> float:
    listed = list(pages())

    def ours() -> None:
        for decode, body in listed:
            decode(body)

    def bare() -> None:
        for _, body in listed:
            msgspec.json.decode(body)

    taken = per_call({"ours": ours, "bare": bare}, _ROUNDS)
    return ratio(taken["ours"], taken["bare"])


def _export_ratio(url: str) -> float:
    taken: dict[str, list[float]] = {"exported": [], "by_hand": []}
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        for number in range(_EXPORTS):
            common = {"url": url, "out": f"{folder}/{number}"}
            for function in ("exported", "by_hand"):
                cost = in_child(f"benchmarks.cases.export:{function}", **common)
                taken[function].append(cost["cpu"])
    return ratio(taken["exported"], taken["by_hand"])


def _ratio(url: str, work: Callable[[Any], Awaitable[int]]) -> float:
    sides = [Side(name, open, work, _ROUNDS) for name, open in (("ours", Ours), ("bare", Bare))]
    taken = asyncio.run(alternate(url, sides))
    return ratio(taken["ours"].cpu, taken["bare"].cpu)


if __name__ == "__main__":
    sys.exit(main())
