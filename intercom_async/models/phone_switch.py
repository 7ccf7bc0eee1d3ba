"""Phone switches, which lead callers to the Messenger."""

from intercom_async.models.base import Model


class PhoneSwitch(Model, frozen=True):
    """A text message that leads a caller to the Messenger.

    Attributes:
        type: Always ``phone_call_redirect``.
        phone: The number it went to, in E.164 format.
        url: What it leads to.

    Source: API reference 2.10, "Switch"; 2.16.
    """

    type: str | None = None
    phone: str | None = None
    url: str | None = None
