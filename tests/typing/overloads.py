"""What type checkers make of the public API: right calls pass, wrong ones are refused.

Never run. Each "type: ignore" marks a call that must be refused: both checkers report one that
is not needed.
"""
# pyright: reportUnnecessaryTypeIgnoreComment=true

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import assert_type

import msgspec

from intercom_async import (
    AsyncIntercom,
    AttachmentFile,
    Changes,
    F,
    Filter,
    Group,
    Many,
    Page,
    Pages,
    RateHeaders,
    RawResponse,
    RequestEvent,
    Result,
    Scan,
    raw_response,
)
from intercom_async.core.fields import Fields, Integer
from intercom_async.models import (
    Admin,
    Contact,
    ContactFields,
    ContactReference,
    Conversation,
    ConversationPart,
    DataAttribute,
    DataEvent,
    DataEventSummary,
    Deleted,
    DeletedConversation,
    FinVoiceCall,
    Job,
    Me,
    MergedContact,
    Message,
    Note,
    PartialList,
    Reference,
    Tag,
    Team,
    TeamMetric,
    Ticket,
    Visitor,
)
from intercom_async.webhooks import (
    AsSent,
    Item,
    Notification,
    WebhookApp,
    parse_notification,
    sign,
    verify_signature,
)

NOW = datetime.now(UTC)


class Mine(msgspec.Struct):
    id: str


def clients() -> None:
    AsyncIntercom()
    AsyncIntercom(token="t", region="eu", version="2.10", budget=0.8)
    AsyncIntercom(token=lambda: "t")
    AsyncIntercom(region="mars")  # type: ignore[arg-type]
    AsyncIntercom("t")  # type: ignore[call-arg]
    AsyncIntercom(token=b"t")  # type: ignore[arg-type]

    async def token() -> str:
        return "t"

    AsyncIntercom(token=token)

    def told(event: RequestEvent) -> None:
        assert_type(event.status, int | None)

    AsyncIntercom(on_event=told)


def streams(intercom: AsyncIntercom) -> None:
    c = intercom.conversations
    assert_type(c.list(), Pages[Conversation])
    assert_type(c.list(type=Mine), Pages[Mine])
    assert_type(c.list(raw=True), Pages[bytes])
    c.list(raw=True, type=Mine)  # type: ignore[call-overload]
    c.list(150)  # type: ignore[call-overload]
    c.list(page=2)  # type: ignore[call-overload]
    assert_type(c.search(F.state == "open"), Pages[Conversation])
    assert_type(c.search({"field": "open", "operator": "=", "value": True}), Pages[Conversation])
    assert_type(c.search(F.id == "1", type=Mine), Pages[Mine])
    assert_type(c.search(F.id == "1", raw=True), Pages[bytes])
    assert_type(c.scan(created=(NOW, None), parts=True), Scan[Conversation])
    assert_type(c.scan(type=Mine), Scan[Mine])
    assert_type(c.scan(raw=True), Scan[bytes])
    c.scan(created=NOW)  # type: ignore[call-overload]
    assert_type(intercom.contacts.scan(where=ContactFields.role == "user"), Scan[Contact])
    intercom.contacts.scan(where=F.state == "open")  # type: ignore[arg-type]
    assert_type(intercom.changes(since=NOW), Changes[Conversation | Contact | Ticket])
    assert_type(intercom.changes(["contacts"], raw=True, first=1), Changes[bytes])
    intercom.changes(["tags"])  # type: ignore[list-item]
    intercom.changes(every=5)  # type: ignore[call-overload]
    c.search()  # type: ignore[call-overload]
    c.search("open")  # type: ignore[call-overload]


async def items(intercom: AsyncIntercom) -> None:
    pages = intercom.conversations.list()
    async for conversation in pages:
        assert_type(conversation, Conversation)
        assert_type(conversation.updated_at, datetime | None)
        assert_type(conversation.admin_assignee_id, str | None)
        assert_type(conversation.contacts, list[ContactReference])
        for part in conversation.conversation_parts or ():
            assert_type(part, ConversationPart)
        conversation.state = "closed"  # type: ignore[misc]
    async for page in pages.pages():
        assert_type(page, Page[Conversation])
        assert_type(page.next, str | None)
    assert_type(await pages, Page[Conversation])


