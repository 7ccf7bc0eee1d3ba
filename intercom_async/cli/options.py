"""Options that several commands share."""

import os
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeAlias

import click

from intercom_async.cli.exits import explained
from intercom_async.cli.logfile import log_tries
from intercom_async.cli.parameters import Moment, split_names
from intercom_async.cli.telling import json_option, printable
from intercom_async.client import AsyncIntercom
from intercom_async.errors import ConfigurationError
from intercom_async.export import Options
from intercom_async.net.settings import (
    BASE_URL_VARIABLE,
    DEFAULT_VERSION,
    REGIONS,
    TOKEN_VARIABLE,
)

Command: TypeAlias = Callable[..., None]

_CONNECTION: Final = (
    click.option(
        "--token-file",
        type=click.Path(path_type=Path, dir_okay=False),
        help=f"A file with the access token; else the environment variable {TOKEN_VARIABLE}.",
    ),
    click.option(
        "--region", type=click.Choice(list(REGIONS)), help="Where the workspace is hosted."
    ),
    click.option(
        "--base-url", help=f"A URL in place of a region's; or as {BASE_URL_VARIABLE} says."
    ),
    click.option("--version", default=DEFAULT_VERSION, show_default=True, help="The API version."),
    click.option(
        "--budget",
        type=click.FloatRange(0, 1, min_open=True),
        default=1.0,
        show_default=True,
        help="The share of the workspace's rate window to use; the rest is left to other apps.",
    ),
    click.option(
        "--log-file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Append a line for every try of every request to this file.",
    ),
)
_WHAT: Final = (
    click.option(
        "--since", type=Moment(), help="Only what was created at this time (UTC) or later."
    ),
    click.option("--until", type=Moment(), help="Only what was created before this time (UTC)."),
    click.option("--no-parts", is_flag=True, help="Leave out parts: far fewer requests."),
    click.option(
        "--redact",
        metavar="FIELDS",
        multiple=True,
        callback=split_names,
        help="Leave these fields out of every record, however deep, such as email,body.",
    ),
)


def workspace(command: Command) -> Command:
    """Give a command the options that say which workspace and what of it.

    The command is called with ``intercom``, a client, ``what``, the export's options, and
    ``budget``, the share of the rate window that the client uses.
    """

    @wraps(command)
    def called(
        *,
        token_file: Path | None,
        region: Any,
        base_url: str | None,
        version: str,
        budget: float,
        log_file: Path | None,
        since: datetime | None,
        until: datetime | None,
        no_parts: bool,
        redact: tuple[str, ...],
        **others: Any,
    ) -> None:
        connection = {"region": region, "base_url": base_url, "version": version}
        with ExitStack() as ending:
            with explained(lambda: "Nothing was sent."):
                what = _what(since, until, parts=not no_parts, redact=redact)
                on_event = ending.enter_context(log_tries(log_file))
                intercom = _client(token_file, budget=budget, on_event=on_event, **connection)
            command(intercom=intercom, what=what, budget=budget, **others)

    for option in reversed((*_WHAT, *_CONNECTION, json_option)):
        called = option(called)
    return called


def _what(
    since: datetime | None, until: datetime | None, *, parts: bool, redact: tuple[str, ...]
) -> Options:
    if since is not None and until is not None and since >= until:
        raise ConfigurationError("--since must be before --until")
    return Options(since, until, parts, redact)


def _client(token_file: Path | None, **settings: Any) -> AsyncIntercom:
    """Make the client, and say in a line each what it warns of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        # The token itself is no local here, where a traceback would show it.
        intercom = AsyncIntercom(token=_read_token(token_file), **settings)
    for warning in caught:
        click.echo(f"intercom-async: {printable(str(warning.message))}", err=True)
    return intercom


def _read_token(path: Path | None) -> str | None:
    if path is None:
        if TOKEN_VARIABLE not in os.environ:
            raise ConfigurationError(
                f"no access token: set the environment variable {TOKEN_VARIABLE}, or name a file "
                "with --token-file"
            )
        return None
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeError) as error:
        raise ConfigurationError(f"--token-file {path} cannot be read: {error}") from None
