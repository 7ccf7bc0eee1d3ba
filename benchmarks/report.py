"""The table that is printed, and what is kept of it: figures with machine, versions and date."""

import os
import platform
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.rows import Row

RESULTS: Final = Path(__file__).parent / "results"
_PACKAGES: Final = (
    "intercom-async",
    "aiohttp",
    "anyio",
    "msgspec",
    "python-intercom",
    "httpx",
    "pydantic",
    "orjson",
    "duckdb",
)


class Machine(msgspec.Struct, frozen=True):
    """Where it ran."""

    system: str
    processor: str
    cores: int
    python: str
    packages: dict[str, str]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One run of the suite."""

    date: datetime
    machine: Machine
    seconds: float
    cases: dict[str, list[Row]]


def machine() -> Machine:
    return Machine(
        system=f"{platform.system()} {platform.release()}",
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else _cores(),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        packages={name: found for name in _PACKAGES if (found := _version(name))},
    )


def _cores() -> int:
    return os.cpu_count() or 1


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def heading(machine: Machine, date: datetime) -> str:
    packages = ", ".join(f"{name} {found}" for name, found in machine.packages.items())
    return (
        f"{date:%Y-%m-%d %H:%M} UTC, {machine.system}, {machine.processor}, "
        f"{machine.cores} cores\n{machine.python}; {packages}\n"
    )


COLUMNS: Final = f"{'case':<9} {'what':<34} {'side':<24} {'value':>12}      {'ratio':<24} target\n"


def line(case: str, row: Row) -> str:
    """Return one line of the table."""
    ratio = "" if row.ratio is None else f"{row.ratio:8.2f} × {row.to}"  # noqa: RUF001  # times
    met = {None: "", True: "met", False: "MISSED"}[row.met]
    target = "" if row.target is None else f"{row.target} {met}"
    written = (
        f"{case:<9} {row.what:<34} {row.side:<24} {row.value:>12,.{_digits(row.value)}f} "
        f"{row.unit:<4} {ratio:<24} {target}"
    )
    return written.rstrip()


def _digits(value: float) -> int:
    return 0 if value >= 1000 else 1 if value >= 100 else 2  # noqa: PLR2004


def write(result: Result, kind: str = "") -> Path:
    """Write a result as JSON and as the table that was printed; return the table's path."""
    RESULTS.mkdir(exist_ok=True)
    name = f"{result.date:%Y-%m-%d}-{platform.system()}-{platform.machine()}".lower()
    name += f"-{result.machine.cores}-cores{kind}"
    encoded = msgspec.json.format(msgspec.json.encode(result), indent=2)
    (RESULTS / f"{name}.json").write_bytes(encoded + b"\n")
    table = RESULTS / f"{name}.txt"
    table.write_text(_table(result), encoding="utf-8")
    return table


def _table(result: Result) -> str:
    rows = [line(case, row) for case, rows in result.cases.items() for row in rows]
    took = f"\n{result.seconds:.0f} s in all\n"
    return heading(result.machine, result.date) + "\n" + COLUMNS + "\n".join(rows) + "\n" + took
