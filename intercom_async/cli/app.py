"""The command and its subcommands."""

import os
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

import anyio
import click

from intercom_async._version import __version__
from intercom_async.cli import running
from intercom_async.cli.display import print_summary, showing
from intercom_async.cli.exits import Exit, explained
from intercom_async.client import AsyncIntercom
from intercom_async.emulator import Emulator
from intercom_async.errors import ConfigurationError
from intercom_async.export import Export, Options, Summary
from intercom_async.settings import DEFAULT_VERSION, REGIONS, TOKEN_VARIABLE

_BASE_URL_VARIABLE: Final = "INTERCOM_BASE_URL"


def run() -> None:
    """Run the command."""
    cli(prog_name="intercom-async")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__)
def cli() -> None:
    """Take Intercom conversations out, and try things without an Intercom account."""


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


@cli.command()
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder."
)
@click.option("--since", type=_Moment(), help="Only what was created at this time (UTC) or later.")
@click.option("--until", type=_Moment(), help="Only what was created before this time (UTC).")
@click.option("--no-parts", is_flag=True, help="Leave out parts: far fewer requests.")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"A file with the access token; else the environment variable {TOKEN_VARIABLE}.",
)
@click.option("--region", type=click.Choice(list(REGIONS)), help="Where the workspace is hosted.")
@click.option("--base-url", envvar=_BASE_URL_VARIABLE, help="A URL in place of a region's.")
@click.option("--version", default=DEFAULT_VERSION, show_default=True, help="The API version.")
def export(
    *,
    out: Path,
    since: datetime | None,
    until: datetime | None,
    no_parts: bool,
    token_file: Path | None,
    region: str | None,
    base_url: str | None,
    version: str,
) -> None:
    """Export a workspace's conversations with their parts, one JSON object a line.

    Exit codes: 0 complete, 2 wrong usage, 3 some conversations could not be fetched (their ids
    are listed), 4 not authorised, 5 gave up on the server, 6 local disk, 130 or 143 interrupted.
    """
    with explained(lambda: "Nothing was exported."):
        intercom = AsyncIntercom(
            token=None if token_file is None else _read_token(token_file),
            region=region,  # type: ignore[arg-type]  # click allows these only
            base_url=base_url,
            version=version,
        )
        if since is not None and until is not None and since >= until:
            raise ConfigurationError("--since must be before --until")
    job = Export(intercom, out, Options(since=since, until=until, parts=not no_parts))
    with explained(job.kept):
        summary = running.run(partial(_export, intercom, job))
    print_summary(summary, job.folder)
    sys.exit(Exit.COMPLETE if summary.complete else Exit.PARTIAL)


async def _export(intercom: AsyncIntercom, job: Export) -> Summary:
    async with intercom, showing(job.progress):
        return await job.run()


def _read_token(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError) as error:
        raise ConfigurationError(f"--token-file {path} cannot be read: {error}") from None


@cli.command(context_settings={"ignore_unknown_options": True})
@click.option("--conversations", default=300, show_default=True, help="How many to make up.")
@click.option("--seed", default=7, show_default=True, help="The same seed, the same conversations.")
@click.option("--port", default=0, help="The port; any free one by default.")
@click.option(
    "--rate-limit", default=10_000, show_default=True, help="Requests allowed in ten seconds."
)
@click.option("--latency", default=0.0, show_default=True, help="Seconds each answer takes.")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def emulate(
    *,
    conversations: int,
    seed: int,
    port: int,
    rate_limit: int,
    latency: float,
    command: tuple[str, ...],
) -> None:
    """Serve made-up conversations on this machine, in place of Intercom.

    With a COMMAND, run it against the emulator and leave with its exit code; it finds the URL in
    INTERCOM_BASE_URL and the token in INTERCOM_ACCESS_TOKEN. Without one, serve until Ctrl-C.
    """
    emulator = Emulator(
        conversations=conversations, seed=seed, port=port, rate_limit=rate_limit, latency=latency
    )
    with explained(lambda: "Nothing was served."):
        sys.exit(running.run(partial(_emulate, emulator, command)))


async def _emulate(emulator: Emulator, command: tuple[str, ...]) -> int:
    async with emulator:
        variables = {_BASE_URL_VARIABLE: emulator.url, TOKEN_VARIABLE: emulator.token}
        if not command:
            click.echo("".join(f"export {name}={value}\n" for name, value in variables.items()))
            await anyio.sleep_forever()
        process = await anyio.run_process(
            command,
            env=os.environ | variables,
            stdin=None,
            stdout=None,
            stderr=None,
            check=False,
        )
        return process.returncode
