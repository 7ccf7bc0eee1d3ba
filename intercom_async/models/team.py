"""Teams of admins."""

from typing import ClassVar

from intercom_async.models.base import Id, ListOf, Record


class AdminPriorityLevel(Record, frozen=True):
    """Who of a team is given its conversations first.

    Attributes:
        primary_admin_ids: The admins who are.
        secondary_admin_ids: The admins who are when those cannot take more.
    """

    primary_admin_ids: ListOf[Id] = []
    secondary_admin_ids: ListOf[Id] = []


class Team(Record, frozen=True):
    """A team of admins, to which conversations can be assigned.

    Attributes:
        id: The team's id.
        type: Always ``team``.
        name: Its name.
        admin_ids: The admins who belong to it.
        admin_priority_level: Who of them is given its conversations first.
        assignment_limit: How many conversations an admin of it is given at most. From version
            2.16.
        distribution_method: How its conversations are shared out. From version 2.16.

    Source: API reference 2.10, "Teams"; 2.16.
    """

    noun: ClassVar[str | None] = "team"

    id: Id
    type: str | None = None
    name: str | None = None
    admin_ids: ListOf[Id] = []
    admin_priority_level: AdminPriorityLevel | None = None
    assignment_limit: int | None = None
    distribution_method: str | None = None


class TeamMetric(Record, frozen=True):
    """What one admin of a team has to do at present.

    Attributes:
        admin_id: The admin.
        type: Always ``team_metric``.
        open: How many open conversations are assigned to them.
        idle: How many of these wait longer than the threshold.
        snoozed: How many snoozed conversations are assigned to them.

    Source: API reference 2.16, "Retrieve team metrics".
    """

    admin_id: Id | None = None
    type: str | None = None
    open: int | None = None
    idle: int | None = None
    snoozed: int | None = None
