"""Kinds of values that options take: a moment, a duration, names of fields."""

import re
from datetime import UTC, datetime
from typing import Final

import click

_DURATION: Final = re.compile(r"(\d{1,9}(?:\.\d+)?)([smh]?)")
_SECONDS: Final = {"": 1, "s": 1, "m": 60, "h": 3600}


class Moment(click.ParamType[datetime]):
    """An ISO 8601 date or time; without an offset it is UTC."""

    name = "time"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return it as an aware datetime."""
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                f"{value!r} is no date or time such as 2026-01-31 or 2026-01-31T09:00Z", param, ctx
            )
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Duration(click.ParamType[float]):
    """A number of seconds, or of minutes or hours with ``m`` or ``h`` behind it."""

    name = "duration"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return it in seconds."""
        match = _DURATION.fullmatch(value.strip())
        seconds = float(match[1]) * _SECONDS[match[2]] if match else 0.0
        if not seconds:
            self.fail(f"{value!r} is no duration above zero such as 90s, 15m or 2h", param, ctx)
        return seconds


def split_names(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the names in values of the form ``email,body``, each once, in their order."""
    names = [name.strip() for value in values for name in value.split(",")]
    if not all(names):
        raise click.BadParameter("give names of fields, such as email,body", context, parameter)
    return tuple(sorted(set(names)))
