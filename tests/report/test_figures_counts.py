"""The edges of other figures, in workspaces whose answers are worked out by hand."""

import pytest

from intercom_async.report import Fin, Reopened, SlaByName, Spread
from tests.report.making import (
    ANA,
    BOT,
    DAY,
    MARK,
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
)

HOUR = 3600


def test_ratings_count_when_they_are_asked_for(make: Make) -> None:
    def rated(id: str, rating: int | None, when: int, teammate: Record) -> Record:
        of = {"rating": rating, "created_at": when, "teammate": teammate}
        return conversation(id, T - 90 * DAY, MARK, conversation_rating=of)

    found = make(
        rated("1", 5, T, MARK),
        rated("2", 4, T, {"type": "admin", "id": 7}),
        rated("3", 3, T, MARK),
        rated("4", None, T, MARK),
        rated("5", 5, T, BOT),
        rated("6", 1, at("2025-04-01"), MARK),
        conversation("7", T, ANA, conversation_rating={"rating": None, "created_at": None}),
    )
    csat = found.csat
    assert csat is not None
    assert (csat.requested, csat.received, csat.positive) == (5, 4, 3)
    assert (csat.score, csat.response_rate) == (0.75, 0.8)
    assert csat.by_rating == {"1": 0, "2": 0, "3": 1, "4": 1, "5": 2}
    assert found.teammates is not None
    of_mark = found.teammates["7"].csat
    assert of_mark is not None
    assert (of_mark.received, of_mark.positive, of_mark.score) == (3, 2, 2 / 3)
    assert "9" not in found.teammates


def test_slas_are_hit_or_missed_or_count_as_neither(make: Make) -> None:
    applied = [("", "hit"), ("VIP", "hit"), ("VIP", "missed"), ("VIP", "cancelled")]
    applied += [("VIP", "active"), ("Night", "canceled")]
    slas: list[Record | None] = [{"sla_name": n, "sla_status": s} for n, s in applied]
    slas += [{"sla_name": "VIP", "sla_status": None}, None]
    found = make(*(conversation(str(n), T, ANA, sla_applied=sla) for n, sla in enumerate(slas)))
    assert found.sla is not None
    assert (found.sla.hit, found.sla.missed, found.sla.rate) == (2, 1, 2 / 3)
    assert found.sla.by_name == {"": SlaByName(1, 0, 1.0), "VIP": SlaByName(1, 1, 0.5)}


def test_fin(make: Make) -> None:
    states = ["assumed_resolution", "confirmed_resolution", "escalated", "routed_to_team"]
    took_part = [
        conversation(s, T, ANA, ai_agent_participated=True, ai_agent={"resolution_state": s})
        for s in states
    ]
    rest = conversation("5", T, ANA, ai_agent_participated=False, ai_agent=None)
    assert make(*took_part, rest).fin == Fin(4, 0.8, 2, 0.5)


def test_days_and_hours_are_those_of_the_zone(make: Make) -> None:
    # The clock shows 2:30 twice on 26 October, and 3:30 an hour after 1:30 on 30 March.
    spring, autumn = at("2025-03-30T01:30"), at("2025-10-26T02:30")
    midnight = at("2025-03-31T23:30")  # still March here, and April in no place east of it
    moments = [spring, spring + HOUR, autumn, autumn + HOUR, autumn + 2 * HOUR, midnight]
    records = [conversation(str(n), moment, ANA) for n, moment in enumerate(moments)]
    found = make(*records, until="2026-01-01")
    assert found.busiest_hours is not None
    sunday = found.busiest_hours[6]
    assert {hour: count for hour, count in enumerate(sunday) if count} == {1: 1, 3: 2, 2: 2}
    assert found.busiest_hours[0][23] == 1
    assert found.new_conversations is not None
    assert found.new_conversations.by_month == {"2025-03": 3, "2025-10": 3}


def test_who_waits(make: Make) -> None:
    waits = {"1": T, "2": T - 50, "3": T - 100}
    records = [conversation(id, T - DAY, ANA, waiting_since=since) for id, since in waits.items()]
    records += [
        conversation("4", T, ANA, waiting_since=None),
        conversation("5", T, ANA, waiting_since=T - 999, state="closed"),
        conversation("6", T, ANA, [part(T + 10, "note", MARK, "Soon")]),
    ]
    found = make(*records, until="2025-03-02")
    assert found.waiting is not None
    assert (found.waiting.count, found.waiting.oldest, found.waiting.median) == (3, 110, 60.0)


def test_office_hours_are_as_told_where_they_are(make: Make) -> None:
    told = {"time_to_admin_reply": 40, "time_to_first_close": 50, "time_to_last_close": 60}
    found = make(
        conversation("1", T, ANA, statistics=told),
        conversation("2", T, ANA, statistics=dict.fromkeys(told)),
        conversation("3", T, ANA, statistics=None),
        conversation("4", T, MARK, statistics=told),
    )
    assert found.first_response is not None
    assert found.first_response.office_hours == of_one(40)
    assert found.time_to_close is not None
    assert found.time_to_close.office_hours is not None
    assert found.time_to_close.office_hours.first == of_one(50)
    assert found.time_to_close.office_hours.last == of_one(60)
    assert found.not_included["without_statistics"] == 2


