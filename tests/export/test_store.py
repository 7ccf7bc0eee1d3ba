"""The store in ordinary use: what goes in is found again, counted once, and told of at the end."""

import json
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from intercom_async import ConfigurationError
from intercom_async.export.store import (
    Counts,
    ExportMismatch,
    Identity,
    Record,
    check_files,
    digest,
    read_lines,
    read_manifest,
    read_shard,
    read_status,
)
from intercom_async.scan.windows import Window
from tests.export.one_stream import OneStream, status_of

IDENTITY = Identity("ws", "2.10", None, None, True, ())
EARLY, LATE = Window(1000, 1999), Window(2000, 2999)


def record(
    id: str, updated_at: int | None = 1, created_at: int | None = 1500, **more: Any
) -> Record:
    fields: dict[str, Any] = {"id": id, "updated_at": updated_at}
    if "parts" in more:
        fields["conversation_parts"] = {"conversation_parts": [{}] * more["parts"]}
    return Record(id, created_at, updated_at, json.dumps(fields).encode(), **more)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "ws"


def planned(folder: Path) -> OneStream:
    store = OneStream.open(folder, IDENTITY)
    store.begin([(LATE, 1), (EARLY, 2)])
    return store


def versions(folder: Path) -> dict[str, int]:
    records = [json.loads(line) for line in read_lines(folder)]
    assert len({record["id"] for record in records}) == len(records)
    return {record["id"]: record["updated_at"] for record in records}


def test_a_new_export_begins_with_its_time(folder: Path) -> None:
    with OneStream.open(folder, IDENTITY, clock=lambda: 1234.5) as store:
        assert (store.run.phase, store.run.started_at, store.run.state().previous_started_at) == (
            "new",
            1234,
            None,
        )
        assert store.run.counts() == Counts(0, 0, 0, 0, 0, 0, 0, 0, 0)
        assert store.plan.windows() == []
    with OneStream.open(folder, IDENTITY, clock=lambda: 9999) as store:
        assert store.run.started_at == 1234


def test_planning_makes_it_planned_and_lists_windows_by_time(folder: Path) -> None:
    with planned(folder) as store:
        assert store.run.phase == "planned"
        assert [(w.window, w.expected, w.begun) for w in store.plan.windows()] == [
            (EARLY, 2, False),
            (LATE, 1, False),
        ]


@pytest.mark.parametrize("again", [EARLY, Window(1999, 1999), Window(500, 5000)])
def test_windows_that_overlap_are_refused(folder: Path, again: Window) -> None:
    with planned(folder) as store:
        with pytest.raises(ValueError, match="overlap"):
            store.begin([(again, 1)])
        assert len(store.plan.windows()) == 2


def test_pages_of_a_window_go_to_its_shard_with_their_cursor(folder: Path) -> None:
    with planned(folder) as store:
        assert store.commit_page(EARLY, [record("1"), record("2")], "next") == 2
        first = store.plan.windows()[0]
        assert (first.cursor, first.rows, first.done) == ("next", 2, False)
        assert store.commit_page(EARLY, [record("3")], None) == 1
        first = store.plan.windows()[0]
        assert (first.cursor, first.rows, first.done) == (None, 3, True)
    shard = folder / "conversations" / f"created={EARLY.name}.ndjson.zst"
    assert list(read_shard(shard)) == [record(id).line for id in "123"]


def test_a_page_of_an_unplanned_window_is_refused(folder: Path) -> None:
    with planned(folder) as store:
        with pytest.raises(ValueError, match="not planned"):
            store.commit_page(Window(1, 2), [record("1")], None)
        assert store.ledger.known(["1"]) == {}


def test_a_line_with_a_line_end_is_refused(folder: Path) -> None:
    with planned(folder) as store, pytest.raises(ValueError, match="record 1 is not one line"):
        store.commit_page(EARLY, [Record("1", 1500, 1, b'{"id":\n"1"}')], None)


def test_the_newest_version_stands(folder: Path) -> None:
    with planned(folder) as store:
        store.commit_page(EARLY, [record("1", 5), record("2", None), record("3", 5)], "next")
        again = [record("1", 5), record("2", 1), record("3", 4), record("3", None)]
        assert store.commit_page(EARLY, again, None) == 1
        assert store.ledger.known(["1", "2", "3", "4"]) == {"1": 5, "2": 1, "3": 5}
        assert store.commit_update([record("1", 7), record("1", 9), record("1", 8)]) == 1
        assert store.ledger.known(["1"]) == {"1": 9}
        assert (store.run.counts().records, store.run.counts().superseded) == (3, 2)


