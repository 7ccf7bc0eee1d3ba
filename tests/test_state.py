"""Every operation against the emulator: what it returns, and what is so afterwards."""

import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from intercom_async import (
    AsyncIntercom,
    AttachmentFile,
    BadRequest,
    F,
    Forbidden,
    NotFound,
    RateLimited,
    RetryPolicy,
    StatusError,
    Unauthorized,
    UnprocessableEntity,
)
from intercom_async.emulator import Emulator
from intercom_async.models import Conversation

LATER = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator(conversations=60) as emulator:
        yield emulator


def client(emulator: Emulator, version: str = "2.10") -> AsyncIntercom:
    return AsyncIntercom(
        base_url=emulator.url,
        token=emulator.token,
        version=version,
        retry=RetryPolicy(max_attempts=1),
    )


@pytest.fixture
async def intercom(emulator: Emulator) -> AsyncIterator[AsyncIntercom]:
    async with client(emulator) as intercom:
        yield intercom


class World:
    """Who and what there is in the emulated workspace."""

    def __init__(self, emulator: Emulator) -> None:
        workspace = emulator.workspace
        self.workspace = workspace
        self.admin, self.colleague = (str(admin["id"]) for admin in workspace.admins[:2])
        self.team = str(workspace.teams[0]["id"])
        self.tag = str(workspace.tags[0]["id"])
        self.contact, self.other = workspace.contacts[:2]
        types = {kind["category"]: str(kind["id"]) for kind in workspace.ticket_types}
        self.ticket_type = types["Customer"]
        self.internal_type = next(id for name, id in types.items() if name != "Customer")

    async def new(self, intercom: AsyncIntercom) -> str:
        """Start a conversation and return its id."""
        message = await intercom.conversations.create(
            from_={"type": "user", "id": str(self.contact["id"])}, body="It does not work"
        )
        assert message.conversation_id is not None
        return message.conversation_id


@pytest.fixture
def world(emulator: Emulator) -> World:
    return World(emulator)


def last(conversation: Conversation) -> Any:
    assert conversation.conversation_parts is not None
    return conversation.conversation_parts[-1]


async def test_create_starts_a_conversation(intercom: AsyncIntercom, world: World) -> None:
    message = await intercom.conversations.create(
        from_={"type": "user", "id": str(world.contact["id"])}, body="Hello there"
    )
    assert (message.body, message.message_type) == ("Hello there", "inapp")
    conversation = await intercom.conversations.retrieve(message.conversation_id or "")
    assert conversation.source is not None
    assert "Hello there" in (conversation.source.body or "")
    assert [contact.id for contact in conversation.contacts] == [world.contact["id"]]
    assert conversation.state == "open"


async def test_update_changes_what_is_given(intercom: AsyncIntercom, world: World) -> None:
    id = await world.new(intercom)
    updated = await intercom.conversations.update(
        id, read=True, title="Broken", custom_attributes={"plan": "gold"}
    )
    assert (updated.read, updated.title) == (True, "Broken")
    assert (updated.custom_attributes or {})["plan"] == "gold"
    assert world.workspace.record(id)["title"] == "Broken"


async def test_an_admins_comment_joins_the_conversation(
    intercom: AsyncIntercom, world: World
) -> None:
    id = await world.new(intercom)
    replied = await intercom.conversations.reply(
        id,
        admin_id=world.admin,
        body="Have you tried again?",
        attachment_files=[AttachmentFile("a.txt", b"text")],
    )
    part = last(replied)
    assert (part.part_type, part.author.id) == ("comment", world.admin)
    assert "Have you tried again?" in part.body
    assert [attachment.name for attachment in part.attachments] == ["a.txt"]
    assert world.admin in [teammate.id for teammate in replied.teammates]
    assert replied.waiting_since is None
    assert replied.statistics is not None
    assert replied.statistics.last_admin_reply_at is not None


