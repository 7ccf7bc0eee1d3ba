"""Programs among the tests that compare what they did with the truth, and print a table."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parents[1]
_SECONDS: Final = 150


def run_program(*arguments: str, zero: Iterable[str]) -> None:
    """Run a module to its end, and see that it found nothing wrong and says 0 of these."""
    done = subprocess.run(  # noqa: S603  # the package this file is in
        [sys.executable, "-m", *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=_ROOT,
        timeout=_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for what in zero:
        assert f"| **{what}** | **0** |" in done.stdout