def test_counts_follow_the_version_that_stands(folder: Path) -> None:
    with planned(folder) as store:
        store.commit_page(
            EARLY,
            [
                record("1", parts=3, parts_expected=3),
                record("2", parts=1, parts_expected=4),
                record("3", parts=500, parts_expected=900, truncated=True),
                record("4", parts=7),
            ],
            None,
        )
        counts = store.run.counts()
        assert (counts.parts, counts.truncated, counts.parts_missing) == (511, 1, 1)
        assert (store.ledger.truncated(), store.ledger.parts_missing()) == (["3"], ["2"])
        store.commit_update([record("2", 2, parts=4, parts_expected=4)])
        store.mark_deleted("3")
        counts = store.run.counts()
        assert (counts.parts, counts.truncated, counts.parts_missing) == (14, 0, 0)
        assert counts.bytes == sum(
            path.stat().st_size for path in (folder / "conversations").iterdir()
        )


def test_conversations_are_counted_by_creation_time(folder: Path) -> None:
    with planned(folder) as store:
        records = [record(str(at), created_at=at) for at in (1000, 1001, 1999)]
        store.commit_page(EARLY, [*records, record("undated", created_at=None)], None)
        assert store.ledger.held([Window(1000, 1999), Window(1001, 1998), Window(0, 9)]) == [
            3,
            1,
            0,
        ]


def test_deletions_and_failures_last_until_the_conversation_arrives(folder: Path) -> None:
    with planned(folder) as store:
        store.commit_page(EARLY, [record("1"), record("2")], None)
        store.outcomes.fail("1", "500 again and again")
        store.outcomes.fail("9", "timed out")
        store.outcomes.fail("9", "timed out twice")
        store.mark_deleted("1")
        store.mark_deleted("never seen")
        assert store.outcomes.deleted() == ["1", "never seen"]
        assert store.outcomes.failed() == {"9": "timed out twice"}
        assert store.ledger.known(["1", "2"]) == {"2": 1}
        store.outcomes.fail("2", "although it stands")
        assert store.commit_update([record("1")]) == 1
        assert store.commit_update([record("2")]) == 0
        counts = store.run.counts()
        assert (counts.deleted, counts.failed, counts.records) == (1, 1, 2)
        store.compact()
    assert versions(folder) == {"1": 1, "2": 1}


def test_of_one_version_the_one_with_the_most_parts_stands(folder: Path) -> None:
    for at in (None, 5):
        with planned(folder / str(at)) as store:
            assert store.commit_page(EARLY, [record("1", at, parts=1)], None) == 1
            poor, rich = record("1", at, parts=2), record("1", at, parts=3)
            assert store.commit_update([poor, rich, poor]) == 1
            assert store.commit_update([poor]) == 0
            assert store.run.counts().parts == 3


def test_quarantine_holds_each_record_once_to_the_last_bit(folder: Path) -> None:
    with planned(folder) as store:
        for _ in range(2):
            store.outcomes.quarantine(b'{"id":[]}', "Expected `str`", "$.id")
            store.outcomes.quarantine(b"\xff\n", "no UTF-8")
            store.outcomes.quarantine(
                b'{"id":"7","created_at":[]}', "Expected `int`", "$.created_at", "7"
            )
        assert store.run.counts().quarantined == 3
        store.commit_page(EARLY, [record("7")], None)
        store.finish({})
    lines = (folder / "quarantine.ndjson").read_bytes().splitlines()
    assert sorted((json.loads(line) for line in lines), key=lambda entry: entry["reason"]) == [
        {
            "stream": "conversations",
            "id": None,
            "reason": "Expected `str`",
            "json_path": "$.id",
            "record": '{"id":[]}',
        },
        {
            "stream": "conversations",
            "id": None,
            "reason": "no UTF-8",
            "json_path": None,
            "record_base64": "/wo=",
        },
    ]


@pytest.mark.parametrize("stands", [True, False], ids=["stands", "does not stand"])
def test_what_arrives_sound_is_let_out_of_quarantine(folder: Path, *, stands: bool) -> None:
    with planned(folder) as store:
        if stands:  # and was asked for again all the same, which was answered badly
            store.commit_page(EARLY, [record("8")], "more")
        store.outcomes.quarantine(b'{"id":"8"', "no JSON", "$", "8")
        store.outcomes.fail("8", "no JSON")
        store.commit_page(EARLY, [record("8")], None)
        counts = store.run.counts()
        assert (counts.records, counts.quarantined, counts.failed) == (1, 0, 0)


