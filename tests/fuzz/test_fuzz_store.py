"""Whatever became of an export's files, opening it works or says that they are damaged."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from intercom_async import IntercomError
from intercom_async.export.store import (
    Identity,
    Record,
    check_files,
    read_lines,
    read_manifest,
    read_status,
)
from intercom_async.scan.windows import Window
from tests.export.one_stream import OneStream

IDENTITY: Final = Identity("ws", "2.10", None, None, True, ())
WINDOWS: Final = [Window(0, 99), Window(100, 199)]
FILES: Final = [
    "state.sqlite",
    "state.lock",
    "manifest.json",
    "conversations/created=0",
    "conversations/created=1",
]


def page(start: int) -> list[Record]:
    return [
        Record(str(id), id, 1, b'{"id":"%d","updated_at":1,"conversation_parts":null}' % id)
        for id in (start, start + 1)
    ]


@lru_cache(maxsize=2)
def exported(*, finished: bool) -> Path:
    folder = Path(mkdtemp(prefix="fuzz-store-")) / "ws"
    with OneStream.open(folder, IDENTITY) as store:
        store.begin((window, 2) for window in WINDOWS)
        for window in WINDOWS:
            store.commit_page(window, page(window.start), None if finished else "next")
        if finished:
            store.finish({})
    return folder


def use(folder: Path) -> None:
    """Do with an export all that is done with one; only our own errors and the disk's come out."""
    uses: list[Callable[[], Any]] = [
        lambda: read_status(folder),
        lambda: read_manifest(folder),
        lambda: check_files(folder),
        lambda: list(read_lines(folder)),
        lambda: resume(folder),
    ]
    for each in uses:
        with suppress(IntercomError, OSError):
            each()


def resume(folder: Path) -> None:
    with OneStream.open(folder, IDENTITY) as store:
        store.run.counts()
        for state in store.plan.windows():
            if not state.done:
                store.commit_page(state.window, page(state.window.start + 10), None)
        store.finish({})


def files(folder: Path) -> list[Path]:
    names = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]
    return [folder / name for name in sorted(names)]


@pytest.mark.long
@given(st.booleans(), st.integers(0, 9), st.integers(0), st.binary(max_size=40), st.booleans())
def test_bytes_written_over_anywhere(
    finished: bool, which: int, place: int, data: bytes, cut: bool
) -> None:
    with TemporaryDirectory() as scratch:
        folder = Path(scratch) / "ws"
        shutil.copytree(exported(finished=finished), folder)
        there = files(folder)
        path = there[which % len(there)]
        whole = path.read_bytes()
        at = place % (len(whole) + 1)
        path.write_bytes(whole[:at] + data + (b"" if cut else whole[at + len(data) :]))
        use(folder)


odd = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.sampled_from([0, 1, -1, 2**62, "", "{}", "[]", "null", "../../x", "/etc/passwd", "done"]),
    st.floats(),
    st.text(max_size=10),
    st.binary(max_size=10),
)


@pytest.mark.long
@given(st.booleans(), st.integers(0, 99), odd)
@example(finished=False, which=1, value="{}")  # what was asked for
@example(finished=False, which=2, value="done")  # how far it has come
def test_a_run_that_holds_something_else(finished: bool, which: int, value: Any) -> None:
    with TemporaryDirectory() as scratch:
        folder = Path(scratch) / "ws"
        shutil.copytree(exported(finished=finished), folder)
        with closing(sqlite3.connect(folder / "state.sqlite")) as state, state:
            columns = [column for _, column, *_ in state.execute("PRAGMA table_info(run)")]
            column = columns[which % len(columns)]
            with suppress(sqlite3.Error, UnicodeError):
                state.execute(f'UPDATE run SET "{column}" = ?', (value,))  # noqa: S608  # ours
        use(folder)