async def reads(intercom: AsyncIntercom) -> None:
    c = intercom.conversations
    assert_type(await c.retrieve("1"), Conversation)
    assert_type(await c.retrieve(1, display_as="plaintext"), Conversation)
    assert_type(await c.retrieve("1", type=Mine), Mine)
    assert_type(await c.retrieve("1", raw=True), bytes)
    await c.retrieve("1", display_as="html")  # type: ignore[call-overload]
    assert_type(c.retrieve_many(["1", 2]), Many[Conversation])
    async with c.retrieve_many(["1"], type=Mine) as results:
        async for result in results:
            assert_type(result, Result[Mine])
            assert_type(result.value, Mine | None)
            assert_type(result.unwrap(), Mine)


async def replies(intercom: AsyncIntercom) -> None:
    reply = intercom.conversations.reply
    assert_type(await reply("1", admin_id="2", body="x"), Conversation)
    await reply("1", admin_id=2, body="x", message_type="note")
    await reply("last", intercom_user_id="c", body="x")
    await reply("1", user_id="u", body="x", attachment_urls=["https://example.com/a.png"])
    await reply("1", email="e", body="x", attachment_files=[Path("a"), AttachmentFile("a", b"")])
    await reply("1", body="x")  # type: ignore[call-overload]
    await reply("1", admin_id="2")  # type: ignore[call-overload]
    await reply("1", admin_id="2", email="e", body="x")  # type: ignore[call-overload]
    await reply("1", user_id="u", email="e", body="x")  # type: ignore[call-overload]
    await reply("1", email="e", body="x", message_type="note")  # type: ignore[call-overload]
    await reply("1", admin_id="2", body="x", message_type="shout")  # type: ignore[call-overload]


async def writes(intercom: AsyncIntercom) -> None:
    c = intercom.conversations
    assert_type(await c.create(from_={"type": "user", "id": "1"}, body="x"), Message)
    await c.create(from_=ContactReference(type="contact", id="1"), body="x")
    await c.create(body="x")  # type: ignore[call-arg]
    assert_type(await c.update("1", read=True), Conversation)
    assert_type(await c.assign("1", admin_id=2, assignee_id=3, type="team"), Conversation)
    await c.assign("1", admin_id=2, assignee_id=3, type="bot")  # type: ignore[arg-type]
    await c.assign("1", assignee_id=3)  # type: ignore[call-arg]
    assert_type(await c.unassign("1", admin_id=2), Conversation)
    assert_type(await c.close("1", admin_id=2), Conversation)
    assert_type(await c.open("1", admin_id=2), Conversation)
    assert_type(await c.snooze("1", admin_id=2, until=NOW), Conversation)
    await c.snooze("1", admin_id=2, until="tomorrow")  # type: ignore[arg-type]
    contacts = await c.attach_contact("1", admin_id=2, email="e")
    assert_type(contacts, list[ContactReference])
    await c.attach_contact("1", admin_id=2, user_id="u")
    await c.attach_contact("1", admin_id=2)  # type: ignore[call-overload]
    await c.attach_contact("1", admin_id=2, user_id="u", email="e")  # type: ignore[call-overload]
    assert_type(await c.detach_contact("1", "c", admin_id=2), list[ContactReference])
    assert_type(await c.add_tag("1", tag_id=3, admin_id=2), Tag)
    assert_type(await c.remove_tag("1", tag_id=3, admin_id=2), Tag)
    assert_type(await c.redact_part("1", "p"), Conversation)
    assert_type(await c.redact_source("1", "s"), Conversation)
    assert_type(await c.convert("1", ticket_type_id=3, attributes={"n": 1}), Ticket)
    assert_type(await c.delete("1"), Deleted)


