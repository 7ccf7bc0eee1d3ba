"""What the command prints: rows for people, JSON for programs, an object a line, and errors."""

import json
from collections.abc import Iterable
from typing import Any, Final

import click
import msgspec

_JSON: Final = f"{__name__}.json"
_LABEL: Final = 24  # characters


def _remember(context: click.Context, _: click.Parameter, value: bool) -> None:
    context.meta[_JSON] = value


json_option: Final = click.option(
    "--json",
    is_flag=True,
    is_eager=True,  # so that a mistake in another option is reported as JSON too
    expose_value=False,
    callback=_remember,
    help="Print JSON for programs, one object a line, and nothing else on stdout.",
)


def as_json() -> bool:
    """Tell whether the command that runs was asked for JSON."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(_JSON))


def print_json(event: str, fields: Any) -> None:
    """Print one JSON object: the event's name, then the fields of a mapping or struct.

    It is plain ASCII, so that nothing in it can steer a terminal.
    """
    click.echo(json.dumps({"event": event, **msgspec.to_builtins(fields)}))


def print_error(text: str) -> None:
    """Print a message on stderr."""
    click.echo(f"intercom-async: {printable(text)}", err=True)


def print_rows(rows: Iterable[tuple[str, str]]) -> None:
    """Print labels and texts, one pair a line."""
    for label, text in rows:
        click.echo(f"{label:<{_LABEL}} {printable(text)}")


def printable(text: str) -> str:
    """Return text with control characters, which could steer a terminal, replaced."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def cells(*texts: str) -> str:
    """Return the cells of a row: numbers, and a word at the end."""
    *numbers, last = texts
    return " ".join(f"{number:>10}" for number in numbers) + f"  {last}"