async def test_a_note_changes_nobodys_turn(intercom: AsyncIntercom, world: World) -> None:
    id = await world.new(intercom)
    before = await intercom.conversations.retrieve(id)
    noted = await intercom.conversations.reply(
        id, admin_id=world.admin, body="A difficult one", message_type="note"
    )
    assert last(noted).part_type == "note"
    assert noted.waiting_since == before.waiting_since


@pytest.mark.parametrize("identifier", ["intercom_user_id", "user_id", "email"])
async def test_a_contact_replies_by_each_identifier(
    intercom: AsyncIntercom, world: World, identifier: str
) -> None:
    id = await world.new(intercom)
    await intercom.conversations.close(id, admin_id=world.admin)
    name = {"intercom_user_id": "id", "user_id": "external_id"}.get(identifier, identifier)
    reply: Any = intercom.conversations.reply
    replied = await reply(id, body="Still broken", **{identifier: world.contact[name]})
    assert last(replied).author.id == world.contact["id"]
    assert replied.state == "open", "a contact's reply opens a closed conversation"
    assert replied.waiting_since is not None


async def test_a_reply_to_the_last_finds_the_contacts_latest(
    intercom: AsyncIntercom, world: World
) -> None:
    id = await world.new(intercom)
    replied = await intercom.conversations.reply(
        "last", intercom_user_id=str(world.contact["id"]), body="Thanks again"
    )
    assert replied.id == id


async def test_assigning_and_unassigning(intercom: AsyncIntercom, world: World) -> None:
    id = await world.new(intercom)
    c = intercom.conversations
    both = await c.assign(id, admin_id=world.admin, assignee_id=world.colleague, body="Please")
    both = await c.assign(id, admin_id=world.admin, assignee_id=world.team, type="team")
    assert (both.admin_assignee_id, both.team_assignee_id) == (world.colleague, world.team)
    assert last(both).part_type == "assignment"
    assert last(both).assigned_to.id == world.team
    freed = await c.unassign(id, admin_id=world.admin)
    assert (freed.admin_assignee_id, freed.team_assignee_id) == (None, world.team)
    freed = await c.unassign(id, admin_id=world.admin, type="team")
    assert (freed.admin_assignee_id, freed.team_assignee_id) == (None, None)


async def test_close_open_and_snooze(intercom: AsyncIntercom, world: World) -> None:
    id = await world.new(intercom)
    c = intercom.conversations
    closed = await c.close(id, admin_id=world.admin, body="Bye")
    assert (closed.state, closed.open, last(closed).part_type) == ("closed", False, "close")
    opened = await c.open(id, admin_id=world.admin)
    assert (opened.state, opened.open) == ("open", True)
    snoozed = await c.snooze(id, admin_id=world.admin, until=LATER)
    assert (snoozed.state, snoozed.snoozed_until) == ("snoozed", LATER)


async def test_a_snoozed_conversation_wakes_when_its_time_has_come(world: World) -> None:
    now = [time.time()]
    emulator = Emulator(conversations=5, clock=lambda: now[0])
    async with emulator, client(emulator) as intercom:
        id = await World(emulator).new(intercom)
        until = int(now[0]) + 3600
        await intercom.conversations.snooze(id, admin_id=world.admin, until=until)
        now[0] += 3601
        found = await intercom.conversations.search((F.id == id) & (F.state == "open"))
    assert [conversation.id for conversation in found.items] == [id]


async def test_attaching_and_detaching_contacts(intercom: AsyncIntercom, world: World) -> None:
    id = await world.new(intercom)
    c = intercom.conversations
    admin = world.admin
    attached = await c.attach_contact(id, admin_id=admin, intercom_user_id=world.other["id"])
    assert [contact.id for contact in attached] == [world.contact["id"], world.other["id"]]
    attached = await c.attach_contact(id, admin_id=admin, email="new@example.com")
    assert len(attached) == 3
    rest = await c.detach_contact(id, str(world.other["id"]), admin_id=admin)
    assert world.other["id"] not in [contact.id for contact in rest]
    await c.detach_contact(id, str(attached[-1].id), admin_id=admin)
    with pytest.raises(UnprocessableEntity) as caught:
        await c.detach_contact(id, str(world.contact["id"]), admin_id=admin)
    assert caught.value.code == "parameter_invalid"
    assert len((await c.retrieve(id)).contacts) == 1


