"""Recorded answers, and every drift from the schema that was seen, decode into the models."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from intercom_async import (
    BadRequest,
    Forbidden,
    NotFound,
    StatusError,
    Unauthorized,
    UnprocessableEntity,
)
from intercom_async.core import codec, wire
from intercom_async.core.call import Call, Reply
from intercom_async.models import (
    AiAgent,
    Attachment,
    Author,
    ContactReference,
    Conversation,
    ConversationRating,
    LinkedObject,
    Model,
    Reference,
    SlaApplied,
    Source,
    Tag,
    TeammateReference,
)

DATA = Path(__file__).parent / "data"
WHEN = 1663597223
MOMENT = datetime(2022, 9, 19, 14, 20, 23, tzinfo=UTC)

# Seen where the fast decoder expects a str, so that it refuses the record.
DRIFT = {"source": {"author": {"id": 7}}}


class Answer(NamedTuple):
    """One recorded answer."""

    file: str
    operation: str | None
    status: int
    name: str
    body: Any

    @property
    def label(self) -> str:
        return f"{self.file} {self.operation} {self.status} {self.name}"


ANSWERS = [
    Answer(path.stem, **entry)
    for path in sorted(DATA.glob("*.json"))
    for entry in json.loads(path.read_text(encoding="utf-8"))
]


def of_type(*types: str) -> list[Any]:
    return [
        pytest.param(answer, id=answer.label)
        for answer in ANSWERS
        if answer.body.get("type") in types
    ]


def conversation(**fields: Any) -> Conversation:
    return codec.record_decoder(Conversation)(json.dumps({"id": "1", **fields}).encode())


def part(**fields: Any) -> Any:
    listed = {"conversation_parts": [{"id": "3", **fields}], "total_count": 1}
    parts = conversation(conversation_parts=listed).conversation_parts
    assert parts is not None
    return parts[0]


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from leaves(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, f"{path}[{index}]")
    else:
        yield path, value


def test_every_recorded_answer_is_here() -> None:
    assert {file: sum(a.file == file for a in ANSWERS) for file in {a.file for a in ANSWERS}} == {
        "answers-2.10": 55,
        "scraped-2.10": 15,
        "scraped-2.0": 1,
    }
    assert len(of_type("conversation")) == 19


def check_against(sent: dict[str, Any], served: Conversation) -> None:
    assert served.id == str(sent["id"])
    assert served.type == "conversation"
    for name in ("open", "state", "read", "priority", "topics", "ticket", "title"):
        assert getattr(served, name) == sent.get(name), name
    for name in ("created_at", "updated_at", "waiting_since", "snoozed_until"):
        moment = getattr(served, name)
        assert (moment and moment.timestamp()) == sent[name], name
    source = served.source
    assert source is not None
    assert (source.id, source.body, source.type) == tuple(
        sent["source"][name] for name in ("id", "body", "type")
    )
    sent_parts = sent.get("conversation_parts")
    if sent_parts is not None:
        parts = served.conversation_parts
        assert parts is not None
        assert parts.total_count == sent_parts["total_count"]
        assert [p.id for p in parts] == [str(p["id"]) for p in sent_parts["conversation_parts"]]


@pytest.mark.parametrize("answer", of_type("conversation"))
def test_recorded_conversation(answer: Answer) -> None:
    served = codec.record_decoder(Conversation)(json.dumps(answer.body).encode())
    check_against(answer.body, served)
    for path, value in leaves(served):
        if path.endswith((".id", "_id")):
            assert value is None or type(value) is str, path
        if isinstance(value, datetime):
            assert value.utcoffset() == timedelta(0), path


@pytest.mark.parametrize("answer", of_type("conversation"))
def test_recorded_conversation_with_a_drifted_id_is_served_alike(answer: Answer) -> None:
    body = json.loads(json.dumps(answer.body))
    body["source"]["author"]["id"] = 7
    drifted = codec.record_decoder(Conversation)(json.dumps(body).encode())
    body["source"]["author"]["id"] = "7"
    assert drifted == codec.record_decoder(Conversation)(json.dumps(body).encode())


@pytest.mark.parametrize("answer", of_type("conversation.list"))
def test_recorded_page(answer: Answer) -> None:
    page = codec.page_decoder(Conversation, "conversations")(json.dumps(answer.body).encode())
    records = answer.body["conversations"]
    # The scraped page elides its records, ids and all.
    whole = [record for record in records if record]
    assert [item.id for item in page.items] == [record["id"] for record in whole]
    assert len(page.invalid) == len(records) - len(whole)
    assert (page.total_count, page.next) == (1, None)
    for record, item in zip(whole, page.items, strict=True):
        check_against(record, item)


@pytest.mark.parametrize("answer", of_type("tag"))
def test_recorded_tag(answer: Answer) -> None:
    tag = codec.record_decoder(Tag)(json.dumps(answer.body).encode())
    assert (tag.id, tag.name) == (answer.body["id"], "Manual tag")
    assert tag.applied_by == (
        Reference(type="admin", id="456") if "applied_by" in answer.body else None
    )
    assert tag.applied_at == (MOMENT if "applied_at" in answer.body else None)


CLASSES: dict[int, type[StatusError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    422: UnprocessableEntity,
}


@pytest.mark.parametrize("answer", of_type("error.list"))
def test_recorded_error(answer: Answer) -> None:
    call = Call(
        "GET", "/conversations/{id}", "/conversations/1", codec.record_decoder(Conversation)
    )
    reply = Reply(answer.status, {}, json.dumps(answer.body).encode())
    with pytest.raises(StatusError) as raised:
        wire.answer(call, reply)
    error = raised.value
    entry = answer.body["errors"][0]
    assert type(error) is CLASSES[answer.status]
    assert (error.status, error.code) == (answer.status, entry["code"])
    assert error.errors[0].message == entry["message"]
    assert error.request_id == answer.body["request_id"]
    assert entry["message"] in str(error)


@pytest.mark.parametrize("drift", [{}, DRIFT], ids=["as documented", "beside a drifted id"])
@pytest.mark.parametrize("field", ["admin_assignee_id", "team_assignee_id"])
@pytest.mark.parametrize(
    ("sent", "served"),
    [(None, None), (0, None), ("0", None), ("5017691", "5017691"), (5017691, "5017691")],
    ids=repr,
)
def test_assignee_ids(field: str, sent: object, served: str | None, drift: dict[str, Any]) -> None:
    assert getattr(conversation(**{field: sent}, **drift), field) == served


@pytest.mark.parametrize("drift", [{}, DRIFT], ids=["as documented", "beside a drifted id"])
@pytest.mark.parametrize(
    ("sent", "served"),
    [
        (WHEN, MOMENT),
        (str(WHEN), MOMENT),
        (WHEN + 0.5, MOMENT + timedelta(seconds=0.5)),
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (64654125776, datetime(4018, 10, 22, 15, 22, 56, tzinfo=UTC)),
        (253402300799, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (None, None),
    ],
    ids=repr,
)
def test_timestamps(sent: object, served: datetime | None, drift: dict[str, Any]) -> None:
    moment = conversation(waiting_since=sent, **drift).waiting_since
    assert moment == served
    assert moment is None or moment.tzinfo is UTC


@pytest.mark.parametrize("sent", [WHEN * 1000, "yesterday", True, 10**30], ids=repr)
def test_what_is_no_timestamp_costs_its_field(sent: object) -> None:
    served = conversation(created_at=sent, id=5, updated_at=WHEN)
    assert (served.id, served.created_at) == ("5", None)
    assert served.updated_at == conversation(updated_at=WHEN).updated_at


@pytest.mark.parametrize("field", ["topics", "ticket"])
@pytest.mark.parametrize("sent", [{}, None, {"id": 5, "list": [1]}, "t"], ids=repr)
def test_fields_in_no_schema_are_kept(field: str, sent: object) -> None:
    assert getattr(conversation(**{field: sent}), field) == sent


MARK = {"type": "admin", "id": "814860", "name": "Mark", "email": "mk@example.com"}
ADMIN = TeammateReference(type="admin", id="814860", name="Mark", email="mk@example.com")


@pytest.mark.parametrize(
    ("sent", "served"),
    [
        (None, []),
        ({"type": "admin.list", "teammates": [MARK]}, [ADMIN]),
        ({"type": "admin.list", "admins": [MARK]}, [ADMIN]),
        ([MARK], [ADMIN]),
        ({"type": "admin.list", "teammates": None}, []),
        ({}, []),
        ([], []),
    ],
    ids=["null", "teammates", "admins", "bare", "null list", "empty object", "empty list"],
)
def test_teammates(sent: object, served: list[TeammateReference]) -> None:
    assert conversation(teammates=sent).teammates == served


@pytest.mark.parametrize("kind", ["contact", "user", "lead"])
@pytest.mark.parametrize("wrapped", [True, False], ids=["object", "bare"])
def test_contacts(kind: str, wrapped: bool) -> None:
    listed = [{"type": kind, "id": "5bc8", "external_id": "70"}]
    sent: object = {"type": "contact.list", "contacts": listed} if wrapped else listed
    assert conversation(contacts=sent).contacts == [
        ContactReference(type=kind, id="5bc8", external_id="70")
    ]


@pytest.mark.parametrize(
    "sent",
    [{"type": "tag.list", "tags": [{"type": "tag", "id": "1"}]}, [{"type": "tag", "id": "1"}]],
    ids=["object", "bare"],
)
def test_tags(sent: object) -> None:
    assert conversation(tags=sent).tags == [Tag(type="tag", id="1")]


@pytest.mark.parametrize("field", ["tags", "contacts", "teammates"])
def test_lists_left_out_or_null_are_empty(field: str) -> None:
    assert getattr(conversation(), field) == getattr(conversation(**{field: None}), field) == []


def test_assignee_of_version_2_0() -> None:
    assert conversation(assignee=MARK).assignee == ADMIN
    assert conversation(assignee=None).assignee is None


@pytest.mark.parametrize(
    ("sent", "served"),
    [
        (None, None),
        (
            {"rating": None, "remark": None, "created_at": None, "contact": None, "teammate": None},
            ConversationRating(),
        ),
        (
            {"rating": 5, "contact": {"id": None, "type": None}, "created_at": WHEN},
            ConversationRating(rating=5, contact=ContactReference(), created_at=MOMENT),
        ),
    ],
    ids=["null", "null children", "null grandchildren"],
)
def test_rating(sent: object, served: ConversationRating | None) -> None:
    assert conversation(conversation_rating=sent).conversation_rating == served


@pytest.mark.parametrize("name", ["first_contact_reply_at", "first_contacat_reply_at"])
def test_first_contact_reply_however_spelt(name: str) -> None:
    statistics = conversation(statistics={name: WHEN, "last_closed_by": MARK}).statistics
    assert statistics is not None
    assert statistics.first_contact_reply_at == MOMENT
    assert statistics.last_closed_by == ADMIN


def test_the_right_spelling_wins_over_the_misspelt() -> None:
    both = {"first_contact_reply_at": WHEN, "first_contacat_reply_at": WHEN + 60}
    statistics = conversation(statistics=both).statistics
    assert statistics is not None
    assert statistics.first_contact_reply_at == MOMENT


def test_no_statistics() -> None:
    assert conversation(statistics=None).statistics is None


@pytest.mark.parametrize(
    "status", [None, "hit", "missed", "cancelled", "canceled", "active", "one of tomorrow"]
)
def test_sla_status_is_open(status: str | None) -> None:
    sent = {"sla_name": "VIP <5m", "sla_status": status}
    assert conversation(sla_applied=sent).sla_applied == SlaApplied(
        sla_name="VIP <5m", sla_status=status
    )
    assert conversation(sla_applied=None).sla_applied is None


@pytest.mark.parametrize("drift", [{}, {"author": {"id": 7}}], ids=["as documented", "drifted"])
@pytest.mark.parametrize(
    ("sent", "served"),
    [
        (None, None),
        ({"type": "admin", "id": "5"}, Reference(type="admin", id="5")),
        ({"type": "team", "id": 5}, Reference(type="team", id="5")),
        ({"type": "bot", "id": "5"}, Reference(type="bot", id="5")),
        ({"type": "nobody_admin", "id": None}, None),
    ],
    ids=["null", "admin", "team", "bot", "nobody"],
)
def test_assigned_to(sent: object, served: Reference | None, drift: dict[str, Any]) -> None:
    assert part(assigned_to=sent, **drift).assigned_to == served


@pytest.mark.parametrize("sent", ["3", 3], ids=repr)
def test_part_id(sent: object) -> None:
    assert part(id=sent).id == "3"


def test_parts_are_a_sequence() -> None:
    listed = {"conversation_parts": [{"id": "3"}, {"id": "4"}], "total_count": 700}
    parts = conversation(conversation_parts=listed).conversation_parts
    assert parts is not None
    assert (len(parts), parts.total_count, parts[-1].id) == (2, 700, "4")
    assert [one.id for one in parts] == ["3", "4"]


@pytest.mark.parametrize("value", ["urgent", "null", ""], ids=repr)
def test_open_sets_stay_as_sent(value: str) -> None:
    served = conversation(
        state=value, priority=value, title=value, source={"type": value, "delivered_as": value}
    )
    assert (served.state, served.priority, served.title) == (value, value, value)
    assert served.source == Source(type=value, delivered_as=value)
    assert part(part_type=value).part_type == value


def test_null_authors_and_sources() -> None:
    nulls = {"id": None, "author": {"type": "user", "id": "5", "name": None, "email": None}}
    assert conversation(source=nulls).source == Source(author=Author(type="user", id="5"))
    assert conversation(source=None).source is None
    assert part(author=None).author is None


ATTRIBUTES = {
    "str": "a",
    "int": 1,
    "float": 1.5,
    "bool": True,
    "when": "2022-09-19T14:20:23Z",
    "objects": [{"id": 5, "contact_id": 6}],
    "id": 7,
    "order_id": 8,
    "nothing": None,
}


@pytest.mark.parametrize("drift", [{}, DRIFT], ids=["as documented", "beside a drifted id"])
def test_what_belongs_to_others_is_served_as_sent(drift: dict[str, Any]) -> None:
    served = conversation(
        custom_attributes=ATTRIBUTES,
        topics={"id": 5},
        ticket={"id": 5, "custom_attributes": {"id": 6}},
        statistics={"assigned_team_first_response_time": [{"team_id": 5}]},
        ai_agent={"content_sources": {"content_sources": [{"id": 5}]}},
        **drift,
    )
    assert served.custom_attributes == ATTRIBUTES
    assert (served.topics, served.ticket) == (
        {"id": 5},
        {"id": 5, "custom_attributes": {"id": 6}},
    )
    assert served.statistics is not None
    assert served.statistics.assigned_team_first_response_time == [{"team_id": 5}]
    assert served.ai_agent is not None
    assert served.ai_agent.content_sources == {"content_sources": [{"id": 5}]}


def test_ai_agent() -> None:
    sent = {"source_type": "workflow", "rating": 4, "tomorrow": 1}
    served = conversation(ai_agent_participated=True, ai_agent=sent)
    assert served.ai_agent == AiAgent(source_type="workflow", rating=4)
    assert conversation(ai_agent=None).ai_agent is None


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ({"tags": {"tags": [{"id": 5}]}}, ".tags[0].id"),
        ({"tags": [{"applied_by": {"id": 5}}]}, ".tags[0].applied_by.id"),
        ({"source": {"id": 5}}, ".source.id"),
        ({"source": {"author": {"id": 5}}}, ".source.author.id"),
        ({"contacts": [{"id": 5}]}, ".contacts[0].id"),
        ({"contacts": {"contacts": [{"external_id": 5}]}}, ".contacts[0].external_id"),
        ({"teammates": {"admins": [{"id": 5}]}}, ".teammates[0].id"),
        ({"assignee": {"id": 5}}, ".assignee.id"),
        ({"statistics": {"last_closed_by_id": 5}}, ".statistics.last_closed_by_id"),
        ({"linked_objects": {"data": [{"id": 5}]}}, ".linked_objects.data[0].id"),
        ({"conversation_rating": {"contact": {"id": 5}}}, ".conversation_rating.contact.id"),
        (
            {"conversation_parts": {"conversation_parts": [{"author": {"id": 5}}]}},
            ".conversation_parts.conversation_parts[0].author.id",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_drifted_ids_are_served_as_str(sent: dict[str, Any], path: str) -> None:
    assert dict(leaves(conversation(**sent)))[path] == "5"
    body = json.dumps({"conversations": [{"id": 1}, {"id": 2, **sent}]}).encode()
    page = codec.page_decoder(Conversation, "conversations")(body)
    assert [item.id for item in page.items] == ["1", "2"]
    assert dict(leaves(page.items[1]))[path] == "5"


@pytest.mark.parametrize("sent", ["1", "007", 7, 2**70, "x-ÿ"], ids=repr)
def test_conversation_id(sent: object) -> None:
    assert conversation(id=sent).id == str(sent)


def test_unknown_fields_do_not_disturb() -> None:
    served = conversation(
        tomorrow={"id": [1, {"x": None}]},
        source={"tomorrow": 1, "attachments": [{"name": "a.png", "tomorrow": 1}]},
        linked_objects={"type": "list", "data": [{"type": "ticket", "id": "5"}], "has_more": False},
    )
    assert served.source == Source(attachments=[Attachment(name="a.png")])
    assert served.linked_objects is not None
    assert served.linked_objects.data == [LinkedObject(type="ticket", id="5")]


def test_an_id_alone_is_a_conversation() -> None:
    served = conversation()
    assert served == Conversation(id="1")
    assert all(value is None for path, value in leaves(served) if path != ".id")


def test_models_are_frozen() -> None:
    served = conversation(source={"id": "5"})
    with pytest.raises(AttributeError):
        served.state = "open"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        served.source.id = "6"  # type: ignore[misc, union-attr]
    assert served.source == Source(id="5")


class Slim(msgspec.Struct):
    """A caller's own struct."""

    id: str
    state: str | None = None
    admin_assignee_id: int | None = None


