"""Ids that arrive as numbers: served as strings, by whichever way they are decoded."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import inspect
from msgspec.inspect import type_info
from msgspec.structs import fields

from intercom_async import DecodeError
from intercom_async.core import codec
from intercom_async.models import Conversation, ConversationRating, Ticket
from intercom_async.models.base import JSON, Identified, Model, fitted
from intercom_async.models.reference import LinkedObjects
from intercom_async.models.statistics import ConversationStatistics

one = codec.record_decoder(Conversation)
page = codec.page_decoder(Conversation, "conversations")


def listing(*records: bytes) -> bytes:
    return b'{"conversations":[' + b",".join(records) + b"]}"


IDS = st.one_of(
    st.sampled_from([0, -1, 7, 2**64, 10**1000, "0", "7", "", None]),
    st.integers(),
    st.text(max_size=5),
)
# What looks like an id to who searches the JSON's text.
TEXTS = st.sampled_from(['"id":5', '{"id":5}', '\\"id":5', 'id":', "id", "_id", "\ud800", "é", ""])
KEYS = st.sampled_from(["id", "x_id", "paid", 'x"id', "idé", "topics", "author", "\\", "é_id"])
OPEN = st.recursive(
    IDS | TEXTS | st.booleans() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
PERSON = st.fixed_dictionaries({}, optional={"type": TEXTS, "id": IDS, "name": TEXTS, "x": OPEN})
RECORDS = st.fixed_dictionaries(
    {"id": IDS},
    optional={
        "title": TEXTS,
        "created_at": st.sampled_from([0, 1_700_000_000, "1700000000", None, "soon"]),
        "admin_assignee_id": IDS,
        "contacts": st.fixed_dictionaries({"contacts": st.lists(PERSON, max_size=2)}),
        "source": st.fixed_dictionaries({"author": PERSON, "id": IDS, "body": TEXTS}),
        "conversation_parts": st.fixed_dictionaries(
            {"conversation_parts": st.lists(st.fixed_dictionaries({"author": PERSON}), max_size=2)}
        ),
        "linked_objects": st.fixed_dictionaries({"data": st.lists(PERSON, max_size=2)}),
        "custom_attributes": st.dictionaries(KEYS, OPEN, max_size=3),
        "topics": OPEN,
        "ticket": OPEN,
        "statistics": st.fixed_dictionaries({"assigned_team_first_response_time": OPEN}),
        "ai_agent": st.fixed_dictionaries({"content_sources": OPEN}),
        "company_id": OPEN,
    },
)
SEPARATORS = st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", "\t:\r\n")])


def in_steps(body: bytes) -> Conversation | None:
    """Decode as documented, or else mend what the JSON decodes to; the plainest way to do it."""
    body = codec.replace_lone_surrogates(body)
    with suppress(msgspec.ValidationError):
        return msgspec.json.decode(body, type=Conversation, strict=False)
    with suppress(msgspec.ValidationError, ValueError):
        mended = fitted(msgspec.json.decode(body), Conversation)
        return msgspec.convert(mended, Conversation, strict=False)
    return None


@pytest.mark.long
@given(st.lists(RECORDS, max_size=4), SEPARATORS, st.booleans())
@settings(max_examples=200)
def test_ids_that_are_numbers_are_served_as_if_each_step_were_taken(
    records: list[dict[str, Any]], separators: tuple[str, str], ascii_only: bool
) -> None:
    bodies = [
        json.dumps(record, separators=separators, ensure_ascii=ascii_only).encode(
            errors="surrogatepass" if ascii_only else "replace"
        )
        for record in records
    ]
    expected = [in_steps(body) for body in bodies]
    for body, conversation in zip(bodies, expected, strict=True):
        if conversation is None:
            with pytest.raises(DecodeError):
                one(body)
        else:
            assert repr(one(body)) == repr(conversation)
    decoded = page(listing(*bodies))
    assert repr(decoded.items) == repr([c for c in expected if c is not None])
    assert len(decoded.invalid) == expected.count(None)


def test_a_page_of_numeric_ids_leaves_as_sent_what_is_served_as_sent() -> None:
    free: dict[str, Any] = {
        "custom_attributes": {"order_id": 5, "s": '"id":6'},
        "topics": {"topics": [{"id": 7}]},
        "ticket": {"id": 8},
        "statistics": {"assigned_team_first_response_time": [{"team_id": 9}]},
        "ai_agent": {"content_sources": {"id": 10}},
    }
    record = {"id": 1, "contacts": {"contacts": [{"id": 2, "type": "user"}]}, **free}
    body = json.dumps(record, separators=(",", ":")).encode()
    for conversation in [one(body), *page(listing(body, body)).items]:
        assert (conversation.id, conversation.contacts[0].id) == ("1", "2")
        served = msgspec.to_builtins(conversation)
        for name, value in free.items():
            assert served[name] == value | {k: v for k, v in served[name].items() if v is None}


@given(st.dictionaries(st.sampled_from(["order_id", "id", "x_id", "size"]), st.integers(0, 9)))
def test_attributes_of_a_ticket_stay_as_sent_when_another_id_is_a_number(
    attributes: dict[str, int],
) -> None:
    sent = {
        "id": "1",
        "ticket_id": 7,
        "ticket_attributes": attributes,
        "ticket_type": {
            "id": 5,
            "ticket_type_attributes": {"data": [{"id": 6, "input_options": attributes}]},
        },
    }
    ticket = codec.record_decoder(Ticket)(json.dumps(sent).encode())
    assert (ticket.ticket_id, ticket.ticket_attributes) == ("7", attributes)


def models(of: type[Model] = Model) -> Iterator[type[Model]]:
    """Yield the models of answers; webhooks have some of their own, and so do tests."""
    for model in of.__subclasses__():
        if model.__module__.startswith("intercom_async.models."):
            yield model
            yield from models(model)


HELD = {
    *(model for model in models(Identified) if not hasattr(model, "__post_init__")),
    "_",  # what is around lists
    *(Identified, ConversationRating, ConversationStatistics, LinkedObjects),
}
"""What is held by the million, and whose ids are served by what holds it."""


def numeric(  # noqa: PLR0911  # one for each type
    kind: inspect.Type, name: str, shape: int
) -> Any:
    """Return JSON of a type in which all ids are numbers, and lists in one of their shapes."""
    match kind:
        case inspect.UnionType():
            ids = {type(one) for one in kind.types} >= {inspect.StrType, inspect.IntType}
            whole = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
            return 7 if ids else numeric(whole[shape], name, shape)
        case inspect.StructType():
            return {each.encode_name: numeric(each.type, each.name, shape) for each in kind.fields}
        case inspect.ListType():
            return [numeric(kind.item_type, name, shape)]
        case inspect.DictType():
            return {"en": numeric(kind.value_type, name, shape)}
        case inspect.LiteralType():
            return kind.values[0]
        case inspect.BoolType():
            return True
        case inspect.IntType() | inspect.FloatType() | inspect.DateTimeType():
            return 1_700_000_000
        case inspect.StrType():
            assert name != "id"
            assert not name.endswith("_id"), f"{name} is no Id"
            return "a text"
        case _:
            return {"id": 5}  # of any shape, and served as it was sent


def numbers(served: Any, where: str) -> Iterator[str]:
    """Yield where a number was served for an id; what is served as it was sent holds no model."""
    if isinstance(served, list):
        for each in served:
            yield from numbers(each, f"{where}[]")
    elif isinstance(served, dict):
        for key, value in served.items():
            yield from numbers(value, f"{where}.{key}" if isinstance(value, Model) else "")
    elif isinstance(served, Model):
        for field in fields(served):
            value = getattr(served, field.name)
            if type(value) is int and str in get_args(field.type):
                yield f"{where}.{field.name}"
            yield from numbers(value, f"{where}.{field.name}")


SERVED = [model for model in dict.fromkeys(models()) if {model, model.__name__[0]}.isdisjoint(HELD)]


@pytest.mark.parametrize("shape", [0, -1], ids=["wrapped", "bare"])
@pytest.mark.parametrize("model", SERVED, ids=lambda model: model.__name__)
def test_ids_of_every_model_are_numbers_or_texts_without_a_second_look(
    model: type[Model], shape: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codec, "fitted", None)
    body = msgspec.json.encode(numeric(type_info(model), "", shape))
    served = codec.record_decoder(model)(body)
    assert list(numbers(served, model.__name__)) == []
    of_page = codec.page_decoder(model, "data")(b'{"data":[%b,%b]}' % (body, body))
    assert of_page.items == [served, served]
    assert of_page.invalid == ()


class Within(Model, frozen=True):
    owner_id: str | None = None
    anything: JSON = None


class Around(Model, frozen=True):
    id: str
    within: Within | None = None
    anything: JSON = None


AROUND = b'{"id":5,"within":{"owner_id":6,"anything":{"id":7}},"anything":[{"id":8}]}'
DECODED = Around("5", Within("6", {"id": 7}), [{"id": 8}])


def test_what_has_no_type_is_served_as_sent_within_a_struct_too() -> None:
    assert codec.record_decoder(Around)(AROUND) == DECODED
    decode = codec.page_decoder(Around)
    assert decode(b'{"data":[%b,{"id":"x"}]}' % AROUND).items == [DECODED, Around("x")]


def test_ids_are_served_as_strings_beside_a_record_that_is_none() -> None:
    page = codec.page_decoder(Around)(b'{"data":[%b,{"id":[]},{"id":9}]}' % AROUND)
    assert page.items == [DECODED, Around("9")]
    assert [error.body for error in page.invalid] == [b'{"id":[]}']


class OnlyIds(Model, frozen=True):
    id: str


def test_ids_of_a_record_in_which_all_has_a_type() -> None:
    assert codec.record_decoder(OnlyIds)(b'{"id":5}') == OnlyIds("5")
