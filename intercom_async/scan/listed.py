"""What a walk needs to know of a record while it stays the API's own bytes."""

from typing import Final

import msgspec

from intercom_async.models import JSON
from intercom_async.protocol import codec


class Listed(msgspec.Struct, frozen=True, gc=False):
    """What identifies and dates a listed conversation.

    Attributes:
        id: The conversation's id, as sent.
        created_at: When it was created, in unix seconds, as sent.
        updated_at: When it was last updated, in unix seconds, as sent.
    """

    id: str | int
    created_at: JSON = None
    updated_at: JSON = None

    @property
    def created(self) -> int | None:
        """``created_at``, if it is a number that a moment can be."""
        return _second(self.created_at)

    @property
    def updated(self) -> int | None:
        """``updated_at``, if it is a number that a moment can be."""
        return _second(self.updated_at)


def _second(sent: JSON) -> int | None:
    return sent if isinstance(sent, int) and _LEAST <= sent <= _MOST else None


_LEAST: Final = -(2**63)
_MOST: Final = 2**63 - 1
_listed: Final = codec.one(Listed)


def listed(raw: bytes) -> Listed:
    """Read what identifies and dates a conversation.

    Raises:
        DecodeError: It has no id, or is no conversation.
    """
    return _listed(raw)
