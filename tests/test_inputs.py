"""What callers write is checked by the TypedDict that documents it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, Required, TypedDict

import pytest

from intercom_async import QueryError
from intercom_async.core.inputs import IsoMoment, NumericId, checked, exactly_one, number, param


class Thing(TypedDict, total=False):
    name: Required[str]
    admin_id: str | int | None
    size: int
    kind: Literal["big", "small"]
    urls: Sequence[str]
    created_at: datetime | int
    custom: Mapping[str, Any]


class Version(TypedDict, total=False):
    author_id: NumericId


class Listed(TypedDict, total=False):
    author_id: Required[NumericId]
    parent_id: NumericId | None
    publish_at: IsoMoment | None
    audience_ids: Sequence[NumericId] | None
    folder_ids: Sequence[str | int]
    things: Mapping[str, Thing]
    versions: Sequence[Version]
    kinds: Sequence[Thing] | None


class Text(str):
    __slots__ = ()


def test_fields_are_returned_as_they_are_sent() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    fields = checked(
        "create",
        Thing,
        {
            "name": Text("x"),
            "admin_id": 7,
            "urls": ("a", "b"),
            "created_at": moment,
            "custom": {"n": 5, "at": moment},
        },
    )
    seconds = int(moment.timestamp())
    assert fields == {
        "name": "x",
        "admin_id": "7",
        "urls": ["a", "b"],
        "created_at": seconds,
        "custom": {"n": 5, "at": seconds},
    }
    assert type(fields["name"]) is str


def test_fields_are_sent_as_numbers_and_iso_dates_where_the_reference_asks_for_them() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    given = {"author_id": "7", "parent_id": 8, "publish_at": moment}
    sent = {"author_id": 7, "parent_id": 8, "publish_at": "2026-01-01T00:00:00+00:00"}
    assert checked("create", Listed, given) == sent
    cleared = {"author_id": 7, "parent_id": None, "publish_at": None}
    assert checked("create", Listed, cleared) == cleared
    listed = {"author_id": 7, "audience_ids": ["1", 2], "folder_ids": ["1", 2]}
    sent = {"author_id": 7, "audience_ids": [1, 2], "folder_ids": ["1", "2"]}
    assert checked("create", Listed, listed) == sent
    with pytest.raises(QueryError, match=r"publish_at must be int \| datetime \| null, not str"):
        checked("create", Listed, {"author_id": 7, "publish_at": "2026-01-01T00:00:00Z"})
    with pytest.raises(QueryError, match="author_id must be a number, not 'x'"):
        checked("create", Listed, {"author_id": "x"})


def test_fields_within_fields_are_sent_alike() -> None:
    given = {"author_id": 7, "things": {"en": {"name": "x", "admin_id": 5}}}
    sent = {"author_id": 7, "things": {"en": {"name": "x", "admin_id": "5"}}}
    assert checked("create", Listed, given) == sent
    given = {"author_id": 7, "versions": [{"author_id": "8"}]}
    assert checked("create", Listed, given) == {"author_id": 7, "versions": [{"author_id": 8}]}
    with pytest.raises(QueryError, match=r"versions\[0\]\.author_id must be a number"):
        checked("create", Listed, {"author_id": 7, "versions": [{"author_id": "x"}]})


def test_a_misspelt_field_within_another_is_refused() -> None:
    given = {"author_id": 7, "things": {"en": {"name": "x", "siez": 5}}}
    with pytest.raises(QueryError, match=r"create\.things\.en: there is no field 'siez'"):
        checked("create", Listed, given)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, "name"),
        ({"nme": "x"}, "there is no field 'nme'; did you mean name"),
        ({"name": "x", "zzz": 1}, "there is no field 'zzz'; there are name, admin_id"),
        ({"name": 5}, "name must be str, not int"),
        ({"name": b"x"}, "no JSON for bytes"),
        ({"name": "x", "admin_id": True}, "admin_id must be int | str | null, not bool"),
        ({"name": "x", "admin_id": " "}, "admin_id must be an id"),
        ({"name": "x", "size": "5"}, "size must be int, not str"),
        ({"name": "x", "size": 1.5}, "size must be int, not float"),
        ({"name": "x", "kind": "huge"}, "kind must be one of 'big', 'small', not 'huge'"),
        ({"name": "x", "urls": ["a", None]}, "urls[1] must be str, not null"),
        ({"name": "x", "created_at": datetime(2026, 1, 1)}, "no time zone"),  # noqa: DTZ001
        ({"name": "x", "created_at": 1_700_000_000_000}, "created_at: 1700000000000 is not within"),
        ({"name": "x", "created_at": "2026-01-01T00:00:00Z"}, "must be int | datetime, not str"),
        ({"name": "x", "custom": {"n": float("nan")}}, "no JSON for"),
        ({"name": "x", "custom": []}, "custom must be object, not array"),
    ],
    ids=repr,
)
def test_what_the_api_would_refuse_is_named(given: dict[str, Any], reason: str) -> None:
    with pytest.raises(QueryError) as raised:
        checked("create", Thing, given)
    assert str(raised.value).startswith("create")
    assert reason in str(raised.value)


@pytest.mark.parametrize(
    "given", [{"things": {"en": {"name": "x", "kind": "huge"}}}, {"kinds": [{"kind": "huge"}]}]
)
def test_the_words_that_may_stand_within_another_field_are_named(given: dict[str, Any]) -> None:
    with pytest.raises(QueryError, match=r"\]\.kind must be one of 'big', 'small', not 'huge'"):
        checked("create", Listed, {"author_id": 7, **given})


def test_exactly_one_identifier() -> None:
    names = ("email", "user_id")
    assert exactly_one("reply", {"email": "e", "user_id": None}, names) == {"email": "e"}
    for given in ({}, {"email": "e", "user_id": "u"}):
        with pytest.raises(QueryError, match="give exactly one of email, user_id"):
            exactly_one("reply", given, names)


def test_an_id_that_is_sent_as_a_number() -> None:
    assert number("into", "12") == number("into", 12) == 12
    for text in ("a1", "-1", "\u0661", "9" * 5000):
        with pytest.raises(QueryError, match=f"into must be a number, not '{text[:199]}"):
            number("into", text)


def test_several_values_of_a_parameter_have_commas_between_them_only() -> None:
    assert param("ids", ["1", 2]) == "1,2"
    assert param("phrase", "a, b") == "a, b"
    with pytest.raises(QueryError, match="ids: commas stand between several values"):
        param("ids", ["1,2", "3"])