async def raw(intercom: AsyncIntercom) -> None:
    c = intercom.conversations
    answer = await raw_response(c.retrieve, "1")
    assert_type(answer, RawResponse[Conversation])
    assert_type(answer.status, int)
    assert_type(answer.body, bytes)
    assert_type(answer.window, RateHeaders)
    assert_type(answer.parse(), Conversation)
    assert_type(await raw_response(c.list, per_page=5), RawResponse[Page[Conversation]])
    assert_type(await raw_response(c.list, type=Mine), RawResponse[Page[Mine]])
    assert_type(await raw_response(c.search, F.state == "open"), RawResponse[Page[Conversation]])
    assert_type(await raw_response(c.retrieve, "1", type=Mine), RawResponse[Mine])
    assert_type(await raw_response(c.close, "1", admin_id=2), RawResponse[Conversation])
    assert_type(await raw_response(c.reply, "1", admin_id=2, body="x"), RawResponse[Conversation])
    assert_type(await raw_response(c.reply, "1", email="e", body="x"), RawResponse[Conversation])
    await raw_response(c.reply, "1", email="e")  # type: ignore[arg-type]
    await raw_response(c.reply, "1", body="x")  # type: ignore[arg-type]
    await raw_response(c.reply, "1", body="x", email="e", user_id="u")  # type: ignore[arg-type]
    await raw_response(c.attach_contact, "1", admin_id=2, email="e")
    await raw_response(c.attach_contact, "1", admin_id=2)  # type: ignore[arg-type]
    await raw_response(c.retrieve)  # type: ignore[call-overload]
    assert_type(await raw_response(intercom.me), RawResponse[Me])
    assert_type(await raw_response(c.retrieve, "1", raw=True), RawResponse[bytes])
    await raw_response(c.scan)  # type: ignore[call-overload]
    await raw_response(c.retrieve_many, ["1"])  # type: ignore[call-overload]
    await raw_response(c.close, "1")  # type: ignore[call-overload]


async def nouns(intercom: AsyncIntercom) -> None:
    assert_type(await intercom.tags.retrieve("1"), Tag)
    assert_type(await intercom.tags.retrieve("1", type=Mine), Mine)
    assert_type(intercom.tags.retrieve_many(["1"], concurrency=3), Many[Tag])
    assert_type(await intercom.tags.list(), Page[Tag])
    assert_type(intercom.admins.list(display_avatar=True, limit=5), Pages[Admin])
    assert_type(intercom.segments.list(raw=True, include_count=True), Pages[bytes])
    assert_type(intercom.teams.metrics.list("1", idle_threshold=600), Pages[TeamMetric])
    assert_type(intercom.conversations.deleted.list(resume="?page=2"), Pages[DeletedConversation])
    assert_type(await raw_response(intercom.tags.retrieve, "1"), RawResponse[Tag])
    assert_type(await raw_response(intercom.teams.list), RawResponse[Page[Team]])
    assert_type(await intercom.data_attributes.update("1", archived=True), DataAttribute)
    await intercom.data_attributes.create(name="x", model="contact", data_type="string")
    await intercom.data_attributes.create(name="x", mdel="contact", data_type="string")  # type: ignore[call-arg]
    await intercom.data_attributes.create(name="x", model="contact")  # type: ignore[call-arg]
    await intercom.admins.set_away("1", away_mode_enabled="yes", away_mode_reassign=True)  # type: ignore[arg-type]
    intercom.tags.list(per_page=5)  # type: ignore[call-overload]
    intercom.conversations.search(OTHERS.size > 3)  # type: ignore[arg-type]
    assert_type(intercom.contacts.search(ContactFields.role == "lead"), Pages[Contact])
    intercom.contacts.search(F.state == "open")  # type: ignore[arg-type]
    intercom.conversations.search(ContactFields.role == "lead")  # type: ignore[arg-type]
    assert_type(await intercom.contacts.update("1", name=None), Contact)
    await intercom.contacts.update("1", nme="x")  # type: ignore[call-arg]
    contact = await intercom.contacts.retrieve("1")
    assert_type(contact.tags, PartialList[Reference])
    assert_type(intercom.contacts.notes.list("1"), Pages[Note])
    assert_type(intercom.companies.scroll(raw=True), Pages[bytes])
    intercom.companies.scroll(per_page=3)  # type: ignore[call-overload]
    async with asyncio.TaskGroup() as group:
        task = group.create_task(intercom.tags.retrieve("1"))
    assert_type(task.result(), Tag)


async def written(intercom: AsyncIntercom) -> None:
    contacts, fin = intercom.contacts, intercom.fin_agent
    found = contacts.search(ContactFields["custom_attributes.plan"] == "x", sort={"field": "name"})
    assert_type(found, Pages[Contact])
    assert_type(contacts.search({}, raw=True, sort=None), Pages[bytes])
    contacts.search({}, sort={"order": "desc"})  # type: ignore[call-overload]
    contacts.search(F.open == True)  # type: ignore[arg-type]  # noqa: E712  # a filter
    assert_type(contacts.merge_history.list("1", order="asc"), Pages[MergedContact])
    of_quality = intercom.conversations.search({}, type=Mine, include_monitors=True)
    assert_type(of_quality, Pages[Mine])
    assert_type(intercom.data_events.list(user_id="1", per_page=5), Pages[DataEvent])
    assert_type(intercom.data_events.summaries.list(email="a@x"), Pages[DataEventSummary])
    intercom.data_events.summaries.list(email="a@x", per_page=5)  # type: ignore[call-overload]
    await intercom.data_events.create(event_name="x", user_id=1)  # type: ignore[call-arg]
    await intercom.visitors.update(user_id="1", nmae="x")  # type: ignore[call-arg]
    assert_type(await intercom.visitors.retrieve(user_id=1), Visitor)
    assert_type(intercom.fin_voice_calls.list("1"), Pages[FinVoiceCall])
    await fin.submit_csat(conversation_id=1, rating="great")  # type: ignore[arg-type]


