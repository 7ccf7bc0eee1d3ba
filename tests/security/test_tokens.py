"""The token goes into one header of each request, and nowhere else."""

import asyncio
import copy
import json
import logging
import os
import pickle
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from intercom_async import AsyncIntercom, RequestEvent, RetryPolicy, log_events, raw_response
from intercom_async.emulator import Emulator, fixtures
from intercom_async.net.settings import Secret
from tests.transport.scripted import Act, Server, closes, resets, response, sends, stalls, status
from tests.waiting import cancel

intercom_emulator = fixtures.intercom_emulator  # where pytest finds it

TOKEN = "dG9rOm5vYm9keS1tYXktc2Vl"
QUICK = RetryPolicy(max_attempts=2, base=0)


def told(error: BaseException) -> str:
    """Return all that a report of an error may show: its text, state, frames and causes."""
    links = [error]
    for link in links:
        further = [link.__cause__, link.__context__]
        if isinstance(link, BaseExceptionGroup):
            further += link.exceptions
        links += [one for one in further if one is not None and one not in links]
    shown = []
    for link in links:
        report = traceback.TracebackException.from_exception(link, capture_locals=True)
        # The callers' own frames are theirs; those of this test know the token of course.
        report.stack[:] = [frame for frame in report.stack if "/tests/" not in frame.filename]
        shown += [*report.format(chain=False), str(link), repr(link), repr(vars(link))]
        shown.append(repr(link.args))
    return "\n".join(shown)


