"""Tables are made of one state of an export: no row stands twice, whatever runs meanwhile."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from intercom_async import ConfigurationError
from intercom_async.export.store import ExportLocked, Identity, Record
from intercom_async.export.tables import Format, convert, writer
from intercom_async.scan.windows import Window
from tests.export.one_stream import OneStream

IDENTITY = Identity("ws", "2.10", None, None, True, ())
WINDOW = Window(0, 99)


def record(id: int, updated_at: int = 1) -> Record:
    line = json.dumps({"id": str(id), "created_at": id, "updated_at": updated_at}).encode()
    return Record(str(id), id, updated_at, line)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "ws"
    with OneStream.open(folder, IDENTITY) as store:
        store.begin([(WINDOW, 4)])
        store.commit_page(WINDOW, [record(id) for id in range(4)], None)
        store.finish({})
    return folder


def begin(store: OneStream) -> None:
    store.begin_update()
    store.commit_update([record(1, 2)])


def go_on(store: OneStream) -> None:
    store.commit_update([record(2, 2)])


def end(store: OneStream) -> None:
    store.compact()
    store.finish({})


def whole(store: OneStream) -> None:
    begin(store)
    end(store)


@pytest.mark.parametrize("format_", get_args(Format))
@pytest.mark.parametrize("stage", [[begin], [begin, go_on]])
def test_an_export_under_way_is_refused(
    folder: Path, tmp_path: Path, stage: list[Callable[[OneStream], None]], format_: Format
) -> None:
    with OneStream.open(folder, IDENTITY) as store:
        for step in stage:
            step(store)
        with pytest.raises(ConfigurationError, match="not finished: export again"):
            convert(folder, tmp_path / "tables", format_)
        end(store)
    assert not list((tmp_path / "tables").iterdir())
    assert convert(folder, tmp_path / "tables", format_).rows["conversations"] == 4


@pytest.mark.long
@pytest.mark.parametrize("format_", get_args(Format))
@pytest.mark.parametrize(
    ("meanwhile", "before"), [(begin, True), (begin, False), (whole, True), (whole, False)]
)
def test_an_export_that_runs_meanwhile_is_noticed(  # noqa: PLR0917  # fixtures
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    meanwhile: Callable[[OneStream], None],
    format_: Format,
    before: bool,
) -> None:
    names, write = writer._WRITERS[format_]

    def written(job: writer._Job, made: list[Path]) -> dict[str, int]:
        rows = {} if before else write(job, made)
        with OneStream.open(folder, IDENTITY) as store:
            meanwhile(store)
        return write(job, made) if before else rows

    monkeypatch.setitem(writer._WRITERS, format_, (names, written))
    with pytest.raises(ExportLocked, match="exporting to"):
        convert(folder, tmp_path / "tables", format_)
    assert not list((tmp_path / "tables").iterdir())
