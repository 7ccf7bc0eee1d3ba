"""Importing, and the first answer after a start, each in fresh processes."""

import subprocess
import sys
from collections.abc import Iterator
from statistics import median

import msgspec

from benchmarks.measure import ratio
from benchmarks.rows import Row, Target, at_most
from benchmarks.serving import Bench
from benchmarks.workspace import FIRST_ID

_ROUNDS = 9
_TIMED = """
import sys, time
before = time.perf_counter(), time.process_time()
{statement}
print([time.perf_counter() - before[0], time.process_time() - before[1],
       1 * ("aiohttp" in sys.modules)])
"""
_FIRST = """
import asyncio
from benchmarks.clients.{module} import {name}
async def first():
    async with {name}("{url}") as client:
        await client.retrieve([{id}], 1)
asyncio.run(first())
"""
_COMMAND = """
from contextlib import redirect_stdout, suppress
from io import StringIO
sys.argv = ["intercom-async", "export", "--help"]
from intercom_async.cli import main
with redirect_stdout(StringIO()), suppress(SystemExit):
    main()
"""
_IMPORTS = {
    "aiohttp": "import aiohttp",
    "ours": "from intercom_async import AsyncIntercom",
    "ours, package alone": "import intercom_async",
    "python-intercom": "from intercom import AsyncIntercom; AsyncIntercom(token='')",
    "command, --help": _COMMAND,
    # And what it loads once it knows what to export.
    "command, export": f"{_COMMAND}\nimport intercom_async.export, intercom_async.net.transport",
}
_OPENED = {"ours": ("ours", "Ours"), "bare loop": ("bare", "Bare")}
_OPENED |= {"python-intercom": ("official", "Official")}


def run(bench: Bench) -> Iterator[Row]:
    targets = dict.fromkeys(("ours", "ours, package alone"), at_most(1.1))
    commands = dict.fromkeys(("command, --help", "command, export"), at_most(1.5))
    taken = _taken(_IMPORTS)
    yield from _rows("import", taken, "aiohttp", targets | commands)
    for name in targets:
        yield Row(
            what="aiohttp loaded by the import",
            side=name,
            value=max(loaded for _, _, loaded in taken[name]),
            unit="",
            target=at_most(0),
        )
    with bench.served() as server:
        statements = {
            name: _FIRST.format(module=module, name=client, url=server.url, id=FIRST_ID)
            for name, (module, client) in _OPENED.items()
        }
        yield from _rows("first answer", _taken(statements), "bare loop", {})


_Taken = dict[str, list[tuple[float, float, int]]]


def _taken(statements: dict[str, str]) -> _Taken:
    """Run each statement in a fresh process, in turn."""
    taken: _Taken = {name: [] for name in statements}
    for number in range(_ROUNDS + 1):
        for name, statement in statements.items():
            code = _TIMED.format(statement=statement)
            printed = subprocess.run(  # noqa: S603
                [sys.executable, "-c", code], stdout=subprocess.PIPE, check=True
            ).stdout
            if number:  # the first leaves compiled files and a warm disk behind
                taken[name].append(msgspec.json.decode(printed, type=tuple[float, float, int]))
    return taken


def _rows(what: str, taken: _Taken, to: str, targets: dict[str, Target]) -> Iterator[Row]:
    for column, kind in enumerate(("time", "CPU")):
        floor = [each[column] for each in taken[to]]
        for name, rounds in taken.items():
            seconds = [each[column] for each in rounds]
            yield Row(
                what=f"{what}, {kind}",
                side=name,
                value=median(seconds) * 1e3,
                unit="ms",
                ratio=ratio(seconds, floor),
                to=to,
                target=targets.get(name) if kind == "time" else None,
            )
