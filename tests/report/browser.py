"""A headless Chromium, spoken to by its DevTools protocol."""

import asyncio
import json
import shutil
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.services import skip


class Tab:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._last = 0
        self.events: list[dict[str, Any]] = []

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        self._last += 1
        await self._socket.send_json({"id": self._last, "method": method, "params": params})
        while (told := await self._socket.receive_json()).get("id") != self._last:
            self.events.append(told)
        result: dict[str, Any] = told["result"]
        return result

    async def evaluate(self, expression: str) -> Any:
        found = await self.call("Runtime.evaluate", expression=expression, awaitPromise=True)
        return found["result"].get("value")

    async def load(self, page: Path) -> None:
        for domain in ("Network", "Runtime", "Log", "Page"):
            await self.call(f"{domain}.enable")
        await self.call("Page.navigate", url=page.as_uri())
        while not any(each["method"] == "Page.loadEventFired" for each in self.events):
            self.events.append(await self._socket.receive_json())

    async def look(self, *, width: int, scheme: str) -> bytes:
        media = [{"name": "prefers-color-scheme", "value": scheme}]
        await self.call("Emulation.setEmulatedMedia", features=media)
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=False,
        )
        shot = await self.call("Page.captureScreenshot", captureBeyondViewport=True)
        return b64decode(shot["data"])

    async def violations(self, axe: str) -> list[Any]:
        """Return what axe finds against a page for people who do not see it or see it badly."""
        await self.call("Runtime.evaluate", expression=axe)
        await self.evaluate(
            "for (const each of document.querySelectorAll('details')) each.open = 1"
        )
        found: list[Any] = json.loads(
            await self.evaluate("axe.run().then(found => JSON.stringify(found.violations))")
        )
        return [(each["id"], each["nodes"][0]["html"][:300]) for each in found]


def axe_core() -> str:
    """Return the script axe-core, which a package for another driver of browsers brings along."""
    spec = find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        skip("axe-playwright-python is not installed")
    return Path(spec.origin).with_name("axe.min.js").read_text("utf-8")


@asynccontextmanager
async def chromium(folder: Path) -> AsyncIterator[Tab]:
    program = shutil.which("chromium")
    if program is None:
        skip("chromium is not installed")
    process = await asyncio.create_subprocess_exec(
        *(program, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"),
        *("--remote-allow-origins=*", f"--user-data-dir={folder}", "about:blank"),
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stderr is not None
        async for line in process.stderr:
            if b"DevTools listening on" in line:
                port = line.split(b":")[2].split(b"/")[0].decode()
                break
        else:
            pytest.fail("chromium did not start")
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                tabs = await answer.json(content_type=None)
            url = next(each for each in tabs if each["type"] == "page")["webSocketDebuggerUrl"]
            async with session.ws_connect(url, max_msg_size=0) as socket:
                yield Tab(socket)
    finally:
        process.terminate()
        await process.communicate()
