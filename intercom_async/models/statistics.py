"""A conversation's figures for reporting."""

from msgspec import field
from msgspec.structs import force_setattr

from intercom_async.models.base import JSON, Id, Model, Timestamp, serve_ids
from intercom_async.models.reference import TeammateReference


class ConversationStatistics(Model, frozen=True):
    """A conversation's figures for reporting.

    All durations are in seconds and, but for ``time_to_assignment``, leave out the time
    outside business hours.

    Attributes:
        time_to_assignment: Until the last assignment before the first admin reply.
        time_to_admin_reply: Until the first admin reply.
        time_to_first_close: Until the first close.
        time_to_last_close: Until the last close.
        median_time_to_reply: The median over all admin replies to a contact.
        first_contact_reply_at: The contact's first message.
        first_assignment_at: The first assignment after it.
        first_admin_reply_at: The first admin reply after it.
        first_close_at: The first close after it.
        last_assignment_at: The last assignment after it.
        last_assignment_admin_reply_at: The first admin reply since the last assignment.
        last_contact_reply_at: The contact's last message.
        last_admin_reply_at: The last admin reply.
        last_close_at: The last close.
        last_closed_by_id: Who closed it last.
        last_closed_by: The same as an object (version 2.0).
        count_reopens: How often it was reopened.
        count_assignments: How often it was assigned.
        count_conversation_parts: How many parts there are, the first message included.
        assigned_team_first_response_time: Per team, its first response (from version 2.12).
        assigned_team_first_response_time_in_office_hours: The same without the time outside office
            hours (from version 2.13).
        handling_time: Time spent on it (from version 2.13).
        adjusted_handling_time: The same without the time in which nobody worked on it (later
            than version 2.10).
    """

    time_to_assignment: int | None = None
    time_to_admin_reply: int | None = None
    time_to_first_close: int | None = None
    time_to_last_close: int | None = None
    median_time_to_reply: int | float | None = None
    first_contact_reply_at: Timestamp | None = None
    first_assignment_at: Timestamp | None = None
    first_admin_reply_at: Timestamp | None = None
    first_close_at: Timestamp | None = None
    last_assignment_at: Timestamp | None = None
    last_assignment_admin_reply_at: Timestamp | None = None
    last_contact_reply_at: Timestamp | None = None
    last_admin_reply_at: Timestamp | None = None
    last_close_at: Timestamp | None = None
    last_closed_by_id: Id | None = None
    last_closed_by: TeammateReference | None = None
    count_reopens: int | None = None
    count_assignments: int | None = None
    count_conversation_parts: int | None = None
    assigned_team_first_response_time: JSON = None
    assigned_team_first_response_time_in_office_hours: JSON = None
    handling_time: int | None = None
    adjusted_handling_time: int | None = None
    # Version 2.0 misspells the field.
    _first_contacat_reply_at: Timestamp | None = field(default=None, name="first_contacat_reply_at")


def serve_statistics(statistics: ConversationStatistics) -> None:
    """Serve version 2.0's misspelt field under its right name, and its numeric id as ``str``."""
    if statistics.first_contact_reply_at is None:
        misspelt = statistics._first_contacat_reply_at  # noqa: SLF001  # of this module
        force_setattr(statistics, "first_contact_reply_at", misspelt)
    serve_ids(statistics.last_closed_by)
