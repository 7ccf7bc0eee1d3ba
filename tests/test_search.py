"""Filters: what is sent for every field and operator, and what is refused before it is sent."""

import math
import operator
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intercom_async import ContactFields, F, Filter, Group, QueryError, TicketFields
from intercom_async.core import wire
from intercom_async.core.query import OPERATORS, Field, FieldType, Query

SINCE = datetime(2022, 9, 19, 14, 20, 23, tzinfo=UTC)
UNIX = 1663597223

# The operators as the reference has them, by type, so that a slip in the table shows.
OF_ALL = {"=", "!=", "IN", "NIN"}
OF_NUMBERS = OF_ALL | {">", "<", ">=", "<="}
TAKEN: dict[FieldType | None, set[str]] = {
    FieldType.STRING: OF_ALL | {"~", "!~", "^", "$"},
    FieldType.DATE: OF_NUMBERS,
    FieldType.INTEGER: OF_NUMBERS,
    FieldType.BOOLEAN: OF_ALL,
}
# A value of each type, and what is sent for it.
VALUES: dict[FieldType | None, tuple[Any, Any]] = {
    FieldType.STRING: ("ada", "ada"),
    FieldType.DATE: (SINCE, UNIX),
    FieldType.INTEGER: (5, 5),
    FieldType.BOOLEAN: (False, False),
}
WRITTEN: dict[str, Callable[[Field[Any], Any], Filter[Any]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "IN": Field.is_in,
    "NIN": Field.not_in,
    "~": Field.contains,
    "!~": Field.not_contains,
    "^": Field.starts_with,
    "$": Field.ends_with,
}


def json_of(query: object) -> Any:
    """What the API would read."""
    return msgspec.json.decode(msgspec.json.encode(F.compile(query)))  # type: ignore[arg-type]


def by_attribute(name: str) -> Field[Any]:
    field = operator.attrgetter(name)(F)
    assert isinstance(field, Field)
    return field


def refused(query: Callable[[], object]) -> str:
    with pytest.raises(QueryError) as raised:
        query()
    return str(raised.value)


# --- Every field with every operator ---------------------------------------------------------


def test_the_reference_has_56_fields() -> None:
    assert len(F.table) == 56
    assert {type_: set(operators) for type_, operators in OPERATORS.items()} == TAKEN


@pytest.mark.parametrize(
    ("name", "symbol"), [(name, symbol) for name in F.table for symbol in WRITTEN]
)
def test_field_and_operator(name: str, symbol: str) -> None:
    value, sent = VALUES[F[name].type_]
    if symbol in {"IN", "NIN"}:
        value, sent = [value, value], [sent, sent]
    write = WRITTEN[symbol]
    if symbol not in TAKEN[F[name].type_]:
        assert f"{name} ({F[name].type_}) does not take the operator {symbol!r}" in refused(
            lambda: write(by_attribute(name), value)
        )
        return
    expected = {"field": name, "operator": symbol, "value": sent}
    assert json_of(write(by_attribute(name), value)) == expected
    assert json_of(write(F[name], value)) == expected
    assert json_of({"field": name, "operator": symbol, "value": sent}) == expected


def walk(namespace: object, prefix: str = "") -> Iterator[str]:
    for name in dir(namespace):
        child = getattr(namespace, name)
        if isinstance(child, Field):
            yield prefix + name
        else:
            yield from walk(child, f"{prefix}{name}.")


def test_attributes_agree_with_the_reference() -> None:
    assert sorted(walk(F)) == sorted(F.table)


def test_reprs() -> None:
    assert repr(F.source.author.email) == "<Field source.author.email (String)>"
    query = (F.created_at > SINCE) & ((F.state == "open") | F.id.is_in(["1"]))
    assert repr(query) == f"(created_at > {UNIX} AND (state = 'open' OR id IN ['1']))"


@pytest.mark.parametrize(
    ("ask", "suggestion"),
    [
        (lambda: F["sate"], "state"),
        (lambda: F.udpated_at, "updated_at"),  # type: ignore[attr-defined]
        (lambda: F.source.author.mail, "source.author.email"),  # type: ignore[attr-defined]
        (lambda: F["conversation_rating.admin_id"], "conversation_rating.admin_d"),
        (lambda: F["source"], "source.…"),
        (lambda: F.statistic, "statistics.…"),  # type: ignore[attr-defined]
        (lambda: F.compile({"field": "sate", "operator": "=", "value": "x"}), "state"),
    ],
    ids=["item", "attribute", "nested", "the API's own slip", "group", "near a group", "mapping"],
)
def test_unknown_fields_are_refused_with_a_suggestion(
    ask: Callable[[], object], suggestion: str
) -> None:
    message = refused(ask)
    assert "no searchable field" in message
    assert suggestion in message.partition("did you mean")[2]


@pytest.mark.parametrize("fields", [F, F.source.author, ContactFields, TicketFields])
@pytest.mark.parametrize("slip", ["{}s", "{}_", "x{}"])
def test_a_traceback_has_one_suggestion(fields: Any, slip: str) -> None:
    for name in dir(fields):
        with pytest.raises(AttributeError) as refusal:
            getattr(fields, slip.format(name))
        printed = "".join(traceback.format_exception_only(refusal.value))
        assert printed.lower().count("did you mean") == 1, printed


def test_unknown_fields_are_missing_attributes() -> None:
    assert not hasattr(F, "qqqqqq")
    assert not hasattr(F.source, "__len__")
    assert refused(lambda: F["qqqqqq"]).endswith("no searchable field 'qqqqqq'")


# --- Values ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "symbol"),
    [
        (lambda: F.created_at > True, "bool"),
        (lambda: F.created_at > 1.5, "float"),
        (lambda: F.created_at > "1663597223", "str"),
        (lambda: F.created_at > date(2022, 9, 19), "date"),  # type: ignore[operator]
        (lambda: F.created_at > None, "NoneType"),
        (lambda: F.created_at.is_in([None]), "NoneType"),
        (lambda: F.statistics.count_reopens == True, "bool"),  # noqa: E712  # builds a filter
        (lambda: F.statistics.count_reopens == 1.0, "float"),
        (lambda: F.statistics.count_reopens == "1", "str"),
        (lambda: F.statistics.count_reopens == SINCE, "datetime"),
        (lambda: F.open == 1, "int"),
        (lambda: F.open == "true", "str"),
        (lambda: F.state == 1, "int"),
        (lambda: F.state == b"open", "bytes"),
        (lambda: F.state == ["open"], "list"),
        (lambda: F.state == F.priority, "Field"),  # type: ignore[operator]
        (lambda: F.id == True, "bool"),  # noqa: E712  # builds a filter
        (lambda: F.source.body.contains(None), "NoneType"),  # type: ignore[arg-type]
        (lambda: F["custom_attributes.x"] == [1], "list"),
        (lambda: F["custom_attributes.x"].compare("=", math.nan), "nan"),
        (lambda: F["custom_attributes.x"].is_in([1, -math.inf]), "inf"),
    ],
)
def test_values_of_another_type(ask: Callable[[], object], symbol: str) -> None:
    assert symbol in refused(ask).partition("not ")[2]


