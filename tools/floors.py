"""Run the demo and tests with the lowest versions that pyproject.toml allows.

``python -m tools.floors ARGUMENT …`` needs uv. It installs, in a folder that goes when it ends,
the lowest version of everything that the package, its extras and the tests name, and the newest of
what those need in turn. The arguments are pytest's; without any, all tests run.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from tools.environments import ALL, run

EXTRAS: Final = "cli,export,otel,pandas,polars,report,speed"


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
        run(python, "-m", "pytest", *ALL, *sys.argv[1:])


if __name__ == "__main__":
    main()