ODD = b'{"type":"error.list","errors":[{"code":"odd"}]}'
STATUSES = ["301", "400", "401", "403", "404", "409", "410", "418", "422", "429", "500", "503"]
ANSWERS = {
    **{each: status(f"{each} x", "Retry-After: 0", body=ODD) for each in STATUSES},
    "reset": resets,
    "closed": closes,
    "closed within": sends(response(b"{", length=9), then=closes),
    "stalled": stalls,
    "stalled within": sends(response(b"{", length=9), then=stalls),
    "no HTTP": sends(b"220 smtp\r\n\r\n", then=closes),
    "no JSON": sends(response(b"<p>")),
    "no length": sends(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", then=closes),
    "too large": sends(response(b"", length=99999999999)),
}


async def vault() -> str:
    await asyncio.sleep(0)
    return TOKEN


@pytest.mark.parametrize("token", [TOKEN, vault], ids=["str", "callable"])
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
async def test_no_error_of_a_request_shows_it(peer: Server, answer: Act, token: Any) -> None:
    peer.usual = answer
    async with AsyncIntercom(base_url=peer.url, token=token, retry=QUICK) as intercom:
        quick = intercom.with_options(timeout=0.1)
        with pytest.raises(Exception) as reading:  # noqa: PT011  # of every kind
            await quick.me()
        with pytest.raises(Exception) as writing:  # noqa: PT011  # of every kind
            await quick.conversations.close("1", admin_id="2")
    assert any(TOKEN.encode() in head for head in peer.heads)
    for error in (reading.value, writing.value):
        assert TOKEN not in told(error)
        assert TOKEN.encode() not in pickle.dumps(error)
        assert TOKEN not in told(pickle.loads(pickle.dumps(error)))  # noqa: S301  # our own


async def test_no_connection_shows_it() -> None:
    async with AsyncIntercom(base_url="http://127.0.0.1:1", token=TOKEN, retry=QUICK) as intercom:
        with pytest.raises(Exception) as caught:  # noqa: PT011  # of every kind
            await intercom.me()
    assert TOKEN not in told(caught.value)


@pytest.mark.parametrize("token", [TOKEN, vault], ids=["str", "callable"])
async def test_no_cancelled_call_shows_it(peer: Server, token: Any) -> None:
    ended: list[BaseException] = []

    async def ask(intercom: AsyncIntercom) -> None:
        try:
            await intercom.me()
        except asyncio.CancelledError as error:  # with the frames it came through
            ended.append(error)
            raise

    for steps in range(40):
        async with AsyncIntercom(base_url=peer.url, token=token, retry=QUICK) as intercom:
            task = asyncio.ensure_future(ask(intercom))
            for _ in range(steps):
                await asyncio.sleep(0)
            await cancel(task)
    assert ended
    assert not [error for error in ended if TOKEN in told(error)]


WRONG: list[dict[str, Any]] = [
    {"token": f"{TOKEN}\n"},
    {"token": f"{TOKEN} {TOKEN}"},
    {"token": TOKEN.encode()},
    {"token": [TOKEN]},
    {"token": TOKEN, "region": "mars"},
    {"token": TOKEN, "base_url": "http://example.com"},
    {"token": TOKEN, "base_url": "https://example.com", "region": "us"},
    {"token": TOKEN, "version": 2.1},
    {"token": TOKEN, "budget": 9},
]


@pytest.mark.parametrize("wrong", WRONG, ids=[" ".join(wrong) for wrong in WRONG])
def test_no_refused_argument_shows_it(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        AsyncIntercom(**wrong)
    assert TOKEN not in told(caught.value)


@pytest.mark.parametrize("given", [f"{TOKEN}\n", TOKEN.encode(), [TOKEN]], ids=repr)
@pytest.mark.parametrize("late", [False, True], ids=["sync", "async"])
async def test_no_refused_answer_of_a_callable_shows_it(given: Any, late: bool) -> None:
    async def later() -> Any:
        return given

    async with AsyncIntercom(token=later if late else lambda: given) as intercom:
        with pytest.raises(ValueError, match="access token") as caught:
            await intercom.me()
    assert TOKEN not in told(caught.value)


async def holders(peer: Server) -> tuple[list[object], AsyncIntercom]:
    """Return everything of a client that is in use and may hold its token."""
    events: list[RequestEvent] = []
    intercom = AsyncIntercom(base_url=peer.url, token=TOKEN, on_event=events.append)
    await intercom.me()
    raw = await raw_response(intercom.me)
    conversations = intercom.conversations
    held = [
        intercom,
        intercom.with_options(timeout=5),
        intercom._pool,
        intercom._settings,
        intercom._settings.secret,
        conversations,
        conversations.list(),
        conversations.retrieve_many(["1"]),
        raw,
        *events,
    ]
    return held, intercom


def shown(holder: Any) -> str:
    texts = [repr(holder), str(holder), f"{holder}", "%s %r" % (holder, holder)]  # noqa: UP031
    if hasattr(holder, "__dict__"):
        texts.append(repr(vars(holder)))
        texts += [repr(getattr(value, "__dict__", "")) for value in vars(holder).values()]
    return "\n".join(texts)


async def test_no_repr_and_no_vars_show_it(peer: Server) -> None:
    held, intercom = await holders(peer)
    for holder in held:
        assert TOKEN not in shown(holder), type(holder)
    await intercom.aclose()


@pytest.mark.parametrize(
    "leave",
    [
        pickle.dumps,
        partial(pickle.dumps, protocol=0),
        copy.deepcopy,
        msgspec.json.encode,
        msgspec.msgpack.encode,
        msgspec.to_builtins,
        partial(json.dumps, default=vars),
    ],
    ids=["pickle", "pickle 0", "deepcopy", "json", "msgpack", "builtins", "vars as json"],
)
async def test_no_pickle_and_no_copy_holds_it(peer: Server, leave: Callable[[Any], Any]) -> None:
    held, intercom = await holders(peer)
    for holder in held:
        left, refused = b"", None
        try:
            left = leave(holder)
        except Exception as error:  # noqa: BLE001  # of whatever kind, so nothing left
            refused = error
        text = left.decode("latin-1") if isinstance(left, bytes) else repr(left)
        assert TOKEN not in text, type(holder)
        assert refused is None or TOKEN not in "".join(traceback.format_exception(refused))
    await intercom.aclose()


async def test_an_authorization_header_is_not_pickled(peer: Server) -> None:
    _, intercom = await holders(peer)
    (key,) = intercom._pool._sessions
    assert any(TOKEN in part for part in key if isinstance(part, str))  # it is there
    assert TOKEN not in repr(key)
    with pytest.raises(TypeError):
        pickle.dumps(intercom._pool)
    await intercom.aclose()


async def test_no_log_and_no_warning_tells_it(
    peer: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("asyncio", "aiohttp.client", "aiohttp.internal", "intercom_async"):
        caplog.set_level(logging.DEBUG, logger=name)
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    loop.slow_callback_duration = 0.0  # so that every step is logged
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            client = partial(AsyncIntercom, base_url=peer.url, token=TOKEN, retry=QUICK)
            async with client(on_event=log_events(), version="2.99") as intercom:
                await intercom.me()
                for answer in ("503", "closed", "no HTTP", "too large"):
                    peer.usual = ANSWERS[answer]
                    with pytest.raises(Exception):  # noqa: B017, PT011  # of every kind
                        await intercom.me()
    finally:
        loop.set_debug(False)
    texts = [logging.Formatter().format(record) for record in caplog.records]
    texts += [repr(vars(record)) for record in caplog.records]
    texts += [str(warning.message) for warning in caught]
    assert any("2.99" in text for text in texts)
    assert any("GET /me" in text for text in texts)
    assert any("asyncio" in record.name for record in caplog.records)
    assert not [text for text in texts if TOKEN in text]


def export(url: str, out: Path) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if "INTERCOM" not in name}
    return subprocess.run(  # noqa: S603  # the command under test
        [sys.executable, "-X", "dev", "-m", "intercom_async", "export", "--out", str(out)],
        env=clean | {"INTERCOM_BASE_URL": url, "INTERCOM_ACCESS_TOKEN": TOKEN},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.long
@pytest.mark.parametrize("intercom_emulator", [{"conversations": 40}], indirect=True)
def test_no_file_of_an_export_holds_it(intercom_emulator: Emulator, tmp_path: Path) -> None:
    intercom_emulator.token = TOKEN
    intercom_emulator.workspace.update(intercom_emulator.workspace.ids()[0], id=None)
    done = export(intercom_emulator.url, tmp_path)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {"state.sqlite", "manifest.json", "summary.json"} <= {file.name for file in files}
    for held in (TOKEN.encode(), f"Bearer {TOKEN}".encode("utf-16-le"), b"Bearer"):
        assert not [file.name for file in files if held in file.read_bytes()]
    assert TOKEN not in done.stdout + done.stderr


def test_secrets_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return False

    monkeypatch.setattr("hmac.compare_digest", compare)
    assert Secret(TOKEN) != Secret(TOKEN)
    assert compared == [(TOKEN.encode(), TOKEN.encode())]
