"""Macros: replies that teammates have ready."""

from datetime import datetime

from intercom_async.models.base import Id, ListOf, Record


class Macro(Record, frozen=True):
    """A reply that teammates have ready.

    Attributes:
        id: The macro's id.
        type: Always ``macro``.
        name: Its name.
        body: The text, as HTML.
        body_text: The text without HTML.
        created_at: When it was created.
        updated_at: When it was last changed.
        visible_to: Who may use it: ``everyone`` or ``specific_teams``.
        visible_to_team_ids: Those teams.
        available_on: Where it may be used, such as ``inbox``.

    Source: API reference 2.16, "Macros".
    """

    id: Id
    type: str | None = None
    name: str | None = None
    body: str | None = None
    body_text: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    visible_to: str | None = None
    visible_to_team_ids: ListOf[Id] = []
    available_on: ListOf[str] = []
