"""Whatever happens in whatever order, the export holds the newest of everything, once."""

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from intercom_async.export.store import Identity, Record, Step, check_files, read_lines
from intercom_async.scan.windows import Window
from tests.export.one_stream import OneStream

IDENTITY = Identity("ws", "2.10", None, None, True, ())
WINDOWS = [Window(100, 199), Window(200, 299)]
IDS = [str(number) for number in range(12)]
# On a disk of memory waiting for the disk costs nothing, and nothing here depends on it.
MEMORY = Path("/dev/shm")  # noqa: S108  # a folder in it is made with mkdtemp

versions = st.lists(
    st.tuples(st.sampled_from(IDS), st.none() | st.integers(1, 6)), min_size=0, max_size=6
)


class Killed(BaseException):
    """Stands for the end of the process."""


def newer(updated_at: int | None, than: int | None) -> bool:
    return updated_at is not None and (than is None or updated_at > than)


class StoreMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        where = MEMORY if MEMORY.is_dir() else None
        self.root = Path(tempfile.mkdtemp(dir=where, prefix="store-"))
        self.kept: dict[str, tuple[int | None, bytes]] = {}
        self.deleted: set[str] = set()
        self.made = 0
        self.steps_left: int | None = None
        self.store = self.open()
        self.store.begin((window, 6) for window in WINDOWS)

    def open(self) -> OneStream:
        return OneStream.open(self.root / "ws", IDENTITY, on_step=self.step)

    def step(self, _: Step) -> None:
        if self.steps_left is not None:
            self.steps_left -= 1
            if self.steps_left < 0:
                self.steps_left = None
                raise Killed

    def survives(self, act: Callable[[], object]) -> bool:
        """Act, and open the store again, as often as need be, if the process ends meanwhile."""
        try:
            act()
        except Killed:
            self.store.close()
            self.store = self.open()
            return False
        return True

    def records(self, drawn: list[tuple[str, int | None]]) -> list[Record]:
        records = []
        for id, updated_at in drawn:
            self.made += 1
            parts = {"conversation_parts": [{}] * int(id), "total_count": max(int(id), 3)}
            fields = {"id": id, "updated_at": updated_at, "made": self.made}
            line = json.dumps({**fields, "conversation_parts": parts}).encode()
            created_at = None if id == "0" else int(id) * 30  # some lie outside every window
            records.append(Record(id, created_at, updated_at, line, int(id), 3))
        return records

    def expect(self, records: list[Record]) -> int:
        newest: dict[str, Record] = {}
        for record in records:
            if record.id in newest:
                than = newest[record.id].updated_at
            elif record.id in self.kept:
                than = self.kept[record.id][0]
            else:
                newest[record.id] = record
                continue
            if newer(record.updated_at, than):
                newest[record.id] = record
        self.kept |= {record.id: (record.updated_at, record.line) for record in newest.values()}
        self.deleted -= newest.keys()
        return len(newest)

    @rule(steps=st.integers(0, 12))
    def end_the_process_soon(self, steps: int) -> None:
        self.steps_left = steps

    @rule(window=st.sampled_from(WINDOWS), drawn=versions, cursor=st.none() | st.text(max_size=3))
    def commit_page(
        self, window: Window, drawn: list[tuple[str, int | None]], cursor: str | None
    ) -> None:
        records, written = self.records(drawn), []
        if self.survives(lambda: written.append(self.store.commit_page(window, records, cursor))):
            assert written == [self.expect(records)]
            (state,) = [state for state in self.store.plan.windows() if state.window == window]
            assert (state.cursor, state.done) == (cursor, cursor is None)

    @rule(drawn=versions)
    def commit_update(self, drawn: list[tuple[str, int | None]]) -> None:
        records, written = self.records(drawn), []
        if self.survives(lambda: written.append(self.store.commit_update(records))):
            assert written == [self.expect(records)]

    @rule(id=st.sampled_from(IDS))
    def delete(self, id: str) -> None:
        if self.survives(lambda: self.store.mark_deleted(id)):
            self.kept.pop(id, None)
            self.deleted.add(id)

    @rule()
    def compact(self) -> None:
        self.survives(self.store.compact)

    @rule()
    def finish_and_begin_anew(self) -> None:
        def act() -> None:
            if self.store.run.phase != "finished":
                self.store.compact()
                self.store.finish({})
            self.store.begin_update()

        if not self.survives(act):
            act()  # as the next run does; nothing is committed to what is finished

    @rule()
    def reopen(self) -> None:
        self.steps_left = None
        self.store.close()
        self.store = self.open()

    @precondition(lambda self: any(self.shards()))
    @rule(number=st.integers(0, 9), tail=st.binary(min_size=1, max_size=9))
    def tear(self, number: int, tail: bytes) -> None:
        shards = self.shards()
        with shards[number % len(shards)].open("ab") as file:
            file.write(tail)

    def shards(self) -> list[Path]:
        return sorted((self.root / "ws" / "conversations").glob("*.zst"))

    @invariant()
    def nothing_is_lost(self) -> None:
        assert self.store.ledger.known(IDS) == {id: at for id, (at, _) in self.kept.items()}
        assert self.store.outcomes.deleted() == sorted(self.deleted)
        counts = self.store.run.counts()
        assert counts.records == len(self.kept)
        assert counts.parts == sum(int(id) for id in self.kept)
        assert counts.parts_missing == sum(int(id) < 3 for id in self.kept)
        assert self.store.ledger.held(WINDOWS) == [
            sum(int(id) * 30 in window for id in self.kept) for window in WINDOWS
        ]

    def teardown(self) -> None:
        self.steps_left = None
        try:
            self.store.compact()
            if self.store.run.phase != "finished":
                self.store.finish({})
            self.store.close()
            lines = sorted(read_lines(self.root / "ws"))
            assert lines == sorted(line for _, line in self.kept.values())
            assert [(problem.kind, problem.id) for problem in check_files(self.root / "ws")] == [
                ("parts missing", id) for id in sorted(self.kept) if int(id) < 3
            ]
            assert not list(self.root.rglob("*.partial"))
        finally:
            self.store.close()
            shutil.rmtree(self.root)


StoreMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=25)
TestStore = StoreMachine.TestCase
