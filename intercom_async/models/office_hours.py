"""Office hours: when a workspace is open, and the days that are exceptions."""

from collections.abc import Sequence
from typing import ClassVar, Literal, Required, TypedDict

from intercom_async.models.base import Id, ListOf, Record, Timestamp


class OfficeHoursTimeInterval(Record, frozen=True):
    """A time at which a workspace is open.

    Attributes:
        start_minute: When it begins, in minutes: of the week, from Monday 00:00 on, in a schedule;
            of the day in an exception.
        end_minute: When it ends, likewise.
        day_of_week: The day it is on, 0 for Monday.
    """

    start_minute: int | None = None
    end_minute: int | None = None
    day_of_week: int | None = None


class OfficeHoursSchedule(Record, frozen=True):
    """When a workspace is open, week by week.

    Attributes:
        id: The schedule's id.
        type: Always ``office_hours_schedule``.
        name: Its name.
        time_zone_name: The IANA name of its time zone, such as ``Europe/Berlin``.
        time_intervals: The times at which it is open.
        twenty_four_seven: Whether it is always open.
        created_at: When it was created.
        updated_at: When it was last changed.

    Source: API reference 2.16, "Office Hours".
    """

    noun: ClassVar[str | None] = "office_hours_schedule"

    id: Id
    type: str | None = None
    name: str | None = None
    time_zone_name: str | None = None
    time_intervals: ListOf[OfficeHoursTimeInterval] = []
    twenty_four_seven: bool | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None


class OfficeHoursException(Record, frozen=True):
    """A day on which a schedule does not hold.

    Attributes:
        id: The exception's id.
        type: Always ``office_hours_exception``.
        office_hours_schedule_id: The schedule.
        exception_date: The day, such as ``2026-12-25``.
        exception_type: ``closed``, or ``custom_hours`` for those of ``time_intervals``.
        name: Its name.
        time_intervals: The times at which the workspace is open that day.
        recurring_annually: Whether it holds every year.
        created_at: When it was created.
        updated_at: When it was last changed.

    Source: API reference 2.16, "Office Hours".
    """

    noun: ClassVar[str | None] = "office_hours_exception"

    id: Id
    type: str | None = None
    office_hours_schedule_id: Id | None = None
    exception_date: str | None = None
    exception_type: str | None = None
    name: str | None = None
    time_intervals: ListOf[OfficeHoursTimeInterval] = []
    recurring_annually: bool | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None


class NewTimeInterval(TypedDict):
    """A time to be open, in quarters of an hour.

    Attributes:
        start_minute: When it begins, in minutes: of the week, from Monday 00:00 on, in a schedule;
            of the day in an exception.
        end_minute: When it ends, likewise.
    """

    start_minute: int
    end_minute: int


class NewOfficeHoursSchedule(TypedDict):
    """A schedule to create.

    Attributes:
        name: Its name.
        time_zone_name: The IANA name of its time zone, such as ``Europe/Berlin``.
        time_intervals: The times to be open.
    """

    name: str
    time_zone_name: str
    time_intervals: Sequence[NewTimeInterval]


class OfficeHoursScheduleChanges(TypedDict, total=False):
    """What can be changed of a schedule.

    Attributes:
        name: Its name.
        time_zone_name: The IANA name of its time zone, such as ``Europe/Berlin``.
        time_intervals: The times to be open, in place of all it has.
    """

    name: str
    time_zone_name: str
    time_intervals: Sequence[NewTimeInterval]


class OfficeHoursExceptionDay(TypedDict, total=False):
    """What can be set of any exception.

    Attributes:
        name: Its name.
        time_intervals: The times to be open that day: where it is of ``custom_hours``.
        recurring_annually: Whether it holds every year.
    """

    name: str
    time_intervals: Sequence[NewTimeInterval] | None
    recurring_annually: bool


class NewOfficeHoursException(OfficeHoursExceptionDay, total=False):
    """An exception to create.

    Attributes:
        exception_date: The day, such as ``2026-12-25``.
        exception_type: Whether it is closed, or open at other times.
    """

    exception_date: Required[str]
    exception_type: Required[Literal["closed", "custom_hours"]]


class OfficeHoursExceptionChanges(OfficeHoursExceptionDay, total=False):
    """What can be changed of an exception; the attributes as in ``NewOfficeHoursException``."""

    exception_date: str
    exception_type: Literal["closed", "custom_hours"]
