"""Notes: ``intercom.notes``.

Source: API reference 2.10, "Notes".
"""

from intercom_async.core.resource import Retrievable
from intercom_async.models.note import Note


class Notes(Retrievable[Note]):
    """Notes by their ids; ``contacts.notes`` and ``companies.notes`` list and write them."""

    _model = Note
    _one = "/notes/{id}"


RESOURCE = Notes
