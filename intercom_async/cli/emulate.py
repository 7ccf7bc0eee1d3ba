"""``intercom-async emulate``."""

import os
import sys
from functools import partial

import anyio
import click

from intercom_async.cli import running
from intercom_async.cli.exits import explained
from intercom_async.cli.options import BASE_URL_VARIABLE
from intercom_async.emulator import Emulator
from intercom_async.settings import TOKEN_VARIABLE


@click.command(context_settings={"ignore_unknown_options": True})
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
