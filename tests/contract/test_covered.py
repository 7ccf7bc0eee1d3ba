"""No documented operation, argument or property is missing, but for those that are listed."""

from importlib import import_module
from pathlib import Path

import pytest

from tests.contract.covered import COVERED, MISSING, UNMODELLED, UNSENT
from tests.contract.judge import OPERATIONS, Calls, operation_of, unmodelled, unsent

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def all_calls() -> Calls:
    calls: Calls = {}
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if path.name == Path(__file__).name:
            continue
        table: Calls = import_module(f"tests.contract.{path.stem}").CALLS
        assert not calls.keys() & table.keys(), "lines that are in two tables"
        calls |= table
    return calls


CALLS = all_calls()


def test_no_operation_is_missing() -> None:
    called = {operation_of(line) for line in CALLS}
    documented = {name for name, facts in OPERATIONS.items() if facts["noun"] in COVERED}
    assert documented - called == MISSING.keys()


async def test_models_have_the_documented_properties() -> None:
    assert await unmodelled(CALLS) == UNMODELLED.keys()


async def test_everything_documented_can_be_sent() -> None:
    assert await unsent(CALLS) == UNSENT.keys()
