"""Every stream of an export becomes tables that hold what its structs say, and more beside."""

import csv
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import fields

from intercom_async import AsyncIntercom, ConfigurationError, QueryError
from intercom_async.emulator import Emulator
from intercom_async.export import Export, Options
from intercom_async.export.store import Identity, Store
from intercom_async.export.store.values import Record
from intercom_async.export.tables import (
    TABLES,
    Column,
    Format,
    Table,
    convert,
    read,
    to_arrow,
)
from intercom_async.export.tables.nouns import MODELS
from intercom_async.models import Admin, Contact

WHEN = 1663597223
NAMES: dict[str, list[dict[str, Any]]] = {
    "admins": [
        {"id": 5, "type": "admin", "name": "Mark", "team_ids": [1, "2"], "role": {"name": "Lead"}},
        {"id": "6", "name": None},
    ],
    "teams": [{"id": "1", "name": "Support", "admin_ids": [5, 6]}],
    "tags": [{"id": "1", "name": "refund"}, {"id": "2", "name": "=1+1"}, {"id": "2"}],
}
ASSIGNED: dict[str, Any] = {
    "id": "1",
    "admin_assignee_id": 5,
    "team_assignee_id": "1",
    "tags": {"tags": [{"id": "2", "name": "as it was"}, {"id": "9", "name": "gone"}]},
}


def write(folder: Path, streams: Mapping[str, list[Any]]) -> Path:
    """Write an export of plain files, a line for each record."""
    folder.mkdir(exist_ok=True)
    for stream, records in streams.items():
        lines = "".join(f"{json.dumps(record)}\n" for record in records)
        (folder / f"{stream}.ndjson").write_text(lines, encoding="utf-8")
    return folder


def rows(folder: Path, table: Table) -> list[dict[str, Any]]:
    """Return the rows of a table, without what is NULL or empty."""
    made: list[dict[str, Any]] = to_arrow(folder, table).read_all().to_pylist()
    return [{name: value for name, value in row.items() if value not in (None, [])} for row in made]


@pytest.fixture
async def everything(emulator: Emulator, tmp_path: Path) -> Path:
    """An export of all streams."""
    async with AsyncIntercom(
        base_url=emulator.url, token=emulator.token, version="2.16"
    ) as intercom:
        job = Export(intercom, tmp_path / "out", Options(streams=("all",)))
        await job.run()
    return job.folder


def at(value: Any, path: str) -> Any:
    for key in path.removeprefix("$.").split("."):
        value = None if value is None else getattr(value, key)
    return value


def served(column: Column, record: Any) -> Any:
    """Return what a struct has for a column that is made of a field of its own."""
    if column.type == "VARCHAR[]":
        return [
            item for item in at(record, column.path.removesuffix("[*]")) or [] if item is not None
        ]
    value = at(record, column.path)
    return str(value) if column.type == "VARCHAR" and value is not None else value


def is_plain(column: Column) -> bool:
    """Whether a column is a field of the struct, and not one made of JSON or of other records."""
    path = column.path.removesuffix("[*]")
    return column.type != "JSON" and column.names is None and not set("[>") & set(path)


@pytest.mark.long
async def test_tables_of_all_streams_hold_what_the_structs_say(
    everything: Path, tmp_path: Path
) -> None:
    made = convert(everything, tmp_path / "to", "parquet")
    for stream, model in MODELS.items():
        if not (everything / stream).is_dir():
            continue
        structs = [record async for record in read(everything, stream, type=model)]
        assert made.rows[stream] == len(structs)
        table = pl.read_parquet(tmp_path / "to" / f"{stream}.parquet").to_dicts()
        columns = [column for column in TABLES[stream].columns if is_plain(column)]
        expected = [[served(column, struct) for column in columns] for struct in structs]
        found = [[row[column.name] for column in columns] for row in table]
        assert sorted(found, key=repr) == sorted(expected, key=repr), stream


@pytest.mark.long
async def test_every_format_holds_the_same_rows(everything: Path, tmp_path: Path) -> None:
    to = tmp_path / "to"
    made = {to_format: convert(everything, to, to_format) for to_format in get_args(Format)}
    assert made["duckdb"].rows == made["parquet"].rows == made["csv"].rows
    assert made["duckdb"].files == (to / "conversations.duckdb",)
    assert {"export", "deletions", "people", "team_admins"} <= made["csv"].rows.keys()
    with duckdb.connect(to / "conversations.duckdb", read_only=True) as connection:
        for table, count in made["duckdb"].rows.items():
            parquet, database = (
                sorted(map(repr, connection.sql(f"FROM {source}").fetchall()))
                for source in (f"'{to / table}.parquet'", f'"{table}"')
            )
            assert parquet == database
            with (to / f"{table}.csv").open(newline="", encoding="utf-8") as opened:
                header, *cells = csv.reader(opened)
            assert len(cells) == count
            assert header == [column.name for column in TABLES[table].columns]
    for stream, count in made["ndjson"].rows.items():
        assert len((to / f"{stream}.ndjson").read_bytes().splitlines()) == count


