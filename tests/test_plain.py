"""What callers write is sent as they meant it, or refused with its place; nothing is converted."""

import json
import sys
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from numbers import Integral, Real
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_async import (
    AsyncIntercom,
    AttachmentFile,
    ConfigurationError,
    F,
    QueryError,
    RetryPolicy,
    SignatureError,
    Timeouts,
)
from intercom_async.core import wire
from intercom_async.core.plain import plain, unix_seconds
from intercom_async.webhooks import verify_signature


class Safe(str):  # noqa: SLOT000  # as frameworks' safe strings are
    """Says something else of itself than it holds."""

    def __str__(self) -> str:
        return "no text of its own"


class Colour(StrEnum):
    RED = "red"


class Level(IntEnum):
    HIGH = 3


class Plan(Enum):
    PRO = "pro"


class Number(float):
    """As numpy's float64 is."""


class Whole:
    """As numpy's int64 is: no int, but good for one."""

    def __index__(self) -> int:
        return 7


class Span:
    """As numpy's timedelta64 is: registered as an int, and a number of some unit."""

    def __int__(self) -> int:
        return 7


Integral.register(Span)


class Single(float):
    """As numpy's float32 is registered."""


Real.register(Single)


class NaT(datetime):
    """As pandas' missing time is: a datetime that is none."""

    def utcoffset(self) -> timedelta | None:
        raise ValueError("NaTType does not support utcoffset")


NO_TIME = NaT(2024, 1, 1)
CYCLE: list[Any] = []
CYCLE.append(CYCLE)
DEEP: Any = []
for _ in range(100_000):
    DEEP = [DEEP]


def sent(value: object) -> Any:
    return json.loads(wire.encode({"custom_attributes": {"x": value}}))["custom_attributes"]["x"]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(json_values)
def test_json_is_sent_as_it_is(value: Any) -> None:
    assert sent(value) == value


