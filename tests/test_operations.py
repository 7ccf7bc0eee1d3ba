"""Every operation of the reference: exactly what is sent, and what is refused before."""

import json
import re
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import aiohttp
import pytest
from aioresponses import CallbackResult, aioresponses

from intercom_async import (
    AsyncIntercom,
    AttachmentFile,
    ConfigurationError,
    F,
    QueryError,
)
from intercom_async.models import ContactReference, Conversation, Deleted, Message, Tag, Ticket

BASE = "https://api.intercom.io"
TOKEN = "a-token-of-tests"  # opens nothing
HEADERS = {
    "Authorization": f"Bearer {TOKEN}",
    "Accept": "application/json",
    "Intercom-Version": "2.10",
}
PAGE: dict[str, Any] = {"type": "conversation.list", "pages": None, "conversations": []}
ONE = {"type": "conversation", "id": "123", "contacts": {"contacts": [{"id": "c1"}]}}
MESSAGE = {"type": "user_message", "id": "m", "created_at": 1, "conversation_id": "123"}
TAG = {"type": "tag", "id": "7", "name": "VIP"}
CUSTOMERS = {"customers": [{"type": "user", "id": "c1"}]}
TICKET = {"type": "ticket", "id": "594", "admin_assignee_id": "0"}
OPEN = {"field": "state", "operator": "=", "value": "open"}
MOMENT = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
SECONDS = 1_893_553_445
FILE = AttachmentFile("a.png", b"\x89PNG")
FILE_JSON = {"content_type": "image/png", "data": b64encode(b"\x89PNG").decode(), "name": "a.png"}

Operation = Callable[[AsyncIntercom], Any]


class Response(aiohttp.ClientResponse):
    # aioresponses makes responses without the writer that aiohttp 3.14 asks for.
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("stream_writer", Mock(output_size=0))
        super().__init__(*args, **kwargs)


async def sent_by(
    operation: Operation, method: str, answer: Any, **options: Any
) -> tuple[dict[str, Any], Any]:
    """Carry an operation out and return the one request it sent, and what it returned."""
    sent: list[dict[str, Any]] = []

    def record(url: Any, **kwargs: Any) -> CallbackResult:
        sent.append({"url": str(url), **kwargs})
        return CallbackResult(payload=answer, response_class=Response)

    with aioresponses() as responses:
        responses.add(re.compile(re.escape(BASE)), method=method, callback=record)
        async with AsyncIntercom(token=TOKEN, **options) as intercom:
            returned = await operation(intercom)
    (request,) = sent
    return request, returned


def case(id: str, operation: Callable[[Any], Any], sent: str, body: Any, answer: Any) -> Any:
    method, path = sent.split(" ", 1)
    return pytest.param(operation, method, path, body, answer, id=id)


