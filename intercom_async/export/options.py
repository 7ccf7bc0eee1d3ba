"""What to export, and how far to go."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from itertools import chain
from typing import Any, Final, Literal, TypeAlias, get_args

import msgspec
from msgspec import inspect
from msgspec.structs import force_setattr

from intercom_async import models
from intercom_async.core.checks import check_count, check_seconds
from intercom_async.core.plain import unix_seconds
from intercom_async.errors import ConfigurationError, IntercomError
from intercom_async.export.streams import DEFAULT, choose
from intercom_async.models.base import Model
from intercom_async.scan.windows import FIRST_SECOND, LAST_SECOND, Window

Sweep: TypeAlias = Literal["auto", "always", "never"]

# Without these an export could not tell its records apart, nor what they lack.
_NEEDED: Final = frozenset(
    {
        "id",
        "type",
        "created_at",
        "updated_at",
        "statistics",
        "count_conversation_parts",
        "conversation_parts",
        "total_count",
    }
)
# What records have that no model does.
_ELSEWHERE: Final = ("app_package_code", "from_ai_agent", "is_ai_answer", "metadata")
# Below these the names are a workspace's own.
_FREE: Final = ("*", "custom_attributes", "ticket_attributes", "metadata")


def _names_in(type_: inspect.Type) -> Iterator[str]:
    """Yield the names of all fields that a type has, however deep they stand."""
    if isinstance(type_, inspect.UnionType):
        for each in type_.types:
            yield from _names_in(each)
    elif isinstance(type_, inspect.ListType):
        yield from _names_in(type_.item_type)
    elif isinstance(type_, inspect.StructType):
        for field in type_.fields:
            yield field.encode_name
            yield from _names_in(field.type)


@cache
def _names() -> frozenset[str]:
    """Return the names of all fields that records of any stream have."""
    of_models = (
        _names_in(inspect.type_info(each))
        for each in vars(models).values()
        if isinstance(each, type) and issubclass(each, Model)
    )
    return frozenset(chain(_ELSEWHERE, *of_models))


class LimitReached(IntercomError):
    """A limit of the caller's own ended the export; what was kept is gone on from."""


class Options(msgspec.Struct, frozen=True):
    """What to export.

    Attributes:
        since: Of what can be searched by creation time, such as conversations, only what was
            created at this aware datetime or later.
        until: Of the same only what was created before this aware datetime.
        parts: Whether to fetch the parts of each conversation, one request each.
        redact: Names of fields, such as ``email`` or ``body``, to leave out of every record,
            however deep they stand in it, or paths, such as ``source.author.email``. Of custom
            attributes, ``custom_attributes.<name>``; of a field that this package does not know,
            ``*.<name>``. In what case letters are makes no difference.
        streams: Names of streams, such as ``contacts``; ``all``, and ``-contacts`` for all but
            those. By default conversations, and the small lists that say whom they name.
        sweep: Whether to walk the plain list of conversations too, and of what else is searched,
            so that what no search finds is found, and what was deleted noticed: ``always``,
            ``never``, or ``auto``: with parts, of which it costs a hundredth, else where counts
            disagree or a search compares whole days, and in every tenth run.
        keep_deleted: Whether to keep records that were deleted in the workspace.
        allow_deletions: Whether to go on where more than a twentieth of a stream, and more than
            50 records, were deleted since.

    Raises:
        ConfigurationError: A field cannot be left out, or is not known; or a stream.
        QueryError: ``since`` or ``until`` is no moment.
    """

    since: datetime | None = None
    until: datetime | None = None
    parts: bool = True
    redact: tuple[str, ...] = ()
    streams: tuple[str, ...] = DEFAULT
    sweep: Sweep = "auto"
    keep_deleted: bool = False
    allow_deletions: bool = False

    def __post_init__(self) -> None:
        """Refuse to leave out what no record has, or an export cannot do without."""
        redact = {_field(name) for name in _texts("redact", "fields", self.redact)}
        force_setattr(self, "redact", tuple(sorted(redact)))
        for name in ("parts", "keep_deleted", "allow_deletions"):
            if not isinstance(given := getattr(self, name), bool):
                raise ConfigurationError(f"{name} must be True or False, not {given!r}")
        if self.sweep not in get_args(Sweep):
            raise ConfigurationError(
                f"sweep must be one of {', '.join(get_args(Sweep))}, not {self.sweep!r}"
            )
        force_setattr(self, "streams", choose(_texts("streams", "streams", self.streams)))
        self.span(0)  # which refuses what is no moment

    def bounds(self) -> tuple[int | None, int | None]:
        """Return ``since`` and ``until`` in unix seconds; ``None`` where there is no bound."""
        since, until = self.since, self.until
        return (
            None if since is None else unix_seconds("since", since),
            None if until is None else unix_seconds("until", until),
        )

    def span(self, now: int) -> Window:
        """Return the creation times asked for, up to ``now`` in unix seconds."""
        return between(*self.bounds(), now)

    @property
    def is_limited(self) -> bool:
        """Whether it is less than the whole workspace."""
        return self.since is not None or self.until is not None

    def reach(self) -> Window:
        """Return all creation times that belong to it, also those that no calendar has."""
        span = self.span(LAST_SECOND)
        return Window(
            -(2**62) if self.since is None else span.start,
            2**62 if self.until is None else span.end,
        )

    def changed(self, since: int) -> Window:
        """Return what of it was updated at or after ``since``, in unix seconds."""
        span = self.span(LAST_SECOND)
        return Window(span.start, span.end, Window(since, LAST_SECOND))


class Limits(msgspec.Struct, frozen=True):
    """How far a run may go before it ends with ``LimitReached``.

    Attributes:
        requests: How many requests to send at most. Those under way when it is reached come to
            their end, and where they have to be tried again, that comes on top.
        seconds: After how long to send no more. Those under way have half a minute to end.
    """

    requests: int | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is no limit."""
        if self.requests is not None:
            force_setattr(self, "requests", check_count("limits: requests", self.requests))
        if self.seconds is not None:
            force_setattr(self, "seconds", check_seconds("limits: seconds", self.seconds))


def between(since: int | None, until: int | None, now: int) -> Window:
    """Return the creation times from ``since`` on and before ``until``, or up to ``now``."""
    start = FIRST_SECOND if since is None else since
    return Window(start, max(start, now if until is None else until - 1))


def _texts(option: str, of: str, given: Any) -> list[str]:
    one = isinstance(given, str) or not isinstance(given, Iterable)
    names: list[Any] = [given] if one else [*given]
    if not all(isinstance(name, str) for name in names):
        raise ConfigurationError(f"{option} must be names of {of}, not {given!r}")
    return names


def _field(given: str) -> str:
    """Return the name or path of a field as records have it, but for the case of its own names.

    Raises:
        ConfigurationError: It cannot be left out, or is not known.
    """
    path = given.strip().casefold().split(".")
    name = path[-1]
    free = next((number for number, each in enumerate(path[:-1]) if each in _FREE), len(path))
    if not any(path[free + 1 :] or [name]) or (
        name in _NEEDED and (path[0] == "*" or free == len(path))
    ):
        raise ConfigurationError(f"redact: the field {given!r} cannot be left out")
    for each in path[:free]:
        if each not in _names():
            close = get_close_matches(each, sorted(_names())) or ["email", "body", "name"]
            raise ConfigurationError(
                f"redact: no record has a field {given!r}; there are {', '.join(close)}; name a "
                f"custom attribute as custom_attributes.{name}, another field as *.{name}"
            )
    return ".".join(path)
