"""The command and its subcommands."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

import click
from click.exceptions import NoSuchCommand

from intercom_async._version import __version__
from intercom_async.cli.output import as_json, print_error, print_json

_INTERRUPTED: Final = 130
_NO_READER: Final = 141  # as a shell reports a command that SIGPIPE ended
_LOCAL_DISK: Final = 6
_STDOUT: Final = 1
_STDERR: Final = 2
# The module of each command is loaded when the command is called.
_LAZY_COMMANDS: Final = {
    "export": "export",
    "plan": "export",
    "follow": "follow",
    "status": "folder",
    "verify": "folder",
    "tables": "tables",
    "report": "report",
    "emulate": "emulate",
}
_ALIASES: Final = {"convert": "tables"}


class _Commands(click.Group):
    """The subcommands, loaded lazily; all end alike when their output cannot be written."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the names in the order of their use."""
        return list(_LAZY_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a subcommand; ``None`` if there is none of that name."""
        cmd_name = _ALIASES.get(cmd_name, cmd_name)
        if cmd_name not in _LAZY_COMMANDS:
            return None
        module = import_module(f"intercom_async.cli.{_LAZY_COMMANDS[cmd_name]}")
        return getattr(module, cmd_name)  # type: ignore[no-any-return]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the subcommand; if there is none, say which ones come near."""
        try:
            return super().resolve_command(ctx, args)
        except NoSuchCommand as error:
            raise NoSuchCommand(error.command_name, possibilities=_LAZY_COMMANDS, ctx=ctx) from None

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """Read the command line, which prints help if that is asked for."""
        with _clean_exit():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand, and report wrong usage as JSON if that was asked for."""
        with _clean_exit():
            try:
                return super().invoke(ctx)
            except click.UsageError as error:
                if as_json():
                    message = error.format_message()
                    print_json("error", {"code": error.exit_code, "message": message})
                raise


@contextmanager
def _clean_exit() -> Iterator[None]:
    """Exit without a traceback when the output's reader went away, as after ``| head``.

    So too on Ctrl-C while a subcommand is loaded or prints: click would exit with code 1.
    """
    try:
        yield
    except KeyboardInterrupt:
        print_error("interrupted")
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:
        code = _NO_READER
    except OSError as error:  # such as a full disk; the commands report all others themselves
        print_error(f"the output cannot be written: {error.strerror}")
        code = _LOCAL_DISK
    else:
        return
    # Otherwise the interpreter would try to write the rest when it exits, and complain.
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, _STDOUT)
    if code == _NO_READER:
        os.dup2(null, _STDERR)  # it may be the same pipe
    sys.exit(code)


@click.group(
    cls=_Commands,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        "show_default": True,
    },
)
@click.version_option(__version__)
def cli() -> None:
    """Take Intercom conversations out, and try things without an Intercom account."""


def run() -> None:
    """Run the command."""
    with _clean_exit():  # also while click itself complains
        # uvloop dies if a socket gets the number of a closed standard stream.
        while (null := os.open(os.devnull, os.O_RDWR)) <= _STDERR:
            pass
        os.close(null)
        cli(prog_name="intercom-async")
