"""Parquet, CSV, DuckDB and NDJSON hold the same rows, whichever program reads them.

DuckDB and Polars read them with nothing of this library, and so they do the export's own files.
"""

import json
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias, get_args

import duckdb
import polars as pl
import pytest

from intercom_async.emulator import Emulator
from intercom_async.export.store.zstd import compress_frame
from intercom_async.export.tables import Format, convert, read, to_arrow

Row: TypeAlias = tuple[Any, ...]
Rows: TypeAlias = tuple[list[Row], list[Row]]
"""Of conversations and of their parts."""

LEADING = ["=", "+", "-", "@", "\t", "\r", "\n", "\r\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
HARMLESS = ["", " =1", "1=1", "'", "'quoted'", "\u2212 1", "a\t=1", "#=1", '"=1"', ";=1", ",=1"]


def documented() -> re.Pattern[str]:
    """Return what ``convert`` says to take an apostrophe away from."""
    found = re.search("``('.*?)``", convert.__doc__ or "")
    assert found
    return re.compile(found[1])


DISARMED = documented()


def undone(text: str | None) -> str | None:
    return text[1:] if text and DISARMED.match(text) else text


def records() -> list[dict[str, Any]]:
    workspace = Emulator(conversations=90).workspace
    full = [workspace.full_record(id) for id in workspace.ids()]
    texts = [f"{leading}1+1" for leading in LEADING] + HARMLESS + [f"'{each}1" for each in LEADING]
    for record, text in zip(full, texts, strict=False):
        record["title"] = record["source"]["body"] = text
        for part in record["conversation_parts"]["conversation_parts"]:
            part["body"] = text
    return full


RECORDS = records()
PART = pl.Struct(
    {
        "id": pl.String,
        "part_type": pl.String,
        "body": pl.String,
        "created_at": pl.Int64,
        "author": pl.Struct({"id": pl.String}),
    }
)
SCHEMA: dict[str, Any] = {
    "id": pl.String,
    "created_at": pl.Int64,
    "state": pl.String,
    "open": pl.Boolean,
    "title": pl.String,
    "source": pl.Struct({"body": pl.String}),
    "tags": pl.Struct({"tags": pl.List(pl.Struct({"id": pl.String}))}),
    "conversation_parts": pl.Struct({"conversation_parts": pl.List(PART)}),
}
SHARDS = "ws/conversations/*.ndjson.zst"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an export, ``ws``, and beside it what became of it in every format."""
    folder = tmp_path_factory.mktemp("same")
    (folder / "ws" / "conversations").mkdir(parents=True)
    lines = [json.dumps(record).encode() for record in RECORDS]
    for number in range(3):
        some = lines[number * 30 : number * 30 + 30]
        frames = [compress_frame(b"\n".join([*some[at : at + 10], b""])) for at in (0, 10, 20)]
        file = folder / "ws" / "conversations" / f"created={number}.ndjson.zst"
        file.write_bytes(b"".join(frames))
    for to_format in get_args(Format):
        convert(folder / "ws", folder, to_format)
    return folder


def seconds(value: Any) -> Any:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.timestamp() if isinstance(value, datetime) else value


def of_tables(conversations: Iterable[dict[str, Any]], parts: Iterable[dict[str, Any]]) -> Rows:
    """Return the rows of tables, be their cells of types or of text."""

    def listed(ids: Any) -> Any:
        return tuple(json.loads(ids) if isinstance(ids, str) else ids)

    def true(value: Any) -> bool:
        return value in (True, "true")

    def text(value: Any) -> str:
        return value or ""

    first = []
    for c in conversations:
        row = (c["id"], seconds(c["created_at"]), c["state"], true(c["open"]), text(c["title"]))
        first.append((*row, text(c["source_body"]), listed(c["tag_ids"])))
    second = []
    for p in parts:
        row = (p["conversation_id"], int(p["position"]), p["id"], p["part_type"], text(p["body"]))
        second.append((*row, p["author_id"], seconds(p["created_at"])))
    return sorted(first), sorted(second)


def of_objects(conversations: Iterable[dict[str, Any]]) -> Rows:
    """Return the rows of conversations as the API sends them."""
    first, second = [], []
    for c in conversations:
        tags = tuple(str(tag["id"]) for tag in c["tags"]["tags"])
        row = (str(c["id"]), c["created_at"], c["state"], c["open"], c["title"] or "")
        first.append((*row, c["source"]["body"] or "", tags))
        for position, p in enumerate(c["conversation_parts"]["conversation_parts"], 1):
            part = (str(c["id"]), position, str(p["id"]), p["part_type"], p["body"] or "")
            second.append((*part, str(p["author"]["id"]), p["created_at"]))
    return sorted(first), sorted(second)


def polars_parquet(folder: Path) -> Rows:
    return of_tables(*(pl.read_parquet(file).to_dicts() for file in files(folder, "parquet")))


def duckdb_parquet(folder: Path) -> Rows:
    return of_tables(*(query(f"FROM read_parquet('{file}')") for file in files(folder, "parquet")))


def polars_csv(folder: Path) -> Rows:
    return of_csv(*(pl.read_csv(f, infer_schema=False).to_dicts() for f in files(folder, "csv")))


def duckdb_csv(folder: Path) -> Rows:
    read_csv = "FROM read_csv('{}', all_varchar = true)"
    return of_csv(*(query(read_csv.format(file)) for file in files(folder, "csv")))


def of_csv(*tables: Iterable[dict[str, Any]]) -> Rows:
    return of_tables(*([{k: undone(v) for k, v in row.items()} for row in t] for t in tables))


def duckdb_database(folder: Path) -> Rows:
    file = folder / "conversations.duckdb"
    return of_tables(query("FROM conversations", file), query("FROM conversation_parts", file))


def arrow(folder: Path) -> Rows:
    return of_tables(
        to_arrow(folder / "ws").read_all().to_pylist(),
        to_arrow(folder / "ws", "conversation_parts").read_all().to_pylist(),
    )


def polars_ndjson(folder: Path) -> Rows:
    return of_objects(pl.read_ndjson(folder / "conversations.ndjson", schema=SCHEMA).to_dicts())


def polars_shards(folder: Path) -> Rows:
    return of_objects(pl.scan_ndjson(folder / SHARDS, schema=SCHEMA).collect().to_dicts())


def duckdb_ndjson(folder: Path) -> Rows:
    return of_objects(objects(folder / "conversations.ndjson"))


def duckdb_shards(folder: Path) -> Rows:
    return of_objects(objects(folder / SHARDS))


def files(folder: Path, suffix: str) -> list[Path]:
    return [folder / f"{table}.{suffix}" for table in ("conversations", "conversation_parts")]


def query(sql: str, database: Path | str = ":memory:") -> list[dict[str, Any]]:
    with duckdb.connect(database) as connection:
        rows: list[dict[str, Any]] = connection.sql(sql).to_arrow_table().to_pylist()
        return rows


def objects(files: Path) -> list[dict[str, Any]]:
    return [json.loads(row["json"]) for row in query(f"FROM read_ndjson_objects('{files}')")]


@pytest.mark.parametrize(
    "rows",
    [
        *[polars_parquet, duckdb_parquet, polars_csv, duckdb_csv, duckdb_database, arrow],
        *[polars_ndjson, duckdb_ndjson, polars_shards, duckdb_shards],
    ],
)
def test_every_format_holds_the_same_rows(folder: Path, rows: Callable[[Path], Rows]) -> None:
    conversations, parts = rows(folder)
    expected_conversations, expected_parts = of_objects(RECORDS)
    assert conversations == expected_conversations
    assert parts == expected_parts


async def test_read_holds_the_same_rows(folder: Path) -> None:
    lines = [json.loads(line) async for line in read(folder / "ws", raw=True)]
    assert of_objects(lines) == of_objects(RECORDS)


def test_no_cell_of_csv_is_a_formula_and_harmless_ones_are_as_they_were(folder: Path) -> None:
    for file in files(folder, "csv"):
        cells = [cell for row in pl.read_csv(file, infer_schema=False).rows() for cell in row]
        assert not [cell for cell in cells if cell and cell.startswith(tuple(LEADING))]
    titles = set(pl.read_csv(folder / "conversations.csv", infer_schema=False)["title"])
    disarmed = {f"'{each}1+1" for each in LEADING} | {f"''{each}1" for each in LEADING}
    assert disarmed | set(HARMLESS) - {""} < titles