class Nowhere(tzinfo):
    """A time zone that does not say where it is."""

    def utcoffset(self, _when: datetime | None) -> None:
        return None

    dst = tzname = utcoffset


@pytest.mark.parametrize("zone", [None, Nowhere()], ids=["none", "unknown"])
def test_naive_datetimes(zone: tzinfo | None) -> None:
    assert "without a time zone" in refused(lambda: F.created_at > SINCE.replace(tzinfo=zone))


@pytest.mark.parametrize(
    "value",
    ["open", b"123", {"a": 1}, 5, 10**5000, None, SINCE, (x for x in "ab")],
    ids=["str", "bytes", "mapping", "int", "huge int", "None", "datetime", "generator"],
)
def test_in_takes_a_list(value: Any) -> None:
    assert "takes a list of values" in refused(lambda: F.contact_ids.is_in(value))
    assert "takes a list of values" in refused(lambda: F.created_at.not_in(value))


@pytest.mark.parametrize("empty", [[], (), set(), range(0)], ids=repr)
def test_in_takes_at_least_one_value(empty: Any) -> None:
    assert "the list is empty" in refused(lambda: F.state.is_in(empty))


@pytest.mark.parametrize("values", [("a", "b"), {"a": 1, "b": 2}.keys()], ids=["tuple", "keys"])
def test_in_takes_any_collection(values: Any) -> None:
    assert json_of(F.state.is_in(values))["value"] == ["a", "b"]


