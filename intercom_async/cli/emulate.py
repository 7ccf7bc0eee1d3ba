"""``intercom-async emulate``."""

import os
import shutil
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from typing import Any

import anyio
import click

from intercom_async.cli import runner
from intercom_async.emulator import DEFAULT_WEBHOOK_SECRET, Emulator, FaultKind, Faults
from intercom_async.emulator.faults import TRANSIENT
from intercom_async.emulator.seed import DEFAULT_ZONE
from intercom_async.net.settings import BASE_URL_VARIABLE, DEFAULT_VERSION, TOKEN_VARIABLE


@click.command()
@click.option(
    "--conversations", type=click.IntRange(min=0), default=300, help="How many to make up."
)
@click.option("--seed", default=7, help="The same seed, the same conversations.")
@click.option(
    "--start",
    type=click.DateTime(("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S")),
    callback=lambda _context, _option, moment: moment and moment.replace(tzinfo=UTC),
    show_default="now",
    help="Until when the workspace has lived, in UTC: it began two years before.",
)
@click.option("--timezone", default=DEFAULT_ZONE, help="By whose clock its people write and work.")
@click.option(
    "--numeric-ids/--text-ids", default=True, help="Whether some ids are numbers, as Intercom's."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=0,
    show_default="any free one",
    help="The port.",
)
@click.option(
    "--rate-limit", type=click.IntRange(min=0), default=10_000, help="Requests in ten seconds."
)
@click.option(
    "--latency", type=click.FloatRange(min=0), default=0.0, help="Seconds each answer takes."
)
@click.option(
    "--version", default=DEFAULT_VERSION, help="The API version of requests that name none."
)
@click.option(
    "--webhook-url",
    help=f"Post notifications to this URL on this machine, signed with {DEFAULT_WEBHOOK_SECRET!r}.",
)
@click.option(
    "--fault-rate",
    type=click.FloatRange(0, 1),
    default=0.0,
    help="The probability that a request meets a fault.",
)
@click.option(
    "--fault",
    "kinds",
    metavar="KIND",
    type=click.Choice([kind.value for kind in FaultKind]),
    multiple=True,
    help="A kind of fault, to be repeated; by default all that asking again cures. An unknown one "
    "prints the list.",
)
@click.option(
    "--fault-seed", default=0, help="The same seed, the same faults for the same requests."
)
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def emulate(
    *,
    start: datetime | None,
    fault_rate: float,
    kinds: tuple[str, ...],
    fault_seed: int,
    command: tuple[str, ...],
    **settings: Any,
) -> None:
    """Serve made-up conversations on this machine, in place of Intercom.

    With a COMMAND, run it against the emulator and exit with its code; it finds the URL in
    INTERCOM_BASE_URL and the token in INTERCOM_ACCESS_TOKEN. Without one, serve until Ctrl-C.
    """
    if kinds and not fault_rate:
        raise click.UsageError("--fault says what goes wrong, --fault-rate how often: give both")
    faults = Faults(rate=fault_rate, kinds=kinds or TRANSIENT, seed=fault_seed)
    now = int((start or datetime.now(UTC)).timestamp())
    try:
        emulator = Emulator(start=now, faults=faults if fault_rate else None, **settings)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if command and shutil.which(command[0]) is None:
        raise click.UsageError(f"there is no command {command[0]!r}")
    try:
        code = runner.run(partial(_emulate, emulator, command, settings["port"]))
    except runner.Interrupted as interruption:
        sys.exit(128 + interruption.signal)
    # A shell reports a command that a signal ended as 128 and the signal's number.
    sys.exit(code if code >= 0 else 128 - code)


async def _emulate(emulator: Emulator, command: tuple[str, ...], port: int) -> int:
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(emulator)
        except OSError as error:
            raise click.ClickException(f"cannot serve on port {port}: {error.strerror}") from None
        variables = {BASE_URL_VARIABLE: emulator.url, TOKEN_VARIABLE: emulator.token}
        if not command:
            click.echo("".join(f"export {name}={value}\n" for name, value in variables.items()))
            await anyio.sleep_forever()
        environment = os.environ | variables
        process = await anyio.run_process(
            command, env=environment, stdin=None, stdout=None, stderr=None, check=False
        )
        return process.returncode
