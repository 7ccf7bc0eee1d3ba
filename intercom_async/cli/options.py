"""The options that several commands share, and the types of their values."""

import os
import re
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta, tzinfo
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeAlias

import click
import msgspec

from intercom_async.cli.exits import map_errors
from intercom_async.cli.logfile import log_tries
from intercom_async.cli.output import as_json, json_option, print_error
from intercom_async.client import AsyncIntercom
from intercom_async.errors import ConfigurationError
from intercom_async.export import DEFAULT, Options
from intercom_async.net.limiter import Limiters
from intercom_async.net.settings import (
    BASE_URL_VARIABLE,
    DEFAULT_VERSION,
    REGIONS,
    TOKEN_VARIABLE,
)

Command: TypeAlias = Callable[..., None]

LIMITER_VARIABLE: Final = "INTERCOM_LIMITER"

_DAYS_AGO: Final = re.compile(r"(\d{1,6})d|today|yesterday")
_DAYS: Final = {"yesterday": 1}
_DURATION: Final = re.compile(r"(\d{1,9}(?:\.\d+)?)([smh]?)")
_SECONDS: Final = {"": 1, "s": 1, "m": 60, "h": 3600}


def parse_time(text: str, zone: tzinfo = UTC) -> datetime:
    """Return a moment: a date or time of ISO 8601, unix seconds, days ago, or a day's name.

    What has no offset is local to the zone. A day, such as ``30d`` ago or ``yesterday``, begins at
    midnight.
    """
    today = datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    days = _DAYS_AGO.fullmatch(text.strip().lower())
    try:
        if days is not None:
            return today - timedelta(days=_DAYS.get(days[0]) or int(days[1] or 0))
        if text.isdecimal() and len(text) > len("20260131"):
            return datetime.fromtimestamp(int(text), UTC)
        time = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        raise click.BadParameter(
            f"{text!r} is no date or time such as 2026-01-31, 2026-01-31T09:00Z, 30d, yesterday or "
            "unix seconds"
        ) from None
    return time if time.tzinfo else time.replace(tzinfo=zone)


def parse_duration(text: str) -> float:
    """Return the seconds of a duration such as ``90``, ``90s``, ``15m`` or ``2h``."""
    match = _DURATION.fullmatch(text.strip())
    seconds = float(match[1]) * _SECONDS[match[2]] if match else 0.0
    if not seconds:
        raise click.BadParameter(f"{text!r} is no duration above zero such as 90s, 15m or 2h")
    return seconds


