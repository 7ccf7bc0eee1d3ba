"""The edges of figures about time, in workspaces whose answers are worked out by hand."""

import pytest

from intercom_async.report import Reopened, Spread
from tests.report.making import (
    ANA,
    BOT,
    DAY,
    MARK,
    OLGA,
    Make,
    Record,
    T,
    at,
    conversation,
    first_response,
    new,
    of_one,
    opened,
    part,
    person,
)


def test_an_outbound_message_is_new_when_it_is_answered(make: Make) -> None:
    unanswered = conversation("1", T, MARK, [part(T + 5, "comment", MARK, "Still there?")])
    early = conversation("2", at("2025-02-20"), MARK, [part(T, "comment", ANA, "Yes")])
    by_bot = conversation("3", T, BOT, [part(T + DAY, "comment", ANA, "Hi")])
    nobody = conversation("4", T, ANA, [part(T + DAY, "comment", ANA, "Hi")], source=None)
    found = make(unanswered, early, by_bot, nobody)
    assert new(found) == (3, 0, 3)
    assert found.new_conversations is not None
    assert found.new_conversations.by_channel == {"email": 2}
    assert found.new_conversations.by_month == {"2025-03": 3}


def test_a_period_has_its_first_second_and_not_that_after_its_last(make: Make) -> None:
    moments = ["2025-02-28T23:59:59", "2025-03-01", "2025-03-31T23:59:59", "2025-04-01"]
    found = make(*(conversation(str(n), at(moment), ANA) for n, moment in enumerate(moments)))
    assert new(found) == (2, 2, 0)
    assert (found.since, found.until) == ("2025-03-01T00:00:00+01:00", "2025-04-01T00:00:00+02:00")


@pytest.mark.parametrize(
    "unseen",
    [
        part(T + 5, "note", MARK, "Who takes this?"),
        part(T + 5, "note_and_reopen", MARK, "Who takes this?"),
        part(T + 5, "assignment", MARK, "For you"),
        part(T + 5, "assign_and_reopen", MARK, "For you"),
        part(T + 5, "comment", BOT, "I am a bot"),
        part(T + 5, "comment", person("team", "70"), "We are a team"),
        part(T + 5, "comment", MARK, ""),
        part(T + 5, "comment", MARK),
    ],
)
def test_the_first_response_is_what_a_contact_sees_of_a_teammate(
    make: Make, unseen: Record
) -> None:
    answer = part(T + 70, "comment", OLGA, "Hello")
    found = make(conversation("1", T, ANA, [unseen, answer]))
    assert first_response(found) == of_one(70)
    assert found.response is not None
    assert found.response.clock == of_one(70)
    assert found.teammates is not None
    assert found.teammates["8"].first_response == of_one(70)
    assert "7" not in found.teammates


@pytest.mark.parametrize(
    "answer",
    [
        part(T + 70, "close", MARK, "Done"),
        part(T + 70, "comment", MARK, None, redacted=True),
        part(T + 70, "comment", MARK, None, attachments=[{"name": "a.png"}]),
    ],
)
def test_whatever_a_contact_sees_is_a_response(make: Make, answer: Record) -> None:
    found = make(conversation("1", T, ANA, [answer]))
    assert first_response(found) == of_one(70)


def test_things_of_one_second_are_in_the_order_of_the_record(make: Make) -> None:
    after = conversation("1", T, ANA, [part(T, "comment", MARK, "Hello")])
    parts = [part(T + 9, "comment", MARK, "Any news?"), part(T + 9, "comment", ANA, "No")]
    before = conversation("2", T, OLGA, parts)
    assert first_response(make(after, before)) == of_one(0)


def test_an_answer_is_to_the_first_message_nobody_answered(make: Make) -> None:
    parts = [
        part(T + 60, "comment", ANA, "Hello?"),
        part(T + 100, "comment", MARK, "Yes"),
        part(T + 110, "comment", MARK, "What is it?"),
        part(T + 200, "comment", ANA, "This"),
        part(T + 260, "comment", ANA, "And that"),
        part(T + 300, "comment", OLGA, "Thanks"),
    ]
    found = make(conversation("1", T, ANA, parts))
    assert found.response is not None
    assert found.response.clock == Spread(2, 100.0, 100.0)
    assert found.teammates is not None
    assert found.teammates["7"].replies == 2
    assert found.teammates["7"].replied_conversations == 1
    assert found.teammates["8"].first_response == Spread(0, None, None)


