"""References: the type and id of something that is described elsewhere."""

from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import force_setattr

from intercom_async.models.base import Id, Identified, Model, serve_ids


class Reference(Identified, frozen=True):
    """A reference to another object.

    Attributes:
        type: What it refers to: ``contact``, ``admin``, ``team``, ``bot``, …
        id: The id of that object.
    """


class ContactReference(Identified, frozen=True):
    """A contact who takes part in a conversation.

    Attributes:
        type: ``contact``, or ``user`` or ``lead`` from older versions.
        id: The id Intercom gave the contact.
        external_id: The id the workspace gave the contact.
    """

    external_id: Id | None = None


class TeammateReference(Identified, frozen=True):
    """A teammate; lists of version 2.10 give only its type and id.

    Attributes:
        type: ``admin``, ``team`` or ``bot``.
        id: The teammate's id.
        name: The name, where the answer carries one.
        email: The email address, where the answer carries one.
    """

    name: str | None = None
    email: str | None = None


class Author(Identified, frozen=True):
    """Who wrote a message.

    Attributes:
        type: ``admin``, ``bot``, ``team``, ``user``, ``lead``, ``contact``, …
        id: The author's id.
        name: The author's name.
        email: The author's email address; not every version tells.
        from_ai_agent: Of a part: whether an AI agent wrote it. Later than version 2.10.
        is_ai_answer: Of a part: whether it is the answer of an AI. From version 2.14.
    """

    name: str | None = None
    email: str | None = None
    from_ai_agent: bool | None = None
    is_ai_answer: bool | None = None


class LinkedObject(Identified, frozen=True):
    """A ticket or conversation linked to this one.

    Attributes:
        type: ``ticket`` or ``conversation``.
        id: The linked object's id.
        category: A ticket's category: ``Customer``, ``Back-office`` or ``Tracker``.
    """

    category: str | None = None


if TYPE_CHECKING:
    LinkedObjectList: TypeAlias = list[LinkedObject]
else:
    LinkedObjectList = list[LinkedObject] | None


class LinkedObjects(Model, frozen=True):
    """The objects linked to a conversation; the API gives at most 1,000.

    Attributes:
        data: The linked objects.
        total_count: How many there are in all.
        has_more: Whether there are more than ``data`` holds.
    """

    data: LinkedObjectList = []
    total_count: int | None = None
    has_more: bool | None = None


def serve_linked(linked: LinkedObjects) -> None:
    """Serve null as an empty list, and numeric ids as ``str``."""
    data: list[LinkedObject] | None = linked.data
    if data is None:
        force_setattr(linked, "data", [])
    for each in linked.data:
        serve_ids(each)
