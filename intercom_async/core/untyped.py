"""Conversations whose ids arrive as numbers, decoded without a detour over Python's own types.

What ``fitted`` does to a decoded record costs more than all of its decoding. Ids can be quoted
in the JSON just as well where every attribute has a type: a number that was overlooked is refused
by the decoder then, and left to ``fitted``. What has no type is put back as it was sent.
"""

import re
from typing import Final

import msgspec
from msgspec.structs import force_setattr

from intercom_async.models.base import JSON
from intercom_async.models.conversation import Conversation

_UNSENT: Final = msgspec.UNSET


class _Agent(msgspec.Struct, gc=False):
    content_sources: JSON = _UNSENT


class _Statistics(msgspec.Struct, gc=False):
    assigned_team_first_response_time: JSON = _UNSENT


class FreeForm(msgspec.Struct, gc=False):
    """What of a conversation is served as sent, numeric ids and all."""

    custom_attributes: JSON = _UNSENT
    topics: JSON = _UNSENT
    ticket: JSON = _UNSENT
    ai_agent: _Agent | None = None
    statistics: _Statistics | None = None


# Within a string, the quotation mark would have a backslash before it.
_END_OF_KEY: Final = b'id":'
_ENDS_OF_IDS: Final = (b'"', b"_")
# As str() writes an int. One of more digits is refused by the decoder.
_NUMBER: Final = re.compile(rb"[ \t\n\r]*+(0|-?[1-9][0-9]{0,999}+)(?![0-9.eE])")


def quote_ids(body: bytes) -> bytes:
    """Return the JSON of conversations with numeric ids as strings, all that are easily found."""
    # Not one regular expression for it all, which takes five times as long.
    pieces = body.split(_END_OF_KEY)
    for i in range(1, len(pieces)):
        piece = pieces[i]
        if piece.startswith(b'"') or not pieces[i - 1].endswith(_ENDS_OF_IDS):
            continue
        number = _NUMBER.match(piece)
        if number:
            pieces[i] = b'"%b"%b' % (number[1], piece[number.end() :])
    return _END_OF_KEY.join(pieces)


def put_back(sent: FreeForm, conversation: Conversation) -> None:
    """Give a conversation what was sent for the attributes that are served so."""
    for name in ("custom_attributes", "topics", "ticket"):
        _put_back(sent, conversation, name)
    if conversation.ai_agent is not None:
        _put_back(sent.ai_agent, conversation.ai_agent, "content_sources")
    if conversation.statistics is not None:
        _put_back(sent.statistics, conversation.statistics, "assigned_team_first_response_time")


def _put_back(sent: msgspec.Struct | None, served: msgspec.Struct, name: str) -> None:
    value = getattr(sent, name, _UNSENT)
    if value is not _UNSENT:
        force_setattr(served, name, value)
