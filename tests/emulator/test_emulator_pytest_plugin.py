import pytest

from intercom_async import AsyncIntercom, Unauthorized
from intercom_async.emulator import Emulator
from intercom_async.emulator.pytest_plugin import (
    MakeEmulator,
    intercom_emulator,
    intercom_emulators,
)

__all__ = ["intercom_emulator", "intercom_emulators"]


async def test_several_workspaces_hold_other_records_and_refuse_each_others_tokens(
    intercom_emulators: MakeEmulator,
) -> None:
    ours, theirs = intercom_emulators(conversations=20), intercom_emulators(conversations=30)
    held = []
    for emulator in (ours, theirs):
        async with AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom:
            held.append({each.id async for each in intercom.conversations.list()})
    assert [len(ids) for ids in held] == [20, 30]
    async with AsyncIntercom(base_url=ours.url, token=theirs.token) as intercom:
        with pytest.raises(Unauthorized):
            await intercom.me()


def test_arguments_are_those_of_the_emulator(intercom_emulators: MakeEmulator) -> None:
    emulator = intercom_emulators(conversations=2, token="mine-to-choose")
    assert emulator.token == "mine-to-choose"


def test_one_workspace_comes_from_the_same_plugin(intercom_emulator: Emulator) -> None:
    assert intercom_emulator.url.startswith("http://127.0.0.1:")