@pytest.mark.parametrize(
    ("built", "sent"),
    [
        (F.id == 5, "5"),
        (F.contact_ids.is_in([5, "6"]), ["5", "6"]),
        (F.tag_ids == 5, "5"),
        (F.source.author.id == 5, "5"),
        (F.statistics.last_closed_by_id == 5, "5"),
        (F.conversation_rating.admin_d == 5, "5"),
        (F.admin_assignee_id == 5, 5),
        (F.admin_assignee_id == "5", "5"),
        (F.team_assignee_id.is_in([5, "6"]), [5, "6"]),
        (F.created_at == UNIX, UNIX),
        (F.created_at > SINCE.astimezone(timezone(timedelta(hours=-5))), UNIX),
        (F.created_at.is_in([SINCE, 5]), [UNIX, 5]),
        (F.created_at < datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), -1),
        (F.state == "", ""),
        (F.waiting_since == None, None),  # noqa: E711  # builds a filter
        (F.admin_assignee_id != None, None),  # noqa: E711  # builds a filter
        (F.open != None, None),  # noqa: E711  # builds a filter
        (F["custom_attributes.Plan"] == "pro", "pro"),
        (F["custom_attributes.seats"] >= 1.5, 1.5),
        (F["custom_attributes.renewal"] < SINCE, UNIX),
        (F["custom_attributes.trial"] == True, True),  # noqa: E712  # builds a filter
        (F["custom_attributes.Plan"].starts_with("p"), "p"),
        (SINCE < F.created_at, UNIX),  # noqa: SIM300  # the other way round is the point
    ],
    ids=repr,
)
def test_values_as_sent(built: Filter[Any], sent: object) -> None:
    assert json_of(built)["value"] == sent


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**5000], ids=["over", "under", "far"])
def test_numbers_that_fit_no_field_are_refused(number: int) -> None:
    for make in (
        lambda: F.conversation_rating.score == number,
        lambda: F.created_at > number,
        lambda: F.admin_assignee_id.is_in([number]),
        lambda: F["custom_attributes.seats"] == number,
    ):
        assert "64 bits" in refused(make)


@pytest.mark.parametrize("text", ["\ud800", "a\udfff"], ids=ascii)
def test_text_that_cannot_be_sent(text: str) -> None:
    assert "cannot be sent" in refused(lambda: F.compile(F.source.body.contains(text)))
    field = F[f"custom_attributes.{text}"]
    assert "cannot be sent" in refused(lambda: wire.encode(F.compile(field == 1)))


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    symbol: getattr(operator, name)
    for symbol, name in {">": "gt", "<": "lt", ">=": "ge", "<=": "le"}.items()
}


@settings(max_examples=200)
@example(datetime(4018, 10, 22, 15, 22, 56, 999_999, tzinfo=UTC), ">")  # no float is as fine
@example(datetime(4018, 10, 22, 15, 22, 56, 999_999, tzinfo=UTC), "<=")
@given(
    moment=st.datetimes(
        timezones=st.timedeltas(timedelta(hours=-23), timedelta(hours=23)).map(timezone),
        min_value=datetime(1, 1, 3),  # noqa: DTZ001  # made aware by timezones
        max_value=datetime(9999, 12, 29),  # noqa: DTZ001  # made aware by timezones
    ),
    symbol=st.sampled_from(list(COMPARE)),
)
def test_a_date_filter_admits_what_the_datetime_admits(moment: datetime, symbol: str) -> None:
    compare = COMPARE[symbol]
    sent = F.created_at.compare(symbol, moment).value
    assert type(sent) is int
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    for second in range(sent - 2, sent + 3):
        record = epoch + timedelta(seconds=second)
        assert compare(second, sent) == compare(record, moment)


