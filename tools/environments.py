"""Environments that are made for one run of the tests."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
ALL: Final = ["--numprocesses", "auto", "--dist", "worksteal", "--quiet"]


def run(*command: str | Path, at: Path = ROOT) -> None:
    """Run a command in a folder, and end with its code if that is not 0."""
    code = subprocess.run(command, check=False, cwd=at).returncode  # noqa: S603  # ours
    if code:
        sys.exit(code)


def pip(python: Path, *arguments: str | Path) -> None:
    """Install into an environment."""
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments)


@contextmanager
def environment(python: Path) -> Iterator[Path]:
    """Make an environment of a Python, with a pip that knows groups, and give its Python."""
    with TemporaryDirectory(prefix="environment-") as folder:
        run(python, "-m", "venv", folder)
        made = Path(folder, "Scripts" if os.name == "nt" else "bin", "python")
        pip(made, "pip>=25.1")
        yield made