def _split_names(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the names in values of the form ``email,body``, each once, in their order."""
    names = [name.strip() for value in values for name in value.split(",")]
    if not all(names):
        raise click.BadParameter("give names with commas between them", context, parameter)
    return tuple(sorted(set(names)))


_OPTIONS: Final = (
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
    click.option("--version", default=DEFAULT_VERSION, help="The API version."),
    click.option(
        "--budget",
        type=click.FloatRange(0, 1, min_open=True),
        default=1.0,
        help="The share of the workspace's rate window to use; the rest is left to other apps.",
    ),
    click.option(
        "--limiter",
        metavar="URL",
        envvar=LIMITER_VARIABLE,
        help="Share the rate window with other processes over the Redis at this redis:// URL; "
        f"or as {LIMITER_VARIABLE} says.",
    ),
    click.option(
        "--log-file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Append a line for every try of every request to this file.",
    ),
    click.option(
        "--since",
        type=parse_time,
        metavar="TIME",
        help="Only what was created at this time (UTC) or later: a date, 30d ago, yesterday.",
    ),
    click.option(
        "--until",
        type=parse_time,
        metavar="TIME",
        help="Only what was created before this time (UTC).",
    ),
    click.option("--no-parts", is_flag=True, help="Leave out parts: far fewer requests."),
    click.option(
        "--redact",
        metavar="FIELDS",
        multiple=True,
        callback=_split_names,
        help="Leave these fields out of every record, however deep, such as email,body.",
    ),
    click.option(
        "--streams",
        metavar="NAMES",
        multiple=True,
        callback=_split_names,
        help="What to take out: names such as contacts,tickets; all; -tags for all but that. "
        f"By default {', '.join(DEFAULT)}.",
    ),
    json_option,
)


def choose(
    since: datetime | None,
    until: datetime | None,
    parts: bool,
    redact: tuple[str, ...],
    streams: tuple[str, ...],
) -> Options:
    """Return what the options of a ``workspace`` say to export.

    Raises:
        ConfigurationError: They contradict each other, or name what there is not.
    """
    if since is not None and until is not None and since >= until:
        raise ConfigurationError("--since must be before --until")
    return Options(since, until, parts, redact, streams or DEFAULT)


def workspace(command: Command) -> Command:
    """Give a command the options that say which workspace and what of it.

    The command is called with ``intercom``, a client, ``what``, the export's options, and
    ``budget``, the share of the rate window that the client uses.
    """

    @wraps(command)
    def called(
        *,
        token_file: Path | None,
        budget: float,
        limiter: str | None,
        log_file: Path | None,
        since: datetime | None,
        until: datetime | None,
        no_parts: bool,
        redact: tuple[str, ...],
        streams: tuple[str, ...],
        **others: Any,
    ) -> None:
        settings = {name: others.pop(name) for name in ("region", "base_url", "version")}
        with ExitStack() as stack:
            with map_errors(lambda: "Nothing was sent."):
                what = choose(since, until, not no_parts, redact, streams)
                on_event = stack.enter_context(log_tries(log_file))
                settings |= {"limiters": limiters(limiter), "on_event": on_event}
                intercom = _client(token_file, budget=budget, **settings)
            command(intercom=intercom, what=what, budget=budget, **others)

    for option in reversed(_OPTIONS):
        called = option(called)
    return called


_EXPORTING: Final = (
    click.option(
        "--sweep",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        help="Whether to walk plain lists too, which tells what searches miss and what was "
        "deleted; auto: with parts, where counts disagree, and in every tenth run.",
    ),
    click.option("--keep-deleted", is_flag=True, help="Keep what was deleted in the workspace."),
    click.option(
        "--allow-deletions",
        is_flag=True,
        help="Go on where more than 5 % of a stream was deleted since.",
    ),
    click.option("--quiet", is_flag=True, help="Print no progress and no summary."),
)


def exporting(command: Command) -> Command:
    """Give a command of a ``workspace`` the options that say how to export it.

    They are in ``what``, but for ``quiet``.
    """

    @wraps(command)
    def called(
        *,
        what: Options,
        sweep: Any,
        keep_deleted: bool,
        allow_deletions: bool,
        quiet: bool,
        **others: Any,
    ) -> None:
        if quiet and as_json():
            raise click.UsageError("give --quiet or --json, not both")
        what = msgspec.structs.replace(
            what, sweep=sweep, keep_deleted=keep_deleted, allow_deletions=allow_deletions
        )
        command(what=what, quiet=quiet, **others)

    for option in reversed(_EXPORTING):
        called = option(called)
    return called


def limiters(url: str | None) -> Limiters | None:
    """Return what makes limiters that share windows over a Redis; its events are printed.

    Raises:
        ConfigurationError: The URL is none, or redis-py is missing.
    """
    if url is None:
        return None
    from intercom_async.limiters import RedisLimiters  # noqa: PLC0415  # which few need

    return RedisLimiters(url, on_event=lambda event: print_error(str(event)))


def _client(token_file: Path | None, **settings: Any) -> AsyncIntercom:
    """Make the client, and print each of its warnings on a line."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        # The token itself is no local here, where a traceback would show it.
        intercom = AsyncIntercom(token=_read_token(token_file), **settings)
    for warning in caught:
        print_error(str(warning.message))
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