PARTS = "POST /conversations/123/parts"
REPLY = "POST /conversations/123/reply"
CUSTOMER = {"customer": {"intercom_user_id": "c1"}}
ADMIN_COMMENT = {"message_type": "comment", "type": "admin", "admin_id": "9", "body": "Hi"}
CONTACT_COMMENT = {"message_type": "comment", "type": "user", "body": "Hi"}
OPERATIONS = [
    case("list", lambda c: c.list(), "GET /conversations?per_page=150", None, PAGE),
    case(
        "list-from-a-cursor",
        lambda c: c.list(per_page=1, resume="a+b&c=="),
        "GET /conversations?per_page=1&starting_after=a%2Bb%26c%3D%3D",
        None,
        PAGE,
    ),
    case("list-limited", lambda c: c.list(limit=7), "GET /conversations?per_page=7", None, PAGE),
    case(
        "search",
        lambda c: c.search(F.state == "open"),
        "POST /conversations/search",
        {"query": OPEN, "pagination": {"per_page": 50}},
        PAGE,
    ),
    case(
        "search-with-json-from-a-cursor",
        lambda c: c.search({"operator": "AND", "value": [OPEN]}, per_page=150, resume="next"),
        "POST /conversations/search",
        {
            "query": {"operator": "AND", "value": [OPEN]},
            "pagination": {"per_page": 150, "starting_after": "next"},
        },
        PAGE,
    ),
    case("retrieve", lambda c: c.retrieve("123"), "GET /conversations/123", None, ONE),
    case(
        "retrieve-as-plaintext",
        lambda c: c.retrieve(123, display_as="plaintext"),
        "GET /conversations/123?display_as=plaintext",
        None,
        ONE,
    ),
    case(
        "retrieve-an-odd-id",
        lambda c: c.retrieve("a b?#é"),
        "GET /conversations/a%20b%3F%23%C3%A9",
        None,
        ONE,
    ),
    case(
        "create",
        lambda c: c.create(from_={"type": "user", "id": "c1"}, body="Hello"),
        "POST /conversations",
        {"from": {"type": "user", "id": "c1"}, "body": "Hello"},
        MESSAGE,
    ),
    case(
        "create-with-everything",
        lambda c: c.create(
            from_=ContactReference(type="contact", id="c1"),
            body="Hello",
            subject="Re",
            attachment_urls=["https://example.com/a.png"],
        ),
        "POST /conversations",
        {
            "from": {"type": "contact", "id": "c1"},
            "body": "Hello",
            "subject": "Re",
            "attachment_urls": ["https://example.com/a.png"],
        },
        MESSAGE,
    ),
    case(
        "update",
        lambda c: c.update("123", read=True),
        "PUT /conversations/123",
        {"read": True},
        ONE,
    ),
    case(
        "update-everything",
        lambda c: c.update(
            "123",
            read=False,
            title=None,
            custom_attributes={"plan": "gold", "seats": 3},
            display_as="plaintext",
        ),
        "PUT /conversations/123?display_as=plaintext",
        {"read": False, "title": None, "custom_attributes": {"plan": "gold", "seats": 3}},
        ONE,
    ),
    case(
        "reply-as-admin", lambda c: c.reply("123", admin_id=9, body="Hi"), REPLY, ADMIN_COMMENT, ONE
    ),
    case(
        "note",
        lambda c: c.reply("123", admin_id="9", body="Hi", message_type="note"),
        REPLY,
        ADMIN_COMMENT | {"message_type": "note"},
        ONE,
    ),
    case(
        "reply-by-intercom-user-id-to-the-last",
        lambda c: c.reply("last", intercom_user_id="c1", body="Hi"),
        "POST /conversations/last/reply",
        CONTACT_COMMENT | {"intercom_user_id": "c1"},
        ONE,
    ),
    case(
        "reply-by-user-id",
        lambda c: c.reply("123", user_id="u1", body="Hi"),
        REPLY,
        CONTACT_COMMENT | {"user_id": "u1"},
        ONE,
    ),
    case(
        "reply-by-email",
        lambda c: c.reply("123", email="a@example.com", body="Hi"),
        REPLY,
        CONTACT_COMMENT | {"email": "a@example.com"},
        ONE,
    ),
    case(
        "reply-with-everything",
        lambda c: c.reply(
            "123",
            admin_id="9",
            body="Hi",
            attachment_urls=["https://example.com/a.png"],
            attachment_files=[FILE],
            created_at=MOMENT,
        ),
        REPLY,
        ADMIN_COMMENT
        | {
            "created_at": SECONDS,
            "attachment_urls": ["https://example.com/a.png"],
            "attachment_files": [FILE_JSON],
        },
        ONE,
    ),
    case(
        "assign-to-an-admin",
        lambda c: c.assign("123", admin_id="9", assignee_id=8, body="Please"),
        PARTS,
        {
            "message_type": "assignment",
            "type": "admin",
            "admin_id": "9",
            "assignee_id": "8",
            "body": "Please",
        },
        ONE,
    ),
    case(
        "assign-to-a-team",
        lambda c: c.assign("123", admin_id="9", assignee_id="55", type="team"),
        PARTS,
        {"message_type": "assignment", "type": "team", "admin_id": "9", "assignee_id": "55"},
        ONE,
    ),
    case(
        "unassign",
        lambda c: c.unassign("123", admin_id="9", type="team"),
        PARTS,
        {"message_type": "assignment", "type": "team", "admin_id": "9", "assignee_id": "0"},
        ONE,
    ),
    case(
        "close",
        lambda c: c.close("123", admin_id="9", body="Bye"),
        PARTS,
        {"message_type": "close", "type": "admin", "admin_id": "9", "body": "Bye"},
        ONE,
    ),
    case(
        "open",
        lambda c: c.open("123", admin_id="9"),
        PARTS,
        {"message_type": "open", "admin_id": "9"},
        ONE,
    ),
    case(
        "snooze",
        lambda c: c.snooze("123", admin_id="9", until=MOMENT),
        PARTS,
        {"message_type": "snoozed", "admin_id": "9", "snoozed_until": SECONDS},
        ONE,
    ),
    case(
        "attach-a-contact",
        lambda c: c.attach_contact("123", admin_id=9, intercom_user_id="c1"),
        "POST /conversations/123/customers",
        {"admin_id": "9", **CUSTOMER},
        CUSTOMERS,
    ),
    case(
        "attach-a-contact-on-behalf-of-another",
        lambda c: c.attach_contact(
            "123", admin_id="9", email="a@example.com", customer={"user_id": "u1"}
        ),
        "POST /conversations/123/customers",
        {"admin_id": "9", "customer": {"email": "a@example.com", "customer": {"user_id": "u1"}}},
        ONE,
    ),
    case(
        "attach-a-contact-by-user-id",
        lambda c: c.attach_contact("123", admin_id="9", user_id="u1"),
        "POST /conversations/123/customers",
        {"admin_id": "9", "customer": {"user_id": "u1"}},
        CUSTOMERS,
    ),
    case(
        "detach-a-contact",
        lambda c: c.detach_contact("123", "c1", admin_id="9"),
        "DELETE /conversations/123/customers/c1",
        {"admin_id": "9"},
        CUSTOMERS,
    ),
    case(
        "detach-a-contact-as-the-examples-do",
        lambda c: c.detach_contact("123", "c1", admin_id="9", customer={"intercom_user_id": "c1"}),
        "DELETE /conversations/123/customers/c1",
        {"admin_id": "9", **CUSTOMER},
        CUSTOMERS,
    ),
    case(
        "add-a-tag",
        lambda c: c.add_tag("123", tag_id=7, admin_id=9),
        "POST /conversations/123/tags",
        {"id": "7", "admin_id": "9"},
        TAG,
    ),
    case(
        "remove-a-tag",
        lambda c: c.remove_tag("123", tag_id="7", admin_id="9"),
        "DELETE /conversations/123/tags/7",
        {"admin_id": "9"},
        TAG,
    ),
    case(
        "redact-a-part",
        lambda c: c.redact_part("123", 132),
        "POST /conversations/redact",
        {"type": "conversation_part", "conversation_id": "123", "conversation_part_id": "132"},
        ONE,
    ),
    case(
        "redact-the-source",
        lambda c: c.redact_source("123", "s1"),
        "POST /conversations/redact",
        {"type": "source", "conversation_id": "123", "source_id": "s1"},
        ONE,
    ),
    case(
        "convert",
        lambda c: c.convert("123", ticket_type_id=81),
        "POST /conversations/123/convert",
        {"ticket_type_id": "81"},
        TICKET,
    ),
    case(
        "convert-with-attributes",
        lambda c: c.convert("123", ticket_type_id="81", attributes={"_default_title_": "Bug"}),
        "POST /conversations/123/convert",
        {"ticket_type_id": "81", "attributes": {"_default_title_": "Bug"}},
        TICKET,
    ),
]


