from typing import Any

import pytest

from intercom_async.core import query
from intercom_async.core.resource import MAX_PER_PAGE
from intercom_async.emulator import documents
from intercom_async.emulator.documents import FIELDS, OPERATORS, Document, Record, search_document
from intercom_async.emulator.query import compile_query
from intercom_async.emulator.replies import ApiError
from intercom_async.models.conversation_fields import F


def single(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def group(operator: str, *members: object) -> dict[str, Any]:
    return {"operator": operator, "value": list(members)}


def holds(query: object, document: Document, **habits: bool) -> bool:
    return compile_query(query, **habits)(document)


OPEN = single("open", "=", True)
DOCUMENT: Document = {
    "id": "42",
    "open": True,
    "state": "Open",
    "created_at": 100,
    "priority": None,
    "tag_ids": ("1", "22"),
    "source.body": ("need", "support"),
    "source.subject": "Charged Twice",
    "custom_attributes.seats": 5,
    "custom_attributes.beta": True,
    "custom_attributes.plan": "Pro",
    "custom_attributes.orders": [{"id": 1}],
}


@pytest.mark.parametrize(
    ("code", "query"),
    [
        ("parameter_invalid", None),
        ("parameter_invalid", []),
        ("invalid_operator", {}),
        ("invalid_operator", group("NOT", OPEN)),
        ("parameter_invalid", group("AND")),
        ("parameter_invalid", {"operator": "AND", "value": OPEN}),
        ("parameter_invalid", group("AND", "open")),
        ("parameter_invalid", group("AND", *[OPEN] * 16)),
        ("parameter_invalid", group("AND", group("OR", group("AND", OPEN)))),
        ("invalid_field", single("colour", "=", "red")),
        ("invalid_field", single("custom_attributes.", "=", "red")),
        ("invalid_field", {"field": 3, "operator": "=", "value": 1}),
        ("invalid_operator", {"field": "open", "value": True}),
        ("invalid_operator", {"field": "open", "operator": ["="], "value": True}),
        ("invalid_operator", single("open", ">", True)),
        ("invalid_operator", single("state", ">", "open")),
        ("invalid_operator", single("created_at", "~", 1)),
        ("invalid_operator", single("custom_attributes.plan", "like", "Pro")),
        ("parameter_invalid", single("state", "=", 3)),
        ("parameter_invalid", single("state", "=", ["open"])),
        ("parameter_invalid", single("state", "IN", "open")),
        ("parameter_invalid", single("state", "NIN", "open")),
        ("parameter_invalid", single("state", "IN", [None])),
        ("parameter_invalid", single("state", "~", None)),
        ("parameter_invalid", single("open", "=", "true")),
        ("parameter_invalid", single("open", "=", 1)),
        ("parameter_invalid", single("created_at", ">", None)),
        ("parameter_invalid", single("created_at", ">", "2024-01-01")),
        ("parameter_invalid", single("created_at", ">", 1.5)),
        ("parameter_invalid", single("created_at", ">", True)),
        ("parameter_invalid", single("conversation_rating.score", "=", "5")),
        ("parameter_invalid", single("id", "=", True)),
        ("parameter_invalid", single("custom_attributes.seats", "~", 5)),
        ("parameter_invalid", single("custom_attributes.seats", ">", [1])),
        ("parameter_invalid", single("custom_attributes.seats", "IN", 5)),
    ],
)
def test_a_query_that_does_not_fit_is_refused(code: str, query: object) -> None:
    with pytest.raises(ApiError) as caught:
        compile_query(query)
    assert (caught.value.status, caught.value.code) == (400, code)


def test_every_operator_is_accepted_for_the_fields_of_its_type_only() -> None:
    every = {name for names in OPERATORS.values() for name in names}
    samples = {"String": "a", "Date": 1, "Integer": 1, "Boolean": True}
    for field, type_ in FIELDS.items():
        for operator in every:
            value: Any = samples[type_]
            query = single(field, operator, [value] if operator in {"IN", "NIN"} else value)
            if operator in OPERATORS[type_]:
                compile_query(query)
            else:
                with pytest.raises(ApiError, match="not an operator"):
                    compile_query(query)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (single("state", "=", "Open"), True),
        (single("state", "=", "open"), False),
        (single("state", "~", "pE"), True),
        (single("source.subject", "^", "charged t"), True),
        (single("source.subject", "$", "TWICE"), True),
        (single("source.subject", "^", "twice"), False),
        (single("id", "=", 42), True),
        (single("id", "IN", [41, "42"]), True),
        (single("tag_ids", "=", "22"), True),
        (single("tag_ids", "=", 2), False),
        (single("tag_ids", "NIN", [1]), False),
        (single("tag_ids", "^", "2"), True),
        (single("created_at", "=", "100"), True),
        (single("created_at", ">", 100), False),
        (single("created_at", ">=", 100), True),
        (single("created_at", "<", 100), False),
        (single("created_at", "<=", "100"), True),
        (single("created_at", "IN", [99, "100"]), True),
        (single("created_at", "IN", []), False),
        (single("created_at", "NIN", []), True),
        (single("source.body", "=", "Support"), True),
        (single("source.body", "=", "need support"), False),
        (single("source.body", "~", "need support"), False),
        (single("source.body", "~", "PPO"), True),
        (single("source.body", "^", "supp"), True),
        (single("source.body", "$", "port"), True),
        (single("source.body", "$", "supp"), False),
        (single("source.body", "!~", "ppo"), False),
        (single("source.body", "NIN", ["NEED"]), False),
    ],
)
def test_how_values_are_compared(query: dict[str, Any], expected: bool) -> None:
    assert holds(query, DOCUMENT) is expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (single("priority", "=", None), True),
        (single("priority", "!=", None), False),
        (single("open", "=", None), False),
        (single("open", "!=", None), True),
        (single("priority", "!=", "priority"), True),
        (single("priority", "NIN", ["priority"]), True),
        (single("priority", "!~", "p"), True),
        (single("priority", "~", ""), False),
        (single("snoozed_until", "<", 10**12), False),
        (single("snoozed_until", "!=", 1), True),
        (single("teammate_ids", "=", None), True),
        (single("custom_attributes.nothing", "=", None), True),
        (single("custom_attributes.nothing", "=", "x"), False),
    ],
)
def test_what_null_matches(query: dict[str, Any], expected: bool) -> None:
    assert holds(query, DOCUMENT) is expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (single("custom_attributes.seats", "=", 5), True),
        (single("custom_attributes.seats", "=", "5"), False),
        (single("custom_attributes.seats", ">", 4.5), True),
        (single("custom_attributes.seats", ">", "4"), False),
        (single("custom_attributes.seats", "IN", [1, 5]), True),
        (single("custom_attributes.beta", "=", 1), False),
        (single("custom_attributes.beta", "=", True), True),
        (single("custom_attributes.plan", "~", "PR"), True),
        (single("custom_attributes.plan", "!~", "PR"), False),
        (single("custom_attributes.orders", "=", "1"), False),
        (single("custom_attributes.orders", "~", "1"), False),
        (single("custom_attributes.orders", "!=", None), True),
    ],
)
def test_custom_attributes_match_values_of_their_own_kind(
    query: dict[str, Any], expected: bool
) -> None:
    assert holds(query, DOCUMENT) is expected


