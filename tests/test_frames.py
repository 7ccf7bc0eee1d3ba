"""Streams of structs as tables of Arrow, Polars and pandas."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pandas as pd  # type: ignore[import-untyped]  # ships no types
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pytest

from intercom_async import AsyncIntercom, Contact, Conversation, QueryError, Tag
from intercom_async.frames import arrow_batches, to_arrow, to_pandas, to_polars

MOMENT = datetime(2026, 1, 2, tzinfo=UTC)


class Inner(msgspec.Struct):
    id: str | int
    tags: list[str | int] = []


class Outer(msgspec.Struct):
    id: str | int
    count: int | None = None
    share: float | int | None = None
    is_open: bool | None = None
    at: datetime | None = None
    inner: Inner | None = None
    inners: list[Inner] | None = None
    anything: Any = None
    attributes: dict[str, Any] | None = None
    inside: "Outer | None" = None
    left_out: int | msgspec.UnsetType = msgspec.UNSET
    _hidden: int = 0


ROWS = [
    Outer(7, count=2**70, share=1, anything={"a": [1]}),
    Outer("x", count=3, is_open=True, at=MOMENT, inner=Inner(5, [1, "b"]), inners=[Inner("z")]),
    Outer("y", share=0.5, attributes={"Größe": None}, inside=Outer("w"), inners=[], left_out=4),
]
COLUMNS = {
    "id": ["7", "x", "y"],
    "count": [None, 3, None],  # what is no 64-bit integer is null
    "share": [1.0, None, 0.5],
    "is_open": [None, True, None],
    "at": [None, MOMENT, None],
    "inner": [None, {"id": "5", "tags": ["1", "b"]}, None],
    "inners": [None, [{"id": "z", "tags": []}], []],
    "anything": ['{"a":[1]}', None, None],
    "attributes": [None, None, '{"Größe":null}'],
    "left_out": [None, None, 4],
}


async def records() -> AsyncIterator[Outer]:
    for row in ROWS:
        yield row


async def test_every_field_is_a_column_of_its_type() -> None:
    table = await to_arrow(records())
    inside = table.column("inside").to_pylist()
    assert table.drop(["inside"]).to_pydict() == COLUMNS
    assert inside[:2] == [None, None]
    assert msgspec.json.decode(inside[2])["id"] == "w"  # a struct within itself is JSON
    assert table.schema.field("at").type == pa.timestamp("us", "UTC")
    assert table.equals(await to_arrow(ROWS))  # an iterable that is not async, too


async def test_polars_has_structs_and_lists() -> None:
    frame = await to_polars(records())
    assert frame.schema["inner"] == pl.Struct({"id": pl.String, "tags": pl.List(pl.String)})
    assert frame.schema["at"] == pl.Datetime("us", "UTC")
    assert frame["inners"].list.len().to_list() == [None, 1, 0]
    assert frame.filter(pl.col("at") == MOMENT)["count"].to_list() == [3]


async def test_pandas_keeps_whole_numbers_whole() -> None:
    frame = await to_pandas(records())
    assert str(frame.dtypes["count"]) == "int64[pyarrow]"
    assert frame["count"].sum() == 3
    assert frame["count"].isna().tolist() == [True, False, True]
    assert frame.loc[frame["at"] == pd.Timestamp(MOMENT), "id"].tolist() == ["x"]
    assert frame["inner"][1]["tags"] == ["1", "b"]


async def test_a_stream_of_the_api(intercom: AsyncIntercom) -> None:
    listed = [conversation async for conversation in intercom.conversations.list(limit=70)]
    frame = await to_polars(intercom.conversations.list(limit=70))
    assert frame["id"].to_list() == [conversation.id for conversation in listed]
    assert frame["created_at"].to_list() == [conversation.created_at for conversation in listed]
    assert frame["tags"].list.len().to_list() == [len(each.tags) for each in listed]
    async with intercom.conversations.scan() as stream:
        assert (await to_polars(stream)).schema == frame.schema


async def test_an_empty_stream_has_the_columns_of_the_struct_that_is_named() -> None:
    empty = await to_polars([], Conversation)
    assert empty.height == 0
    assert empty.schema["created_at"] == pl.Datetime("us", "UTC")
    assert (await to_pandas([], Contact)).columns.tolist()[:2] == ["id", "type"]
    assert (await to_arrow([])).num_columns == 0


async def test_no_more_than_a_batch_waits() -> None:
    handed_out = 0

    async def many() -> AsyncIterator[Tag]:
        nonlocal handed_out
        for number in range(10):
            handed_out += 1
            yield Tag(id=str(number))

    sizes = []
    async for batch in arrow_batches(many(), rows=4):
        sizes.append(batch.num_rows)
        assert handed_out == sum(sizes)
    assert sizes == [4, 4, 2]


async def test_what_has_no_columns_is_refused(intercom: AsyncIntercom) -> None:
    with pytest.raises(QueryError, match="not of bytes; leave raw=True out"):
        await to_arrow(intercom.tags.list(raw=True))
    with pytest.raises(QueryError, match="those of Tag, and a record is a Contact"):
        await to_arrow([Tag(id="1"), Contact(id="1")])
    with pytest.raises(TypeError, match=r"its records are in page\.items"):
        await to_arrow(await intercom.tags.list())  # type: ignore[arg-type]
