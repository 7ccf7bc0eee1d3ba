"""A few rounds of ``python -m tests.chaos``: nothing is lost, doubled or altered."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 150


def test_nothing_is_lost_doubled_or_altered_whatever_goes_wrong() -> None:
    program = subprocess.run(  # the package this file is in
        [sys.executable, "-m", "tests.chaos", "--short", "--seed", "7"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=SECONDS,
    )
    assert program.returncode == 0, program.stdout + program.stderr
    for what in ("lost", "doubled", "altered"):
        assert f"| **{what}** | **0** |" in program.stdout
