"""The command and its subcommands."""

import click

from intercom_async._version import __version__
from intercom_async.cli.emulate import emulate
from intercom_async.cli.export import export, plan
from intercom_async.cli.folder import convert, status, verify


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__)
def cli() -> None:
    """Take Intercom conversations out, and try things without an Intercom account."""


cli.add_command(export)
cli.add_command(plan)
cli.add_command(status)
cli.add_command(verify)
cli.add_command(convert)
cli.add_command(emulate)


def run() -> None:
    """Run the command."""
    cli(prog_name="intercom-async")