async def others(intercom: AsyncIntercom) -> None:
    assert_type(await intercom.request("GET", "/a", type=Mine, query={"a": True}), Mine)
    assert_type(await raw_response(intercom.request, "GET", "/a", type=Mine), RawResponse[Mine])
    await intercom.messages.create(
        message_type="in_app", admin_id=1, to={"type": "user", "id": "c"}, body="x"
    )
    await intercom.messages.create(message_type="in_app", admin_id=1, body="x")  # type: ignore[call-overload]
    assert_type(intercom.calls.search(conversation_ids=["1"], raw=True), Pages[bytes])
    intercom.activity_logs.search(created_at_after=1, types=["x"])  # type: ignore[call-overload]
    job = await intercom.data_export.jobs.start(created_at_after=NOW, created_at_before=NOW)
    assert_type(await job.save("a"), Path | None)
    await intercom.data_export.jobs.start(created_at_after=1)  # type: ignore[call-arg]
    await intercom.request("get", "/a")  # type: ignore[call-overload]
    await intercom.request("GET", "/a", body=[1])  # type: ignore[call-overload]
    async with intercom.download("https://example.com/a") as chunks:
        assert_type([chunk async for chunk in chunks], list[bytes])
    assert_type(await intercom.download("https://example.com/a").save("a"), Path)


class _OtherFields(Fields[Tag], noun="tags"):
    size: Integer[Tag] = Integer()


OTHERS = _OtherFields()


def options(intercom: AsyncIntercom) -> None:
    assert_type(intercom.with_options(timeout=5, max_attempts=1), AsyncIntercom)
    intercom.with_options(retries=1)  # type: ignore[call-arg]


def filters() -> None:
    assert_type(F.updated_at > NOW, Filter[Conversation])
    assert_type(F.source.author.email == "a@example.com", Filter[Conversation])
    assert_type(F.state.is_in(["open"]) & (F.open == True), Group[Conversation])  # noqa: E712  # a filter
    assert_type((F.id == "1") | (F.id == "2"), Group[Conversation])
    (F.id == "1") & True  # type: ignore[operator]
    F.source.body.contains(5)  # type: ignore[arg-type]


def notifications() -> None:
    assert_type(parse_notification(b""), Notification[Item])
    assert_type(parse_notification(b"", type=Job), Notification[Job])
    assert_type(parse_notification(b"", type=Mine).item, Mine)
    parse_notification("")  # type: ignore[call-overload]
    verify_signature(b"", None, sign(b"", "s", name="X-Body-Signature"), name="X-Body-Signature")
    sign(b"", "s", name="X-Signature")  # type: ignore[arg-type]
    match parse_notification(b""):
        case Notification(topic="contact.merged", item=Contact() as contact):
            assert_type(contact, Contact)
        case Notification(item=Conversation(id=id_)):
            assert_type(id_, str)
        case _:
            pass


def item_of(notification: Notification[Item]) -> AsSent:
    if isinstance(notification.item, Ticket):
        assert_type(notification.item, Ticket)
        return notification.item.id
    return None


def handlers(app: WebhookApp) -> None:
    @app.on("conversation.user.replied", "conversation.read", type=Conversation)
    async def replied(notification: Notification[Conversation]) -> None:
        assert_type(notification.item, Conversation)

    @app.on("*")
    async def all_of_them(notification: Notification[Item]) -> int:
        return len(notification.topic)

    app.on("job.completed", type=Job)(replied)  # type: ignore[arg-type]
    app.on("job.completed")(replied)  # type: ignore[arg-type]

    @app.on("job.completed")  # type: ignore[arg-type]
    def blocking(_: Notification[Item]) -> None:
        pass
