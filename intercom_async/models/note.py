"""Notes on contacts and companies."""

from intercom_async.models.admin import Admin
from intercom_async.models.base import Id, Record, Timestamp
from intercom_async.models.reference import Reference


class Note(Record, frozen=True):
    """What a teammate noted on a contact or a company.

    Attributes:
        id: The note's id.
        type: Always ``note``.
        created_at: When it was written.
        contact: The contact it is on.
        company: The company it is on. From version 2.15.
        author: The admin who wrote it.
        body: The text, as HTML.

    Source: API reference 2.10, "Notes"; 2.16.
    """

    id: Id
    type: str | None = None
    created_at: Timestamp | None = None
    contact: Reference | None = None
    company: Reference | None = None
    author: Admin | None = None
    body: str | None = None