async def test_tagging(intercom: AsyncIntercom, world: World) -> None:
    id = await world.new(intercom)
    tag = await intercom.conversations.add_tag(id, tag_id=world.tag, admin_id=world.admin)
    assert tag.id == world.tag
    tagged = await intercom.conversations.retrieve(id)
    assert [tag.id for tag in tagged.tags] == [world.tag]
    await intercom.conversations.remove_tag(id, tag_id=world.tag, admin_id=world.admin)
    assert (await intercom.conversations.retrieve(id)).tags == []


async def test_redacting(intercom: AsyncIntercom, world: World) -> None:
    id = await world.new(intercom)
    c = intercom.conversations
    replied = await c.reply(id, admin_id=world.admin, body="My number is 555")
    redacted = await c.redact_part(id, last(replied).id)
    part = next(p for p in redacted.conversation_parts or () if p.id == last(replied).id)
    assert part.redacted
    assert "555" not in (part.body or "")
    assert redacted.source is not None
    redacted = await c.redact_source(id, redacted.source.id or "")
    assert redacted.source is not None
    assert redacted.source.redacted
    assert "does not work" not in (redacted.source.body or "")


async def test_converting_makes_a_ticket(intercom: AsyncIntercom, world: World) -> None:
    id = await world.new(intercom)
    ticket = await intercom.conversations.convert(
        id, ticket_type_id=world.ticket_type, attributes={"_default_title_": "Broken"}
    )
    assert (ticket.ticket_attributes or {})["_default_title_"] == "Broken"
    assert ticket.ticket_state == "submitted"
    assert ticket.ticket_state_internal_label
    assert ticket.ticket_type is not None
    assert ticket.ticket_type.id == world.ticket_type
    assert [contact.id for contact in ticket.contacts] == [world.contact["id"]]


async def test_deleting(emulator: Emulator, world: World) -> None:
    async with client(emulator, "2.13") as intercom:
        id = await world.new(intercom)
        deleted = await intercom.conversations.delete(id)
        assert (deleted.id, deleted.object, deleted.deleted) == (id, "conversation", True)
        with pytest.raises(NotFound):
            await intercom.conversations.retrieve(id)


async def test_assignment_rules_assign(intercom: AsyncIntercom, world: World) -> None:
    id = await world.new(intercom)
    with pytest.warns(DeprecationWarning, match="use assign"):
        assigned = await intercom.conversations.run_assignment_rules(id)
    assert assigned.admin_assignee_id is not None


async def test_version_2_0_answers_an_assignment_with_its_own_model(
    emulator: Emulator, world: World
) -> None:
    async with client(emulator, "2.0") as intercom:
        id = await world.new(intercom)
        assigned = await intercom.conversations.assign(
            id, admin_id=world.admin, assignee_id=world.colleague, body="Reassigning"
        )
    assert assigned.assignee is not None
    assert assigned.assignee.id == world.colleague
    assert assigned.assignee.name
    assert [contact.id for contact in assigned.contacts] == [world.contact["id"]]


# The same program on several versions


