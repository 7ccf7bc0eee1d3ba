"""Columns made of a struct: a column for each field, and for each field of a struct within."""

import inspect
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any, Final, TypeAlias

import msgspec
from msgspec.inspect import (
    BoolType,
    DateTimeType,
    DictType,
    Field,
    FloatType,
    IntType,
    ListType,
    StrType,
    StructType,
    Type,
    UnionType,
    type_info,
)

from intercom_async.export.tables.columns import Column, SqlType

_Model: TypeAlias = type[msgspec.Struct]

# The first that is among the kinds a field may have; a list or a mapping comes before these.
_SCALARS: Final[tuple[tuple[type[Type], SqlType], ...]] = (
    (DateTimeType, "TIMESTAMPTZ"),
    (StrType, "VARCHAR"),
    (BoolType, "BOOLEAN"),
    (FloatType, "DOUBLE"),
    (IntType, "BIGINT"),
)
_ATTRIBUTE: Final = re.compile(r"^    (\w+): (.*(?:\n     .*)*)", re.MULTILINE)


def derived(
    model: _Model,
    *overrides: Column,
    first: str = "",
    without: Collection[str] = (),
) -> tuple[Column, ...]:
    """Return the columns of a struct, with what its docstring says of each field.

    A list of ids or words is a column, without what is null in it, and a list of structs is JSON.
    The ``type`` of a noun, always the same, has no column.

    Args:
        model: The struct.
        overrides: Columns in place of that of the path they have, or of the field their path is in.
        first: The names of the columns that come first, in this order, separated by spaces.
        without: The paths of fields that have no column, but for the overrides within them.
    """
    given: dict[str, list[Column]] = {}
    for column in overrides:
        given.setdefault(_field_of(model, column.path), []).append(column)
    columns = [
        column if column.text else column._replace(text=_told(model, column.path))
        for column in _columns(model, "$", given, {*without, "$.type"})
    ]
    order = {name: place for place, name in enumerate(first.split())}
    return tuple(sorted(columns, key=lambda column: order.get(column.name, len(order))))


def _columns(
    model: _Model, at: str, given: Mapping[str, list[Column]], without: Collection[str]
) -> Iterator[Column]:
    for field in _fields(model).values():
        path = f"{at}.{field.encode_name}"
        if path in given:
            yield from given[path]
        elif path in without:
            for within in given:
                yield from given[within] if within.startswith(f"{path}.") else ()
        elif field.name.startswith("_"):
            continue
        elif (model_within := _struct(field.type)) is not None:
            yield from _columns(model_within, path, given, without)
        else:
            yield _column(path, _kinds(field.type))


def _column(path: str, kinds: tuple[Type, ...]) -> Column:
    lists = [kind for kind in kinds if isinstance(kind, ListType)]
    if lists and any(isinstance(kind, StrType) for kind in _kinds(lists[0].item_type)):
        return Column("VARCHAR[]", f"{path}[*]", (f"{path}.data[*]",))
    if not lists and not any(isinstance(kind, DictType) for kind in kinds):
        for kind, sql in _SCALARS:
            if any(isinstance(each, kind) for each in kinds):
                return Column(sql, path)
    return Column("JSON", path)


def _field_of(model: _Model, path: str) -> str:
    """Return as much of a path as leads to a field that is no struct or where the path ends."""
    found = "$"
    for key in _keys(path):
        found = f"{found}.{key}"
        within = _struct(_fields(model)[key].type)
        if within is None:
            break
        model = within
    return found


def _told(model: _Model, path: str) -> str:
    """Return what the docstrings say of a path: of what it is in, then of itself."""
    texts: list[str] = []
    for key in _keys(path):
        if key not in _fields(model):
            break
        texts.append(_attributes(model).get(key, ""))
        within = _struct(_fields(model)[key].type)
        if within is None:
            break
        model = within
    return " ".join(filter(None, texts)).replace("``None``", "``NULL``")


def _keys(path: str) -> list[str]:
    return re.split(r"\.|->", path.replace("[*]", ""))[1:]


def _struct(type_: Type) -> _Model | None:
    """Return the struct that a field is, if it is nothing else."""
    found = [kind for kind in _kinds(type_) if isinstance(kind, StructType)]
    others = [kind for kind in _kinds(type_) if isinstance(kind, ListType | StrType | DictType)]
    return found[0].cls if found and not others else None


def _kinds(type_: Type) -> tuple[Type, ...]:
    return type_.types if isinstance(type_, UnionType) else (type_,)


@cache
def _fields(model: _Model) -> dict[str, Field]:
    info: Any = type_info(model)
    return {field.encode_name: field for field in info.fields}


@cache
def _attributes(model: _Model) -> dict[str, str]:
    _, _, said = (inspect.getdoc(model) or "").partition("Attributes:\n")
    said, _, _ = said.partition("\n\n")
    return {name: " ".join(text.split()) for name, text in _ATTRIBUTE.findall(said)}