def test_quarantine_may_leave_out_the_record_itself(folder: Path) -> None:
    with planned(folder) as store:
        for _ in range(2):
            store.outcomes.quarantine(None, "cannot be redacted", "$", "7")
            store.outcomes.quarantine(None, "cannot be redacted", "$", "8")
            store.outcomes.quarantine(None, "Expected `str`", "$.id")
        assert store.run.counts().quarantined == 3
        store.commit_page(EARLY, [record("8")], None)
        store.finish({})
    lines = (folder / "quarantine.ndjson").read_bytes().splitlines()
    assert [json.loads(line) for line in lines] == [
        {
            "stream": "conversations",
            "id": None,
            "reason": "Expected `str`",
            "json_path": "$.id",
            "record": None,
        },
        {
            "stream": "conversations",
            "id": "7",
            "reason": "cannot be redacted",
            "json_path": "$",
            "record": None,
        },
    ]


def test_windows_are_compared_with_what_the_api_counts(folder: Path) -> None:
    with planned(folder) as store:
        ends = [record("1", created_at=1000), record("2", created_at=1999)]
        store.commit_page(EARLY, [*ends, record("undated", created_at=None)], None)
        store.commit_update([record("3", created_at=2000), record("elsewhere", created_at=3000)])
        windows = [LATE, EARLY, Window(1999, 2000), Window(5000, 6000)]
        assert store.ledger.held(windows) == [1, 2, 2, 0]
        assert store.ledger.held([]) == []
        assert [(w.counted, w.held) for w in store.plan.windows()] == [(None, None)] * 2
        with pytest.raises(ValueError, match="not planned"):
            store.plan.verify([(EARLY, 2, 2), (Window(1, 2), 1, 1)])
        assert [(w.counted, w.held) for w in store.plan.windows()] == [(None, None)] * 2
        store.plan.verify([(LATE, 4, 1), (EARLY, 2, 2)])
        store.compact()
        store.finish({})
        manifest = read_manifest(folder).streams["conversations"]
        assert [(w.window, w.counted, w.held) for w in manifest.windows] == [
            (EARLY, 2, 2),
            (LATE, 4, 1),
        ]
        assert manifest.windows == store.plan.windows()
        store.begin_update()
        assert [(w.counted, w.held) for w in store.plan.windows()] == [(None, None)] * 2


def test_compaction_leaves_each_conversation_once_in_the_shard_of_its_window(folder: Path) -> None:
    with planned(folder) as store:
        store.commit_page(EARLY, [record("1"), record("2"), record("3")], None)
        store.commit_page(LATE, [record("4", created_at=2500)], None)
        store.commit_update([record("1", 2), record("4", 3, 2500), record("new", 3, 9000)])
        store.commit_update([record("1", 4), record("undated", 3, None)])
        store.mark_deleted("2")
        store.compact()
        store.compact()
        updates = f"updates={store.run.started_at}.ndjson.zst"
        shards = {p.name: p for p in (folder / "conversations").iterdir()}
        ids = {
            name: sorted(json.loads(line)["id"] for line in read_shard(path))
            for name, path in shards.items()
        }
        assert ids == {
            f"created={EARLY.name}.ndjson.zst": ["1", "3"],
            f"created={LATE.name}.ndjson.zst": ["4"],
            updates: ["new", "undated"],
        }
        assert store.ledger.known(["1", "4"]) == {"1": 4, "4": 3}
    assert versions(folder) == {"1": 4, "3": 1, "4": 3, "new": 3, "undated": 3}


def test_shards_without_records_are_removed(folder: Path) -> None:
    with planned(folder) as store:
        store.commit_page(EARLY, [record("1")], None)
        store.mark_deleted("1")
        store.compact()
        assert list((folder / "conversations").iterdir()) == []
        assert store.run.counts().bytes == 0
        store.commit_update([record("1", 2)])
        store.compact()
    assert versions(folder) == {"1": 2}


def test_phases_go_forward_only(folder: Path) -> None:
    with planned(folder) as store:
        store.run.advance("walked")
        store.run.advance("walked")
        with pytest.raises(ValueError, match="planned comes before walked"):
            store.run.advance("planned")
        with pytest.raises(ValueError, match=r"finish\(\)"):
            store.run.advance("finished")
        with pytest.raises(ValueError, match="walked, not finished"):
            store.begin_update()


def test_finishing_needs_compaction(folder: Path) -> None:
    with planned(folder) as store:
        store.commit_page(EARLY, [record("1")], None)
        store.commit_update([record("1", 2)])
        with pytest.raises(ValueError, match="compact first"):
            store.finish({})
        store.compact()
        store.finish({})


