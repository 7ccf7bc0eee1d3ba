"""The same work by other tools in one run: take all conversations out, as lines on the disk.

Each tool has an environment of its own in ``.venv/peers``, made when first needed, so that what
they pin does not collide. One that does not install or run is left out, and it says so.
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median
from typing import Any, Final

import msgspec

from benchmarks.cases.export import cost_of
from benchmarks.data import load
from benchmarks.measure import ratio
from benchmarks.rows import Row
from benchmarks.serving import Bench
from benchmarks.workspace import Workspace
from intercom_async.export.store import read_lines

_SIZE: Final = 1_500
_ROUNDS: Final = 3
_HERE: Final = Path(__file__).parents[2]
_ENVIRONMENTS: Final = Path(sys.prefix) / "peers"
_PEERS: Final = {
    "dlt, REST source": ("dlt_rest", "dlt==1.31.0"),
    "Airbyte, declarative": ("declarative", "airbyte-cdk==7.39.1"),
    "tap-intercom": ("tap", "tap-intercom==2.2.5"),
    "python-intercom": ("official", "python-intercom==5.0.1"),
}


class _Cost(msgspec.Struct):
    cpu: float
    wall: float


def run(bench: Bench) -> Iterator[Row]:
    taken: dict[str, list[_Cost]] = {"ours": []}
    found: dict[str, dict[str, Any]] = {}
    with bench.served(size=_SIZE) as server:
        for number in range(_ROUNDS):
            out = bench.scratch / f"peers-{number}"
            ours = cost_of("exported", url=server.url, out=str(out))
            taken["ours"].append(_Cost(ours.cpu * _SIZE, ours.wall * _SIZE))
            found["ours"] = _records(read_lines(out / "benchmark"))
            for name, (program, package) in _PEERS.items():
                if number and name not in taken:
                    continue  # it did not run
                lines = out / f"{program}.ndjson"
                try:
                    cost = _cost(program, package, server.url, lines)
                except subprocess.CalledProcessError as error:
                    print(f"{name} does not install or run: {error.stderr.strip()[-300:]}")
                    continue
                taken.setdefault(name, []).append(cost)
                found[name] = _records(lines.read_bytes().splitlines())
    yield from _rows(taken, found, _sent(bench))


def _rows(
    taken: dict[str, list[_Cost]], found: dict[str, dict[str, Any]], sent: dict[str, Any]
) -> Iterator[Row]:
    for what in ("cpu", "wall"):
        ours = [getattr(each, what) for each in taken["ours"]]
        for name, costs in taken.items():
            seconds = [getattr(each, what) for each in costs]
            yield Row(
                what="all to lines, CPU" if what == "cpu" else "all to lines, time",
                side=name,
                value=median(seconds) / _SIZE * 1e6,
                unit="µs",
                ratio=ratio(seconds, ours),
                to="ours",
            )
    for name, records in found.items():
        there = len(sent.keys() & records.keys()) / len(sent) * 100
        whole = sum(_holds(records.get(id), record) for id, record in sent.items())
        yield Row(what="records that are there", side=name, value=there, unit="%")
        yield Row(
            what="records with all that was sent",
            side=name,
            value=whole / len(sent) * 100,
            unit="%",
        )


def _holds(written: Any, sent: Any) -> bool:
    """Tell whether all that was sent is there; what is null may be left out, and more may be."""
    if isinstance(sent, dict):
        return isinstance(written, dict) and all(
            _holds(written.get(name), value) for name, value in sent.items()
        )
    if isinstance(sent, list):
        return (
            isinstance(written, list)
            and len(written) == len(sent)
            and all(map(_holds, written, sent))
        )
    same: bool = written == sent
    return same


def _sent(bench: Bench) -> dict[str, Any]:
    page = Workspace(load(bench.data), _SIZE, 0).page("", _SIZE)
    return {each["id"]: each for each in msgspec.json.decode(page)["conversations"]}


def _cost(program: str, package: str, url: str, out: Path) -> _Cost:
    python = _python(program, package)
    printed = _run(python, "-m", f"benchmarks.peers.{program}", url, out)
    return msgspec.json.decode(printed, type=_Cost)


def _python(program: str, package: str) -> Path:
    """Return the Python of a tool's environment, and make that if it is not there."""
    folder = _ENVIRONMENTS / program
    python, made = folder / "bin" / "python", folder / package
    if not made.exists():
        _run(sys.executable, "-m", "venv", "--clear", folder)
        _run(python, "-m", "pip", "install", "--quiet", package)
        made.touch()
    return python


def _run(*command: str | Path) -> bytes:
    return subprocess.run(command, cwd=_HERE, capture_output=True, check=True).stdout  # noqa: S603


def _records(lines: Iterable[bytes]) -> dict[str, Any]:
    """Return the records of lines, each by its id, taken out of what tools write around them."""
    records: dict[str, Any] = {}
    for line in lines:
        record = msgspec.json.decode(line)
        if record.get("type") == "RECORD":
            record = record["record"]
            record = record.get("data", record)
        if "id" in record:
            records[str(record["id"])] = record
    return records
