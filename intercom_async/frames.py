"""Streams of structs as tables of Arrow, Polars and pandas.

``pip install 'intercom-async[arrow]'``, ``[polars]`` or ``[pandas]``; each is imported when it is
first needed.

A field is a column of its name: moments are timestamps in UTC with microseconds, a struct within is
a struct, a list a list. Ids are text. What may be anything, such as custom attributes, is JSON.
"""

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

import msgspec
from anyio.to_thread import run_sync
from msgspec import inspect

from intercom_async.errors import QueryError
from intercom_async.extras import extra

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]  # ships no types
    import polars as pl
    import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

__all__ = ["arrow_batches", "to_arrow", "to_pandas", "to_polars"]

T = TypeVar("T")

Stream: TypeAlias = AsyncIterable[T] | Iterable[T]
_Convert: TypeAlias = Callable[[Any], Any]
_Struct: TypeAlias = type[msgspec.Struct]

_ROWS: Final = 1024  # at a time: with whole conversations in them, that is some megabytes
_INT64: Final = range(-(2**63), 2**63)


async def to_arrow(stream: Stream[Any], model: _Struct | None = None) -> "pa.Table":
    """Return the records of a stream as an Arrow table.

    Besides the table, the structs of a thousand records are in memory at a time. They are made
    columns in a thread, so that the event loop goes on. Example::

        table = await to_arrow(intercom.conversations.list())

    Args:
        stream: A list, a search, an opened scan, or any iterable, async or not, of structs of one
            class. What is raised by walking it is raised here.
        model: The class. By default that of the first record; an empty stream then has no columns.

    Raises:
        ConfigurationError: The extra ``arrow`` is not installed.
        QueryError: A record is no struct, or one of another class.
    """
    return await _table(stream, model, "arrow")


async def to_polars(stream: Stream[Any], model: _Struct | None = None) -> "pl.DataFrame":
    """Return the records of a stream as a Polars frame; see ``to_arrow``.

    Raises:
        ConfigurationError: The extra ``polars`` is not installed.
    """
    polars: Any = await run_sync(extra, "polars", "polars")
    frame: pl.DataFrame = polars.from_arrow(await _table(stream, model, "polars"))
    return frame


async def to_pandas(stream: Stream[Any], model: _Struct | None = None) -> "pd.DataFrame":
    """Return the records of a stream as a pandas frame; see ``to_arrow``.

    Its columns have Arrow's types, since pandas' own would make floats of whole numbers where one
    is missing.

    Raises:
        ConfigurationError: The extra ``pandas`` is not installed.
    """
    pandas: Any = await run_sync(extra, "pandas", "pandas")
    table = await _table(stream, model, "pandas")
    return table.to_pandas(types_mapper=pandas.ArrowDtype)


async def arrow_batches(
    stream: Stream[Any], model: _Struct | None = None, *, rows: int = _ROWS
) -> "AsyncIterator[pa.RecordBatch]":
    """Yield the records of a stream as Arrow record batches, for what does not fit into memory.

    Args:
        stream: As of ``to_arrow``.
        model: As of ``to_arrow``.
        rows: How many records are in a batch.

    Raises:
        ConfigurationError: The extra ``arrow`` is not installed.
        QueryError: A record is no struct, or one of another class.
    """
    pyarrow = await run_sync(extra, "pyarrow", "arrow")
    columns = None if model is None else _Columns(model, pyarrow)
    waiting: list[Any] = []
    async for record in _each(stream):
        if columns is None:
            columns = _Columns(type(record), pyarrow)
        waiting.append(columns.checked(record))
        if len(waiting) == rows:
            yield await run_sync(columns.batch, waiting)
            waiting = []
    if columns is not None and waiting:
        yield await run_sync(columns.batch, waiting)


