"""An export may be cut off anywhere: nothing is left of it, and the next one goes on."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intercom_async.export import Export
from intercom_async.export.store import Store, StreamStore, check_files, read_lines
from intercom_async.export.store.ledger import Ledger
from intercom_async.export.store.outcomes import Outcomes
from intercom_async.export.store.plan import Plan
from intercom_async.export.store.run import Run
from tests.export.one_stream import only

Most = Callable[[int], int | None]
WATCHED = {
    Store: "begin finish close",
    StreamStore: "begin commit_page commit_part commit_update compact",
    Run: "counts recall remember advance",
    Plan: "windows verify",
    Ledger: "known held",
    Outcomes: "failed deleted",
}


class OneAtATime:
    """Notes where two threads do something with a store at once, or one after its end."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.wrong: list[str] = []
        self._lock = threading.Lock()
        for of, names in WATCHED.items():
            for name in names.split():
                self._watch(patch, of, name)

    def _watch(self, patch: pytest.MonkeyPatch, of: type, name: str) -> None:
        inner = getattr(of, name)

        def watched(store: Any, *args: Any, **options: Any) -> Any:
            owner = getattr(self, "_owner", None)
            if owner == threading.get_ident():  # one method of the store calls another
                return inner(store, *args, **options)
            if not self._lock.acquire(blocking=False):
                self.wrong.append(f"{name} beside another")
                return inner(store, *args, **options)
            self._owner = threading.get_ident()
            try:
                return inner(store, *args, **options)
            finally:
                del self._owner
                self._lock.release()

        patch.setattr(of, name, watched)


@pytest.mark.long
@pytest.mark.parametrize("parts", [False, True], ids=["listed", "with parts"])
def test_export(
    sweep: Any, most: Most, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: bool
) -> None:
    watch = OneAtATime(monkeypatch)

    async def scenario(bench: Any) -> None:
        runs = iter(range(10**6))
        folders: list[Path] = []

        async def export() -> None:
            folders.append(tmp_path / str(next(runs)))
            await Export(bench.intercom, folders[-1], only(parts=parts)).run()

        async def go_on() -> None:
            """Export again to where the last one was cut off: nothing holds the folder."""
            job = Export(bench.intercom, folders[-1], only(parts=parts))
            summary = (await job.run()).streams["conversations"]
            assert summary.complete
            assert summary.counts.records == len(list(read_lines(job.folder))) == 12
            assert [each for each in check_files(job.folder) if each.kind != "parts missing"] == []
            assert watch.wrong == []

        await bench.sweep(export, most=most(2), after=go_on)

    sweep(scenario)
