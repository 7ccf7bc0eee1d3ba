"""Control over single calls: options, raw answers, and events of every try."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from intercom_async import (
    AsyncIntercom,
    ConfigurationError,
    QueryError,
    RateLimited,
    RequestEvent,
    TimedOut,
    Unauthorized,
    log_events,
    raw_response,
)
from intercom_async.emulator import Emulator

TOKEN = "a-token-nobody-may-see"


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator(conversations=30, token=TOKEN, window_seconds=1) as emulator:
        yield emulator


@pytest.fixture
async def events() -> list[RequestEvent]:
    return []


@pytest.fixture
async def intercom(emulator: Emulator, events: list[RequestEvent]) -> AsyncIterator[AsyncIntercom]:
    async with AsyncIntercom(
        base_url=emulator.url, token=TOKEN, on_event=events.append
    ) as intercom:
        yield intercom


async def test_options_hold_for_the_client_they_return_alone(
    emulator: Emulator, intercom: AsyncIntercom
) -> None:
    other = intercom.with_options(version="2.11", headers={"X-Trace": "1"})
    await other.me()
    await intercom.me()
    changed, unchanged = emulator.requests
    assert changed.headers["intercom-version"] == "2.11"
    assert changed.headers["x-trace"] == "1"
    assert unchanged.headers["intercom-version"] == "2.10"
    assert "x-trace" not in unchanged.headers


async def test_headers_add_up_over_options(emulator: Emulator, intercom: AsyncIntercom) -> None:
    both = intercom.with_options(headers={"X-A": "1"}).with_options(headers={"X-B": "2"})
    await both.me()
    assert {"x-a", "x-b"} <= set(emulator.requests[0].headers)


async def test_a_hook_is_called_besides_the_clients_own(
    emulator: Emulator, intercom: AsyncIntercom, events: list[RequestEvent]
) -> None:
    also: list[RequestEvent] = []
    await intercom.with_options(on_event=also.append).me()
    await intercom.me()
    assert len(events) == 2
    assert also == events[:1]
    assert also[0].limit == emulator.rate_limit


async def test_max_attempts_bounds_the_tries(emulator: Emulator, intercom: AsyncIntercom) -> None:
    emulator.rate_limit = 0
    with pytest.raises(RateLimited) as caught:
        await intercom.with_options(max_attempts=1).me()
    assert caught.value.attempts == len(emulator.requests) == 1


async def test_closing_a_client_with_options_closes_nothing(intercom: AsyncIntercom) -> None:
    async with intercom.with_options(timeout=5) as other:
        await other.me()
    assert (await intercom.me()).id


@pytest.mark.parametrize(
    "options",
    [
        {"timeout": 0},
        {"timeout": -1},
        {"timeout": float("nan")},
        {"max_attempts": 0},
        {"version": "2 10"},
        {"budget": 0},
        {"headers": {"Authorization": "Bearer other"}},
        {"headers": {"intercom-version": "2.9"}},
        {"headers": {"X-A": "1\r\nX-B: 2"}},
        {"headers": {"X A": "1"}},
    ],
    ids=str,
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        AsyncIntercom(token=TOKEN).with_options(**options)


def test_an_unknown_version_is_passed_through_with_a_warning() -> None:
    with pytest.warns(UserWarning, match="2.99 is not known") as caught:
        intercom = AsyncIntercom(token=TOKEN, version="2.99")
    assert intercom.version == "2.99"
    assert caught[0].filename == __file__


# Raw answers


async def test_a_raw_answer_shows_all_of_it(emulator: Emulator, intercom: AsyncIntercom) -> None:
    id = emulator.workspace.ids()[0]
    raw = await raw_response(intercom.conversations.retrieve, id)
    assert raw.status == 200
    assert raw.headers["intercom-version"] == raw.headers["Intercom-Version"] == "2.10"
    assert raw.request_id == raw.headers["X-Request-Id"]
    assert raw.window.limit == 10_000
    assert raw.window.remaining == 9_999
    assert raw.body == await intercom.conversations.retrieve(id, raw=True)
    assert raw.parse() == await intercom.conversations.retrieve(id)
    assert TOKEN not in repr(raw)


async def test_a_raw_list_is_its_first_page(emulator: Emulator, intercom: AsyncIntercom) -> None:
    raw = await raw_response(intercom.conversations.list, per_page=10)
    page = raw.parse()
    assert [c.id for c in page.items] == emulator.workspace.ids()[:10]
    again = await raw_response(intercom.conversations.list, per_page=10, resume=page.next)
    assert [c.id for c in again.parse().items] == emulator.workspace.ids()[10:20]
    with pytest.raises(QueryError, match="limit=0"):
        await raw_response(intercom.conversations.list, limit=0)


async def test_raw_me(intercom: AsyncIntercom) -> None:
    raw = await raw_response(intercom.me)
    assert raw.parse() == await intercom.me()


async def test_a_raw_reply_takes_what_a_reply_takes(
    emulator: Emulator, intercom: AsyncIntercom
) -> None:
    id, admin = emulator.workspace.ids()[0], str(emulator.workspace.admins[0]["id"])
    c = intercom.conversations
    answer = await raw_response(c.reply, id, admin_id=admin, body="Hello there")
    assert "Hello there" in str(answer.parse().conversation_parts)
    with pytest.raises(QueryError, match="exactly one"):
        await raw_response(c.reply, id, body="x")  # type: ignore[arg-type]  # to be refused


# Events


async def test_every_try_makes_an_event(
    emulator: Emulator, intercom: AsyncIntercom, events: list[RequestEvent]
) -> None:
    id = emulator.workspace.ids()[0]
    body = await intercom.conversations.retrieve(id, raw=True)
    (event,) = events
    assert (event.method, event.path, event.status) == ("GET", "/conversations/{id}", 200)
    assert (event.attempt, event.bytes, event.remaining) == (1, len(body), 9_999)
    assert event.seconds > 0
    assert (event.error, event.retry_in) == (None, None)
    assert event.request_id


@pytest.mark.long
async def test_failed_tries_say_why_and_when_the_next_comes(
    emulator: Emulator, intercom: AsyncIntercom, events: list[RequestEvent]
) -> None:
    emulator.rate_limit = 0
    with pytest.raises(RateLimited):
        await intercom.with_options(max_attempts=2).me()
    first, last = events
    assert (first.status, first.error, first.attempt) == (429, "RateLimited", 1)
    assert first.retry_in is not None
    assert (last.status, last.error, last.attempt) == (429, "RateLimited", 2)
    assert last.retry_in is None


async def test_a_try_without_an_answer_makes_an_event(
    emulator: Emulator, intercom: AsyncIntercom, events: list[RequestEvent]
) -> None:
    emulator.latency = 60
    with pytest.raises(TimedOut):
        await intercom.with_options(timeout=0.05).me()
    (event,) = events
    assert (event.status, event.bytes, event.error) == (None, 0, "TimedOut")


async def test_events_are_logged_without_secrets(
    emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with AsyncIntercom(base_url=emulator.url, token=TOKEN, on_event=log_events()) as intercom:
        await intercom.me()
        emulator.token = "another"
        with pytest.raises(Unauthorized):
            await intercom.conversations.retrieve("123456")
    good, bad = [r for r in caplog.records if r.name == "intercom_async"]
    assert good.levelno == logging.DEBUG
    assert good.getMessage().startswith("GET /me: 200 in 0.")
    assert bad.levelno == logging.WARNING
    assert bad.getMessage().startswith("GET /conversations/{id}: Unauthorized in 0.")
    assert TOKEN not in caplog.text
    assert "123456" not in caplog.text


async def test_a_logger_that_is_not_for_debugging_gets_failures_alone(
    emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    logger = logging.getLogger("intercom_async.quiet")
    caplog.set_level(logging.INFO, logger.name)
    hook = log_events(logger)
    async with AsyncIntercom(base_url=emulator.url, token=TOKEN, on_event=hook) as intercom:
        await intercom.me()
        emulator.token = "another"
        with pytest.raises(Unauthorized):
            await intercom.me()
    (logged,) = [record for record in caplog.records if record.name == logger.name]
    assert logged.levelno == logging.WARNING
