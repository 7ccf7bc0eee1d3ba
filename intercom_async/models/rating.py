"""What a contact thought of a conversation."""

from intercom_async.models.base import Model, Timestamp
from intercom_async.models.reference import ContactReference, TeammateReference


class ConversationRating(Model, frozen=True):
    """A contact's rating of a conversation.

    Attributes:
        rating: 1 to 5; ``None`` if a rating was asked for but not given.
        remark: What the contact added to it.
        created_at: When the rating was asked for.
        updated_at: When it was last changed (from version 2.14).
        contact: Who rated.
        teammate: Who was rated.
    """

    rating: int | None = None
    remark: str | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    contact: ContactReference | None = None
    teammate: TeammateReference | None = None
