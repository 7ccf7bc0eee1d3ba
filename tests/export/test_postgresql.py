"""An export in PostgreSQL holds what DuckDB has of it, however often it is loaded."""

import json
import math
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import pytest
from click.testing import CliRunner

from intercom_async import AsyncIntercom, ConfigurationError, RetryPolicy
from intercom_async.cli.app import cli
from intercom_async.emulator import Emulator
from intercom_async.emulator.faults import RECORDS, FaultKind, Faults
from intercom_async.export import Export, Options
from intercom_async.export.store import ExportCorrupted, Identity
from intercom_async.export.store.values import Record
from intercom_async.export.tables import (
    TABLES,
    DatabaseFailed,
    convert,
    delta,
    engine,
    to_postgresql,
)
from intercom_async.export.tables.postgresql import load, rows
from tests.export.one_stream import OneStream
from tests.postgres_server import PASSWORD, Database

VERSIONS = count(1)
CHARACTERS = (FaultKind.LONE_SURROGATE, FaultKind.DUPLICATE_KEYS, FaultKind.RETYPED_IDS)


def kept(value: Any, kind: str) -> Any:
    """Return a value by what it means, however the database writes it, and as it is kept."""
    if value is not None and kind == "JSON":
        return json.loads(value.replace("\\u0000", "\N{REPLACEMENT CHARACTER}"))
    if isinstance(value, list):
        return [kept(item, kind) for item in value]
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return "NaN" if isinstance(value, float) and math.isnan(value) else value


def sorted_rows(table: str, rows: list[dict[str, Any]]) -> list[list[Any]]:
    kinds = {column.name: column.type for column in TABLES[table].columns}
    made = [[kept(row[name], kind) for name, kind in kinds.items()] for row in rows]
    plain = [at for at, kind in enumerate(kinds.values()) if kind != "JSON"]
    return sorted(made, key=lambda row: repr([row[at] for at in plain]))


def assert_equals_duckdb(db: Database, folder: Path, to: Path, schema: str = "intercom") -> None:
    """Compare all tables value by value with those of DuckDB, made anew."""
    made = convert(folder, to, "duckdb", overwrite=True)
    assert made.left_out == ()
    workspace = json.loads((folder / "manifest.json").read_bytes())["identity"]["workspace"]
    with duckdb.connect(to / "conversations.duckdb", read_only=True) as connection:
        for table in made.rows:
            expected = connection.sql(f'FROM "{table}"').to_arrow_table().to_pylist()
            names = ", ".join(f'"{column.name}"' for column in TABLES[table].columns)
            query = f"SELECT {names} FROM {schema}.{table} WHERE workspace = '{workspace}'"  # noqa: S608
            found = db.table(query).to_pylist()
            assert sorted_rows(table, found) == sorted_rows(table, expected), table


def versions(db: Database) -> dict[str, dict[str, str]]:
    """Return which transaction wrote each row, by table."""
    names = db.rows(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'intercom'"
    )
    return {
        name: dict(db.rows(f"SELECT ctid::text, xmin::text FROM intercom.{name}"))  # noqa: S608
        for (name,) in names
    }


async def export(emulator: Emulator, out: Path) -> Path:
    retry = RetryPolicy(max_attempts=4, base=0.001)
    async with AsyncIntercom(
        base_url=emulator.url, token=emulator.token, version="2.16", retry=retry
    ) as intercom:
        job = Export(intercom, out, Options(streams=("all",)))
        await job.run()
    return job.folder


def write(out: Path, *lines: str, workspace: str = "ws") -> Path:
    """Write a finished export of conversations, given as lines of JSON, each newer than before."""
    identity = Identity(workspace, "2.16", None, None, parts=True, redact=())
    with OneStream.open(out, identity) as store:
        if store.run.phase == "finished":
            store.begin_update()
        version = next(VERSIONS)
        records = [
            Record(
                json.loads(line, parse_int=str)["id"],
                None,
                version,
                f'{{"updated_at": {version}, {line[1:]}'.encode(),
            )
            for line in lines
        ]
        store.begin([])
        store.commit_update(records)
        store.compact()
        store.finish({})
    return out


