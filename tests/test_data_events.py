"""What the documents tell of events, visitors and attributes in prose alone."""

from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import pytest

from intercom_async import QueryError
from tests.test_nouns import Recorder

URL: Final = "https://api.intercom.io/events?per_page=2&before=9&intercom_user_id=5f&type=user"


async def test_events_of_a_contact_are_walked_by_the_links_of_answers() -> None:
    intercom = Recorder(
        {"type": "event.list", "events": [{"id": 1}, {"id": "2"}], "pages": {"next": URL}},
        {"type": "event.list", "events": [{"created_at": 7, "metadata": {"n": 1}}], "pages": {}},
    )
    events = [event async for event in intercom.data_events.list(intercom_user_id="5f", per_page=2)]
    assert [event.id for event in events] == ["1", "2", None]
    assert events[2].created_at == datetime.fromtimestamp(7, UTC)
    first, second = intercom.paths()
    assert first == "GET /events?type=user&intercom_user_id=5f&per_page=2"
    assert second == "GET /events?type=user&intercom_user_id=5f&per_page=2&before=9"


async def test_events_are_counted_on_request() -> None:
    intercom = Recorder({"events": [{"name": "order", "count": 3}]})
    counted = await intercom.data_events.summaries.list(email="a+b@example.com")
    assert [(each.name, each.count) for each in counted.items] == [("order", 3)]
    assert intercom.paths() == ["GET /events?type=user&summary=true&email=a%2Bb%40example.com"]


async def test_whose_events_is_said_exactly_once() -> None:
    events: Any = Recorder().data_events
    for given in ({}, {"user_id": "u", "email": "a@example.com"}):
        with pytest.raises(QueryError, match="list: give exactly one of user_id, intercom"):
            events.list(**given)
        with pytest.raises(QueryError, match="list: give exactly one of user_id, intercom"):
            events.summaries.list(**given)
        with pytest.raises(QueryError, match="create: give exactly one of id, user_id, email"):
            await events.create(event_name="x", created_at=1, **given)
    with pytest.raises(QueryError, match="created_at"):
        await events.create(event_name="x", user_id="u")


async def test_an_event_is_sent_with_its_second() -> None:
    intercom = Recorder(None)
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    await intercom.data_events.create(event_name="x", created_at=moment, user_id=5)
    (call,) = intercom.asked
    assert msgspec.json.decode(call.body or b"") == {
        "event_name": "x",
        "created_at": 1_704_067_200,
        "user_id": "5",
    }
    assert call.repeatable


async def test_lists_of_a_visitor_are_served_as_lists() -> None:
    sent = {
        "id": 5,
        "companies": {"type": "company.list", "companies": [{"id": 7}]},
        "social_profiles": {"type": "social_profile.list", "social_profiles": ["x"]},
        "tags": {"type": "tag.list", "tags": [{"id": 8, "name": "t"}]},
        "segments": {"type": "segment.list", "segments": ["s"]},
        "location_data": {"city_name": "Dublin"},
        "last_request_at": 7,
    }
    visitor = await Recorder(sent).visitors.retrieve(user_id="u")
    assert ([each.id for each in visitor.companies], visitor.social_profiles) == (["7"], ["x"])
    assert ([tag.name for tag in visitor.tags], visitor.segments) == (["t"], ["s"])
    assert visitor.location_data is not None
    assert visitor.location_data.city_name == "Dublin"
    assert visitor.last_request_at == datetime.fromtimestamp(7, UTC)


async def test_who_is_no_visitor_is_refused() -> None:
    visitors: Any = Recorder().visitors
    for given in ({}, {"id": "1", "user_id": "u"}):
        with pytest.raises(QueryError, match="update: give exactly one of id, user_id"):
            await visitors.update(name="x", **given)
    for visitor, user in (({}, {"id": "1"}), ({"id": "1"}, {"email": "a@example.com"})):
        with pytest.raises(QueryError, match="convert: visitor needs"):
            await visitors.convert(visitor=visitor, user=user, type="user")


@pytest.mark.parametrize(
    ("given", "of"),
    [
        ({"data_type": "list", "multiline": True}, "multiline is for the type string"),
        ({"data_type": "string", "options": [{"label": "a"}]}, "options is for the type list"),
        ({"data_type": "files", "reference": {"type": "one"}}, "is for the type relationship"),
    ],
    ids=str,
)
async def test_an_attribute_takes_what_its_type_has(given: Any, of: str) -> None:
    with pytest.raises(QueryError, match=of):
        await Recorder(version="2.16").conversation_attributes.create(name="x", **given)
