"""Conversations as the bytes that a version of the API answers with."""

from collections.abc import Callable
from operator import attrgetter

import msgspec

from intercom_async.emulator.documents import Record
from intercom_async.emulator.html import plain_text
from intercom_async.emulator.model_2_0 import serialize_v2_0
from intercom_async.emulator.stored import StoredConversation, parts_list
from intercom_async.emulator.versions import VERSION_2_0, Version, is_as_stored, shape
from intercom_async.emulator.workspace import Workspace


class Serializer:
    """Shows the conversations of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def listed(self, version: Version) -> Callable[[StoredConversation], bytes]:
        """Make what encodes a conversation for list and search."""
        if is_as_stored(version):
            return attrgetter("encoded")
        return lambda conversation: self._encode(conversation.record(), version)

    def full(self, conversation: StoredConversation, version: Version, *, plain: bool) -> bytes:
        """Show a conversation with its newest parts."""
        if is_as_stored(version) and not plain:
            return conversation.encoded_full
        listed = parts_list(conversation.parts())
        record = conversation.record() | {"conversation_parts": listed}
        if plain:
            _make_plain(record)
        return self._encode(record, version)

    def without_parts(self, conversation: StoredConversation, version: Version) -> bytes:
        """Show a conversation alone."""
        return self._encode(conversation.record(), version)

    def shaped(self, record: Record, version: Version) -> Record:
        """Bring a record, with parts or without, into the form of a version."""
        if version != VERSION_2_0:
            return shape(record, version)
        parts = record.get("conversation_parts")
        shown = serialize_v2_0(record, self._workspace)
        return shown if parts is None else shown | {"conversation_parts": parts}

    def _encode(self, record: Record, version: Version) -> bytes:
        return msgspec.json.encode(self.shaped(record, version))


def _make_plain(record: Record) -> None:
    for message in (record["source"], *record["conversation_parts"]["conversation_parts"]):
        if message and message.get("body"):
            message["body"] = plain_text(message["body"])
