"""``intercom-async emulate``."""

import os
import shutil
import sys
from functools import partial

import anyio
import click

from intercom_async.cli import running
from intercom_async.emulator import Emulator
from intercom_async.settings import BASE_URL_VARIABLE, TOKEN_VARIABLE


@click.command()
@click.option(
    "--conversations",
    type=click.IntRange(min=0),
    default=300,
    show_default=True,
    help="How many to make up.",
)
@click.option("--seed", default=7, show_default=True, help="The same seed, the same conversations.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=0, help="The port; any free one by default."
)
@click.option(
    "--rate-limit",
    type=click.IntRange(min=0),
    default=10_000,
    show_default=True,
    help="Requests allowed in ten seconds.",
)
@click.option(
    "--latency",
    type=click.FloatRange(min=0),
    default=0.0,
    show_default=True,
    help="Seconds each answer takes.",
)
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
    if command and shutil.which(command[0]) is None:
        raise click.UsageError(f"there is no command {command[0]!r}")
    try:
        code = running.run(partial(_emulate, emulator, command))
    except running.Interrupted as interruption:
        sys.exit(128 + interruption.signal)
    except OSError as error:
        raise click.ClickException(f"cannot serve on port {port}: {error.strerror}") from None
    # A command that a signal ended: as a shell would say it.
    sys.exit(code if code >= 0 else 128 - code)


async def _emulate(emulator: Emulator, command: tuple[str, ...]) -> int:
    async with emulator:
        variables = {BASE_URL_VARIABLE: emulator.url, TOKEN_VARIABLE: emulator.token}
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