@pytest.mark.parametrize(("operation", "method", "path", "body", "answer"), OPERATIONS)
async def test_each_operation_sends_exactly_this(
    *, operation: Callable[[Any], Any], method: str, path: str, body: Any, answer: Any
) -> None:
    request, returned = await sent_by(lambda i: operation(i.conversations), method, answer)
    assert request["url"] == BASE + path
    assert (json.loads(request["data"]) if request["data"] else None) == body
    headers = dict(request["headers"])
    assert headers.pop("User-Agent").startswith("intercom-async/")
    assert headers == HEADERS | ({"Content-Type": "application/json"} if body else {})
    assert request["allow_redirects"] is False
    expected = {"conversation": Conversation, "user_message": Message, "tag": Tag, "ticket": Ticket}
    if isinstance(returned, list):
        assert [contact.id for contact in returned] == ["c1"]
    elif kind := expected.get(answer.get("type", "")):
        assert type(returned) is kind


async def test_me_tells_whose_token_it_is() -> None:
    answer = {"type": "admin", "id": 1, "app": {"id_code": "abc", "region": "Europe"}}
    request, me = await sent_by(lambda i: i.me(), "GET", answer)
    assert request["url"] == f"{BASE}/me"
    assert (me.id, me.app.id_code, me.app.region) == ("1", "abc", "Europe")


async def test_run_assignment_rules_is_deprecated() -> None:
    with pytest.warns(DeprecationWarning, match="31 December 2026; use assign"):
        request, returned = await sent_by(
            lambda i: i.conversations.run_assignment_rules("123"), "POST", ONE
        )
    assert request["url"] == f"{BASE}/conversations/123/run_assignment_rules"
    assert request["data"] is None
    assert returned.id == "123"


async def test_delete_deletes() -> None:
    answer = {"id": "123", "object": "conversation", "deleted": True}
    request, returned = await sent_by(
        lambda i: i.conversations.delete("123"), "DELETE", answer, version="2.13"
    )
    assert request["url"] == f"{BASE}/conversations/123"
    assert request["headers"]["Intercom-Version"] == "2.13"
    assert returned == Deleted(id="123", object="conversation", deleted=True)


