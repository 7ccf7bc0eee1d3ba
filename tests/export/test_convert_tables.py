"""Parquet, CSV, DuckDB, Arrow and NDJSON hold the same rows, and those are what the models say."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import duckdb
import msgspec
import polars as pl
import pytest
from backports import zstd

from intercom_async import ConfigurationError
from intercom_async.core import codec
from intercom_async.emulator import Emulator
from intercom_async.export.tables import TABLES, Column, Format, Table, convert, to_arrow
from intercom_async.models import Conversation, ConversationStatistics

WHEN = 1663597223
MARK = {"type": "admin", "id": "814860", "name": "Mark", "email": "mk@example.com"}
CONTACT = {"type": "lead", "id": "5bc8", "external_id": "70"}
FORMULA = re.compile("'*[-=+@\\t\\r\\n\uff0b\uff0d\uff1d\uff20]")
OF_CONVERSATIONS: tuple[Table, ...] = ("conversations", "conversation_parts")
FORMATS: tuple[Format, ...] = get_args(Format)
CONVERSATIONS = TABLES["conversations"].columns
PART_COLUMNS = TABLES["conversation_parts"].columns[2:]
SHORTENED = {
    'custom_attributes->"CX Score rating"': "cx_score",
    "->": "_",
    "conversation_rating": "rating",
    "rating_rating": "rating",
    "sla_applied_": "",
    "conversation_parts_total": "parts_total",
}
ATTRIBUTES = {
    "str": "=1+1",
    "int": 12345678901234567890123,
    "float": 1.5,
    "bool": True,
    "when": "2022-09-19T14:20:23Z",
    "objects": [{"id": 5, "contact_id": 6}],
    "nothing": None,
}

# Each row of "Where schema, examples and live answers disagree" in what was seen of it.
ASSIGNEES: list[Any] = [None, 0, "0", "5017691", 5017691]
MOMENTS: list[Any] = [None, 0, WHEN, str(WHEN), WHEN + 0.5, 64654125776, 253402300799, -1]
OF_NO_SCHEMA: list[Any] = [{}, None, "t", [], {"id": 5, "list": [1]}]
DRIFTED: list[dict[str, Any]] = [
    *({"admin_assignee_id": one, "team_assignee_id": one} for one in ASSIGNEES),
    *({"waiting_since": one, "statistics": {"last_close_at": one}} for one in MOMENTS),
    {"snoozed_until": "2022-09-19T14:20:23Z"},
    *({"topics": one, "ticket": one} for one in OF_NO_SCHEMA),
    {"teammates": None},
    {"teammates": {}},
    {"teammates": {"type": "admin.list", "teammates": [MARK, {"type": "admin", "id": "7"}]}},
    {"teammates": {"type": "admin.list", "admins": [MARK]}},
    {"teammates": {"type": "admin.list", "teammates": None}},
    {"teammates": [MARK], "contacts": [CONTACT], "tags": [{"type": "tag", "id": "1"}]},
    {"contacts": {"type": "contact.list", "contacts": [CONTACT, {"id": 9}, {"type": "user"}]}},
    {"contacts": None, "tags": None},
    {"contacts": [], "tags": {"tags": []}},
    {"tags": {"type": "tag.list", "tags": [{"id": "1", "name": "-1"}, {"id": 2}]}},
    {"assignee": MARK, "admin_assignee_id": None},
    {"conversation_rating": None, "sla_applied": None, "statistics": None, "source": None},
    {"conversation_rating": {"rating": None, "remark": None, "contact": None, "teammate": None}},
    {"conversation_rating": {"rating": "5", "contact": {"id": None}, "created_at": WHEN}},
    {"conversation_rating": {"rating": 1, "teammate": MARK, "contact": CONTACT, "remark": "=A1"}},
    {"statistics": {"first_contacat_reply_at": WHEN, "last_closed_by": MARK}},
    {"statistics": {"first_contact_reply_at": WHEN, "first_contacat_reply_at": WHEN + 60}},
    {"statistics": {"assigned_team_first_response_time": [{"team_id": 5}], "handling_time": 60}},
    *(
        {"sla_applied": {"sla_name": "VIP <5m", "sla_status": status}}
        for status in [None, "hit", "missed", "cancelled", "canceled", "active", "tomorrow's"]
    ),
    {"source": {"id": None, "author": {"type": "user", "id": "5", "name": None, "email": None}}},
    {"source": {"type": "telepathy", "delivered_as": "thought", "author": {"id": 7}}},
    {"source": {"attachments": [{"name": "a,b.png", "filesize": 5}], "redacted": True}},
    {"first_contact_reply": {"created_at": WHEN, "type": "email", "url": None}},
    {"state": "new state", "priority": "urgent", "title": "null", "open": True, "read": False},
    {"custom_attributes": ATTRIBUTES, "linked_objects": {"data": [], "total_count": 0}},
    {"ai_agent": {"rating": 5, "content_sources": {"id": 1}}, "ai_agent_participated": True},
    {"ai_agent": None, "custom_attributes": None, "added_tomorrow": {"deep": [1, "é"]}},
    {"conversation_parts": None},
    {"conversation_parts": {"conversation_parts": None, "total_count": 0}},
    {"conversation_parts": {"conversation_parts": [], "total_count": None}},
]
ASSIGNED = [
    None,
    {"type": "admin", "id": "5"},
    {"type": "team", "id": 5},
    {"type": "team", "id": None},
    {"type": "nobody_admin", "id": None},
]
PARTS: list[dict[str, Any]] = [
    *({"assigned_to": one} for one in ASSIGNED),
    {"id": 3, "author": None},
    {"id": "3", "author": {"type": "bot", "id": 7}, "part_type": "part of tomorrow"},
    {"body": 'a\r\nb,"c"\n\U0001f600', "external_id": "@x", "redacted": True},
    {"attachments": [{"name": "é"}], "notified_at": str(WHEN), "created_at": 64654125776},
]


def recorded() -> Iterator[dict[str, Any]]:
    for file in sorted((Path(__file__).parent.parent / "data").glob("*.json")):
        for answer in json.loads(file.read_text(encoding="utf-8")):
            if answer["body"].get("type") == "conversation":
                yield answer["body"]


def records() -> list[dict[str, Any]]:
    workspace = Emulator(conversations=120).workspace
    full = [workspace.full_record(id) for id in workspace.ids()]
    parts = [{"id": str(number), **part} for number, part in enumerate(PARTS)]
    drifted = [
        *DRIFTED,
        {"conversation_parts": {"conversation_parts": parts, "total_count": 700}},
    ]
    numbered = enumerate([*recorded(), *drifted])
    return [*full, *({**record, "id": number} for number, record in numbered)]


def write_shards(folder: Path, lines: list[bytes]) -> None:
    """Write lines as an export does: several files, each of several frames."""
    (folder / "conversations").mkdir(parents=True)
    for start in range(0, len(lines), 60):
        file = folder / "conversations" / f"created={start:04}_{start + 59:04}.ndjson.zst"
        with file.open("wb") as opened:
            for at in range(start, min(start + 60, len(lines)), 20):
                opened.write(zstd.compress(b"\n".join([*lines[at : at + 20], b""])))


class Exported(msgspec.Struct):
    """An export and what became of it in every format."""

    folder: Path
    to: Path
    lines: list[bytes]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    folder, to = tmp_path_factory.mktemp("ws"), tmp_path_factory.mktemp("to")
    lines = [json.dumps(record, ensure_ascii=False).encode() for record in records()]
    write_shards(folder, lines)
    for to_format in FORMATS:
        converted = convert(folder, to, to_format)
        assert converted.rows["conversations"] == len(lines)
    return Exported(folder, to, lines)


def at(value: Any, path: str) -> Any:
    """Return what stands at a path of a struct, or of a decoded JSON object."""
    for key in path.split(".")[1:]:
        if value is not None:
            value = value.get(key) if isinstance(value, dict) else getattr(value, key)
    return value


def served(column: Column, model: Any, sent: dict[str, Any]) -> Any:
    """Return what the models make of a column's value; JSON columns hold what was sent."""
    if column.names is not None:
        return None  # there are no streams of names here
    if column.type == "JSON":
        return at(sent, column.path)
    if column.type == "VARCHAR[]":
        items = getattr(model, column.path.split(".")[1])  # as a list, however it was sent
        return [item.id for item in items if item.id is not None]
    if "->" in column.path:
        holder, _, key = column.path.partition("->")
        held = at(sent, holder)
        return held.get(key.strip('"')) if isinstance(held, dict) else None
    if column.name == "statistics_last_closed_by_id":
        return at(model, column.path) or at(model, "$.statistics.last_closed_by.id")
    return at(model, column.path)


