import json
import urllib.request
from typing import Any

import pytest

from intercom_async.emulator import Emulator
from intercom_async.emulator.fixtures import intercom_emulator
from tests.emulator.asking import session_to

__all__ = ["intercom_emulator"]


def fetch(emulator: Emulator, path: str) -> Any:
    request = urllib.request.Request(  # noqa: S310  # the address is the emulator's
        emulator.url + path, headers={"Authorization": f"Bearer {emulator.token}"}
    )
    with urllib.request.urlopen(request) as response:  # noqa: S310  # as above
        return json.load(response)


def test_the_fixture_serves_a_plain_test(intercom_emulator: Emulator) -> None:
    assert fetch(intercom_emulator, "/me")["type"] == "admin"
    assert fetch(intercom_emulator, "/conversations")["total_count"] == 300
    assert [record.path for record in intercom_emulator.requests] == ["/me", "/conversations"]


async def test_the_fixture_serves_an_async_test(intercom_emulator: Emulator) -> None:
    async with (
        session_to(intercom_emulator) as session,
        session.get("/me") as response,
    ):
        assert response.status == 200


@pytest.mark.parametrize(
    "intercom_emulator", [{"conversations": 4, "token": "another"}], indirect=True
)
def test_the_fixture_takes_arguments(intercom_emulator: Emulator) -> None:
    assert intercom_emulator.token == "another"
    assert fetch(intercom_emulator, "/conversations")["total_count"] == 4
