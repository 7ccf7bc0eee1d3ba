"""``--workspaces``: its options, and the file that says where the token of each workspace is."""

import os
import re
import tomllib
from functools import wraps
from pathlib import Path
from typing import Any, Final, get_args

import click
import msgspec

from intercom_async.cli.exits import map_errors
from intercom_async.cli.options import Command, choose, limiters
from intercom_async.cli.output import as_json
from intercom_async.errors import ConfigurationError
from intercom_async.net.settings import Region

_MANY: Final = (
    click.option(
        "--workspaces",
        type=click.Path(path_type=Path, dir_okay=False),
        help="A TOML file of workspaces to export, a table each: region or base_url, and "
        "token_env or token_file.",
    ),
    click.option(
        "--at-once",
        type=click.IntRange(min=1),
        metavar="N",
        help="With --workspaces: how many at once; 16 by default.",
    ),
    click.option(
        "--processes",
        type=click.IntRange(min=1),
        metavar="N",
        help="With --workspaces: in how many processes; 1 by default, and a core each is enough.",
    ),
)
_AT_ONCE: Final = 16
_VARIABLE: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_TOKEN: Final = re.compile(r"dG9r[\w+/=:.-]{20,}", re.ASCII)  # "tok" in base64, as all begin
_REGIONS: Final = get_args(Region)
_FIELDS: Final = ("region", "base_url", "token_env", "token_file")


class Workspace(msgspec.Struct, frozen=True):
    """One workspace of the file.

    Attributes:
        name: What the file calls it.
        region: Where it is hosted.
        base_url: A URL in place of a region's.
        token_env: The environment variable that holds its token.
        token_file: The file that does.
    """

    name: str
    region: Region | None = None
    base_url: str | None = None
    token_env: str | None = None
    token_file: str | None = None

    def token(self) -> str:
        """Return the token, as it is now.

        Raises:
            ConfigurationError: It is not where the file says.
        """
        if self.token_env is not None:
            token = os.environ.get(self.token_env, "")
            if not token:
                raise ConfigurationError(
                    f"no access token: the environment variable {self.token_env} is not set"
                )
            return token
        try:
            return Path(self.token_file or "").read_text(encoding="utf-8-sig").strip()
        except (OSError, ValueError) as error:  # a path may hold what no path can
            raise ConfigurationError(f"the file of the token cannot be read: {error}") from None


def read_workspaces(path: Path) -> list[Workspace]:
    """Read the file, in its order; ``token_file`` is relative to the file.

    Raises:
        ConfigurationError: It cannot be read, holds a token, or does not say all there is to know.
            The message shows none of its values, since one of them may be a token.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise ConfigurationError(f"--workspaces {path} cannot be read: {error}") from None
    _refuse_token(path, text)  # first, since what is said of the TOML may quote it
    try:
        tables = tomllib.loads(text)
        read = str(tables)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"--workspaces {path} is no TOML: {error}") from None
    except (RecursionError, ValueError):
        raise ConfigurationError(
            f"--workspaces {path} is no TOML of workspaces: it nests too deep, or has a number "
            "that is too long"
        ) from None
    _refuse_token(path, read)  # as escapes and joined lines make it
    if not tables:
        raise ConfigurationError(f"--workspaces {path} names no workspace, as a table each")
    return [_workspace(path, name, table) for name, table in tables.items()]


def _refuse_token(path: Path, text: str) -> None:
    if _TOKEN.search(text):
        raise ConfigurationError(
            f"--workspaces {path} holds what looks like an access token: name an environment "
            "variable as token_env, or a file as token_file, and take the token out"
        )


def _workspace(path: Path, name: str, table: Any) -> Workspace:
    if not name.strip() or not name.isprintable():
        raise ConfigurationError(f"--workspaces {path}: {name!r} cannot be a workspace's name")
    where = f"--workspaces {path}: [{name}]"
    if not isinstance(table, dict):
        raise ConfigurationError(f"{where} must be a table, with {', '.join(_FIELDS)}")
    _check_fields(where, table)
    try:
        found = msgspec.convert({**table, "name": name}, Workspace)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"{where}: {error}") from None
    if bool(found.token_env) == bool(found.token_file):
        raise ConfigurationError(f"{where} needs token_env or token_file, one of them")
    if found.token_env and not _VARIABLE.fullmatch(found.token_env):
        raise ConfigurationError(f"{where}: token_env must be the name of an environment variable")
    if found.region is not None and found.base_url is not None:
        raise ConfigurationError(f"{where} has both region and base_url; give one")
    if not found.token_file:
        return found
    return msgspec.structs.replace(found, token_file=str(path.parent / found.token_file))


def _check_fields(where: str, table: dict[str, Any]) -> None:
    for field in table:
        if field.strip().lower().replace("-", "_") in {"token", "access_token"}:
            raise ConfigurationError(
                f"{where} holds a token: name an environment variable as token_env, or a file as "
                "token_file, and take the token out"
            )
        if field not in _FIELDS:
            raise ConfigurationError(
                f"{where} has a field {field!r}; it may have {', '.join(_FIELDS)}, and no token"
            )
    if table.get("region", "us") not in _REGIONS:
        raise ConfigurationError(f"{where}: region must be one of {', '.join(_REGIONS)}")


def many(command: Command) -> Command:
    """Give a command that exports a ``workspace`` the options by which it exports many."""

    @wraps(command)
    def called(
        *, workspaces: Path | None, at_once: int | None, processes: int | None, **others: Any
    ) -> None:
        if workspaces is None:
            if at_once or processes:
                raise click.UsageError("--at-once and --processes are for --workspaces")
            return command(**others)
        of_one = [name for name in ("token_file", "region", "base_url") if others.pop(name)]
        if of_one:
            named = ", ".join(f"--{name.replace('_', '-')}" for name in of_one)
            raise click.UsageError(f"{named}: with --workspaces, the file says that of each")
        if others.pop("log_file"):
            raise click.UsageError("--log-file is for one workspace, not for --workspaces")
        if others["quiet"] and as_json():
            raise click.UsageError("give --quiet or --json, not both")
        _export_many(workspaces, at_once=at_once or _AT_ONCE, processes=processes or 1, **others)
        return None

    for option in reversed(_MANY):
        called = option(called)
    return called


def _export_many(
    file: Path,
    *,
    out: Path,
    version: str,
    budget: float,
    limiter: str | None,
    max_requests: int | None,
    max_duration: float | None,
    mirror: str | None,
    no_parts: bool,
    quiet: bool,
    at_once: int,
    processes: int,
    **given: Any,
) -> None:
    from intercom_async.cli.many import export_many  # noqa: PLC0415  # which few need
    from intercom_async.cli.worker import Settings  # noqa: PLC0415

    with map_errors(lambda: "Nothing was sent."):
        asked = {name: given.pop(name) for name in ("since", "until", "redact", "streams")}
        what = msgspec.structs.replace(choose(parts=not no_parts, **asked), **given)
        limiters(limiter)  # or say what is wrong with it, once
        workspaces = read_workspaces(file)
    settings = Settings(str(out), what, version, budget, limiter, max_requests, mirror)
    export_many(
        workspaces,
        settings,
        at_once=at_once,
        processes=processes,
        max_duration=max_duration,
        quiet=quiet,
    )
