"""Run the demo and the tests with the lowest versions that pyproject.toml allows.

``python tools/floors.py [ARGUMENT …]`` needs uv. It installs, in a folder that goes when it ends,
the lowest version of everything that the package and its extras name, and the newest of what
those need in turn. The arguments are pytest's; without any, all tests run side by side.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
EXTRAS: Final = "cli,export,otel,speed"
ALL: Final = ["--numprocesses", "auto", "--dist", "worksteal"]


def run(*command: str | Path) -> None:
    """Run a command in the root folder, and end with its code if that is not 0."""
    code = subprocess.run(command, check=False, cwd=ROOT).returncode  # noqa: S603  # ours
    if code:
        sys.exit(code)


def main() -> None:
    """Install, show the demo, and test."""
    uv = shutil.which("uv", path=Path(sys.executable).parent) or "uv"
    with tempfile.TemporaryDirectory(prefix="floors-") as folder:
        programs = Path(folder, "venv", "bin")
        run(uv, "venv", "--quiet", "--python", sys.executable, programs.parent)
        python = programs / "python"
        lowest = ["--resolution", "lowest-direct", "--editable", f".[{EXTRAS}]", "--group", "test"]
        run(uv, "pip", "install", "--quiet", "--python", python, *lowest)
        run(uv, "pip", "list", "--python", python)
        command, out = programs / "intercom-async", Path(folder, "export")
        run(command, "emulate", "--conversations", "2500", "--", command, "export", "--out", out)
        run(python, "-m", "pytest", *(sys.argv[1:] or ALL))


if __name__ == "__main__":
    main()
