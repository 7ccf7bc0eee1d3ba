"""Every line of the contract's tables is answered by the emulator, and read by the client."""

from importlib import import_module
from pathlib import Path

import pytest

from intercom_async import AsyncIntercom, RetryPolicy, StatusError
from intercom_async.core.versions import order
from intercom_async.emulator import Emulator
from tests.contract.judge import Calls, Operation, Since, documents, operation_of

_CONTRACT = Path(__file__).parent.parent / "contract"
_MODULES = {
    path.stem: import_module(f"tests.contract.{path.stem}")
    for path in sorted(_CONTRACT.glob("test_*.py"))
}
TABLES: dict[str, Calls] = {
    name: module.CALLS
    for name, module in _MODULES.items()
    if hasattr(module, "CALLS") and name != "test_covered"  # which has them all
}
# No record has such an id, or what it is changed to.
REFUSED = {400, 404, 409, 422}


async def answered(client: AsyncIntercom, call: Operation) -> int:
    try:
        await call(client)
    except StatusError as error:
        return error.status
    return 200


@pytest.mark.filterwarnings("ignore:run_assignment_rules:DeprecationWarning")
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("version", ["2.10", "2.16"])
async def test_answers_are_read_by_the_client(small: Emulator, table: str, version: str) -> None:
    async with AsyncIntercom(
        token=small.token,
        base_url=small.url,
        version=version,
        retry=RetryPolicy(max_attempts=1),
    ) as client:
        for line, call in TABLES[table].items():
            operation = operation_of(line)
            is_later = isinstance(call, Since) and order(call.version) > order(version)
            if version not in documents(operation) or is_later:
                continue
            assert await answered(client, call) in {200, *REFUSED}, line