def test_bounds_can_be_inclusive() -> None:
    for operator in "<>":
        query = single("created_at", operator, 100)
        assert holds(query, DOCUMENT) is False
        assert holds(query, DOCUMENT, inclusive_bounds=True) is True


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("=", 86_399, True),
        ("!=", 0, False),
        (">", 0, False),
        (">", -1, True),
        ("<", 86_399, False),
        ("<", 86_400, True),
        ("IN", [86_399, 200_000], True),
    ],
)
def test_dates_can_be_compared_by_the_day(operator: str, value: object, expected: bool) -> None:
    query = single("created_at", operator, value)
    assert holds(query, DOCUMENT, whole_days=True) is expected


def test_groups_combine_their_filters() -> None:
    yes, no = OPEN, single("open", "=", False)
    assert holds(group("AND", yes, yes), DOCUMENT)
    assert not holds(group("AND", yes, no), DOCUMENT)
    assert holds(group("OR", no, yes), DOCUMENT)
    assert not holds(group("OR", no, no), DOCUMENT)
    assert holds(group("AND", yes, group("OR", no, yes)), DOCUMENT)
    assert not holds(group("OR", no, group("AND", no, yes)), DOCUMENT)
    assert holds(group("AND", *[yes] * 15), DOCUMENT)


@pytest.mark.parametrize(
    ("teammates", "expected"),
    [
        (None, None),
        ({"type": "admin.list", "teammates": []}, None),
        ({"type": "admin.list", "teammates": [{"id": "1"}, {"id": 2}]}, ("1", "2")),
        ({"type": "admin.list", "admins": [{"id": "3"}]}, ("3",)),
        ([{"id": "4", "name": "Lumir"}], ("4",)),
    ],
)
def test_ids_are_read_from_every_shape_of_a_list(
    teammates: Any, expected: tuple[str, ...] | None
) -> None:
    assert search_document({"id": "1", "teammates": teammates})["teammate_ids"] == expected


def test_client_and_emulator_know_the_same_fields_operators_and_limits() -> None:
    assert {name: str(field.type_) for name, field in F.table.items()} == FIELDS
    assert {str(type_): {*taken} for type_, taken in query.OPERATORS.items()} == OPERATORS
    assert documents.MAX_PER_PAGE == MAX_PER_PAGE
    assert documents.MAX_NESTING == query.MAX_NESTING
    assert documents.MAX_FILTERS_PER_GROUP == query.MAX_FILTERS_PER_GROUP


def test_a_document_names_every_field_even_of_an_empty_record() -> None:
    assert search_document({}) == dict.fromkeys(FIELDS)


@pytest.mark.parametrize("junk", ["x", 5, True, [], [1, None], {"type": "list"}, {"id": {}}])
def test_a_malformed_record_still_has_a_document(junk: object) -> None:
    names = ("source", "contacts", "tags", "statistics", "custom_attributes", "created_at", "open")
    document = search_document(dict.fromkeys(names, junk))
    for field in FIELDS:
        for operator in ("=", "!="):
            compile_query(single(field, operator, None))(document)
    assert holds(single("created_at", ">", 0), document) is (junk == 5)


def test_a_document_flattens_a_record() -> None:
    record: Record = {
        "id": 7,
        "source": {"type": "email", "body": "<p>Hello, hello World</p>"},
        "conversation_rating": {
            "rating": 4,
            "remark": "fine",
            "created_at": 1,
            "updated_at": 2,
            "contact": {"id": "c"},
            "teammate": {"id": 9},
        },
        "ai_agent": {"rating": 2},
        "custom_attributes": {"a b": [1]},
    }
    document = {name: value for name, value in search_document(record).items() if value is not None}
    assert document == {
        "id": "7",
        "source.type": "email",
        "channel_initiated": "email",
        "source.body": ("hello", "world"),
        "conversation_rating.score": 4,
        "conversation_rating.remark": "fine",
        "conversation_rating.requested_at": 1,
        "conversation_rating.replied_at": 2,
        "conversation_rating.contact_id": "c",
        "conversation_rating.admin_d": "9",
        "ai_agent.rating": 2,
        "custom_attributes.a b": [1],
    }