def test_the_manifest_tells_of_every_file(folder: Path) -> None:
    with OneStream.open(folder, IDENTITY, clock=lambda: 5000) as store:
        store.begin([(EARLY, 2), (LATE, 0)])
        store.commit_page(EARLY, [record("1", parts=2), record("2")], None)
        store.commit_page(LATE, [], None)
        store.outcomes.quarantine(b"?", "no JSON")
        path = store.finish({"complete": True, "windows": {"differing": []}})
        assert (path, store.run.phase) == (folder / "manifest.json", "finished")
        counts = store.run.counts()
    manifest = read_manifest(folder)
    assert (manifest.schema, manifest.identity) == (2, IDENTITY)
    stream = manifest.streams["conversations"]
    assert (stream.started_at, manifest.finished_at) == (5000, 5000)
    assert stream.counts == counts
    assert stream.result == {"complete": True, "windows": {"differing": []}}
    assert [(w.window, w.rows, w.done) for w in stream.windows] == [
        (EARLY, 2, True),
        (LATE, 0, True),
    ]
    assert [(file.name, file.rows) for file in manifest.files] == [
        (f"conversations/created={EARLY.name}.ndjson.zst", 2),
        ("quarantine.ndjson", 1),
    ]
    for file in manifest.files:
        assert (folder / file.name).stat().st_size == file.bytes
        assert digest(folder / file.name) == file.sha256
    summary = json.loads((folder / "summary.json").read_bytes())
    assert summary["streams"]["conversations"]["counts"]["records"] == 2
    assert check_files(folder) == []


def test_an_incremental_run_goes_on_from_a_finished_one(folder: Path) -> None:
    now = [5000]
    with OneStream.open(folder, IDENTITY, clock=lambda: now[0]) as store:
        store.begin([(EARLY, 2)])
        store.commit_page(EARLY, [record("1"), record("2")], None)
        store.commit_update([record("2", 2)])
        store.compact()
        store.finish({})
        before = (folder / "manifest.json").read_bytes()
        now[0] = 6000
        store.begin_update()
        assert (store.run.phase, store.run.started_at, store.run.state().previous_started_at) == (
            "planned",
            6000,
            5000,
        )
        assert store.run.counts().superseded == 0
        assert (folder / "manifest.json").read_bytes() == before
        assert [problem.kind for problem in check_files(folder)] == ["unfinished"]
        store.begin([(LATE, 1)])
        store.commit_page(LATE, [record("3", created_at=2100)], None)
        store.commit_update([record("1", 3)])
        store.mark_deleted("2")
        store.compact()
        store.finish({})
    assert read_manifest(folder).streams["conversations"].started_at == 6000
    assert versions(folder) == {"1": 3, "3": 1}
    assert check_files(folder) == []


def test_everything_is_private(folder: Path) -> None:
    with planned(folder) as store:
        store.commit_page(EARLY, [record("1")], None)
        store.finish({})
        modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")]}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("workspace", "other"),
        ("api_version", "2.11"),
        ("parts", False),
        ("redact", ("email", "body")),
    ],
)
def test_the_state_of_another_run_is_refused_untouched(
    folder: Path, field: str, value: Any
) -> None:
    with planned(folder) as store:
        store.commit_page(EARLY, [record("1")], "next")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(ExportMismatch, match=f"{field} is .* choose another folder") as caught:
        OneStream.open(folder, replace(IDENTITY, **{field: value}))
    assert caught.value.differences == {field: (getattr(IDENTITY, field), value)}
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {path.name for path in after if after[path] != before.get(path)} <= {"state.lock"}


def test_a_sqlite_too_old_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.34.1")
    with pytest.raises(ConfigurationError, match=r"SQLite 3\.37 or later .* has 3\.34\.1"):
        OneStream.open(folder, IDENTITY)


def test_closing_twice_is_closing(folder: Path) -> None:
    with planned(folder) as store:
        store.close()
    _, conversations = status_of(folder)
    assert conversations.phase == "planned"


def test_a_look_changes_nothing_and_needs_no_lock(folder: Path) -> None:
    assert read_status(folder) is None
    with planned(folder) as store:
        store.commit_page(EARLY, [record("1")], "next")
        status, stream = status_of(folder)
        assert (status.identity, stream.phase) == (IDENTITY, "planned")
        assert (stream.counts, stream.windows) == (store.run.counts(), store.plan.windows())
    before = sorted(folder.rglob("*"))
    closed = read_status(folder)
    assert closed == status
    assert sorted(folder.rglob("*")) == before