class Numeric(Model, frozen=True):
    """A caller's own model, whose ids are mended like those of the library's."""

    id: str
    admin_assignee_id: int | None = None
    created_at: datetime | None = None


@pytest.mark.parametrize("sent", [5017691, "5017691"], ids=repr)
def test_own_struct_with_a_numeric_assignee(sent: object) -> None:
    body = json.dumps({"id": "1", "state": "open", "admin_assignee_id": sent, "x": 1}).encode()
    assert codec.record_decoder(Slim)(body) == Slim("1", "open", 5017691)
    page = codec.page_decoder(Slim, "conversations")(b'{"conversations":[' + body + b"]}")
    assert page.items == [Slim("1", "open", 5017691)]


@pytest.mark.parametrize("sent", [5017691, "5017691"], ids=repr)
def test_own_model_is_mended_and_keeps_its_own_types(sent: object) -> None:
    body = json.dumps({"id": 1, "admin_assignee_id": sent, "created_at": WHEN}).encode()
    served = codec.record_decoder(Numeric)(body)
    assert served == Numeric(id="1", admin_assignee_id=5017691, created_at=MOMENT)


def test_own_struct_is_taken_at_its_word() -> None:
    page = codec.page_decoder(Slim, "conversations")(b'{"conversations":[{"id":1},{"id":"2"}]}')
    assert [item.id for item in page.items] == ["2"]
    assert [(error.json_path, error.body) for error in page.invalid] == [("$.id", b'{"id":1}')]
