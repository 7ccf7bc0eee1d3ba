"""Notes: ``intercom.notes``.

Source: API reference 2.10, "Notes".
"""

from typing import ClassVar

from intercom_async.core.inputs import Id
from intercom_async.core.plain import identifier, text
from intercom_async.core.resource import ListedUnder, Retrievable
from intercom_async.models.note import Note


class NotesUnder(ListedUnder[Note]):
    """The notes on a record of another noun."""

    _model = Note
    _numbered = True
    _create_since: ClassVar[str | None] = None

    async def create(self, id: Id, *, body: str, admin_id: Id | None = None) -> Note:
        """Note something on a record; ``body`` may be HTML, ``admin_id`` is who notes it."""
        admin = None if admin_id is None else identifier("admin_id", admin_id)
        fields = {"body": text("body", body), "admin_id": admin}
        since = self._create_since
        return await self._send(f"POST {self._all}", Note, id, body=fields, since=since)


class Notes(Retrievable[Note]):
    """Notes by their ids; ``contacts.notes`` and ``companies.notes`` list and write them."""

    _model = Note
    _one = "/notes/{id}"