def test_ids_have_names_beside_them(tmp_path: Path) -> None:
    ticket = {"id": "t", "admin_assignee_id": "5", "team_assignee_id": 0}
    contact = {"id": "c", "owner_id": 5, "tags": {"data": [{"id": "1"}, {"id": "7"}]}}
    streams = {"conversations": [ASSIGNED], "tickets": [ticket], "contacts": [contact], **NAMES}
    folder = write(tmp_path, streams)
    (conversation,) = rows(folder, "conversations")
    assert (conversation["admin_assignee_name"], conversation["team_assignee_name"]) == (
        "Mark",
        "Support",
    )
    assert (conversation["tag_ids"], conversation["tag_names"]) == (["2", "9"], ["=1+1", None])
    assert rows(folder, "tickets") == [
        {"id": "t", "admin_assignee_id": "5", "admin_assignee_name": "Mark"}
    ]
    assert rows(folder, "contacts")[0]["owner_name"] == "Mark"
    assert rows(folder, "contact_tags") == [
        {"contact_id": "c", "tag_id": "1", "name": "refund"},
        {"contact_id": "c", "tag_id": "7"},
    ]


def test_a_conversation_has_its_company_and_its_cx_score(tmp_path: Path) -> None:
    custom = {"CX Score rating": 4, "CX": {"Score rating": 1}}
    held = [
        {"id": "1", "company": {"id": "c", "name": "A"}, "custom_attributes": custom},
        {"id": "2", "company": "c", "custom_attributes": {"CX Score rating": "much"}},
    ]
    first, second = rows(write(tmp_path, {"conversations": held}), "conversations")
    assert (first["company_id"], first["cx_score"]) == ("c", 4)
    assert json.loads(first["custom_attributes"]) == custom
    assert {"company_id", "cx_score"} & {*second} == set()


def test_without_the_streams_of_names_there_are_none(tmp_path: Path) -> None:
    folder = write(tmp_path, {"conversations": [ASSIGNED]})
    (row,) = to_arrow(folder).read_all().to_pylist()
    assert (row["admin_assignee_id"], row["tag_ids"]) == ("5", ["2", "9"])
    assert row["admin_assignee_name"] is row["team_assignee_name"] is row["tag_names"] is None


def test_names_of_an_empty_stream_are_none_either(tmp_path: Path) -> None:
    folder = write(tmp_path, {"conversations": [ASSIGNED], "tags": [], "admins": []})
    (row,) = to_arrow(folder).read_all().to_pylist()
    assert (row["admin_assignee_name"], row["tag_names"]) == (None, [None, None])


