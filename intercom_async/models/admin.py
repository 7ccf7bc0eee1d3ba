"""Admins: the teammates of a workspace."""

from typing import ClassVar, TypedDict

from intercom_async.models.base import JSON, Id, ListOf, Record


class Role(Record, frozen=True):
    """What an admin may do.

    Attributes:
        id: The role's id.
        type: Always ``role``.
        name: Its name.
    """

    id: Id | None = None
    type: str | None = None
    name: str | None = None


class TeamPriorityLevel(Record, frozen=True):
    """Which of their teams an admin works for first.

    Attributes:
        primary_team_ids: The teams they work for first.
        secondary_team_ids: The teams they work for when those have nothing.
    """

    primary_team_ids: ListOf[Id] = []
    secondary_team_ids: ListOf[Id] = []


class Admin(Record, frozen=True):
    """A teammate who has access to the workspace.

    Attributes:
        id: The admin's id.
        type: ``admin``, or ``team`` in lists of old versions.
        name: The name.
        email: The email address.
        job_title: What they do.
        away_mode_enabled: Whether they are away.
        away_mode_reassign: Whether replies go to the default inbox meanwhile.
        away_status_reason_id: Why they are away. From version 2.14.
        has_inbox_seat: Whether they have a seat in the inbox.
        team_ids: The teams they belong to.
        avatar: The picture: an URL, or an object with one as ``image_url``, as sent.
        team_priority_level: Which of their teams they work for first.
        role: What they may do. From version 2.16.
        email_verified: Whether the email address is verified; only of who the token belongs to.

    Source: API reference 2.10, "Admins"; 2.16.
    """

    noun: ClassVar[str | None] = "admin"

    id: Id
    type: str | None = None
    name: str | None = None
    email: str | None = None
    job_title: str | None = None
    away_mode_enabled: bool | None = None
    away_mode_reassign: bool | None = None
    away_status_reason_id: Id | None = None
    has_inbox_seat: bool | None = None
    team_ids: ListOf[Id] = []
    avatar: JSON = None
    team_priority_level: TeamPriorityLevel | None = None
    role: Role | None = None
    email_verified: bool | None = None


class AwayMode(TypedDict, total=False):
    """Whether an admin is away.

    Attributes:
        away_mode_enabled: Whether they are.
        away_mode_reassign: Whether new replies go to the default inbox meanwhile.
        away_status_reason_id: Why they are away. From version 2.14.
    """

    away_mode_enabled: bool
    away_mode_reassign: bool
    away_status_reason_id: int
