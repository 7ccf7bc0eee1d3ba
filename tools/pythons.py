"""Run tests on every Python of this machine that the package is for.

``python -m tools.pythons test ARGUMENT …`` runs pytest with the arguments on each Python but the
newest, ``newest`` prints where the newest is, and ``versions`` the others' versions.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Final

from tools.environments import ALL, environment, pip, run

VERSIONS: Final[list[str]] = ["3.14", "3.13", "3.12", "3.11"]
# An interpreter may lie there without being of use: a shim of another, or one without venv.
IS_OF_USE: Final = (
    "import ensurepip, ssl, sqlite3, sys, venv; print(*sys.version_info[:2], sep='.')"
)


def pythons() -> dict[str, Path]:
    """Return a Python of each version that is on this machine, newest first."""
    found = {}
    for version in VERSIONS:
        for path in _places(version):
            asked = subprocess.run(  # noqa: S603  # an interpreter
                [path, "-c", IS_OF_USE], capture_output=True, text=True, check=False
            )
            if asked.returncode == 0 and asked.stdout.strip() == version:
                found[version] = path
                break
    return found


def _places(version: str) -> Iterator[Path]:
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python"))
    uv = Path.home() / ".local/share/uv/python"
    yield from sorted(uv.glob(f"cpython-{version}.*/bin/python"))
    on_path = which(f"python{version}")
    if on_path is not None:
        yield Path(on_path)
    yield Path(sys.executable)


def main() -> None:
    """Do what is asked."""
    what, *arguments = sys.argv[1:]
    (_, newest), *others = pythons().items()
    if what == "newest":
        print(newest)
    elif what == "versions":
        print(", ".join(version for version, _ in others) or "none")
    for version, python in others if what == "test" else ():
        print(f"Python {version}", flush=True)
        with environment(python) as made:
            pip(made, "--editable", ".", "--group", "test")
            run(made, "-m", "pytest", *ALL, *arguments)


if __name__ == "__main__":
    main()