@pytest.mark.parametrize(
    ("value", "arrives"),
    [
        (Safe("a"), "a"),
        ({Safe("k"): [Safe("a")]}, {"k": ["a"]}),
        (Colour.RED, "red"),
        (Level.HIGH, 3),
        (Plan.PRO, "pro"),
        (Number(1.5), 1.5),
        (Single(2.0), 2.0),
        (Whole(), 7),
        (Fraction(1, 2), 0.5),
        ((1, 2), [1, 2]),
        (OrderedDict(a=1), {"a": 1}),
        (MappingProxyType({"a": 1}), {"a": 1}),
        (datetime(2024, 1, 1, tzinfo=UTC), 1704067200),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_stands_for_json_is_sent_as_that(value: object, arrives: object) -> None:
    assert sent(value) == arrives


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        -float("inf"),
        Number("nan"),
        b"abc",
        bytearray(b"abc"),
        memoryview(b"abc"),
        Decimal("1.50"),
        Decimal("nan"),
        Fraction(1, 3),
        {1},
        frozenset("a"),
        2**63,
        -(2**63) - 1,
        {1: "a"},
        {None: "a"},
        "\ud800",
        {"\udfff": 1},
        datetime(2024, 1, 1),  # noqa: DTZ001  # what is to be refused
        date(2024, 1, 1),
        timedelta(1),
        Span(),
        NO_TIME,
        1j,
        object(),
        iter([1]),
        CYCLE,
        DEEP,
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("wrap", [lambda v: v, lambda v: [1, {"deep": (v,)}]], ids=["", "inside"])
def test_what_json_has_no_form_for_is_refused_with_its_place(
    value: object, wrap: Callable[[object], object]
) -> None:
    with pytest.raises(QueryError, match=r"\$\.custom_attributes|^\$ is nested"):
        sent(wrap(value))


@pytest.mark.parametrize(
    "value",
    [Safe("a"), Number(1.5), Whole(), Colour.RED, Level.HIGH],
    ids=lambda value: type(value).__name__,
)
def test_searches_take_the_same(value: Any) -> None:
    query = F.compile(F["custom_attributes.x"] == value)
    assert json.loads(wire.encode(query))["value"] == sent(value)


@pytest.mark.parametrize(
    "value",
    [float("nan"), b"a", Decimal(1), NO_TIME, {1}, object(), Span(), DEEP, -(10**5000)],
    ids=lambda value: type(value).__name__,
)
def test_searches_refuse_the_same(value: Any) -> None:
    with pytest.raises(QueryError):
        F.compile(F["custom_attributes.x"] == value)
    with pytest.raises(QueryError):
        F.compile(F.created_at > value)


@pytest.mark.parametrize("odd", [DEEP, 10**5000, "x" * 10**6], ids=["deep", "huge", "long"])
@pytest.mark.parametrize(
    "use",
    [
        lambda odd: Timeouts(attempt=odd),
        lambda odd: RetryPolicy(repeat_upserts=odd),
        lambda odd: AsyncIntercom(token="t", budget=odd),
        lambda odd: F.compile({"field": "state", "operator": odd, "value": 1}),
        lambda odd: F.compile({"field": odd, "operator": "=", "value": 1}),
        lambda odd: F.compile({"field": "created_at", "operator": "=", "value": odd}),
        lambda odd: F.created_at > odd,
        lambda odd: unix_seconds("until", odd),
    ],
)
def test_values_that_cannot_be_shown_whole_are_refused_in_short(
    use: Callable[[Any], Any], odd: object
) -> None:
    with pytest.raises((QueryError, ConfigurationError)) as caught:
        use(odd)
    assert len(str(caught.value)) < 500


NOW = 1_700_000_000


@pytest.mark.parametrize("factor", [1_000, 1_000_000, 1_000_000_000])
@pytest.mark.parametrize(
    "use",
    [
        lambda moment: unix_seconds("until", moment),
        lambda moment: F.compile(F.created_at > moment),
        lambda moment: F.compile(F.waiting_since.is_in([NOW, moment])),
        lambda moment: F.compile({"field": "updated_at", "operator": "=", "value": moment}),
        lambda moment: F.compile({"field": "updated_at", "operator": "=", "value": str(moment)}),
    ],
)
def test_moments_in_other_units_are_refused(use: Callable[[int], Any], factor: int) -> None:
    use(NOW)
    with pytest.raises(QueryError, match="not milliseconds"):
        use(NOW * factor)


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.csv.gz", "application/gzip"),
        ("a.csv.GZ", "application/gzip"),
        ("a.tar.bz2", "application/x-bzip2"),
        ("a.txt.xz", "application/x-xz"),
        ("a.txt.Z", "application/x-compress"),
        ("a.json.br", "application/x-brotli"),
        ("a.ndjson.zst", "application/zstd"),
        ("a.gz", "application/gzip"),
        ("a.csv", "text/csv"),
        ("a.png", "image/png"),
        ("a", "application/octet-stream"),
    ],
)
def test_a_packed_file_is_told_as_what_it_is(name: str, content_type: str) -> None:
    assert AttachmentFile(name, b"").to_dict()["content_type"] == content_type


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((b"{}", b"sha1=00", "s"), "the header must be str, not bytes"),
        ((b"{}", "sha1=00", b"s"), "the secret must be str, not bytes"),
        ((b"{}", "sha1=00", None), "the secret must be str, not NoneType"),
        (("{}", "sha1=00", "s"), "the body must be bytes, not str"),
        (({}, "sha1=00", "s"), "the body must be bytes, not dict"),
    ],
)
def test_a_signature_of_other_types_is_refused(arguments: Any, said: str) -> None:
    with pytest.raises(SignatureError, match=said):
        verify_signature(*arguments)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"attachment_urls": (url for url in ["http://x"])}, "attachment_urls must be a list"),
        ({"attachment_urls": [None]}, "attachment_urls must be a str, not NoneType"),
        ({"attachment_urls": {"a"}}, "attachment_urls must be a list, not set"),
        ({"attachment_files": [AttachmentFile("a", "text")]}, "must be bytes, not str"),  # type: ignore[arg-type]  # what is to be refused
        ({"attachment_files": [AttachmentFile(None, b"")]}, "must be a str, not NoneType"),  # type: ignore[arg-type]  # as above
        ({"attachment_files": [None]}, "not NoneType"),
        ({"attachment_files": 5}, "attachment_files must be a list, not int"),
    ],
)
async def test_attachments_of_other_types_are_refused(given: Any, said: str) -> None:
    async with AsyncIntercom(token="token", base_url="http://127.0.0.1:1") as intercom:
        with pytest.raises(QueryError, match=said):
            await intercom.conversations.reply("1", admin_id="1", body="b", **given)


async def test_an_id_of_thousands_of_digits_is_refused() -> None:
    async with AsyncIntercom(token="t") as intercom:
        with pytest.raises(QueryError, match="id: Exceeds the limit"):
            await intercom.tags.retrieve(10**5000)


@pytest.mark.long
def test_the_first_depth_that_is_too_much_is_refused_as_all_beyond() -> None:
    refused = []
    value: object = 1
    for depth in range(sys.getrecursionlimit()):
        value = {"within": value}
        try:
            plain(value, "body")
        except QueryError as error:
            refused.append((depth, "is nested too deeply" in str(error)))
    first, _ = refused[0]
    assert refused == [(depth, True) for depth in range(first, sys.getrecursionlimit())]


def test_the_field_that_is_nested_too_deeply_is_named() -> None:
    nested: list[object] = []
    nested.append(nested)
    with pytest.raises(QueryError, match=r"body\.custom\.deep is nested too deeply"):
        plain({"custom": {"fine": [1], "deep": nested}, "other": {}}, "body")
