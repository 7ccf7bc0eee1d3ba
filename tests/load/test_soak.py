"""Some seconds of ``python -m tests.load.soak``: every answer reaches its own request."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 150


def test_every_answer_reaches_its_own_request_and_nothing_is_left() -> None:
    program = subprocess.run(  # the package this file is in
        [sys.executable, "-m", "tests.load.soak", "--seconds", "5", "--seed", "7"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=SECONDS,
    )
    assert program.returncode == 0, program.stdout + program.stderr
    for what in ("answers to another request", "writes applied twice", "left in the end"):
        assert f"| **{what}** | **0** |" in program.stdout
