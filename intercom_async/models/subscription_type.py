"""Subscription types: kinds of messages that contacts opt in to or out of."""

from intercom_async.models.base import Id, ListOf, Record


class Translation(Record, frozen=True):
    """A name and a description in one language.

    Attributes:
        name: The name.
        description: The description.
        locale: The language, such as ``en``.
    """

    name: str | None = None
    description: str | None = None
    locale: str | None = None


class SubscriptionType(Record, frozen=True):
    """A kind of message that contacts opt in to or out of.

    Attributes:
        id: Its id.
        type: Always ``subscription``.
        state: ``live``, ``draft`` or ``archived``.
        default_translation: What it is called in the workspace's language.
        translations: What it is called in other languages.
        consent_type: ``opt_in`` or ``opt_out``.
        content_types: Through which channels it comes: ``email``, ``sms_message``.

    Source: API reference 2.10, "Subscription types".
    """

    id: Id
    type: str | None = None
    state: str | None = None
    default_translation: Translation | None = None
    translations: ListOf[Translation] = []
    consent_type: str | None = None
    content_types: ListOf[str] = []