@pytest.mark.parametrize("symbol", ["=", "!=", "IN", "NIN"])
def test_no_whole_second_equals_a_fraction(symbol: str) -> None:
    # The latest moment there is, west of Greenwich: to tell of it must not overflow.
    for moment in (
        SINCE + timedelta(microseconds=1),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-14))),
    ):
        value: Any = [moment] if symbol.endswith("IN") else moment
        message = refused(lambda v=value: F.created_at.compare(symbol, v))  # type: ignore[misc]
        assert "whole seconds" in message


# --- Combining -------------------------------------------------------------------------------

A, B, C, D = (F.id == name for name in "abcd")


def shape(query: Any) -> object:
    if "field" in query:
        return query["value"]
    return (query["operator"], *map(shape, query["value"]))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (A, "a"),
        (A & B, ("AND", "a", "b")),
        (A | B, ("OR", "a", "b")),
        (A & B & C & D, ("AND", "a", "b", "c", "d")),
        (A & (B & (C & D)), ("AND", "a", "b", "c", "d")),
        ((A & B) & (C & D), ("AND", "a", "b", "c", "d")),
        (A | B | (C | D), ("OR", "a", "b", "c", "d")),
        ((A | B) & (C | D), ("AND", ("OR", "a", "b"), ("OR", "c", "d"))),
        (A & B | C & D, ("OR", ("AND", "a", "b"), ("AND", "c", "d"))),
        (A & (B | C) & D, ("AND", "a", ("OR", "b", "c"), "d")),
    ],
    ids=repr,
)
def test_combining(query: object, expected: object) -> None:
    assert shape(json_of(query)) == expected


@pytest.mark.parametrize("other", [True, F.open, {"field": "id"}, None, "x"], ids=repr)
def test_only_filters_combine(other: Any) -> None:
    assert "in parentheses" in refused(lambda: A & other)
    assert "in parentheses" in refused(lambda: (A | B) | other)


def many(count: int) -> list[Query[Any]]:
    return [F.id == str(index) for index in range(count)]


@pytest.mark.parametrize("symbol", ["AND", "OR"])
def test_at_most_15_filters_in_a_group(symbol: Any) -> None:
    full = Group(symbol, tuple(many(15)))
    assert len(json_of(full)["value"]) == 15
    over = Group(symbol, tuple(many(16)))
    for query in (over, over.to_dict(), Group("AND", (A, over))):
        assert f"16 filters in one {symbol} group" in refused(lambda q=query: F.compile(q))  # type: ignore[misc]


def test_two_groups_of_15_within_one() -> None:
    inner = Group("OR", tuple(many(15)))
    assert len(json_of(inner & Group("OR", tuple(many(15))))["value"]) == 2


def test_three_levels_of_groups() -> None:
    query = ((A & B) | C) & D
    assert "deeper than the 2 levels" in refused(lambda: F.compile(query))
    message = refused(lambda: F.compile(query.to_dict()))
    assert message.startswith("query.value[0].value[0]: ")
    assert "deeper than 2 levels" in message


# --- The API's own JSON ----------------------------------------------------------------------


def test_the_references_example() -> None:
    query = {
        "operator": "AND",
        "value": [{"field": "created_at", "operator": ">", "value": "1306054154"}],
    }
    assert json_of(query) == {
        "operator": "AND",
        "value": [{"field": "created_at", "operator": ">", "value": 1306054154}],
    }
    # The caller's own stays as it was.
    assert query["value"] == [{"field": "created_at", "operator": ">", "value": "1306054154"}]


@pytest.mark.parametrize(
    ("field", "sent", "read"),
    [
        ("created_at", ["1", 2], [1, 2]),
        ("statistics.count_reopens", ["5"], [5]),
        ("state", ["5"], ["5"]),
        ("admin_assignee_id", ["5", 5], ["5", 5]),
        ("custom_attributes.x", ["5"], ["5"]),
    ],
)
def test_digits_are_numbers_where_the_field_is_one(field: str, sent: object, read: object) -> None:
    assert json_of({"field": field, "operator": "IN", "value": sent})["value"] == read