@pytest.mark.long
def test_lists_within_records_are_tables(tmp_path: Path) -> None:
    tag = {"id": "1", "name": "refund", "applied_at": WHEN, "applied_by": {"id": 5}}
    contacts = {"contacts": [{"type": "contact", "id": "c", "external_id": "70"}]}
    note = {"id": 8, "created_at": WHEN, "author": {"id": 5, "name": "Mark"}, "body": "<p>x</p>"}
    part = {"id": 3, "part_type": "comment", "author": {"type": "admin", "id": 5}, "body": "hi"}
    attribute = {"id": "a", "name": "Severity", "data_type": "list", "order": 1}
    streams: dict[str, list[Any]] = {
        "conversations": [{"id": 1, "tags": {"tags": [tag]}, "contacts": contacts}],
        "contacts": [
            {
                "id": "c",
                "tags": {"type": "list", "data": [{"id": "1"}], "has_more": False},
                "companies": [{"id": "k"}],
                "notes": {"data": [note, {"id": "9", "url": "/notes/9"}]},
            }
        ],
        "companies": [
            {
                "id": "k",
                "tags": {"tags": [tag]},
                "segments": {"segments": [{"id": "s", "name": "S"}]},
            },
            {"id": "l", "tags": {"data": [tag]}, "segments": None},
        ],
        "tickets": [{"id": 4, "contacts": contacts, "ticket_parts": {"ticket_parts": [part]}}],
        "teams": NAMES["teams"],
        "ticket_types": [
            {"id": "7", "ticket_type_attributes": {"ticket_type_attributes": [attribute]}},
            {"id": "8", "ticket_type_attributes": {"data": [attribute]}},
        ],
    }
    folder = write(tmp_path, streams)
    (tagged,) = rows(folder, "conversation_tags")
    assert tagged.pop("applied_at").timestamp() == WHEN
    named = {"tag_id": "1", "name": "refund", "applied_by_id": "5"}
    assert tagged == {"conversation_id": "1", **named}
    contact = {"contact_id": "c", "type": "contact", "external_id": "70"}
    assert rows(folder, "conversation_contacts") == [{"conversation_id": "1", **contact}]
    assert rows(folder, "ticket_contacts") == [{"ticket_id": "4", **contact}]
    assert rows(folder, "contact_companies") == [{"contact_id": "c", "company_id": "k"}]
    whole, listed = rows(folder, "contact_notes")
    assert (whole["author_name"], whole["body"]) == ("Mark", "<p>x</p>")
    assert listed == {"contact_id": "c", "id": "9"}
    assert [row["company_id"] for row in rows(folder, "company_tags")] == ["k", "l"]
    assert rows(folder, "company_segments") == [{"company_id": "k", "segment_id": "s", "name": "S"}]
    assert rows(folder, "ticket_parts") == [
        {
            "ticket_id": "4",
            "position": 1,
            "id": "3",
            "part_type": "comment",
            "author_type": "admin",
            "author_id": "5",
            "body": "hi",
        }
    ]
    assert rows(folder, "team_admins") == [
        {"team_id": "1", "admin_id": "5"},
        {"team_id": "1", "admin_id": "6"},
    ]
    attributes = rows(folder, "ticket_type_attributes")
    assert [(row["ticket_type_id"], row["id"]) for row in attributes] == [("7", "a"), ("8", "a")]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("submitted", {"ticket_state": "submitted"}),
        (
            {"category": "resolved", "internal_label": "Done", "external_label": "Solved"},
            {
                "ticket_state": "resolved",
                "ticket_state_internal_label": "Done",
                "ticket_state_external_label": "Solved",
            },
        ),
        (None, {}),
    ],
)
def test_a_ticket_state_is_a_word_however_sent(
    tmp_path: Path, sent: Any, expected: dict[str, str]
) -> None:
    folder = write(tmp_path, {"tickets": [{"id": "1", "ticket_state": sent}]})
    assert rows(folder, "tickets") == [{"id": "1", **expected}]


def test_people_are_whoever_wrote_as_they_were_last(tmp_path: Path) -> None:
    def part(at: int, type: str, id: Any, name: str | None) -> dict[str, Any]:
        return {"created_at": at, "author": {"type": type, "id": id, "name": name}}

    parts = [
        part(30, "admin", 5, "Mark B"),
        part(20, "admin", "5", "Mark"),
        part(9, "bot", 7, None),
    ]
    author = {"type": "user", "id": "c", "name": "Ann", "email": "ann@example.com"}
    conversations = [
        {
            "id": 1,
            "created_at": 10,
            "source": {"author": author},
            "conversation_parts": {"conversation_parts": parts},
        },
        {"id": 2, "created_at": 40, "source": {"author": {"type": "team", "id": 5, "name": "All"}}},
        {"id": 3, "conversation_parts": [part(50, "user", "c", "Ann C")], "source": None},
        {"id": 4, "source": {"author": None}},
    ]
    found = rows(write(tmp_path, {"conversations": conversations}), "people")
    told = {(row["type"], row["id"]): row for row in found}
    assert len(told) == len(found)
    assert {key: row.get("name") for key, row in told.items()} == {
        ("admin", "5"): "Mark B",
        ("bot", "7"): None,
        ("team", "5"): "All",
        ("user", "c"): "Ann C",
    }
    mark = told["admin", "5"]
    assert (mark["first_seen_at"].timestamp(), mark["last_seen_at"].timestamp()) == (20, 30)


def test_the_export_tells_what_it_holds_and_what_was_deleted(tmp_path: Path) -> None:
    identity = Identity("ws", "2.16", WHEN, None, True, ("body",))
    lines = {"tags": b'{"id":"1"}', "admins": b'{"id":"5"}'}
    with Store.open(tmp_path / "ws", identity, clock=lambda: WHEN + 60) as store:
        store.begin(*lines)
        for name, stream in store.streams().items():
            stream.begin([])
            id = json.loads(lines[name])["id"]
            stream.commit_update([Record(id, None, 1, lines[name])])
        store.streams()["tags"].mark_deleted("9")
        result = {"as_of": WHEN, "complete": True, "truncated": ["3"], "missing": 2}
        store.finish({"tags": result, "admins": {"as_of": 0, "skipped": "403"}})
    folder = tmp_path / "ws"
    (deleted,) = rows(folder, "deletions")
    assert deleted.pop("found_at").timestamp() == WHEN + 60
    assert deleted == {"stream": "tags", "id": "9"}
    admins, tags = sorted(rows(folder, "export"), key=lambda row: str(row["stream"]))
    assert (tags["workspace"], tags["api_version"], tags["redact"]) == ("ws", "2.16", ["body"])
    assert (tags["records"], tags["deleted"], tags["missing"]) == (1, 1, 2)
    assert (tags["as_of"].timestamp(), tags["since"].timestamp()) == (WHEN, WHEN)
    assert (tags["truncated_ids"], tags["complete"]) == (["3"], True)
    assert (admins["skipped"], "as_of" in admins) == ("403", False)
    made = convert(folder, tmp_path / "to", "csv").rows
    assert made == {"admins": 1, "tags": 1, "deletions": 1, "export": 2}


