"""A few rounds of ``python -m tests.chaos``: nothing is lost, doubled or altered."""

import pytest

from tests.programs import run_program


@pytest.mark.long
def test_nothing_is_lost_doubled_or_altered_whatever_goes_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # It starts and kills a process after the other, which takes long if each is traced.
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    wrongs = ("lost", "doubled", "altered")
    run_program("tests.chaos", "--short", "--seed", "7", zero=wrongs)
