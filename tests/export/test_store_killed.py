"""Killed before any of its steps and run again, an export ends with the same bytes.

So it does if SQLite's log is deleted in between, which costs what is then fetched again.

Runs itself as a program, which forks a child for every kill: a child of the tests' own process
would inherit its threads and its plugins. The test kills before each named step and some more;
``python tests/export/test_store_killed.py`` before every one.
"""

import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intercom_async.export.store import Identity, Record, Step, check_files
from intercom_async.scan.windows import Window
from tests.export.one_stream import OneStream

IDENTITY = Identity("ws", "2.10", None, None, True, ())
WINDOWS = list(Window(0, 299).split(3))
MEMORY = Path("/dev/shm")  # noqa: S108  # a folder in it is made with mkdtemp
SECONDS = 240
SOME = "4"  # one step in so many


def record(id: int, updated_at: int) -> Record:
    body = f"text {id * 7919}" * 20
    parts = {"conversation_parts": [{}] * (id % 5), "total_count": max(id % 5, 3)}
    fields = {"id": str(id), "updated_at": updated_at, "body": body}
    line = json.dumps({**fields, "conversation_parts": parts}).encode()
    return Record(str(id), id, updated_at, line, id % 5, 3)


def pages(window: Window) -> list[list[Record]]:
    """Two pages, of which the second repeats a conversation that changed meanwhile."""
    ids = range(window.start, window.end, 9)
    first, second = [record(id, 1) for id in ids[:6]], [record(id, 1) for id in ids[6:]]
    return [first, [*second, record(window.start, 2)]]


def walk(store: OneStream) -> None:
    for state in store.plan.windows():
        if not state.done:
            rest = pages(state.window)[int(state.cursor or 0) :]
            for number, page in enumerate(rest, int(state.cursor or 0) + 1):
                store.commit_page(state.window, page, str(number) if number < 2 else None)


def export(store: OneStream) -> None:
    if store.run.phase == "new":
        store.begin([(window, 12) for window in WINDOWS])
    if store.run.phase == "planned":
        walk(store)
        store.outcomes.quarantine(b"?", "no JSON")
        store.outcomes.fail("9", "timed out")
        store.mark_deleted("18")
        for id in range(100, 200, 9):  # a window of which nothing stays
            store.mark_deleted(str(id))
        store.run.advance("walked")
    if store.run.phase == "walked":
        store.commit_update([record(id, 5) for id in (0, 9, 27, 218, 1000)])
        store.commit_update([record(id, 6) for id in (9, 1, 1001)])
        store.run.advance("drained")
    verify(store)
    store.compact()
    store.finish({"complete": True})


def verify(store: OneStream) -> None:
    windows = [state.window for state in store.plan.windows()]
    store.plan.verify(
        (window, 12, held) for window, held in zip(windows, store.ledger.held(windows), strict=True)
    )


def update(store: OneStream) -> None:
    store.commit_update([record(id, 8) for id in (9, 209, 1000, 1002)])
    store.mark_deleted("0")
    store.compact()
    store.finish({"complete": True})


def run(folder: Path, on_step: Callable[[Step], None] | None = None) -> None:
    """Export and then update, going on from wherever an earlier run was killed."""
    manifest = folder / "manifest.json"
    with OneStream.open(
        folder, IDENTITY, on_step=on_step, clock=lambda: 5000 + 100 * manifest.exists()
    ) as store:
        if store.run.state().previous_started_at is None:
            if store.run.phase != "finished":
                export(store)
            store.begin_update()
        if store.run.phase != "finished":
            update(store)


def results(folder: Path) -> dict[str, Any]:
    files: dict[str, Any] = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("state.")
    }
    for name in ("manifest.json", "summary.json"):
        files[name] = json.loads(files[name])
        del files[name]["finished_at"], files[name]["streams"]["conversations"]["started_at"]
    return files


def killed(folder: Path, at: int) -> bool:
    """Run in a child, which kills itself before a step; return whether it came so far."""
    child = os.fork()
    if child == 0:
        steps = itertools.count()

        def step(_: Step) -> None:
            if next(steps) == at:
                os.kill(os.getpid(), signal.SIGKILL)

        status = 1
        try:
            run(folder, step)
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) in (0, -signal.SIGKILL)
    return os.WIFSIGNALED(status)


def choose(steps: list[Step], every: int) -> list[tuple[int, Step]]:
    """Return one in so many of the steps, and the first of each name, with their numbers."""
    return [
        (at, name) for at, name in enumerate(steps) if at % every == 0 or steps.index(name) == at
    ]


def main(root: Path, every: int) -> None:
    steps: list[Step] = []
    run(root / "whole", steps.append)
    seen = set(steps)
    expected = results(root / "whole")
    problems = check_files(root / "whole")
    assert {problem.kind for problem in problems} == {"parts missing"}
    seeded = random.Random(7)
    for at, name in choose(steps, every):
        folder = root / f"killed-{at}"
        assert killed(folder, at)
        again = seeded.randrange(len(steps))
        first = seeded.choice([True, False])
        for second in [0, again] if first else [again]:  # also while recovering
            killed(folder, second)
        run(folder, seen.add)
        assert results(folder) == expected, f"killed before step {at}, {name}, then {again}"
        assert check_files(folder) == problems
        shutil.rmtree(folder)
    with OneStream.open(root / "finished", IDENTITY, clock=lambda: 5000) as store:
        export(store)
    for begun in (None, root / "finished"):
        for at, name in choose(steps, every):
            folder = root / "log lost"
            if begun is not None:
                shutil.copytree(begun, folder)
            if killed(folder, at):
                (folder / "state.sqlite-wal").unlink(missing_ok=True)
                run(folder)
                assert results(folder) == expected, f"log lost before step {at}, {name}"
                assert check_files(folder) == problems
            shutil.rmtree(folder)
    print(json.dumps(sorted(seen)))  # noqa: T201  # the answer to the parent


@pytest.mark.long
def test_a_kill_anywhere_changes_nothing_in_the_end() -> None:
    program = subprocess.run(  # noqa: S603  # this file
        [sys.executable, __file__, SOME],
        check=False,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert program.returncode == 0, program.stderr
    assert set(json.loads(program.stdout)) == set(typing.get_args(Step))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as scratch:
        main(Path(scratch), every=int([*sys.argv, "1"][1]))