def test_what_a_new_conversation_leads_to_counts_whenever_it_comes(make: Make) -> None:
    later = at("2025-05-05")
    parts = [part(later, "comment", MARK, "Sorry"), part(later + 60, "close", MARK)]
    found = make(conversation("1", T, ANA, parts))
    assert first_response(found) == of_one(later - T)
    assert found.time_to_close is not None
    assert found.time_to_close.clock.first == of_one(later + 60 - T)
    assert found.reopened == Reopened(0, 1, 0.0)
    assert found.closed is not None
    assert (found.closed.events, found.closed.conversations) == (0, 0)
    assert found.response is not None
    assert found.response.clock.count == 0
    assert found.teammates is not None
    assert (found.teammates["7"].replies, found.teammates["7"].closed) == (0, 0)


def test_the_first_and_the_last_close_are_after_the_first_message(make: Make) -> None:
    parts = [
        part(T + 10, "close", MARK),
        part(T + 20, "comment", ANA, "Wait"),
        part(T + 50, "close", BOT),
        part(T + 60, "open", OLGA),
        part(T + 90, "close", MARK),
    ]
    found = make(conversation("1", T, MARK, parts))
    assert found.time_to_close is not None
    assert found.time_to_close.clock.first == of_one(30)
    assert found.time_to_close.clock.last == of_one(70)
    assert found.closed is not None
    assert (found.closed.events, found.closed.conversations) == (3, 1)
    assert found.teammates is not None
    assert found.teammates["7"].closed == 2


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "author", "body", "share"),
    [
        ("open", MARK, None, 1.0),
        ("unsnoozed", MARK, None, 1.0),
        ("timer_unsnooze", BOT, None, 1.0),
        ("assign_and_unsnooze", MARK, None, 1.0),
        ("note_and_reopen", MARK, "Look", 1.0),
        ("assign_and_reopen", MARK, None, 1.0),
        ("comment", ANA, "One more", 1.0),
        ("comment", ANA, None, 0.0),
        ("comment", MARK, "Bye", 0.0),
        ("note", MARK, "Done", 0.0),
        ("close", MARK, "Bye", 0.0),
        ("snoozed", MARK, None, 0.0),
    ],
)
def test_what_reopens(
    make: Make, kind: str, author: Record, body: str | None, share: float
) -> None:
    parts = [part(T + 10, "close", MARK), part(T + 20, kind, author, body)]
    found = make(conversation("1", T, ANA, parts), conversation("2", T, ANA))
    assert found.reopened == Reopened(int(share), 1, share)


def test_answering_a_closed_outbound_conversation_reopens_it(make: Make) -> None:
    parts = [part(T + 10, "close", BOT), part(T + 20, "comment", ANA, "Interesting")]
    assert make(conversation("1", T, BOT, parts)).reopened == Reopened(1, 1, 1.0)


def test_a_contact_closes_with_a_message(make: Make) -> None:
    monday = at("2025-03-10")
    parts = [part(T + 10, "close", ANA, "Solved, thanks")]
    found = make(conversation("1", T, MARK, parts), conversation("2", monday + 30 * DAY, ANA))
    assert new(found) == (1, 0, 1)
    assert found.time_to_close is not None
    assert found.time_to_close.clock.first.count == 0
    assert found.reopened == Reopened(0, 1, 0.0)
    assert opened(found) == dict.fromkeys(["2025-03-03", *MONDAYS], 0)


MONDAYS = ["2025-03-10", "2025-03-17", "2025-03-24", "2025-03-31"]
LATE = conversation("late", at("2025-06-01"), BOT)  # so that the export is of June


def test_open_over_time(make: Make) -> None:
    inbound = conversation("1", at("2025-03-10"), ANA, [part(at("2025-03-24"), "close", MARK)])
    second = conversation("2", at("2025-03-10T00:00:01"), ANA)
    outbound = conversation("3", T, MARK, [part(at("2025-03-18"), "comment", ANA, "Yes")])
    by_part = conversation("4", T, MARK, [part(at("2025-03-17"), "open", MARK)])
    snoozed = conversation(
        "5", T, ANA, [part(T + 5, "snoozed", MARK), part(at("2025-03-30"), "unsnoozed", MARK)]
    )
    passing = conversation(
        "6", T, ANA, [part(at("2025-03-10"), "close", MARK), part(at("2025-03-10"), "open", MARK)]
    )
    found = make(inbound, second, outbound, by_part, snoozed, passing, LATE)
    # Of 1 to 6 in order: those open as the Monday began.
    assert opened(found) == {
        "2025-03-03": 0,
        "2025-03-10": len("1    6".replace(" ", "")),
        "2025-03-17": len("12 4 6".replace(" ", "")),
        "2025-03-24": len(" 234 6".replace(" ", "")),
        "2025-03-31": len(" 23456".replace(" ", "")),
    }


def test_mondays_after_the_export_are_left_out(make: Make) -> None:
    found = make(conversation("1", at("2025-03-10"), ANA))
    assert found.as_of == "2025-03-10T00:00:00+01:00"
    assert opened(found) == {"2025-03-03": 0, "2025-03-10": 1}