@pytest.mark.long
async def test_a_workspace_in_postgresql_is_what_duckdb_has_of_it_also_after_changes(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Bytes, so that what is in one file is put in little by little.
    monkeypatch.setattr(delta, "_BATCH", 2**16)
    monkeypatch.setattr(engine, "_AT_ONCE", 2**17)
    faults = Faults(rate=0.1, kinds=[*RECORDS, *CHARACTERS], in_a_row=1)
    async with Emulator(conversations=200, faults=faults) as emulator:
        workspace = emulator.workspace
        ids = workspace.ids()
        workspace.update(ids[0], title="\N{GRINNING FACE} \0 'quoted' \"twice\"", open="odd")
        workspace.update(
            ids[1], custom_attributes={"a": [1.50, 1e5, {"b": None}], "": "\N{GRINNING FACE}"}
        )
        tag = workspace.record(ids[2])["tags"]["tags"] or [{"type": "tag", "id": "7", "name": "x"}]
        workspace.update(ids[2], tags={"type": "tag.list", "tags": [*tag, *tag]})
        folder = await export(emulator, tmp_path / "out")
        first = to_postgresql(folder, db.url)
        assert first.inserted["conversations"] == first.rows["conversations"] > 150
        assert_equals_duckdb(db, folder, tmp_path)

        before = versions(db)
        again = to_postgresql(folder, db.url)
        assert not any((*again.rows.values(), *again.updated.values(), *again.deleted.values()))
        assert versions(db) == before

        workspace.update(ids[3], title="another")
        workspace.delete(ids[4])
        new = workspace.add(title="new")
        emulator.faults = None
        folder = await export(emulator, tmp_path / "out")
    changed = to_postgresql(folder, db.url)
    assert changed.deleted["conversations"] == 1
    assert changed.rows["conversations"] < 100
    found = db.rows(f"SELECT title FROM intercom.conversations WHERE id = '{new}'")  # noqa: S608
    assert found == [("new",)]
    assert_equals_duckdb(db, folder, tmp_path)


@pytest.mark.long
async def test_names_beside_ids_follow_those_who_have_them(db: Database, tmp_path: Path) -> None:
    async with Emulator(conversations=40) as emulator:
        folder = await export(emulator, tmp_path / "out")
        to_postgresql(folder, db.url)
        workspace = emulator.workspace
        workspace.tags[0]["name"] = "another name"
        workspace.admins[0]["name"] = "Another Name"
        folder = await export(emulator, tmp_path / "out")
    made = to_postgresql(folder, db.url)
    assert 0 < made.updated["conversations"] < 40
    assert_equals_duckdb(db, folder, tmp_path)
    shutil.rmtree(folder / "tags")
    assert to_postgresql(folder, db.url).deleted["tags"] > 0
    assert db.rows("SELECT 1 FROM intercom.tags") == []
    assert_equals_duckdb(db, folder, tmp_path)


@pytest.mark.long
def test_what_postgresql_cannot_hold_is_replaced(db: Database, tmp_path: Path) -> None:
    deep = "[" * 500 + "]" * 500
    odd = {
        "nul": "a\0b",
        "backslash": "\\u0000",
        "big": 0,
        "long": 2,
        "deep": 3,
        "lone": "\ud800",
        "kept": "1e400000",
    }
    attributes = json.dumps(odd).replace(" 0", " 1e400000")
    attributes = attributes.replace(" 2,", f" {'7' * 20_000},").replace(" 3", f" {deep}")
    line = json.dumps({"id": "1", "title": "x\0\ud800", "source": {"author": {"id": "\0"}}})
    folder = write(
        tmp_path / "ws",
        '{"id": "0", "custom_attributes": {"kept": 1}}',
        f'{line[:-1]}, "custom_attributes": {attributes}}}',
        '{"id": "2"}',
        '{"id": "3", "custom_attributes": {"kept": 3}}',
    )
    assert to_postgresql(folder, db.url).rows["conversations"] == 4
    zero, (title, author, held), two, three = db.rows(
        "SELECT title, source_author_id, custom_attributes FROM intercom.conversations ORDER BY id"
    )
    kept = [attributes and json.loads(attributes) for *_, attributes in (zero, two, three)]
    assert kept == [{"kept": 1}, None, {"kept": 3}]
    assert (title, author) == ("x\ufffd\ufffd", "\ufffd")
    assert json.loads(held) == {
        "nul": "a\ufffdb",
        "backslash": "\\u0000",
        "big": "1e400000",
        "long": "7" * 20_000,
        "deep": json.loads(deep),
        "lone": "\ufffd",
        "kept": "1e400000",
    }


@pytest.mark.long
def test_people_are_as_they_were_when_they_last_wrote(db: Database, tmp_path: Path) -> None:
    wrote = [
        ("1", "user", "Ann", 100),
        ("1", "user", "Anne", 300),
        ("1", "user", "Ann", 200),
        ("1", "admin", "Ann", None),
        ("2", "user", "b", 100),
        ("2", "user", "B", 100),
        ("2", "user", None, 100),
        ("2", "user", "A", None),
        ("3", None, "no type", 100),
        ("3", None, None, 50),
    ]
    parts = [
        {"id": str(at), "created_at": when, "author": {"id": id, "type": type, "name": name}}
        for at, (id, type, name, when) in enumerate(wrote)
    ]
    record = {"id": "1", "conversation_parts": {"conversation_parts": parts}}
    folder = write(tmp_path / "ws", json.dumps(record))
    assert to_postgresql(folder, db.url).rows["people"] == 4
    seen = "extract(epoch FROM first_seen_at)::int, extract(epoch FROM last_seen_at)::int"
    assert db.rows(f"SELECT id, type, name, {seen} FROM intercom.people ORDER BY 1, 2") == [  # noqa: S608
        ("1", "admin", "Ann", None, None),
        ("1", "user", "Anne", 100, 300),
        ("2", "user", "B", 100, 100),
        ("3", None, "no type", 50, 100),
    ]
    assert_equals_duckdb(db, folder, tmp_path)


@pytest.mark.long
def test_workspaces_keep_apart_in_a_schema(db: Database, tmp_path: Path) -> None:
    line = '{"id": "1", "title": "of %s"}'
    for workspace in ("a", "b' OR 'x' = 'x"):
        folder = write(tmp_path / workspace[0], line % workspace[0], workspace=workspace)
        to_postgresql(folder, db.url, schema='in "quotes"')
    write(tmp_path / "a", '{"id": "2"}', workspace="a")
    to_postgresql(tmp_path / "a", db.url, schema='in "quotes"')
    found = db.rows('SELECT workspace, id FROM "in ""quotes""".conversations ORDER BY 1, 2')
    assert found == [("a", "1"), ("a", "2"), ("b' OR 'x' = 'x", "1")]
    keys = db.rows(
        """
        SELECT table_name, string_agg(column_name, ' ' ORDER BY ordinal_position)
        FROM information_schema.key_column_usage GROUP BY 1
        """
    )
    assert {
        ("conversations", "workspace id"),
        ("conversation_parts", "workspace conversation_id position"),
    } < set(keys)


@pytest.mark.long
def test_loads_at_once_take_turns(db: Database, tmp_path: Path) -> None:
    lines = [f'{{"id": "{id}"}}' for id in range(500)]
    folders = [write(tmp_path / name, *lines, workspace=name) for name in ("a", "b")]
    with ThreadPoolExecutor() as threads:
        made = list(threads.map(lambda folder: to_postgresql(folder, db.url), folders * 2))
    assert sorted(each.inserted["conversations"] for each in made) == [0, 0, 500, 500]
    assert db.rows("SELECT count(*) FROM intercom.conversations") == [(1000,)]


@pytest.mark.long
def test_columns_that_are_missing_are_added_and_filled(db: Database, tmp_path: Path) -> None:
    parts = '"conversation_parts": {"conversation_parts": [{"id": "7", "body": "kept"}]}'
    line = f'{{"id": "1", "title": "kept", "state": "open", {parts}}}'
    for name in ("ws", "other"):
        to_postgresql(write(tmp_path / name, line, workspace=name), db.url)
    # As an earlier version of this library would have left it; and a column of somebody's own.
    db.run("ALTER TABLE intercom.conversations DROP COLUMN state, ADD COLUMN mine text")
    db.run("DROP TABLE intercom.conversation_parts")
    for name in ("ws", "other"):
        assert to_postgresql(tmp_path / name, db.url).updated == {"conversations": 1}
        assert_equals_duckdb(db, tmp_path / name, tmp_path)
    assert db.rows("SELECT state, mine FROM intercom.conversations") == [("open", None)] * 2


@pytest.mark.parametrize(
    ("made", "why"),
    [
        ("TABLE conversations (workspace text, id bigint, PRIMARY KEY (workspace, id))", "bigint"),
        ("TABLE conversations (workspace text, id text)", "primary key"),
        ("VIEW conversations AS SELECT 1", "no table"),
        ("TABLE conversations (workspace text, id text PRIMARY KEY, mine int NOT NULL)", "mine"),
    ],
)
def test_a_table_of_somebody_else_is_left_alone(
    db: Database, tmp_path: Path, made: str, why: str
) -> None:
    db.run(f"CREATE {made}")
    folder = write(tmp_path / "ws", '{"id": "1"}')
    with pytest.raises(ConfigurationError, match=f"public.conversations .*{why}"):
        to_postgresql(folder, db.url, schema="public")
    tables = db.rows("SELECT relname FROM pg_stat_user_tables")
    assert tables == ([] if made.startswith("VIEW") else [("conversations",)])


def unreachable(db: Database) -> Iterator[str]:
    """Return URLs that lead to nothing, each with a password that an error could quote."""
    port = str(urlsplit(db.url).port)
    yield db.url.replace(PASSWORD, "hunter3")
    yield db.url.replace("intercom_", "elsewhere_")
    yield db.url.replace(port, "1")
    yield db.url.replace(PASSWORD, "hunter3%zz")
    yield db.url.replace(PASSWORD, "hunter3 4")
    yield db.url.replace(PASSWORD, "hunter3@hunter4")
    yield db.url.replace(PASSWORD, "5/hunter3")
    yield db.url.replace(PASSWORD, "hunter3\u2100")
    yield db.url.replace(PASSWORD, "%68unter3")
    yield db.url.replace(f"{PASSWORD}@127.0.0.1", "hunter3@[hunter3]")
    yield db.url.replace(f"{PASSWORD}@127.0.0.1", "hunter3@[::1")
    yield f"postgresql://127.0.0.1:{port}/x?user=postgres&pass%77ord=hunt%65r3"
    yield f"postgresql://127.0.0.1:{port}/x?user=postgres&password=hunter3"
    yield f"postgresql://postgres:hunter3@127.0.0.1:{port}/x?hunter3=hunter3"


def test_no_error_tells_the_password(db: Database, tmp_path: Path) -> None:
    folder = write(tmp_path / "ws", '{"id": "1"}')
    for url in unreachable(db):
        result = CliRunner().invoke(cli, ["tables", str(folder), "--to", url, "--json"])
        assert result.exit_code in {2, 5}, result.output
        assert "Nothing was converted" in result.stderr
        assert "hunter" not in result.output
        with pytest.raises((ConfigurationError, DatabaseFailed)) as raised:
            to_postgresql(folder, url)
        assert raised.value.__context__ is None


@pytest.mark.long
def test_the_command_tells_what_it_did(db: Database, tmp_path: Path) -> None:
    folder = write(tmp_path / "ws", '{"id": "1"}')
    arguments = ["tables", str(folder), "--to", db.url, "--schema", "mine"]
    result = CliRunner().invoke(cli, [*arguments, "--json"])
    told = json.loads(result.stdout)
    assert (result.exit_code, told["inserted"]) == (0, {"conversations": 1})
    assert (told["rows"]["conversations"], told["workspace"]) == (1, "ws")
    assert db.rows("SELECT id FROM mine.conversations") == [("1",)]
    again = CliRunner().invoke(cli, arguments).stdout
    assert re.search(r"^conversations +0 rows written$", again, re.MULTILINE)
    result = CliRunner().invoke(cli, [*arguments, "--overwrite"])
    assert (result.exit_code, "--overwrite is not for" in result.stderr) == (2, True)
    assert PASSWORD not in result.output


def test_what_is_no_finished_export_is_not_loaded(db: Database, tmp_path: Path) -> None:
    (tmp_path / "conversations.ndjson").write_text('{"id": "1"}\n')
    with pytest.raises(ConfigurationError, match="no finished export"):
        to_postgresql(tmp_path, db.url)
    assert db.rows("SELECT 1 FROM pg_namespace WHERE nspname = 'intercom'") == []


@pytest.mark.long
def test_a_load_that_fails_in_the_middle_leaves_what_was_there(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "ws", '{"id": "1", "title": "old"}')
    to_postgresql(folder, db.url)
    write(folder, '{"id": "1", "title": "new"}', '{"id": "2"}')
    takeable = rows.takeable

    def without_a_server(*arguments: Any) -> Any:
        db.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return takeable(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(load, "takeable", without_a_server)
        with pytest.raises(DatabaseFailed, match=r"terminat|closed|connection"):
            to_postgresql(folder, db.url)
    (shard,) = (folder / "conversations").iterdir()
    whole = shard.read_bytes()
    shard.write_bytes(whole[:-3])
    with pytest.raises(ExportCorrupted, match=shard.name):
        to_postgresql(folder, db.url)
    assert db.rows("SELECT id, title FROM intercom.conversations") == [("1", "old")]
    shard.write_bytes(whole)
    assert to_postgresql(folder, db.url).rows["conversations"] == 2


@pytest.mark.long
def test_what_is_too_long_is_named_each_time_until_there_is_memory(
    db: Database, tmp_path: Path
) -> None:
    long = json.dumps({"id": "1", "source": {"body": "x" * 2**23}})
    folder = write(tmp_path / "ws", '{"id": "1", "title": "short"}', '{"id": "2"}')
    to_postgresql(folder, db.url)
    write(folder, long, '{"id": "2"}')
    for _ in range(2):
        assert to_postgresql(folder, db.url, memory_limit="16MB").left_out == ("1",)
        assert db.rows("SELECT id FROM intercom.conversations") == [("2",)]
    assert to_postgresql(folder, db.url).left_out == ()
    assert db.rows("SELECT length(source_body) FROM intercom.conversations WHERE id = '1'") == [
        (2**23,)
    ]


@pytest.mark.long
def test_what_is_too_long_is_left_out_also_where_rows_were_put_in_before(
    db: Database, tmp_path: Path
) -> None:
    short = [json.dumps({"id": str(id), "title": "x" * 1000}) for id in range(3000)]
    long = json.dumps({"id": "long", "source": {"body": "x" * 2**24}})
    folder = write(tmp_path / "ws", *short, long)
    assert to_postgresql(folder, db.url, memory_limit="48MB").left_out == ("long",)
    assert db.rows("SELECT count(*) FROM intercom.conversations") == [(3000,)]


def test_a_database_in_another_encoding_is_refused(db: Database, tmp_path: Path) -> None:
    folder = write(tmp_path / "ws", '{"id": "1"}')
    url = db.url.rpartition("/")[0]
    db.run("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    try:
        with pytest.raises(ConfigurationError, match="LATIN1, and has to be UTF8"):
            to_postgresql(folder, f"{url}/latin")
    finally:
        db.run("DROP DATABASE latin WITH (FORCE)")