def row(of: tuple[Column, ...], model: Any, sent: dict[str, Any]) -> dict[str, Any]:
    return {column.name: served(column, model, sent) for column in of}


def conversations(lines: list[bytes]) -> list[dict[str, Any]]:
    """Return the rows that the models make of lines."""
    decoded = [(codec.record_decoder(Conversation)(line), json.loads(line)) for line in lines]
    return by_id([row(CONVERSATIONS, model, sent) for model, sent in decoded])


def conversation_parts(lines: list[bytes]) -> list[dict[str, Any]]:
    rows = []
    for line in lines:
        model = codec.record_decoder(Conversation)(line)
        sent = at(json.loads(line), "$.conversation_parts.conversation_parts") or []
        for position, part in enumerate(model.conversation_parts or (), 1):
            before = {"conversation_id": model.id, "position": position}
            rows.append(before | row(PART_COLUMNS, part, sent[position - 1]))
    return by_id(rows)


def by_id(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row.get("conversation_id", ""), row["id"]))


MADE = {"conversations": conversations, "conversation_parts": conversation_parts}


def with_json(table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with their JSON columns decoded."""
    names = [column.name for column in TABLES[table].columns if column.type == "JSON"]
    for one in rows:
        one.update({name: json.loads(one[name]) for name in names if one[name] is not None})
    return by_id(rows)


def parquet(exported: Exported, table: Table) -> list[dict[str, Any]]:
    return pl.read_parquet(exported.to / f"{table}.parquet").to_dicts()


def parquet_by_duckdb(exported: Exported, table: Table) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        query = f"FROM '{exported.to / table}.parquet'"
        return arrow_rows(connection.sql(query).to_arrow_table())


def database(exported: Exported, table: Table) -> list[dict[str, Any]]:
    with duckdb.connect(exported.to / "conversations.duckdb", read_only=True) as connection:
        return arrow_rows(connection.sql(f"FROM {table}").to_arrow_table())


def arrow(exported: Exported, table: Table) -> list[dict[str, Any]]:
    return arrow_rows(to_arrow(exported.folder, table).read_all())


def arrow_rows(table: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


@pytest.mark.long
@pytest.mark.parametrize("table", OF_CONVERSATIONS)
@pytest.mark.parametrize("rows", [parquet, parquet_by_duckdb, database, arrow])
def test_every_format_holds_what_the_models_serve(
    exported: Exported,
    table: Table,
    rows: Callable[[Exported, Table], list[dict[str, Any]]],
) -> None:
    assert with_json(table, rows(exported, table)) == MADE[table](exported.lines)


def cell(value: Any) -> Any:
    """Return what stands in a cell of CSV for a value."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        text = value.isoformat().replace("+00:00", "Z")
        return re.sub(r"(\.\d+?)0+Z$", r"\1Z", text)
    if isinstance(value, list):
        return json.dumps(value, separators=(",", ":"))
    if isinstance(value, str):
        return f"'{value}" if FORMULA.match(value) else value
    return None if value is None else str(value)


@pytest.mark.parametrize("table", OF_CONVERSATIONS)
def test_csv_holds_the_same_as_text(exported: Exported, table: Table) -> None:
    types = {column.name: column.type for column in TABLES[table].columns}
    rows = pl.read_csv(exported.to / f"{table}.csv", infer_schema=False).to_dicts()
    assert with_json(table, rows) == [
        {name: value if types.get(name) == "JSON" else cell(value) for name, value in one.items()}
        for one in MADE[table](exported.lines)
    ]


def test_ndjson_holds_the_same_lines(exported: Exported) -> None:
    content = (exported.to / "conversations.ndjson").read_bytes()
    assert content == b"".join(line + b"\n" for line in exported.lines)


def test_csv_is_as_rfc_4180_has_it(exported: Exported) -> None:
    content = (exported.to / "conversation_parts.csv").read_bytes()
    names = ["conversation_id", "position", *(c.name for c in PART_COLUMNS)]
    assert content.startswith(",".join(names).encode() + b"\r\n")
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline=""), strict=True))
    assert len(rows) == len(conversation_parts(exported.lines))
    assert any(row["body"] == 'a\r\nb,"c"\n\U0001f600' for row in rows)


