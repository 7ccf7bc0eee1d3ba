"""The README's examples run as they stand, and its claims about the command hold."""

import hmac
import re
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from intercom_async.cli.exits import Exit
from intercom_async.emulator import Emulator, fixtures

intercom_emulator = fixtures.intercom_emulator  # where pytest finds it

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


PROGRAMS = [example for example in EXAMPLES if "asyncio.run(main())" in example]
ASGI, AIOHTTP = (example for example in EXAMPLES if "app = " in example)
SECRET = "a-client-secret"
NOTIFICATION = (
    b'{"topic":"conversation.user.replied","id":"notif_1",'
    b'"data":{"item":{"type":"conversation","id":"123"}}}'
)
SIGNATURE = "sha1=" + hmac.new(SECRET.encode(), NOTIFICATION, "sha1").hexdigest()


def run(example: str, name: str) -> dict[str, Any]:
    names = {"__name__": name}
    exec(compile(example, "README.md", "exec"), names)  # noqa: S102  # the README is ours
    return names


@pytest.mark.parametrize("example", PROGRAMS, ids=range(len(PROGRAMS)))
def test_a_program_runs_as_it_stands(
    example: str,
    intercom_emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)  # where an export would go
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", intercom_emulator.token)
    monkeypatch.setenv("INTERCOM_BASE_URL", intercom_emulator.url)
    example = example.replace("1001", str(intercom_emulator.workspace.admins[0]["id"]))
    run(example, "__main__")
    printed = capsys.readouterr().out
    assert printed.strip()
    assert "failed:" not in printed
    assert not re.search(r"\b404\b", printed)  # digits of an id are none


async def test_the_aiohttp_webhook_takes_what_intercom_signed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INTERCOM_CLIENT_SECRET", SECRET)
    app = run(AIOHTTP, "example")["app"]
    async with TestClient(TestServer(app)) as client:
        statuses = []
        for signature in (SIGNATURE, SIGNATURE, "sha1=0"):
            headers = {"X-Hub-Signature": signature}
            response = await client.post("/intercom", data=NOTIFICATION, headers=headers)
            statuses.append(response.status)
    assert statuses == [200, 200, 401]
    assert capsys.readouterr().out == "a reply in 123\n", "the second is known already"


@pytest.mark.parametrize(
    ("signature", "status"), [(SIGNATURE, 200), ("sha1=0", 401)], ids=["signed", "forged"]
)
async def test_the_asgi_webhook_takes_what_intercom_signed(
    signature: str, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INTERCOM_CLIENT_SECRET", SECRET)
    app = run(ASGI, "example")["app"]
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/intercom",
        "query_string": b"",
        "headers": [(b"x-hub-signature", signature.encode())],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": NOTIFICATION, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    assert sent[0]["status"] == status
    assert ("notif_1" in capsys.readouterr().out) is (status == 200)


def test_the_readme_has_its_examples_and_names_every_exit_code() -> None:
    assert len(PROGRAMS) >= 4
    table = README[README.index("| exit code") : README.index("## What it refuses")]
    named = {int(code) for code in re.findall(r"\b\d+\b", table.replace("143", " 143"))}
    assert named == {meaning.value for meaning in Exit}