async def _table(stream: Stream[Any], model: _Struct | None, of: str) -> "pa.Table":
    pyarrow = await run_sync(extra, "pyarrow", of)
    batches = [batch async for batch in arrow_batches(stream, model)]
    if batches:
        schema = batches[0].schema
    else:
        schema = pyarrow.schema([]) if model is None else _Columns(model, pyarrow).schema
    return pyarrow.Table.from_batches(batches, schema)


async def _each(stream: Stream[T]) -> AsyncIterator[T]:
    if isinstance(stream, AsyncIterable):
        async for record in stream:
            yield record
    else:
        for record in stream:
            yield record


class _Columns:
    """The columns of a struct.

    Attributes:
        schema: Their names and types.
    """

    def __init__(self, model: _Struct, pyarrow: Any) -> None:
        if not (isinstance(model, type) and issubclass(model, msgspec.Struct)):
            name = getattr(model, "__name__", repr(model))
            raw = "; leave raw=True out" if model is bytes else ""
            raise QueryError(f"columns are made of structs, not of {name}{raw}")
        self._model = model
        self._pyarrow = pyarrow
        self._type, self._convert = _struct(model, pyarrow, ())
        self.schema = pyarrow.schema(list(self._type))

    def checked(self, record: object) -> object:
        if not isinstance(record, self._model):
            raise QueryError(
                f"columns are those of {self._model.__name__}, and a record is a "
                f"{type(record).__name__}: make a table of each"
            )
        return record

    def batch(self, records: list[Any]) -> Any:
        rows = [self._convert(record) for record in records]
        return self._pyarrow.RecordBatch.from_struct_array(
            self._pyarrow.array(rows, type=self._type)
        )


def _struct(model: _Struct, pa: Any, around: tuple[_Struct, ...]) -> tuple[Any, _Convert]:
    names: list[str] = []
    types: list[Any] = []
    converters: list[_Convert] = []
    info: Any = inspect.type_info(model)
    for field in info.fields:
        if not field.name.startswith("_"):
            type_, convert = _column(field.type, pa, (*around, model))
            names.append(field.name)
            types.append(type_)
            converters.append(convert)

    def row(record: Any) -> dict[str, Any]:
        return {
            name: None if _is_none(value := getattr(record, name)) else convert(value)
            for name, convert in zip(names, converters, strict=True)
        }

    return pa.struct(list(zip(names, types, strict=True))), row


def _column(type_: inspect.Type, pa: Any, around: tuple[_Struct, ...]) -> tuple[Any, _Convert]:
    kinds = type_.types if isinstance(type_, inspect.UnionType) else (type_,)
    lists = [kind for kind in kinds if isinstance(kind, inspect.ListType)]
    if lists:  # besides what a list may be wrapped in when it is sent
        item, convert = _column(lists[0].item_type, pa, around)
        return pa.list_(item), lambda values: [
            None if _is_none(value) else convert(value) for value in values
        ]
    found = {type(kind) for kind in kinds} - {inspect.NoneType}
    if found == {inspect.StructType}:
        (kind, *others) = (kind for kind in kinds if isinstance(kind, inspect.StructType))
        if not others and kind.cls not in around:
            return _struct(kind.cls, pa, around)
    return _scalar(found, pa)


def _scalar(found: set[type[inspect.Type]], pa: Any) -> tuple[Any, _Convert]:
    if found == {inspect.DateTimeType}:
        return pa.timestamp("us", "UTC"), _as_it_is
    if found == {inspect.BoolType}:
        return pa.bool_(), _as_it_is
    if found in ({inspect.StrType}, {inspect.StrType, inspect.IntType}):  # an id may be a number
        return pa.string(), str
    if found == {inspect.IntType}:
        return pa.int64(), _integer
    if found in ({inspect.FloatType}, {inspect.FloatType, inspect.IntType}):
        return pa.float64(), float
    return pa.string(), _json


def _is_none(value: object) -> bool:
    return value is None or value is msgspec.UNSET


def _as_it_is(value: Any) -> Any:
    return value


def _integer(value: int) -> int | None:
    return value if value in _INT64 else None


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