def test_every_field_of_the_statistics_has_a_column() -> None:
    paths = {path for column in CONVERSATIONS for path in (column.path, *column.others)}
    kept = {path.split(".")[2] for path in paths if path.startswith("$.statistics.")}
    assert kept == set(
        msgspec.json.schema(ConversationStatistics)["$defs"]["ConversationStatistics"]["properties"]
    )


def test_a_columns_name_is_its_paths() -> None:
    for column in CONVERSATIONS:
        if column.type != "VARCHAR[]" and column.names is None:
            name = column.path.removeprefix("$.").replace(".", "_")
            for long, short in SHORTENED.items():
                name = name.replace(long, short)
            assert column.name == name


def table(tmp_path: Path, name: Table, *lines: bytes) -> list[dict[str, Any]]:
    """Return the rows that lines become."""
    write_shards(tmp_path, list(lines))
    return arrow_rows(to_arrow(tmp_path, name).read_all())


@pytest.mark.parametrize(
    ("field", "column"),
    [
        ({"created_at": "yesterday"}, "created_at"),
        ({"created_at": WHEN * 1000}, "created_at"),
        ({"created_at": True}, "created_at"),
        ({"created_at": "infinity"}, "created_at"),
        ({"created_at": 10**400}, "created_at"),
        ({"open": "perhaps"}, "open"),
        ({"source": "a string"}, "source_body"),
        ({"source": [{"body": "x"}]}, "source_body"),
        ({"statistics": {"count_reopens": "many"}}, "statistics_count_reopens"),
        ({"statistics": {"count_reopens": 10**30}}, "statistics_count_reopens"),
        ({"conversation_parts": "x"}, "parts_total_count"),
    ],
    ids=str,
)
def test_what_fits_no_type_is_null_and_costs_no_row(
    tmp_path: Path, field: dict[str, Any], column: str
) -> None:
    sent = json.dumps({"id": "1", "title": "kept", **field}).encode()
    (row,) = table(tmp_path, "conversations", sent)
    assert (row["id"], row["title"], row[column]) == ("1", "kept", None)


