"""Operations of which the documents of numbered versions tell nothing."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

import pytest

from intercom_async import (
    AsyncIntercom,
    AttachmentFile,
    ConfigurationError,
    QueryError,
)
from intercom_async.models.custom_channel_event import CustomChannelContact
from intercom_async.models.fin_agent import FinMessage
from tests.test_nouns import Recorder

Operation: TypeAlias = Callable[[AsyncIntercom], Awaitable[Any]]

SAID: Final[FinMessage] = {"author": "user", "body": "Hi", "timestamp": "2025-01-24T10:01:20Z"}
PREVIEW: Final[dict[str, tuple[Operation, str, object]]] = {
    "ask": (
        lambda i: i.fin_agent.ask(conversation_id=1, message=SAID, user={"id": "u"}),
        "POST /fin/ask",
        {"conversation_id": "1", "message": SAID, "user": {"id": "u"}},
    ),
    "list_capabilities": (
        lambda i: i.fin_agent.list_capabilities(user={"id": "u"}),
        "POST /fin/capabilities",
        {"user": {"id": "u"}},
    ),
    "run_procedure": (
        lambda i: i.fin_agent.run_procedure(
            5, conversation_id="e", user={"id": "u"}, settings={"email": True}
        ),
        "POST /fin/procedures/5/run",
        {"conversation_id": "e", "user": {"id": "u"}, "settings": {"email": True}},
    ),
    "escalate": (
        lambda i: i.fin_agent.escalate(conversation_id="e", context="angry"),
        "POST /fin/escalate",
        {"conversation_id": "e", "context": "angry"},
    ),
    "collect_agent_input": (
        lambda i: i.procedures.collect_agent_input(
            "7", step_id="s", attribute_values={"approved": True}
        ),
        "POST /procedures/7/collect_agent_input",
        {"step_id": "s", "attribute_values": {"approved": True}},
    ),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("call", "path", "body"), PREVIEW.values(), ids=PREVIEW)
async def test_preview_has_what_numbered_versions_lack(
    call: Operation, path: str, body: object
) -> None:
    intercom = Recorder({}, version="Preview")
    await call(intercom)
    assert intercom.paths() == [path]
    assert json.loads(intercom.asked[0].body or b"") == body
    refusing = Recorder(version="2.16")
    with pytest.raises(ConfigurationError, match="Preview"):
        await call(refusing)
    assert not refusing.asked


async def test_what_fin_can_do_is_asked_for_by_a_read() -> None:
    answer = {"version": "1", "capabilities": [{"type": "procedure", "id": "5"}]}
    intercom = Recorder(answer, version="Preview")
    told = await intercom.fin_agent.list_capabilities(user={"id": "u"})
    assert told.capabilities == [{"type": "procedure", "id": "5"}]
    assert intercom.asked[0].read


async def test_who_is_escalated_is_said_exactly_once() -> None:
    fin = Recorder(version="Preview").fin_agent
    with pytest.raises(QueryError, match="exactly one of conversation_id, user"):
        await fin.escalate(context="x")
    with pytest.raises(QueryError, match="exactly one of conversation_id, user"):
        await fin.escalate(conversation_id="e", user={"id": "u"})


@pytest.mark.parametrize(("given", "safe"), [({}, True), ({"remark": "x"}, False)])
async def test_a_rating_is_safe_to_repeat_until_there_is_a_remark(given: Any, safe: bool) -> None:
    intercom = Recorder({"status": "rated"}, version="2.14")
    await intercom.fin_agent.submit_csat(conversation_id="e", rating="ok", **given)
    assert intercom.asked[0].repeatable is safe


WHO: Final[CustomChannelContact] = {"type": "lead", "external_id": "x"}
CHANNEL: Final[dict[str, tuple[Operation, object]]] = {
    "notify_new_conversation": (
        lambda i: i.custom_channel_events.notify_new_conversation(
            event_id=1, external_conversation_id="c", contact=WHO
        ),
        {},
    ),
    "notify_new_message": (
        lambda i: i.custom_channel_events.notify_new_message(
            event_id=1, external_conversation_id="c", contact=WHO, body="Hi"
        ),
        {"body": "Hi"},
    ),
    "notify_quick_reply_selected": (
        lambda i: i.custom_channel_events.notify_quick_reply_selected(
            event_id=1, external_conversation_id="c", contact=WHO, quick_reply_option_id=5
        ),
        {"quick_reply_option_id": "5"},
    ),
    "notify_attribute_collected": (
        lambda i: i.custom_channel_events.notify_attribute_collected(
            event_id=1,
            external_conversation_id="c",
            contact=WHO,
            attribute={"id": "a", "value": "v"},
        ),
        {"attribute": {"id": "a", "value": "v"}},
    ),
}


@pytest.mark.parametrize(("name", "call", "more"), [(k, *v) for k, v in CHANNEL.items()])
async def test_a_channel_of_ones_own_is_told_of_in_two_versions(
    name: str, call: Operation, more: dict[str, object]
) -> None:
    for version in ("2.14", "2.15"):
        intercom = Recorder({"conversation_id": 7, "contact_id": "9"}, version=version)
        told = await call(intercom)
        assert (told.conversation_id, told.contact_id) == ("7", "9")
        assert intercom.paths() == [f"POST /custom_channel_events/{name}"]
        sent = json.loads(intercom.asked[0].body or b"")
        assert sent == {"event_id": "1", "external_conversation_id": "c", "contact": WHO, **more}
    for version in ("2.13", "2.16", "Preview"):
        with pytest.raises(ConfigurationError, match=name):
            await call(Recorder(version=version))


async def test_what_cannot_be_uploaded_is_refused() -> None:
    upload: Any = Recorder(version="Preview").ecommerce.upload_catalog
    with pytest.raises(QueryError, match="catalog takes paths and AttachmentFile"):
        await upload("7", catalog=b"x")
    with pytest.raises(QueryError, match="line ends"):
        await upload("7", catalog=AttachmentFile("a\r\nb", b"x"))
    with pytest.raises(QueryError, match="part_number"):
        await upload("7", part_number="first")
    with pytest.raises(OSError, match="nowhere"):
        await upload("7", catalog="/nowhere/at/all")
