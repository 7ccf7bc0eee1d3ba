"""The figures of a workspace's conversations, as ``figures.json`` has them.

Spans of time are in seconds. A share is between 0 and 1, and ``None`` where nothing divides it. A
figure is ``None`` where the export lacks what it needs, and ``not_included`` says why.

Words: a contact is an author of type ``user``, ``lead`` or ``contact``; a teammate one of type
``admin``. A message of a contact is the source, or a part with a body or an attachment. A visible
message of a teammate is such a part that is neither a note nor an assignment. A conversation is new
when its first message of a contact is written.
"""

from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

__all__ = [
    "NOTHING",
    "Closed",
    "Csat",
    "Figures",
    "Fin",
    "FirstResponse",
    "NewConversations",
    "Reopened",
    "Response",
    "Sla",
    "SlaByName",
    "Spread",
    "Tag",
    "Team",
    "Teammate",
    "TeammateCsat",
    "TimeToClose",
    "ToClose",
    "Waiting",
    "share",
]


class Spread(msgspec.Struct, frozen=True):
    """How long something took.

    Attributes:
        count: How many times it took.
        median: The middle of them, interpolated; ``None`` if there are none.
        p90: What nine in ten took at most, interpolated; ``None`` if there are none.
    """

    count: int
    median: float | None
    p90: float | None


NOTHING: Final = Spread(0, None, None)
"""What took no time, there being none of it."""


def share(part: int, whole: int) -> float | None:
    """Return how much of a whole a part is; ``None`` of nothing."""
    return part / whole if whole else None


class NewConversations(msgspec.Struct, frozen=True):
    """Conversations whose first message of a contact is in the period.

    Attributes:
        count: How many.
        inbound: Those whose source a contact wrote.
        outbound: The others.
        by_channel: By the type of the source, such as ``email``; only those that have one.
        by_month: By month, such as ``2025-07``, without those that had none.
    """

    count: int
    inbound: int
    outbound: int
    by_channel: dict[str, int]
    by_month: dict[str, int]


class FirstResponse(msgspec.Struct, frozen=True):
    """How long new conversations waited for the first visible message of a teammate.

    Attributes:
        clock: Around the clock, from the first message of a contact.
        office_hours: In office hours, as Intercom tells: ``statistics.time_to_admin_reply``.
        given_hours: As ``clock``, but only what lies in the office hours given; unset where none
            were given.
    """

    clock: Spread
    office_hours: Spread | None
    given_hours: Spread | UnsetType = UNSET


class Response(msgspec.Struct, frozen=True):
    """How long contacts waited for each answer in the period.

    A visible message of a teammate answers all messages of contacts before it that none answered;
    they waited since the first of those.

    Attributes:
        clock: Around the clock.
        given_hours: Only what lies in the office hours given; unset where none were given.
    """

    clock: Spread
    given_hours: Spread | UnsetType = UNSET


class ToClose(msgspec.Struct, frozen=True):
    """How long new conversations took to be closed.

    Attributes:
        first: For the first time.
        last: For the last time.
    """

    first: Spread
    last: Spread


class TimeToClose(msgspec.Struct, frozen=True):
    """How long new conversations took to be closed, in three ways to measure.

    Attributes:
        clock: Around the clock, from the first message of a contact.
        office_hours: In office hours, as Intercom tells: ``statistics.time_to_first_close`` and
            ``time_to_last_close``.
        given_hours: As ``clock``, but only what lies in the office hours given; unset where none
            were given.
    """

    clock: ToClose
    office_hours: ToClose | None
    given_hours: ToClose | UnsetType = UNSET


class Closed(msgspec.Struct, frozen=True):
    """What was closed in the period.

    Attributes:
        events: How many times something was closed.
        conversations: How many conversations were.
    """

    events: int
    conversations: int


class Reopened(msgspec.Struct, frozen=True):
    """New conversations that were opened again after they were closed.

    Attributes:
        conversations: How many.
        of: How many new conversations were closed at all.
        share: How much of these.
    """

    conversations: int
    of: int
    share: float | None


class TeammateCsat(msgspec.Struct, frozen=True):
    """Ratings of a teammate that were asked for in the period.

    Attributes:
        received: How many were given.
        positive: How many of them are 4 or 5.
        score: How much of the given ones that is.
    """

    received: int
    positive: int
    score: float | None


class Csat(TeammateCsat, frozen=True, kw_only=True):
    """Ratings that were asked for in the period.

    Attributes:
        requested: How many were asked for.
        response_rate: How much of these was given.
        by_rating: How many there are of each from ``1`` to ``5``.
    """

    requested: int
    response_rate: float | None
    by_rating: dict[str, int]


