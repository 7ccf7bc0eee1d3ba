"""The runner: ``python -m benchmarks`` measures every case, prints one table and keeps it."""

import argparse
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module

from benchmarks import plot, report
from benchmarks.rows import Case, Row
from benchmarks.serving import prepared

CASES = (
    "decode",
    "walk",
    "retrieve",
    "backend",
    "latency",
    "quota",
    "stall",
    "memory",
    "imports",
    "export",
    "scaling",
    "peers",
)
BY_ITSELF = ("million", "night")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only",
        action="append",
        choices=CASES + BY_ITSELF,
        metavar="CASE",
        help=f"measure this case, and keep nothing; {', '.join(CASES + BY_ITSELF)}",
    )
    for case in BY_ITSELF:
        parser.add_argument(f"--{case}", action="store_true", help=f"the case {case}, kept")
    given = parser.parse_args()
    alone = [case for case in BY_ITSELF if getattr(given, case)]
    cases: Sequence[str] = alone or given.only or CASES
    result = measure(cases)
    if given.only:
        return
    if not alone:
        plot.write(result, report.RESULTS / "cpu.svg")
    table = report.write(result, "".join(f"-{case}" for case in alone))
    print(f"\n{result.seconds:.0f} s in all; kept in {table}")


def measure(cases: Sequence[str]) -> report.Result:
    """Measure some cases, printing each row as soon as it is known."""
    machine, date, begun = report.machine(), datetime.now(UTC), time.monotonic()
    print(report.heading(machine, date))
    print(report.COLUMNS, end="")
    measured: dict[str, list[Row]] = {}
    with prepared() as bench:
        for name in cases:
            case: Case = import_module(f"benchmarks.cases.{name}").run
            measured[name] = []
            for row in case(bench):
                measured[name].append(row)
                print(report.line(name, row), flush=True)
    seconds = time.monotonic() - begun
    return report.Result(date=date, machine=machine, seconds=seconds, cases=measured)


if __name__ == "__main__":
    main()