@pytest.mark.parametrize(
    ("operation", "version", "message"),
    [
        (lambda c: c.run_assignment_rules("1"), "2.12", "gone after API version 2.11"),
        (lambda c: c.run_assignment_rules("1"), "Unstable", "use assign"),
        (lambda c: c.convert("1", ticket_type_id="2"), "2.9", "came with API version 2.10"),
        (lambda c: c.delete("1"), "2.12", "came with API version 2.13"),
    ],
    ids=["rules-2.12", "rules-unstable", "convert-2.9", "delete-2.12"],
)
async def test_an_operation_the_version_lacks_is_refused(
    operation: Callable[[Any], Any], version: str, message: str
) -> None:
    async with AsyncIntercom(token=TOKEN, base_url="http://127.0.0.1:9", version=version) as i:
        with pytest.raises(ConfigurationError, match=message):
            await operation(i.conversations)


NAIVE = datetime(2030, 1, 1)  # noqa: DTZ001  # what is to be refused
REFUSED: dict[str, tuple[Callable[[Any], Any], str]] = {
    "nobody replies": (lambda c: c.reply("1", body="x"), "exactly one of admin_id"),
    "two reply": (lambda c: c.reply("1", body="x", admin_id=1, email="e"), "exactly one"),
    "a contact's note": (
        lambda c: c.reply("1", body="x", email="e", message_type="note"),
        "written by an admin",
    ),
    "eleven urls": (
        lambda c: c.reply("1", body="x", admin_id=1, attachment_urls=["u"] * 11),
        "attachment_urls holds 11",
    ),
    "eleven files": (
        lambda c: c.reply("1", body="x", admin_id=1, attachment_files=[FILE] * 11),
        "attachment_files holds 11",
    ),
    "one url as a string": (
        lambda c: c.create(from_={"type": "user", "id": "1"}, body="x", attachment_urls="u"),
        "several, in a list",
    ),
    "a naive created_at": (
        lambda c: c.reply("1", body="x", admin_id=1, created_at=NAIVE),
        "no time zone",
    ),
    "a naive snooze": (lambda c: c.snooze("1", admin_id=1, until=NAIVE), "no time zone"),
    "nothing to update": (lambda c: c.update("1"), "give read="),
    "from an admin": (lambda c: c.create(from_={"type": "admin", "id": "1"}, body="x"), "from_"),
    "from nobody": (lambda c: c.create(from_={"type": "user"}, body="x"), "from_"),
    "attach nobody": (lambda c: c.attach_contact("1", admin_id=1), "exactly one"),
    "attach two": (
        lambda c: c.attach_contact("1", admin_id=1, email="e", user_id="u"),
        "exactly one",
    ),
    "on behalf of what": (
        lambda c: c.attach_contact("1", admin_id=1, email="e", customer={"id": "1"}),
        "'id' names no contact",
    ),
    "a path in an id": (lambda c: c.close("1/../2", admin_id=1), "conversation id"),
    "a path in a contact's id": (
        lambda c: c.detach_contact("1", "..", admin_id=1),
        "contact id",
    ),
    "a path in a tag's id": (lambda c: c.remove_tag("1", tag_id="a/b", admin_id=1), "tag id"),
}


@pytest.mark.parametrize(("operation", "message"), REFUSED.values(), ids=REFUSED)
async def test_what_the_api_would_refuse_is_refused_here(
    operation: Callable[[Any], Any], message: str
) -> None:
    async with AsyncIntercom(token=TOKEN, base_url="http://127.0.0.1:9") as intercom:
        with pytest.raises(QueryError, match=message):
            await operation(intercom.conversations)


async def test_a_file_to_attach_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "notes.unknown-kind"
    path.write_bytes(b"\x00\xff")
    request, _ = await sent_by(
        lambda i: i.conversations.reply("1", body="x", admin_id=1, attachment_files=[path]),
        "POST",
        ONE,
    )
    assert json.loads(request["data"])["attachment_files"] == [
        {"content_type": "application/octet-stream", "data": "AP8=", "name": "notes.unknown-kind"}
    ]


async def test_a_file_that_cannot_be_read_sends_nothing(tmp_path: Path) -> None:
    async with AsyncIntercom(token=TOKEN, base_url="http://127.0.0.1:9") as intercom:
        with pytest.raises(FileNotFoundError):
            await intercom.conversations.reply(
                "1", body="x", admin_id=1, attachment_files=[tmp_path / "missing"]
            )
