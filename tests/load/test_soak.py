"""Two seconds of ``python -m tests.load.soak``: every answer reaches its own request."""

import pytest

from tests.programs import run_program


@pytest.mark.long
def test_every_answer_reaches_its_own_request_and_nothing_is_left() -> None:
    wrongs = ("answers to another request", "writes applied twice", "left in the end")
    run_program("tests.load.soak", "--seconds", "2", "--seed", "7", zero=wrongs)
