"""Options that several commands share."""

import os
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

import click

from intercom_async.cli.exits import explained
from intercom_async.client import AsyncIntercom
from intercom_async.errors import ConfigurationError
from intercom_async.export import Options
from intercom_async.settings import (
    BASE_URL_VARIABLE,
    DEFAULT_VERSION,
    REGIONS,
    TOKEN_VARIABLE,
)

Command: TypeAlias = Callable[..., None]
C = TypeVar("C", bound=Command)


class _Moment(click.ParamType[datetime]):
    """An ISO 8601 date or time; without an offset it is UTC."""

    name = "time"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                f"{value!r} is no date or time such as 2026-01-31 or 2026-01-31T09:00Z", param, ctx
            )
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


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
)
_WHAT: Final = (
    click.option(
        "--since", type=_Moment(), help="Only what was created at this time (UTC) or later."
    ),
    click.option("--until", type=_Moment(), help="Only what was created before this time (UTC)."),
    click.option("--no-parts", is_flag=True, help="Leave out parts: far fewer requests."),
)


def workspace(command: Command) -> Command:
    """Give a command the options that say which workspace and what of it.

    The command is called with ``intercom``, a client, and ``what``, the export's options.
    """

    @wraps(command)
    def called(
        *,
        token_file: Path | None,
        region: Any,
        base_url: str | None,
        version: str,
        since: datetime | None,
        until: datetime | None,
        no_parts: bool,
        **others: Any,
    ) -> None:
        with explained(lambda: "Nothing was sent."):
            token = _read_token(token_file)
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                intercom = AsyncIntercom(
                    token=token, region=region, base_url=base_url, version=version
                )
            for warning in caught:
                click.echo(f"intercom-async: {warning.message}", err=True)
            if since is not None and until is not None and since >= until:
                raise ConfigurationError("--since must be before --until")
        command(intercom=intercom, what=Options(since, until, not no_parts), **others)

    for option in reversed((*_WHAT, *_CONNECTION)):
        called = option(called)
    return called


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
