"""Reports of many workspaces at once, of which one fails."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import pytest

from intercom_async import AsyncIntercom, ConfigurationError, SessionPool, Unauthorized
from intercom_async.emulator import Emulator
from intercom_async.report import figures, pipeline


@pytest.mark.long
async def test_one_workspace_that_fails_costs_no_other(tmp_path: Path) -> None:
    exported, to = tmp_path / "exported", tmp_path / "reports"
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(SessionPool())
        clients = {}
        for seed, name in enumerate(("acme", "globex", "broken")):
            emulator = await stack.enter_async_context(
                Emulator(conversations=30, seed=seed, token="right")
            )
            token = "wrong" if name == "broken" else "right"
            clients[name] = AsyncIntercom(token=token, base_url=emulator.url, pool=pool)
        async with pipeline(clients, exported, to, zone="Europe/Dublin") as reports:
            made = {each.workspace: each async for each in reports}
    assert made.keys() == clients.keys()
    assert isinstance(made["broken"].error, Unauthorized)
    assert made["broken"].page is None
    held = msgspec.json.decode((to / "figures.json").read_bytes())
    for name, each in zip(("acme", "globex"), held, strict=True):
        page, found = made[name].page, made[name].figures
        assert page is not None
        assert page == to / f"{name}.html"
        assert "<h1>Support report" in page.read_text("utf-8")
        (folder,) = (exported / name).iterdir()
        assert found == figures(folder, zone="Europe/Dublin")
        assert each == msgspec.to_builtins(found)
    index = (to / "index.html").read_text("utf-8")
    assert 'href="acme.html"' in index
    assert "2 of 3 were made" in index
    assert str(made["broken"].error)[:20] in index
    assert "wrong" not in index


async def test_a_pipeline_that_is_left_by_an_error_stops(tmp_path: Path) -> None:
    async with Emulator(conversations=300) as emulator, SessionPool() as pool:
        clients = {
            str(number): AsyncIntercom(token="a", base_url=emulator.url, pool=pool)
            for number in range(3)
        }
        with pytest.raises(KeyError):
            async with pipeline(clients, tmp_path / "exported", tmp_path / "reports"):
                await asyncio.sleep(0)
                raise KeyError
        assert not [each for each in asyncio.all_tasks() if "Pipeline" in repr(each)]
    assert not (tmp_path / "reports" / "index.html").exists()


@pytest.mark.parametrize("names", [("a", "A"), ("index",), ("../a",), ("..",), ("",)])
def test_pages_have_names_of_their_own(tmp_path: Path, names: tuple[str, ...]) -> None:
    client = AsyncIntercom(token="a")
    with pytest.raises(ConfigurationError):
        pipeline(dict.fromkeys(names, client), tmp_path, tmp_path)
