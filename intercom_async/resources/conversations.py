"""Conversations: ``intercom.conversations``.

Source: API reference 2.10, "Conversations"; 2.0, "Assign a conversation".
"""

from intercom_async.resources.conversation_management import ConversationManagement
from intercom_async.resources.conversation_reads import ConversationReads
from intercom_async.resources.conversation_writes import ConversationWrites

__all__ = ["Conversations"]


class Conversations(ConversationReads, ConversationWrites, ConversationManagement):
    """The conversations of a workspace.

    Reads are tried again after failures that may pass. Writes are tried again only where it is
    certain that the first try was not carried out, since the API knows no idempotency key and
    would send a contact the same message twice; an error of a write says in
    ``may_have_been_applied`` whether to look before sending it again.
    """
