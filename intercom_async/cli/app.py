"""The command and its subcommands."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

import click

from intercom_async._version import __version__
from intercom_async.cli.telling import as_json, tell

_INTERRUPTED: Final = 130
_NO_READER: Final = 141  # as a shell tells of a command that SIGPIPE ended
_LOCAL_DISK: Final = 6
_STDOUT: Final = 1
_STDERR: Final = 2
# Each is loaded when it is called: an export needs no emulator, and the emulator no export.
_HOMES: Final = {
    "export": "export",
    "plan": "export",
    "status": "folder",
    "verify": "folder",
    "convert": "folder",
    "emulate": "emulate",
}


class _Commands(click.Group):
    """The subcommands; what they share is how they end when nobody reads them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the names, in the order in which they are used."""
        return list(_HOMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a subcommand; ``None`` if there is none of that name."""
        if cmd_name not in _HOMES:
            return None
        module = import_module(f"intercom_async.cli.{_HOMES[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """Read the command line, which prints help if that is asked for."""
        with _ended():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand, and tell of wrong usage as JSON where that was asked for."""
        with _ended():
            try:
                return super().invoke(ctx)
            except click.UsageError as error:
                if as_json():
                    message = error.format_message()
                    tell("error", {"code": error.exit_code, "message": message})
                raise


@contextmanager
def _ended() -> Iterator[None]:
    """End without a traceback when the output has no reader any more, as after ``| head``.

    So too on Ctrl-C while a subcommand is loaded or prints, of which click would make code 1.
    """
    try:
        yield
    except KeyboardInterrupt:
        click.echo("intercom-async: interrupted", err=True)
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:
        code = _NO_READER
    except OSError as error:  # such as a full disk; of all others the commands tell by themselves
        click.echo(f"intercom-async: the output cannot be written: {error.strerror}", err=True)
        code = _LOCAL_DISK
    else:
        return
    # Else the interpreter would try to write the rest when it ends, and complain.
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, _STDOUT)
    if code == _NO_READER:
        os.dup2(null, _STDERR)  # it may be the same pipe
    sys.exit(code)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__)
def cli() -> None:
    """Take Intercom conversations out, and try things without an Intercom account."""


def run() -> None:
    """Run the command."""
    with _ended():  # also while click itself complains
        # Where one of the standard streams is closed, a socket would take its number, of which
        # uvloop dies.
        while (null := os.open(os.devnull, os.O_RDWR)) <= _STDERR:
            pass
        os.close(null)
        cli(prog_name="intercom-async")
