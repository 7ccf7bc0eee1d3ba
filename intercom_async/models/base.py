"""What all models share: frozen structs, aware UTC timestamps, ids as ``str``."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from types import NoneType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Final,
    Generic,
    NoReturn,
    TypeAlias,
    TypeVar,
    cast,
    get_args,
    get_origin,
)

import msgspec
from msgspec import inspect
from msgspec.structs import fields, force_setattr

T = TypeVar("T")

JSON: TypeAlias = Any
"""A value whose shape the reference leaves open, as decoded from JSON."""

Timestamp: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
"""An aware UTC datetime, which the decoder makes of unix seconds."""

if TYPE_CHECKING:
    Id: TypeAlias = str
else:
    # Sent as a number or a string. Decoding either costs nothing; __post_init__ makes it a str.
    Id = str | int


NUMBER: Final[Any] = int
"""The type of an ``Id`` that was sent as a number, which its annotation does not say."""


# A decoded answer is a tree, which holds no cycle, so the collector need not visit its structs.
class Model(msgspec.Struct, frozen=True, gc=False):
    """The base of every struct an answer decodes into.

    Only a conversation's ``id`` is required; whatever else an answer leaves out is ``None``, or
    empty for a list. Enumerations are open: a value the reference does not name stays a ``str``.
    Fields it does not name are dropped: ask with ``raw=True``, or with a struct of your own as
    ``type=``, to have them.
    """

    noun: ClassVar[str | None] = None

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any:
        """Let pydantic take and serve structs, and so a FastAPI endpoint whose return type is one.

        In JSON, moments are in ISO 8601. ``msgspec.to_builtins(record)`` makes the same of a struct
        for any other framework, and ``msgspec.json.encode(record)`` its bytes.
        """
        from pydantic_core import core_schema  # noqa: PLC0415  # is there when pydantic asks

        as_json = core_schema.plain_serializer_function_ser_schema(msgspec.to_builtins)
        return core_schema.no_info_plain_validator_function(
            lambda value: msgspec.convert(value, cls), serialization=as_json
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: Any, _handler: Any) -> dict[str, Any]:
        """Describe the struct for OpenAPI by its name; its fields are documented here."""
        return {"type": "object", "title": cls.__name__}

    if not TYPE_CHECKING:  # for checkers there is no such method at all

        def __iter__(self) -> NoReturn:  # as FastAPI asks of what has no return type
            name = type(self).__name__
            raise TypeError(
                f"{name} is a struct: msgspec.to_builtins(…) makes a dict of it; "
                f"a FastAPI endpoint that returns it says so, as in 'def endpoint() -> {name}:'"
            )


class Identified(Model, frozen=True):
    """The base of what is held by the million, and whose ids are served by what holds it.

    A ``__post_init__`` of its own would take a fifth of the time in which a page is decoded.
    """

    type: str | None = None
    id: Id | None = None


def serve_ids(held: Any, *names: str) -> None:
    """Serve numeric ids of what a record holds as ``str``."""
    for name in names or ("id",):
        id = getattr(held, name, None)
        if type(id) is NUMBER:
            force_setattr(held, name, str(id))


def fitted(value: JSON, type_: type[Model]) -> JSON:
    """Bring a decoded JSON value into a model's shape, in what live answers are known to differ.

    What no datetime can hold becomes ``None`` where one is expected, and an id that arrived as a
    number ``str`` where a caller's own model expects that. What is annotated ``JSON`` stays as it
    was sent, numeric ids and all.
    """
    return _fitted(value, _info(type_), "")


def _fitted(value: JSON, type_: inspect.Type, key: str) -> JSON:
    kinds = type_.types if isinstance(type_, inspect.UnionType) else (type_,)
    for kind in kinds:
        if isinstance(kind, inspect.StructType) and isinstance(value, dict):
            types = _types(kind.cls)
            return {
                name: _fitted(item, types[name], name) if name in types else item
                for name, item in value.items()
            }
        if isinstance(kind, inspect.DictType) and isinstance(value, dict):
            return {name: _fitted(item, kind.value_type, name) for name, item in value.items()}
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


_info: Final = lru_cache(maxsize=256)(inspect.type_info)


def assignee(value: object) -> str | None:
    """Return the id of whom something is assigned to, as ``str``, or ``None`` for nobody."""
    return None if value in {None, 0, "0"} else str(value)


class PartialList(list[T]):
    """A list of which a record holds the first few.

    Attributes:
        total_count: How many there are in all; ``None`` if it was not told.
        has_more: Whether there are more than the list holds.
    """

    total_count: int | None = None
    has_more: bool = False


class _Wrapped(msgspec.Struct, Generic[T], gc=False):
    # Nouns have different names for the list within.
    data: list[T] | None = None
    tags: list[T] | None = None
    segments: list[T] | None = None
    companies: list[T] | None = None
    social_profiles: list[T] | None = None
    total_count: int | None = None
    has_more: bool | None = None


class _PartlyWrapped(_Wrapped[T], Generic[T], gc=False):
    """Of a list that may be cut short."""


if TYPE_CHECKING:
    ListOf: TypeAlias = list[T]
    PartialListOf: TypeAlias = PartialList[T]
    ByLocale: TypeAlias = dict[str, T]
else:

    class ListOf:
        """``ListOf[Tag]``: sent as a list, as an object around it, or as null; served as a list."""

        def __class_getitem__(cls, item: Any) -> Any:
            return _Wrapped[item] | list[item] | None

    class PartialListOf:
        """Sent like a ``ListOf``, and served as a ``PartialList``."""

        def __class_getitem__(cls, item: Any) -> Any:
            return _PartlyWrapped[item] | list[item] | None

    class ByLocale:
        """Sent as an object with its type beside the locales, or as null; served without it."""

        def __class_getitem__(cls, item: Any) -> Any:
            return dict[str, item | str | None] | None


class Record(Model, frozen=True):
    """The base of a noun's struct, whose annotations say what is served.

    An ``Id`` is a ``str``, a ``ListOf`` a list and a ``ByLocale`` a dict, in whichever shape they
    were sent. Structs that bulk walks decode by the million write this out instead, as
    ``Conversation`` does.
    """

    def __post_init__(self) -> None:
        """Serve what was sent in another shape as annotated."""
        for name, served, serve in _serving(type(self)):
            value = getattr(self, name)
            if type(value) is not served:
                force_setattr(self, name, serve(value))


@lru_cache(maxsize=256)
def _serving(model: type[Record]) -> tuple[tuple[str, type, Callable[[JSON], JSON]], ...]:
    found: list[tuple[str, type, Callable[[JSON], JSON]]] = []
    for field in fields(model):
        kinds = get_args(field.type)
        lists = [kind for kind in kinds if get_origin(kind) is list]
        if any(get_origin(kind) is _PartlyWrapped for kind in kinds):
            found.append((field.name, PartialList, _partial))
        elif lists:
            of_ids = {str, int} <= set(get_args(get_args(lists[0])[0]))
            # A list of ids may hold numbers, so that none is served as it is.
            found.append((field.name, tuple, _ids) if of_ids else (field.name, list, _listed))
        elif any(map(_is_by_locale, kinds)):
            found.append((field.name, tuple, _by_locale))  # what is sent holds more
        elif {str, int} <= set(kinds):
            found.append((field.name, str, _id))
        elif any(map(_is_identified, kinds)):
            found.append((field.name, NoneType, _reference))
    return tuple(found)


def _id(sent: JSON) -> str | None:
    return None if sent is None else str(sent)


def _is_identified(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Identified)


def _reference(sent: JSON) -> JSON:
    serve_ids(sent, "id", "external_id")
    return sent


def _listed(sent: JSON) -> list[Any]:
    if isinstance(sent, _Wrapped):
        named = sent.tags or sent.segments or sent.companies or sent.social_profiles
        sent = sent.data or named
    return [] if sent is None else sent


def _is_by_locale(kind: Any) -> bool:
    values = get_args(get_args(kind)[1]) if get_origin(kind) is dict else ()
    return any(isinstance(value, type) and issubclass(value, Model) for value in values)


def _by_locale(sent: JSON) -> dict[str, Any]:
    return {key: value for key, value in (sent or {}).items() if isinstance(value, Model)}


def _partial(sent: JSON) -> PartialList[Any]:
    items = PartialList[Any](_listed(sent))
    for item in items:
        _reference(item)
    if isinstance(sent, _Wrapped):
        items.total_count = sent.total_count
        items.has_more = bool(sent.has_more)
    return items


def _ids(sent: JSON) -> list[str]:
    return [str(id) for id in _listed(sent)]
