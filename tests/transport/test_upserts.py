"""Writes that are safe to repeat, which are repeated if that is asked for; reads that are not."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

import pytest

from intercom_async import AsyncIntercom, ConfigurationError, RetryPolicy, SessionPool, raw_response
from intercom_async.errors import RequestError, ServerError
from tests.transport.answering import client
from tests.transport.scripted import (
    FAILURES,
    TOKEN,
    Act,
    Server,
    closes,
    response,
    sends,
    status,
)

Write: TypeAlias = Callable[[AsyncIntercom], Awaitable[Any]]

REPEATABLE: Final[dict[str, Write]] = {
    "a company": lambda i: i.companies.create_or_update(company_id="1", name="x"),
    "a tag": lambda i: i.tags.create(name="x"),
    "a tag on companies": lambda i: i.tags.tag_companies(name="x", companies=[{"id": "1"}]),
    "a tag off companies": lambda i: i.tags.untag_companies(name="x", companies=[{"id": "1"}]),
    "a tag on users": lambda i: i.tags.tag_users(name="x", users=[{"id": "1"}]),
    "a visitor": lambda i: i.visitors.update(user_id="1", name="x"),
    "an event": lambda i: i.data_events.create(event_name="x", created_at=7, user_id="1"),
    "a banner closed": lambda i: i.contacts.banners.dismiss("1", view_id="2"),
}
OTHERS: Final[dict[str, Write]] = {
    "a contact": lambda i: i.contacts.create(email="a@example.com"),
    "a company that names no id": lambda i: i.companies.create_or_update(name="x"),
    "a change": lambda i: i.companies.update("1", name="x"),
}


@pytest.fixture
def intercom(server: Server, pool: SessionPool) -> AsyncIntercom:
    return client(server.url, pool, version="2.16")


@pytest.mark.parametrize("write", REPEATABLE.values(), ids=REPEATABLE)
async def test_what_is_safe_to_repeat_is_repeated_where_that_is_asked_for(
    server: Server, intercom: AsyncIntercom, write: Write
) -> None:
    server.script.extend([closes, status("503 Busy")])
    await write(intercom.with_options(repeat_upserts=True))
    assert len(server.requests) == 3
    assert len({(each.method, each.path, each.body) for each in server.requests}) == 1


@pytest.mark.parametrize("write", REPEATABLE.values(), ids=REPEATABLE)
async def test_nothing_is_repeated_where_it_is_not_asked_for(
    server: Server, intercom: AsyncIntercom, write: Write
) -> None:
    patient = intercom.with_options(repeat_upserts=True)
    for asking in (intercom, patient.with_options(repeat_upserts=False)):
        server.requests.clear()
        server.script.append(closes)
        with pytest.raises(RequestError) as caught:
            await write(asking)
        assert len(server.requests) == 1
        assert caught.value.may_have_been_applied


@pytest.mark.parametrize("write", OTHERS.values(), ids=OTHERS)
async def test_other_writes_are_never_repeated(
    server: Server, intercom: AsyncIntercom, write: Write
) -> None:
    server.script.append(status("503 Busy"))
    with pytest.raises(ServerError) as caught:
        await write(intercom.with_options(repeat_upserts=True))
    assert len(server.requests) == 1
    assert caught.value.may_have_been_applied


async def test_a_policy_repeats_upserts_however_often_it_tries(
    server: Server, pool: SessionPool
) -> None:
    policy = RetryPolicy(max_attempts=5, base=0, repeat_upserts=True)
    intercom = client(server.url, pool, version="2.16", retry=policy).with_options(max_attempts=2)
    server.script.extend([closes, closes])
    with pytest.raises(RequestError) as caught:
        await raw_response(intercom.companies.create_or_update, company_id="1")
    assert len(server.requests) == 2
    assert caught.value.may_have_been_applied


def test_an_option_that_is_no_truth_is_refused() -> None:
    odd: Any = "yes"
    with pytest.raises(ConfigurationError, match="repeat_upserts must be True or False"):
        RetryPolicy(repeat_upserts=odd)
    with pytest.raises(ConfigurationError, match="repeat_upserts must be True or False"):
        AsyncIntercom(token=TOKEN).with_options(repeat_upserts=odd)


@pytest.mark.parametrize(("act", "kind"), FAILURES)
async def test_banners_may_have_been_shown_by_a_list_that_failed(
    server: Server, intercom: AsyncIntercom, act: Act, kind: type[RequestError]
) -> None:
    server.script.append(act)
    with pytest.raises(kind) as caught:
        await intercom.with_options(repeat_upserts=True).contacts.banners.list("1")
    assert len(server.requests) == 1
    assert caught.value.may_have_been_applied


async def test_banners_that_were_not_shown_are_asked_for_again(
    server: Server, intercom: AsyncIntercom
) -> None:
    server.script.append(status("429 Too Many", "Retry-After: 0.01"))
    server.script.append(sends(response(b'{"data":[{"id":"7"}]}')))
    banners = intercom.contacts.banners.list("1")
    assert [banner.id async for banner in banners] == ["7"]
    assert len(server.requests) == 2
