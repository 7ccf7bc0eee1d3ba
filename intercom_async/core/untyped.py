"""Records whose ids arrive as numbers, decoded without a detour over Python's own types.

What ``fitted`` does to a decoded record costs more than all of its decoding. Ids can be quoted
in the JSON just as well where every attribute has a type: a number that was overlooked is refused
by the decoder then, and left to ``fitted``. What has no type is put back as it was sent.
"""

import re
from functools import lru_cache
from typing import Any, Final, cast

import msgspec
from msgspec import inspect
from msgspec.structs import force_setattr

from intercom_async.models.base import JSON, Model

# Within a string, the quotation mark would have a backslash before it.
_END_OF_KEY: Final = b'id":'
_ENDS_OF_IDS: Final = (b'"', b"_")
# As str() writes an int. One of more digits is refused by the decoder.
_NUMBER: Final = re.compile(rb"[ \t\n\r]*+(0|-?[1-9][0-9]{0,999}+)(?![0-9.eE])")


def quote_ids(body: bytes) -> bytes:
    """Return the JSON of conversations with numeric ids as strings, all that are easily found."""
    # Not one regular expression for it all, which takes five times as long.
    pieces = body.split(_END_OF_KEY)
    for i in range(1, len(pieces)):
        piece = pieces[i]
        if piece.startswith(b'"') or not pieces[i - 1].endswith(_ENDS_OF_IDS):
            continue
        number = _NUMBER.match(piece)
        if number:
            pieces[i] = b'"%b"%b' % (number[1], piece[number.end() :])
    return _END_OF_KEY.join(pieces)


@lru_cache(maxsize=256)
def untyped(model: type[Model]) -> type[msgspec.Struct] | None:
    """Return a struct of what a model serves as sent, numeric ids and all; ``None`` if of nothing.

    Raises:
        TypeError: Some of it is in a list or dict, whose items are not put back one by one.
    """
    fields: list[tuple[str, Any, Any]] = []
    for field in cast("inspect.StructType", inspect.type_info(model)).fields:
        for kind in _kinds(field.type):
            within = _within(kind)
            nested = next(filter(None, map(_untyped_in, _kinds(within))), None)
            if isinstance(kind, inspect.AnyType | inspect.DictType) and within is kind:
                fields.append((field.name, JSON, msgspec.UNSET))
            elif nested and within is not kind:
                raise TypeError(f"{model.__name__}.{field.name} holds what has no type")
            elif nested:
                fields.append((field.name, nested | None, None))
    return msgspec.defstruct(f"Untyped{model.__name__}", fields, gc=False) if fields else None


def _kinds(type_: inspect.Type) -> tuple[inspect.Type, ...]:
    return type_.types if isinstance(type_, inspect.UnionType) else (type_,)


def _within(kind: inspect.Type) -> inspect.Type:
    if isinstance(kind, inspect.ListType):
        return kind.item_type
    if isinstance(kind, inspect.DictType):
        of_models = any(isinstance(one, inspect.StructType) for one in _kinds(kind.value_type))
        return kind.value_type if of_models else kind
    return kind


def _untyped_in(kind: inspect.Type) -> type[msgspec.Struct] | None:
    return untyped(kind.cls) if isinstance(kind, inspect.StructType) else None


def restore_untyped(sent: msgspec.Struct, served: msgspec.Struct) -> None:
    """Give a record what was sent for the attributes that are served so."""
    for name in sent.__struct_fields__:
        value = getattr(sent, name)
        if isinstance(value, msgspec.Struct):
            restore_untyped(value, getattr(served, name))
        elif value is not msgspec.UNSET:
            force_setattr(served, name, value)
