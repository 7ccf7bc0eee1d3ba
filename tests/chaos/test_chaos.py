"""A few rounds of ``python -m tests.chaos``: nothing is lost, doubled or altered."""

from tests.programs import run_program


def test_nothing_is_lost_doubled_or_altered_whatever_goes_wrong() -> None:
    wrongs = ("lost", "doubled", "altered")
    run_program("tests.chaos", "--short", "--seed", "7", zero=wrongs)
