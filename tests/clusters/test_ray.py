"""The example on Ray: processes that are killed are followed by others, and nothing is lost.

``make test-ray`` installs Ray, which is large, and runs this.
"""

import asyncio
import os
import runpy
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from intercom_async.emulator import Emulator
from intercom_async.export.store import check_files, read_lines

pytest.importorskip("ray", reason="needs Ray: make test-ray")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")

EXAMPLE: Final = Path(__file__).parents[2] / "examples/ray_export.py"
WORKSPACES: Final = 6
CONVERSATIONS: Final = 150
KILLED_AFTER: Final = (60, 400, 800)  # requests of all, of about a thousand
SECONDS: Final = 240  # far more than it takes


@pytest.fixture
async def emulators(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[list[Emulator]]:
    """Emulated workspaces, of which the file in the test's folder tells."""
    async with AsyncExitStack() as stack:
        made = []
        tables = []
        for number in range(WORKSPACES):
            token = f"a-token-nobody-may-see-{number}"
            emulator = Emulator(conversations=CONVERSATIONS, seed=number, token=token, latency=0.2)
            made.append(await stack.enter_async_context(emulator))
            monkeypatch.setenv(f"TOKEN_{number}", token)
            tables.append(f'[w{number}]\nbase_url = "{emulator.url}"\ntoken_env = "TOKEN_{number}"')
        tables.append('[lost]\ntoken_env = "TOKEN_OF_NOBODY"\n')
        (tmp_path / "workspaces.toml").write_text("\n".join(tables))
        yield made


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let Ray keep to this machine, and what it writes to a folder that goes."""
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("RAY_ADDRESS", "local")
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)  # it starts a dozen Pythons
    monkeypatch.setenv("HOME", str(tmp_path))
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
        monkeypatch.setenv("RAY_TMPDIR", folder)  # a short one: it holds sockets
        yield


def exporters(above: int) -> list[int]:
    """Return the processes that export, of those a process has started, however far down."""
    parents = {}
    for each in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(each.name)] = int((each / "stat").read_text().rpartition(")")[2].split()[1])
        except FileNotFoundError:  # it ended meanwhile
            continue
    found = []
    for pid in parents:
        parent = pid
        while parent not in {0, above}:
            parent = parents.get(parent, 0)
        if parent == above and is_exporter(pid):
            found.append(pid)
    return found


def is_exporter(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"ray::Exporter")
    except FileNotFoundError:
        return False


async def kill_one(program: int, before: set[int]) -> int:
    """Kill a process that was not killed before, once there is one, and return which."""
    while True:
        running = await asyncio.to_thread(exporters, program)
        for pid in sorted(set(running) - before):
            os.kill(pid, signal.SIGKILL)
            return pid
        await asyncio.sleep(0.05)


def whole(folder: Path, emulator: Emulator) -> None:
    """See that an export holds every conversation once, byte by byte as the API has it."""
    exported = folder / emulator.workspace.app["id_code"]
    assert check_files(exported) == []
    held = [(msgspec.json.decode(line)["id"], line) for line in read_lines(exported)]
    stored = {id: emulator.workspace.get(id) for id in emulator.workspace.ids()}
    assert len(held) == len(stored) == CONVERSATIONS
    assert dict(held) == {id: each.encoded_full for id, each in stored.items() if each is not None}


async def run_and_kill(emulators: list[Emulator], at: Path) -> tuple[int, str, set[int]]:
    """Run the example, and return its exit code, what it printed, and what was killed meanwhile."""
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, EXAMPLE, "workspaces.toml", "out"),
        cwd=at,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert program.stdout is not None
    reading = asyncio.create_task(program.stdout.read())
    killed: set[int] = set()
    try:
        async with asyncio.timeout(SECONDS):
            for asked in KILLED_AFTER:
                while sum(len(each.requests) for each in emulators) < asked:
                    assert not reading.done(), reading.result().decode()
                    await asyncio.sleep(0.02)
                killed.add(await kill_one(program.pid, killed))
            told = await reading
            return await program.wait(), told.decode(), killed
    finally:
        reading.cancel()
        if program.returncode is None:
            program.kill()
            await program.wait()


@pytest.mark.usefixtures("cluster")
async def test_processes_are_killed_at_three_moments_and_nothing_is_lost(
    emulators: list[Emulator], tmp_path: Path
) -> None:
    code, told, killed = await run_and_kill(emulators, tmp_path)
    assert code == 3, told
    rows = {row.split()[0]: row for row in told.splitlines() if row.startswith(("w", "lost"))}
    assert rows.pop("lost").endswith("the variable 'TOKEN_OF_NOBODY' is not set on every machine")
    assert len(rows) == WORKSPACES
    assert all(row.endswith("  complete") for row in rows.values()), told
    assert len(killed) == len(KILLED_AFTER)
    assert "nobody-may-see" not in told
    for emulator in emulators:
        await asyncio.to_thread(whole, tmp_path / "out", emulator)


async def test_a_mirror_that_a_machine_took_with_it_is_waited_for(
    emulators: list[Emulator], tmp_path: Path
) -> None:
    example = await asyncio.to_thread(runpy.run_path, str(EXAMPLE))
    (emulator, *_) = emulators
    emulator.latency = 0.0
    (workspace, *_) = await asyncio.to_thread(
        example["read_workspaces"], tmp_path / "workspaces.toml"
    )
    mirror = tmp_path / "mirror"
    lease = mirror / emulator.workspace.app["id_code"] / "lease.json"
    lease.parent.mkdir(parents=True)
    gone = {"holder": "one that is gone", "id": "0", "until": int(time.time()) + 3}
    lease.write_bytes(msgspec.json.encode(gone))

    exporter: Any = example["Exporter"](str(tmp_path / "out"), mirror.as_uri(), None)
    outcome = await exporter.export(workspace)
    await exporter.close()
    assert (outcome.name, outcome.error) == ("w0", None)
    await asyncio.to_thread(whole, tmp_path / "out", emulator)
    assert any(mirror.rglob("manifest.json"))
