"""Makes a test of each line of a noun's table and each version it is judged in."""

from typing import Final

import pytest

from intercom_async.core import codec
from tests.contract import judge

_CASES: Final = {
    "test_request_and_answer_are_as_documented": judge.lines,
    "test_another_page_is_told": judge.paged,
    "test_versions_without_it_are_refused": judge.refused,
    "test_versions_at_its_ends_are_not_refused": judge.ends,
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    cases = _CASES.get(metafunc.function.__name__)
    if cases is not None and metafunc.cls is not None:
        metafunc.parametrize(("line", "version"), list(cases(metafunc.cls.calls)))


@pytest.fixture(autouse=True)
def pages_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to decode a documented page record by record, which takes many times as long."""

    def malformed(*_: object) -> None:
        raise AssertionError("a documented page is taken for malformed")

    monkeypatch.setattr(codec, "_decoded", malformed)
