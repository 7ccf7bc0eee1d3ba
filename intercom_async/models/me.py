"""Whose token it is: the admin and the workspace behind it."""

from intercom_async.models.admin import Admin
from intercom_async.models.base import Model, Timestamp


class App(Model, frozen=True):
    """A workspace.

    Attributes:
        id_code: The workspace's id.
        name: The workspace's name.
        region: Where it is hosted: ``US``, ``Europe``, ``Australia``, …
        timezone: Its time zone.
        created_at: When it was created.
    """

    id_code: str | None = None
    name: str | None = None
    region: str | None = None
    timezone: str | None = None
    created_at: Timestamp | None = None


class Me(Admin, frozen=True):
    """The admin a token belongs to, and the workspace.

    Attributes:
        app: The workspace.
    """

    app: App | None = None