class SlaByName(msgspec.Struct, frozen=True):
    """New conversations under an SLA.

    Attributes:
        hit: How many kept it.
        missed: How many did not.
        rate: How much of both kept it.
    """

    hit: int
    missed: int
    rate: float | None


class Sla(SlaByName, frozen=True, kw_only=True):
    """New conversations under any SLA.

    Attributes:
        by_name: The same by the name of the SLA, which may be empty.
    """

    by_name: dict[str, SlaByName]


class Fin(msgspec.Struct, frozen=True):
    """New conversations that Fin took part in.

    Attributes:
        involved: How many.
        involvement_rate: How much of all new conversations.
        resolved: How many Fin resolved, be it assumed or confirmed.
        resolution_rate: How much of those it took part in.
    """

    involved: int
    involvement_rate: float | None
    resolved: int | None
    resolution_rate: float | None


class Waiting(msgspec.Struct, frozen=True):
    """Conversations in which contacts wait for an answer, as of the export.

    Attributes:
        count: How many.
        oldest: How long the one that waits longest has waited, in seconds.
        median: How long they have waited in the middle, interpolated.
    """

    count: int
    oldest: int | None
    median: float | None


class Teammate(msgspec.Struct, frozen=True):
    """What a teammate did.

    Attributes:
        name: Their name, or the id where no name is known.
        replies: Their visible messages in the period.
        replied_conversations: How many conversations these are in.
        closed: How often they closed a conversation in the period.
        first_response: Of new conversations that they answered first, around the clock.
        csat: Ratings of theirs.
    """

    name: str
    replies: int
    replied_conversations: int
    closed: int
    first_response: Spread
    csat: TeammateCsat | None


class Team(msgspec.Struct, frozen=True):
    """New conversations that are assigned to a team now.

    Attributes:
        name: Its name, or the id where no name is known.
        conversations: How many.
        first_response: How long they waited for the first response, around the clock.
    """

    name: str
    conversations: int
    first_response: Spread


class Tag(msgspec.Struct, frozen=True):
    """New conversations that carry a tag now.

    Attributes:
        name: Its name, or the id where no name is known.
        conversations: How many.
    """

    name: str
    conversations: int


class Figures(msgspec.Struct, frozen=True):
    """The figures of a workspace in a period.

    Attributes:
        workspace: The workspace's id; ``None`` where the tables do not tell.
        zone: The zone that days, weeks and hours are local to.
        since: When the period begins, in ISO 8601.
        until: The moment before which it ends, in ISO 8601.
        as_of: When the workspace was as the export has it, in ISO 8601.
        api_version: The version it was asked in; ``None`` where the tables do not tell.
        new_conversations: Conversations that contacts began or first answered.
        first_response: How long they waited for a teammate.
        response: How long contacts waited for each answer.
        time_to_close: How long new conversations took to be closed.
        closed: What was closed.
        reopened: What was opened again.
        csat: Ratings.
        sla: SLAs.
        fin: Fin's part in it.
        busiest_hours: New conversations by weekday, from Monday, and local hour.
        open_over_time: How many conversations were open as each Monday of the period began, by its
            date.
        waiting: Who waits, whatever the period.
        teammates: By the id of the admin.
        teams: By the id of the team.
        tags: By the id of the tag.
        not_included: What is not in the figures, of the whole export: how many, or why a figure of
            that name is ``None``.
        before: The figures of the period of the same length before; unset unless asked for.
    """

    workspace: str | None
    zone: str
    since: str
    until: str
    as_of: str
    api_version: str | None
    new_conversations: NewConversations | None
    first_response: FirstResponse | None
    response: Response | None
    time_to_close: TimeToClose | None
    closed: Closed | None
    reopened: Reopened | None
    csat: Csat | None
    sla: Sla | None
    fin: Fin | None
    busiest_hours: list[list[int]] | None
    open_over_time: dict[str, int] | None
    waiting: Waiting | None
    teammates: dict[str, Teammate] | None
    teams: dict[str, Team] | None
    tags: dict[str, Tag] | None
    not_included: dict[str, int | str]
    before: "Figures | UnsetType" = UNSET

    @property
    def partial_months(self) -> tuple[str, ...]:
        """The months, such as ``2025-07``, of which a part only is in the period and the export."""
        since, until = datetime.fromisoformat(self.since), datetime.fromisoformat(self.until)
        end = min(until, datetime.fromisoformat(self.as_of))
        first, last = f"{since:%Y-%m}", f"{end - timedelta(microseconds=1):%Y-%m}"
        begins = (since.day, since.hour, since.minute, since.second) == (1, 0, 0, 0)
        ends = (end.day, end.hour, end.minute, end.second) == (1, 0, 0, 0)
        partial = [month for month, whole in ((first, begins), (last, ends)) if not whole]
        return tuple(dict.fromkeys(partial)) if first <= last else ()
