"""What figures are made of: exports, the DuckDB files made of them, and what is refused."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

from intercom_async import AsyncIntercom, ConfigurationError
from intercom_async.emulator import Emulator
from intercom_async.export import Export, Options
from intercom_async.export.store import (
    ExportCorrupted,
    Identity,
    Store,
    read_lines,
    read_manifest,
)
from intercom_async.export.store.zstd import compress_frame
from intercom_async.export.tables import convert, engine
from intercom_async.report import Figures, figures, read_report, source
from tests.report import plain
from tests.report.making import ANA, MARK, Make, T, conversation, emulated, export, part, person

NEED_PARTS = {
    *("new_conversations", "first_response", "response", "time_to_close", "closed", "reopened"),
    *("sla", "fin", "busiest_hours", "open_over_time", "teammates", "teams", "tags"),
}


async def exported(tmp_path: Path, **options: Any) -> Path:
    async with (
        Emulator(conversations=60, seed=2) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom,
    ):
        job = Export(intercom, tmp_path / "out", Options(streams=("conversations",), **options))
        await job.run()
    return job.folder


def held(found: Figures) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(found)
    return told


@pytest.mark.long
async def test_an_export_tells_of_itself(tmp_path: Path) -> None:
    folder = await exported(tmp_path)
    manifest = read_manifest(folder)
    found = figures(folder, zone="Europe/Dublin")
    assert (found.workspace, found.api_version, found.zone) == (
        *(manifest.identity.workspace, manifest.identity.api_version),
        "Europe/Dublin",
    )
    as_of = manifest.streams["conversations"].result["as_of"]
    assert plain.unix(found.as_of) == as_of
    assert found.not_included["quarantined"] == 0
    records = [json.loads(line) for line in read_lines(folder)]
    assert found.not_included["without_statistics"] == sum(
        record["statistics"] is None for record in records
    )
    assert found.waiting is not None
    assert found.waiting.count == plain.waiting(records, as_of)["count"]


async def test_without_parts_there_are_ratings_and_who_waits(tmp_path: Path) -> None:
    found = held(figures(await exported(tmp_path, parts=False)))
    assert {key for key, value in found.items() if value is None} == NEED_PARTS
    assert {found["not_included"][key] for key in NEED_PARTS} == {"the export has no parts"}


@pytest.mark.long
async def test_without_bodies_closes_are_told_too(tmp_path: Path) -> None:
    found = held(figures(await exported(tmp_path, redact=("body",))))
    assert {key for key, value in found.items() if value is None} == NEED_PARTS - {"closed"}
    assert found["not_included"]["sla"] == "body was left out of the export"


@pytest.mark.long
async def test_an_export_that_is_not_finished_or_damaged_is_refused(tmp_path: Path) -> None:
    folder = await exported(tmp_path)
    manifest = (folder / "manifest.json").read_bytes()
    (folder / "manifest.json").unlink()
    with pytest.raises(ConfigurationError, match="not finished"):
        figures(folder)
    (folder / "manifest.json").write_bytes(manifest)
    shard = next(
        file for file in sorted((folder / "conversations").glob("*.zst")) if file.stat().st_size
    )
    shard.unlink()
    with pytest.raises(ExportCorrupted, match="missing"):
        figures(folder)


@pytest.mark.long
def test_a_duckdb_file_has_the_same_figures_and_their_definitions(tmp_path: Path) -> None:
    folder = export(tmp_path / "ws", emulated(5, 60))
    (file,) = convert(folder, tmp_path, "duckdb").files
    found = figures(file, zone="Asia/Tokyo")
    assert found == figures(folder, zone="Asia/Tokyo")
    assert figures(file).zone == figures(folder).zone == "UTC"
    with duckdb.connect(file, read_only=True) as tables:
        asked = tables.execute(
            "SELECT count(*), count(first_response), median(first_response) FROM metrics_asked"
        ).fetchone()
    assert found.new_conversations is not None
    assert found.first_response is not None
    clock = found.first_response.clock
    assert asked == (found.new_conversations.count, clock.count, clock.median)


def test_names_are_those_of_the_streams_else_the_latest_in_records(tmp_path: Path) -> None:
    team = {"team_id": 70, "team_name": "Billing", "response_time": 5}
    parts = [
        part(T + 10, "comment", person("admin", "7", "Mark"), "Hi"),
        part(T + 20, "comment", person("admin", "7", "Marcus"), "Hi"),
        part(T + 30, "comment", person("admin", "8", "Marcus"), "Hi"),
        part(T + 40, "comment", person("admin", "9", None), "Hi"),
        part(T + 50, "comment", person("admin", "10", "Jo"), "Hi"),
        part(T + 60, "comment", person("team", "71", "Sales"), "Hi"),
    ]
    records = [
        conversation(
            str(id),
            T,
            ANA,
            parts,
            team_assignee_id=id,
            statistics={"assigned_team_first_response_time": [team]},
            tags={"tags": [{"id": "1"}, {"id": "2"}, {"id": "3"}]},
        )
        for id in (70, 71, 72)
    ]
    (file,) = convert(export(tmp_path / "ws", records), tmp_path, "duckdb").files
    with duckdb.connect(file) as tables:
        tables.execute("""
            CREATE OR REPLACE TABLE admins AS SELECT '10' AS id, 'Joanna' AS name;
            CREATE OR REPLACE TABLE teams AS SELECT '72' AS id, 'VIP' AS name;
            CREATE OR REPLACE TABLE tags AS SELECT '1' AS id, 'refund' AS name;
            CREATE OR REPLACE TABLE conversation_tags AS
                SELECT '70' AS conversation_id, '1' AS tag_id, 'Refund' AS name
                UNION ALL SELECT '70', '2', 'urgent';
            CREATE OR REPLACE TABLE export AS SELECT
                'conversations' AS stream, 'ws' AS workspace, '2.10' AS api_version,
                to_timestamp(1750000000) AS as_of, true AS with_parts, ['email'] AS redact,
                2 AS quarantined, 1 AS failed, 0 AS missing, 0 AS parts_missing;
        """)
    found = figures(file)
    assert found.teammates is not None
    assert {id: each.name for id, each in found.teammates.items()} == {
        "10": "Joanna",
        "7": "Marcus",
        "8": "Marcus",
        "9": "9",
    }
    assert found.teams is not None
    assert {id: each.name for id, each in found.teams.items()} == {
        "70": "Billing",
        "71": "Sales",
        "72": "VIP",
    }
    assert found.tags is not None
    assert {id: each.name for id, each in found.tags.items()} == {
        "1": "refund",
        "2": "urgent",
        "3": "3",
    }
    assert (found.workspace, found.api_version, found.as_of) == (
        *("ws", "2.10"),
        "2025-06-15T15:06:40+00:00",
    )
    assert (found.not_included["quarantined"], found.not_included["failed"]) == (2, 1)


@pytest.mark.parametrize(
    ("timezone", "zone"),
    [("Asia/Tokyo", "Asia/Tokyo"), ("Mars/Olympus", "UTC"), ("", "UTC"), (None, "UTC")],
)
def test_the_zone_is_the_workspaces_own_if_there_is_such_a_zone(
    tmp_path: Path, timezone: str | None, zone: str
) -> None:
    folder = tmp_path / "ws"
    identity = Identity("ws", "2.10", None, None, True, ())
    with Store.open(folder, identity) as store:
        store.begin("conversations")
        store.streams()["conversations"].begin([])
        store.finish({"conversations": {}}, name="Acme", timezone=timezone)
    (file,) = convert(folder, tmp_path, "duckdb").files
    for made_of in (folder, file):
        assert figures(made_of).zone == zone
        assert read_report(made_of).name == "Acme"


@pytest.mark.parametrize(
    ("zone", "near"),
    [
        ("Europe/Berln", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("", "such as"),
        ("../etc/passwd", "such as"),
    ],
)
def test_an_unknown_zone_is_refused_with_those_near_it(make: Make, zone: str, near: str) -> None:
    with pytest.raises(ConfigurationError, match=near):
        make(zone=zone)


@pytest.mark.parametrize("since", ["", "yesterday", "2025-13-01", "0001-01-01", 5, b"2025"])
def test_what_is_no_moment_is_refused(make: Make, since: Any) -> None:
    with pytest.raises(ConfigurationError, match="since must be a date or a datetime"):
        make(since=since)


def test_a_period_has_a_first_second(make: Make) -> None:
    with pytest.raises(ConfigurationError, match="since must come before until"):
        make(since="2025-04-01", until="2025-04-01")


@pytest.mark.parametrize(
    "since",
    [
        "2025-03-05",
        "2025-03-05T00:00",
        "2025-03-04T23:00Z",
        date(2025, 3, 5),
        datetime(2025, 3, 5),  # noqa: DTZ001  # local to the zone
        datetime(2025, 3, 4, 23, tzinfo=UTC),
    ],
)
def test_a_moment_without_offset_is_local_to_the_zone(make: Make, since: Any) -> None:
    assert make(since=since).since == "2025-03-05T00:00:00+01:00"


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no tables")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        figures(tmp_path / "text")
    with duckdb.connect(tmp_path / "other.duckdb") as other:
        other.execute("CREATE TABLE conversations AS SELECT 1 AS id")
    with pytest.raises(ConfigurationError, match="make it anew"):
        figures(tmp_path / "other.duckdb")
    with pytest.raises(FileNotFoundError):
        figures(tmp_path / "nothing")


def test_memory_that_is_no_size_is_refused(tmp_path: Path) -> None:
    (file,) = convert(
        export(tmp_path / "ws", [conversation("1", T, MARK)]), tmp_path, "duckdb"
    ).files
    with pytest.raises(ConfigurationError, match="memory_limit"):
        figures(file, memory_limit="much")


@pytest.mark.long
async def test_an_export_is_read_without_a_look_at_each_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = await exported(tmp_path)
    (file,) = convert(folder, tmp_path / "tables", "duckdb").files
    monkeypatch.setattr(engine, "sanitize", None)
    assert figures(folder) == figures(file)


ODD = {
    "a bare list of parts": lambda record: (
        record | {"conversation_parts": record["conversation_parts"]["conversation_parts"]}
    ),
    "half a character": lambda record: record | {"title": "\ud83d"},
    "a source that is text": lambda record: record | {"linked": 1, "sla_applied": "none"},
    "a long text": lambda record: record | {"title": "x" * 20_000_000},
}


@pytest.mark.long
@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("are_whole", [True, False])
def test_a_record_that_is_odd_counts_like_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: str, *, are_whole: bool
) -> None:
    told = {"workspace": "ws"} if are_whole else {}
    monkeypatch.setattr(source, "_told", lambda _: told)
    records = [
        conversation(str(id), T, ANA, [part(T + 60, "comment", MARK, "Hi")]) for id in range(90)
    ]
    expected = figures(export(tmp_path / "even", records))
    records[50] = ODD[odd](records[50])
    assert figures(export(tmp_path / "odd", records)) == expected
    assert expected.first_response is not None
    assert expected.first_response.clock.count == 90


@pytest.mark.parametrize("damage", [b'{"id": "1"', b"[1]", b'"text"', b"{}{}"])
def test_a_line_that_is_no_record_is_named(tmp_path: Path, damage: bytes) -> None:
    folder = export(tmp_path, [conversation("1", T, ANA), conversation("2", T, ANA)])
    (shard,) = (folder / "conversations").iterdir()
    shard.write_bytes(shard.read_bytes() + compress_frame(damage + b"\n"))
    with pytest.raises(ExportCorrupted, match="line 3"):
        figures(folder)


@pytest.mark.parametrize("damaged", [lambda it: it[:-9], lambda it: it[:-1] + b"?"])
def test_a_shard_that_is_damaged_is_named(
    tmp_path: Path, damaged: Callable[[bytes], bytes]
) -> None:
    folder = export(tmp_path, [conversation("1", T, ANA)])
    (shard,) = (folder / "conversations").iterdir()
    shard.write_bytes(damaged(shard.read_bytes()))
    with pytest.raises(ExportCorrupted, match="whole lines"):
        figures(folder)


def test_a_folder_without_conversations_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tags.ndjson").write_text('{"id": "1", "name": "refund"}\n')
    with pytest.raises(FileNotFoundError, match="no conversations"):
        figures(tmp_path)


def test_names_of_folders_are_no_patterns(tmp_path: Path) -> None:
    records = emulated(3, 30)
    odd = tmp_path / "it's [a]* year=2025 folder"
    assert figures(export(odd, records)) == figures(export(tmp_path / "even", records))
