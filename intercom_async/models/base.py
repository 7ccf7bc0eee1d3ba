"""What all models share: frozen structs, aware UTC timestamps, ids as ``str``."""

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, cast

import msgspec
from msgspec import inspect

JSON: TypeAlias = Any
"""A value whose shape the reference leaves open, as decoded from JSON."""

Timestamp: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
"""An aware UTC datetime, which the decoder makes of unix seconds."""

if TYPE_CHECKING:
    Id: TypeAlias = str
else:
    # Sent as a number or a string. Decoding either costs nothing; __post_init__ makes it a str.
    Id = str | int


# A decoded answer is a tree, which holds no cycle, so the collector need not visit its structs.
class Model(msgspec.Struct, frozen=True, gc=False):
    """The base of every struct an answer decodes into.

    Only a conversation's ``id`` is required; whatever else an answer leaves out is ``None``, or
    empty for a list. Enumerations are open: a value the reference does not name stays a ``str``.
    Fields it does not name are dropped: ask with ``raw=True``, or with a struct of your own as
    ``type=``, to have them.
    """


def fitted(value: JSON, type_: type[Model]) -> JSON:
    """Bring a decoded JSON value into a model's shape, in what live answers are known to differ.

    Ids that arrived as numbers become ``str``, and what no datetime can hold ``None`` where one is
    expected. What is annotated ``JSON`` stays as it was sent, numeric ids and all.
    """
    return _fitted(value, inspect.type_info(type_), "")


def _fitted(value: JSON, type_: inspect.Type, key: str) -> JSON:
    kinds = type_.types if isinstance(type_, inspect.UnionType) else (type_,)
    for kind in kinds:
        if isinstance(kind, inspect.StructType) and isinstance(value, dict):
            types = _types(kind.cls)
            return {
                name: _fitted(item, types[name], name) if name in types else item
                for name, item in value.items()
            }
        if isinstance(kind, inspect.ListType) and isinstance(value, list):
            return [_fitted(item, kind.item_type, key) for item in value]
        if isinstance(kind, inspect.DateTimeType):
            return value if _is_moment(value) else None
    is_id = key == "id" or key.endswith("_id")
    is_text = any(isinstance(kind, inspect.StrType) for kind in kinds)
    return str(value) if is_id and is_text and type(value) is int else value


@lru_cache(maxsize=256)
def _types(model: type) -> dict[str, inspect.Type]:
    info = cast("inspect.StructType", inspect.type_info(model))
    return {field.encode_name: field.type for field in info.fields}


def _is_moment(value: JSON) -> bool:
    try:
        msgspec.convert(value, Timestamp, strict=False)
    except ValueError:
        return False
    return True


def assignee(value: object) -> str | None:
    """Return the id of whom something is assigned to, as ``str``, or ``None`` for nobody."""
    return None if value in {None, 0, "0"} else str(value)