def test_teams_and_tags_are_those_of_now(make: Make) -> None:
    tags = {"tags": [{"id": "1", "name": "refund"}, {"id": 2, "name": "vip"}, {"id": "1"}]}
    parts = [part(T + 30, "comment", MARK, "Hello")]
    found = make(
        conversation("1", T, ANA, parts, team_assignee_id=70, tags=tags),
        conversation("2", T, ANA, team_assignee_id="70", tags={"tags": [{"id": "1"}]}),
        conversation("3", T, ANA, team_assignee_id="0"),
        conversation("4", T, MARK, team_assignee_id="70", tags=tags),
    )
    assert found.teams is not None
    assert found.teams["70"].conversations == 2
    assert found.teams["70"].first_response == of_one(30)
    assert found.tags is not None
    assert {id: tag.conversations for id, tag in found.tags.items()} == {"1": 2, "2": 1}


def test_what_is_not_included_is_counted(make: Make) -> None:
    source = {"type": "email", "author": ANA, "body": None, "redacted": True}
    cut = conversation("1", T, ANA, [part(T + n, "note", MARK, "n") for n in range(500)])
    cut["conversation_parts"]["total_count"] = 512
    whole = conversation("2", T, ANA, [part(T + n, "note", MARK, "n") for n in range(500)])
    redacted = [part(T + 1, "comment", MARK, redacted=True)] * 2
    found = make(cut, whole, conversation("3", T, ANA, redacted, source=source))
    assert found.not_included["parts_cut_short"] == 1
    assert found.not_included["redacted"] == 3
    assert found.not_included["without_statistics"] == 3
    assert new(found) == (3, 3, 0)


def test_a_period_in_which_nothing_happened_has_none_of_it(make: Make) -> None:
    rating = {"rating": 5, "created_at": T, "teammate": MARK}
    sla = {"sla_name": "VIP", "sla_status": "hit"}
    record = conversation("1", T, ANA, conversation_rating=rating, sla_applied=sla)
    record |= {"statistics": {"count_reopens": 0}, "ai_agent_participated": True}
    found = make(record, since="2020-01-01", until="2020-02-01", office_hours="Mon 09:00-10:00")
    assert new(found) == (0, 0, 0)
    assert found.first_response is not None
    spreads = [first_response(found), found.first_response.office_hours]
    assert [*spreads, found.first_response.given_hours] == [Spread(0, None, None)] * 3
    assert found.reopened == Reopened(0, 0, None)
    assert found.csat is not None
    assert (found.csat.requested, found.csat.score) == (0, None)
    assert found.sla is not None
    assert (found.sla.hit, found.sla.rate) == (0, None)
    assert found.fin == Fin(0, None, None, None)
    assert found.busiest_hours == [[0] * 24] * 7
    assert opened(found) == dict.fromkeys(
        ["2020-01-06", "2020-01-13", "2020-01-20", "2020-01-27"], 0
    )
    assert found.teammates == {}
    assert found.tags == {}


def test_an_export_without_conversations_has_figures(make: Make) -> None:
    found = make()
    assert new(found) == (0, 0, 0)
    assert found.csat is None


def test_what_no_record_tells_is_no_figure_and_said_to_be_none(make: Make) -> None:
    found = make(conversation("1", T, ANA, [part(T + 9, "comment", MARK, "Hi")]))
    absent = [found.csat, found.sla, found.fin, found.waiting, found.teams]
    assert absent == [None] * 5
    assert {"csat", "sla", "fin", "waiting", "teams", "first_response.office_hours"} < set(
        found.not_included
    )
    assert found.first_response is not None
    assert found.first_response.office_hours is None
    assert found.teammates is not None
    assert found.teammates["7"].csat is None


def test_months_of_which_a_part_is_in_the_period_are_marked(make: Make) -> None:
    late = conversation("1", at("2025-05-20"), ANA)
    assert make(late, since="2025-03-01", until="2025-04-01").partial_months == ()


@pytest.mark.parametrize(
    ("since", "until", "partial"),
    [
        ("2025-03-02", "2025-05-01", ("2025-03",)),
        ("2025-03-01", "2025-04-02", ("2025-04",)),
        ("2025-03-02", "2025-03-09", ("2025-03",)),
        ("2025-03-01T00:00:01", "2025-04-30", ("2025-03", "2025-04")),
        ("2025-03-01", "2026-01-01", ("2025-05",)),  # which the export ends in
        ("2026-03-05", "2026-03-07", ()),  # after the export
    ],
)
def test_partial_months(make: Make, since: str, until: str, partial: tuple[str, ...]) -> None:
    late = conversation("1", at("2025-05-20"), ANA)
    assert make(late, since=since, until=until).partial_months == partial