@pytest.mark.parametrize("sent", ["x", 5, {"a": 1}, [1, None, "x"], [[{"id": 1}]]], ids=str)
def test_lists_of_no_known_shape_are_empty(tmp_path: Path, sent: object) -> None:
    line = json.dumps({"id": "1", "tags": sent, "contacts": sent, "teammates": sent}).encode()
    (row,) = table(tmp_path, "conversations", line)
    assert row["tag_ids"] == row["contact_ids"] == row["teammate_ids"] == []


def test_parts_without_an_object_around_them_are_found(tmp_path: Path) -> None:
    line = json.dumps({"id": 1, "conversation_parts": [{"id": 7}, {"id": "8"}]}).encode()
    rows = table(tmp_path, "conversation_parts", line)
    assert [(row["conversation_id"], row["position"], row["id"]) for row in rows] == [
        ("1", 1, "7"),
        ("1", 2, "8"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        rb'{"id":"1","title":"cut \ud83d","state":"open"}',
        b'{"id":"1","title":"cut \xf0\x9f","state":"open"}',
        b'{"id":"1","state":"open","deep":' + b"[" * 3000 + b"]" * 3000 + b"}",
        b'{"id":"1","state":"open","title":"\\u0000"}',
    ],
    ids=["half a surrogate pair", "no UTF-8", "nested deeply", "a null character"],
)
def test_lines_that_are_hard_to_decode_are_kept(tmp_path: Path, line: bytes) -> None:
    (row,) = table(tmp_path, "conversations", line)
    assert (row["id"], row["state"]) == ("1", "open")


def test_raw_has_the_whole_conversation(exported: Exported) -> None:
    rows = to_arrow(exported.folder, raw=True).read_all().to_pylist()
    assert sorted(row["raw"].encode() for row in rows) == sorted(exported.lines)


def test_a_later_shard_and_the_plain_layout_are_read_too(tmp_path: Path) -> None:
    write_shards(tmp_path, [b'{"id":"1"}'])
    file = tmp_path / "conversations" / "updates=1.ndjson.zst"
    file.write_bytes(zstd.compress(b'{"id":"2"}\n'))
    (tmp_path / "conversations" / "created=9.ndjson.zst").write_bytes(b"")
    (tmp_path / "conversations.ndjson").write_bytes(b'{"id":"3"}\n')
    assert sorted(to_arrow(tmp_path).read_all()["id"].to_pylist()) == ["1", "2"]
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "conversations.ndjson").write_bytes(b'{"id":"3"}\n\n{"id":"4"}')
    assert sorted(to_arrow(plain).read_all()["id"].to_pylist()) == ["3", "4"]


def test_an_export_of_nothing_has_empty_tables(tmp_path: Path) -> None:
    (tmp_path / "conversations").mkdir()
    for to_format in FORMATS:
        assert not any(convert(tmp_path, tmp_path / "to", to_format).rows.values())
    assert pl.read_parquet(tmp_path / "to" / "conversations.parquet").height == 0
    assert pl.read_csv(tmp_path / "to" / "conversation_parts.csv").height == 0


def test_arrow_comes_in_small_batches_and_may_be_left_early(exported: Exported) -> None:
    reader = to_arrow(exported.folder, "conversation_parts")
    assert 0 < reader.read_next_batch().num_rows <= 1024
    del reader
    with pytest.raises(ConfigurationError, match="no table"):
        to_arrow(exported.folder, "parts")  # type: ignore[arg-type]
