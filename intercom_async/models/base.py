"""What all models share: frozen structs, aware UTC timestamps, ids as ``str``."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import msgspec

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


# Attributes that are served as sent: an id in there is left as it is.
_FREE_FORM = frozenset(
    {
        "custom_attributes",
        "topics",
        "ticket",
        "content_sources",
        "assigned_team_first_response_time",
    }
)


def ids_as_str(value: JSON) -> JSON:
    """Turn ids that arrived as numbers into ``str`` throughout a decoded JSON value.

    The reference's ids are strings; live answers send some as numbers. Fields annotated ``Id``
    expect that; this mends a record in which another id has drifted.
    """
    if isinstance(value, list):
        return [ids_as_str(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: item if key in _FREE_FORM else _id_as_str(key, ids_as_str(item))
        for key, item in value.items()
    }


def _id_as_str(key: str, value: JSON) -> JSON:
    is_id = key == "id" or key.endswith("_id")
    return str(value) if is_id and type(value) is int else value


def assignee(value: object) -> str | None:
    """Return the id of whom something is assigned to, as ``str``, or ``None`` for nobody."""
    return None if value in {None, 0, "0"} else str(value)