def test_an_export_made_by_an_earlier_release_tells_of_itself_too(tmp_path: Path) -> None:
    folder = write(tmp_path, {"conversations": []})
    with pytest.raises(FileNotFoundError, match=r"manifest\.json"):
        to_arrow(folder, "export")
    assert "export" not in convert(folder, tmp_path / "to", "csv").rows


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("id name"), inner),
    max_leaves=4,
)


@pytest.mark.long
@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
@pytest.mark.parametrize("stream", list(MODELS))
def test_no_shape_of_a_field_costs_a_row(tmp_path: Path, stream: str, data: st.DataObject) -> None:
    keys = [field.encode_name for field in fields(MODELS[stream]) if field.encode_name != "id"]
    odd = st.dictionaries(st.sampled_from(keys), JSON, max_size=len(keys))
    records = [
        {**record, "id": id} for id, record in enumerate(data.draw(st.lists(odd, max_size=4)))
    ]
    folder = write(tmp_path, {stream: records})
    for table in TABLES.values():
        if table.source == stream:
            made = to_arrow(folder, table.name).read_all()
            assert made.column_names == [column.name for column in table.columns]
            if table.name == stream:
                assert sorted(made["id"].to_pylist()) == [str(id) for id in range(len(records))]


def test_raw_is_the_last_column_of_the_table_of_each_stream(tmp_path: Path) -> None:
    folder = write(tmp_path, {"tags": [{"id": "1", "odd": [1]}], "teams": [{"id": "1"}]})
    (row,) = to_arrow(folder, "tags", raw=True).read_all().to_pylist()
    assert row == {"id": "1", "name": None, "raw": '{"id": "1", "odd": [1]}'}
    convert(folder, tmp_path / "to", "csv", raw=True)
    assert pl.read_csv(tmp_path / "to" / "teams.csv").columns[-1] == "raw"
    assert pl.read_csv(tmp_path / "to" / "team_admins.csv").columns == ["team_id", "admin_id"]


async def test_any_stream_is_read_as_its_struct(tmp_path: Path) -> None:
    folder = write(tmp_path, {**NAMES, "contacts": [{"id": 1, "name": "Ann"}]})
    assert [contact async for contact in read(folder, "contacts")] == [Contact("1", name="Ann")]
    admins = [admin async for admin in read(folder, "admins")]
    assert [type(admin) for admin in admins] == [Admin, Admin]
    assert [line async for line in read(folder, "teams", raw=True)] == [
        json.dumps(NAMES["teams"][0]).encode()
    ]
    with pytest.raises(FileNotFoundError, match="no companies/"):
        await anext(read(folder, "companies"))
    with pytest.raises(ConfigurationError, match="no stream 'contact'"):
        read(folder, "contact", raw=True)


def test_a_table_whose_stream_is_not_there_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path, {"tags": []})
    with pytest.raises(FileNotFoundError, match=r"no contacts/ and no contacts\.ndjson"):
        to_arrow(folder, "contact_tags")


def test_rows_of_what_was_updated_since(tmp_path: Path) -> None:
    moment = datetime.fromtimestamp(WHEN, UTC)
    parts = {"conversation_parts": {"conversation_parts": [{"id": "p"}]}, "tags": ASSIGNED["tags"]}
    updated = {"1": WHEN - 1, "2": WHEN, "3": None, "4": WHEN + 1}
    records = [{"id": id, "updated_at": at, **parts} for id, at in updated.items()]
    folder = write(tmp_path / "ws", NAMES | {"conversations": records, "companies": [{"id": "1"}]})

    def found(table: Table, column: str) -> set[Any]:
        return set(to_arrow(folder, table, since=moment).read_all()[column].to_pylist())

    assert found("conversations", "id") == {"2", "3", "4"}
    assert found("conversation_parts", "conversation_id") == {"2", "3", "4"}
    (names,) = {
        tuple(row["tag_names"]) for row in to_arrow(folder, since=moment).read_all().to_pylist()
    }
    assert names == ("=1+1", None)
    with pytest.raises(ConfigurationError, match="companies do not tell"):
        to_arrow(folder, "companies", since=moment)
    with pytest.raises(QueryError, match="since"):
        to_arrow(folder, since=moment.replace(tzinfo=None))
