"""The chaos run in short: everything goes wrong, and nothing is lost, doubled or altered."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_nothing_is_lost_while_everything_goes_wrong() -> None:
    command = [sys.executable, "-m", "tests.chaos", "--short", "--seed", "7"]
    done = subprocess.run(  # noqa: S603  # our own program
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for row in ("lost", "doubled", "altered"):
        assert f"| **{row}** | **0** |" in done.stdout