async def _program(intercom: AsyncIntercom, world: World) -> list[Any]:
    """Do what every version can and tell what came of it, without what time and chance decide."""
    c = intercom.conversations
    id = await world.new(intercom)
    admin = world.admin
    told: list[Any] = []

    def tell(conversation: Conversation) -> None:
        parts = conversation.conversation_parts or ()
        told.append(
            (
                conversation.state,
                conversation.open,
                conversation.admin_assignee_id,
                conversation.team_assignee_id,
                [contact.id for contact in conversation.contacts],
                [teammate.id for teammate in conversation.teammates],
                [tag.id for tag in conversation.tags],
                [(part.part_type, part.body) for part in parts],
                conversation.statistics and conversation.statistics.count_conversation_parts,
            )
        )

    tell(await c.retrieve(id))
    tell(await c.update(id, read=True))
    tell(await c.reply(id, admin_id=admin, body="One"))
    tell(await c.reply(id, intercom_user_id=str(world.contact["id"]), body="Two"))
    tell(await c.assign(id, admin_id=admin, assignee_id=world.colleague))
    tell(await c.assign(id, admin_id=admin, assignee_id=world.team, type="team"))
    tell(await c.unassign(id, admin_id=admin))
    tell(await c.snooze(id, admin_id=admin, until=LATER))
    tell(await c.open(id, admin_id=admin))
    tell(await c.close(id, admin_id=admin))
    await c.add_tag(id, tag_id=world.tag, admin_id=admin)
    told.append(
        [k.id for k in await c.attach_contact(id, admin_id=admin, email="n@example.com")][:1]
    )
    listed = [conversation async for conversation in c.list(per_page=7)]
    assert id in {conversation.id for conversation in listed}
    found = await c.search((F.id == id) & (F.state == "closed"))
    told.append((len(listed), len(found.items)))
    async with c.retrieve_many([id], ordered=True) as results:
        told.extend([result.error async for result in results])
    return told


@pytest.mark.parametrize("version", ["2.7", "2.12", "2.16"])
async def test_the_same_program_has_the_same_results_on_every_version(version: str) -> None:
    results = []
    for asked in ("2.10", version):
        async with Emulator(conversations=20) as emulator, client(emulator, asked) as intercom:
            results.append(await _program(intercom, World(emulator)))
    assert results[0] == results[1]


@pytest.mark.parametrize("version", ["2.10", "2.12", "2.16"])
async def test_a_ticket_is_the_same_on_every_version_that_has_it(version: str) -> None:
    async with Emulator(conversations=5) as emulator, client(emulator, version) as intercom:
        world = World(emulator)
        id = await world.new(intercom)
        ticket = await intercom.conversations.convert(id, ticket_type_id=world.ticket_type)
    assert ticket.ticket_state == "submitted"
    assert (ticket.admin_assignee_id, ticket.team_assignee_id) == (None, None)
    assert ticket.ticket_state_external_label


async def test_every_seeded_conversation_reads_alike_on_every_version() -> None:
    read: list[dict[str, tuple[Any, ...]]] = []
    async with Emulator(conversations=120) as emulator:
        for version in ("2.7", "2.10", "2.12", "2.16"):
            async with client(emulator, version) as intercom:
                read.append(
                    {
                        c.id: (c.state, c.admin_assignee_id, c.team_assignee_id, len(c.tags))
                        async for c in intercom.conversations.list()
                    }
                )
    assert len(read[0]) == 120
    assert all(other == read[0] for other in read)


# Every documented error is its class

Attempt = Callable[[AsyncIntercom, World], Awaitable[Any]]


async def _conversation(intercom: AsyncIntercom, world: World) -> Conversation:
    return await intercom.conversations.retrieve(await world.new(intercom))


async def _redact_wordless(intercom: AsyncIntercom, world: World) -> None:
    id = await world.new(intercom)
    opened = await intercom.conversations.close(id, admin_id=world.admin)
    await intercom.conversations.redact_part(id, last(opened).id)


async def _remove_missing_tag(intercom: AsyncIntercom, world: World) -> None:
    id = await world.new(intercom)
    await intercom.conversations.remove_tag(id, tag_id=world.tag, admin_id=world.admin)


async def _convert_internally(intercom: AsyncIntercom, world: World) -> None:
    id = await world.new(intercom)
    await intercom.conversations.convert(id, ticket_type_id=world.internal_type)