def nested(leaf: object) -> dict[str, object]:
    inner = {"operator": "OR", "value": [A.to_dict(), leaf]}
    return {"operator": "AND", "value": [A.to_dict(), inner]}


@pytest.mark.parametrize(
    ("leaf", "reason"),
    [
        ({"field": "sate", "operator": "=", "value": "x"}, "no searchable field"),
        ({"field": "state", "operator": ">", "value": "x"}, "does not take the operator"),
        ({"field": "state", "value": "x"}, "does not take the operator"),
        ({"field": "state", "operator": ["="], "value": "x"}, "does not take the operator"),
        ({"field": "state", "operator": "="}, "without a value"),
        ({"field": "state", "operator": "=", "value": 1}, "takes a str, not 1"),
        ({"field": "open", "operator": "=", "value": "true"}, "takes True or False"),
        ({"field": "created_at", "operator": "=", "value": True}, "unix seconds"),
        ({"field": "created_at", "operator": "=", "value": "foobar"}, "unix seconds"),
        ({"field": "created_at", "operator": "=", "value": "²"}, "unix seconds"),
        ({"field": "created_at", "operator": "=", "value": "1" * 5000}, "unix seconds"),
        ({"field": "state", "operator": "IN", "value": "open"}, "takes a list"),
        ({"field": "state", "operator": "IN", "value": []}, "the list is empty"),
        ({"field": None, "operator": "=", "value": "x"}, "no searchable field"),
        ({"operator": "XOR", "value": [A.to_dict()]}, "neither a filter"),
        ({"operator": ["AND"], "value": [A.to_dict()]}, "neither a filter"),
        ({"operator": "AND", "value": []}, "neither a filter"),
        ({"operator": "AND", "value": A.to_dict()}, "neither a filter"),
        ({}, "neither a filter"),
        (["x"], "must be a mapping"),
        (None, "must be a mapping"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_a_mapping_is_checked_and_its_errors_name_the_place(leaf: object, reason: str) -> None:
    message = refused(lambda: F.compile(nested(leaf)))
    assert message.startswith("query.value[1].value[1]")
    assert reason in message


@pytest.mark.parametrize("query", [None, "state = open", [], 5, F.open, F.source], ids=repr)
def test_what_is_no_query(query: Any) -> None:
    assert "an expression of fields or a mapping" in refused(lambda: F.compile(query))


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (Filter("sate", "=", "open"), "no searchable field"),
        (Filter("state", ">", "open"), "does not take the operator"),
        (Filter("state", "=", object()), "takes a str"),
        (Group("AND", ()), "without filters"),
        (Group("OR", (A, Filter("open", "=", "x"))), "takes True or False"),
    ],
    ids=["field", "operator", "value", "empty group", "in a group"],
)
def test_filters_made_by_hand_are_checked_too(query: Query[Any], reason: str) -> None:
    assert reason in refused(lambda: F.compile(query))


def test_a_filter_made_by_hand_is_sent_as_one_of_f() -> None:
    assert json_of(Filter("created_at", ">", SINCE)) == json_of(F.created_at > SINCE)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.datetimes(timezones=st.just(UTC)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["field", "operator", "value", "x"]), inner)
    ),
    max_leaves=4,
)
operators = st.sampled_from([*WRITTEN, "AND", "OR", "x"])
filters = st.fixed_dictionaries(
    {
        "field": st.sampled_from([*F.table, "custom_attributes.x", "x"]) | json_values,
        "operator": operators | json_values,
        "value": json_values,
    }
)
queries = st.recursive(
    filters | json_values,
    lambda inner: st.fixed_dictionaries(
        {"operator": operators, "value": st.lists(inner, max_size=5)}
    ),
    max_leaves=10,
)


@pytest.mark.long
@settings(max_examples=200)
@given(query=queries)
def test_any_mapping_is_compiled_or_refused(query: Any) -> None:
    try:
        compiled = F.compile(query)
    except QueryError:
        return
    # What was compiled can be sent, and read back means the same.
    sent = msgspec.json.decode(msgspec.json.encode(compiled))
    assert F.compile(sent) == compiled


def test_fields_can_be_counted_and_kept_in_sets() -> None:
    assert len({F.state, F.state, F.open}) == 2