async def _detach_last(intercom: AsyncIntercom, world: World) -> None:
    id = await world.new(intercom)
    c = intercom.conversations
    await c.detach_contact(id, str(world.contact["id"]), admin_id=world.admin)


async def _search_by_nothing(intercom: AsyncIntercom, world: World) -> None:
    del world
    call = intercom.conversations.search(F.id == "1").first_call()
    assert call is not None
    assert call.body is not None
    unknown = call.body.replace(b'"id"', b'"nothing"')  # which F would have refused
    await intercom.send(replace(call, body=unknown))


ERRORS: dict[str, tuple[Attempt, type[StatusError], str | None]] = {
    "retrieve what is not there": (
        lambda i, _: i.conversations.retrieve("1"),
        NotFound,
        "not_found",
    ),
    "create from nobody": (
        lambda i, _: i.conversations.create(from_={"type": "user", "id": "x"}, body="x"),
        NotFound,
        "not_found",
    ),
    "reply to nothing": (
        lambda i, w: i.conversations.reply("1", admin_id=w.admin, body="x"),
        NotFound,
        "not_found",
    ),
    "close nothing": (
        lambda i, w: i.conversations.close("1", admin_id=w.admin),
        NotFound,
        "not_found",
    ),
    "tag nothing": (
        lambda i, w: i.conversations.add_tag("1", tag_id=w.tag, admin_id=w.admin),
        NotFound,
        "not_found",
    ),
    "untag what has no such tag": (_remove_missing_tag, NotFound, "tag_not_found"),
    "redact nothing": (
        lambda i, _: i.conversations.redact_part("1", "2"),
        NotFound,
        "conversation_part_or_message_not_found",
    ),
    "redact what has no words": (_redact_wordless, StatusError, "conversation_part_not_redactable"),
    "convert to what is not for customers": (_convert_internally, BadRequest, "parameter_invalid"),
    "detach the last contact": (_detach_last, UnprocessableEntity, "parameter_invalid"),
    "search by nothing": (_search_by_nothing, BadRequest, None),
}


@pytest.mark.parametrize(("attempt", "kind", "code"), ERRORS.values(), ids=ERRORS)
async def test_a_documented_error_is_raised_as_its_class(
    intercom: AsyncIntercom,
    world: World,
    attempt: Attempt,
    kind: type[StatusError],
    code: str | None,
) -> None:
    with pytest.raises(kind) as caught:
        await attempt(intercom, world)
    error = caught.value
    assert error.errors
    assert code is None or error.code == code
    assert error.request_id
    assert error.request_id in str(error)
    assert not error.may_have_been_applied


async def test_a_wrong_token_is_unauthorized(emulator: Emulator) -> None:
    async with AsyncIntercom(base_url=emulator.url, token="wrong") as intercom:
        with pytest.raises(Unauthorized) as caught:
            await intercom.me()
    assert (caught.value.status, caught.value.code) == (401, "unauthorized")


async def test_a_restricted_plan_is_forbidden(emulator: Emulator, intercom: AsyncIntercom) -> None:
    emulator.plan_restricted = True
    with pytest.raises(Forbidden) as caught:
        await intercom.conversations.list()
    assert (caught.value.status, caught.value.code) == (403, "api_plan_restricted")


async def test_a_used_up_window_is_rate_limited_and_says_until_when(
    emulator: Emulator, intercom: AsyncIntercom
) -> None:
    emulator.rate_limit = 0
    before = datetime.now(UTC)
    with pytest.raises(RateLimited) as caught:
        await intercom.me()
    assert caught.value.code == "rate_limit_exceeded"
    assert caught.value.retry_at is not None
    assert before <= caught.value.retry_at <= before + timedelta(seconds=12)


def test_no_deprecation_warning_comes_from_anything_else() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        AsyncIntercom(token="t", version="2.16")
