"""What conversations can be searched by: ``F``.

::

    from intercom_async import F

    (F.updated_at > since) & F.state.is_in(["open", "snoozed"])
    (F.source.author.email == "ada@example.com") | F.source.body.contains("refund")

Source: API reference 2.10, "Search conversations".
"""

from typing import Final

from intercom_async.core.query import Boolean, Date, Fields, Integer, Text
from intercom_async.models.conversation import Conversation

__all__ = ["F"]


class _Author(Fields[Conversation]):
    id = Text[Conversation]()
    type = Text[Conversation]()
    name = Text[Conversation]()
    email = Text[Conversation]()


class _Source(Fields[Conversation]):
    type = Text[Conversation]()
    id = Text[Conversation]()
    delivered_as = Text[Conversation]()
    subject = Text[Conversation]()
    body = Text[Conversation]()
    url = Text[Conversation]()
    author = _Author()


class _Statistics(Fields[Conversation]):
    last_closed_by_id = Text[Conversation]()
    first_contact_reply_at = Date[Conversation]()
    first_assignment_at = Date[Conversation]()
    first_admin_reply_at = Date[Conversation]()
    first_close_at = Date[Conversation]()
    last_assignment_at = Date[Conversation]()
    last_assignment_admin_reply_at = Date[Conversation]()
    last_contact_reply_at = Date[Conversation]()
    last_admin_reply_at = Date[Conversation]()
    last_close_at = Date[Conversation]()
    time_to_assignment = Integer[Conversation]()
    time_to_admin_reply = Integer[Conversation]()
    time_to_first_close = Integer[Conversation]()
    time_to_last_close = Integer[Conversation]()
    median_time_to_reply = Integer[Conversation]()
    count_reopens = Integer[Conversation]()
    count_assignments = Integer[Conversation]()
    count_conversation_parts = Integer[Conversation]()


class _ConversationRating(Fields[Conversation]):
    remark = Text[Conversation]()
    contact_id = Text[Conversation]()
    admin_d = Text[Conversation]()  # the API's own spelling
    requested_at = Date[Conversation]()
    replied_at = Date[Conversation]()
    score = Integer[Conversation]()


class _AiAgent(Fields[Conversation]):
    resolution_state = Text[Conversation]()
    last_answer_type = Text[Conversation]()
    rating_remark = Text[Conversation]()
    source_type = Text[Conversation]()
    source_title = Text[Conversation]()
    rating = Integer[Conversation]()


class _ConversationFields(Fields[Conversation], noun="conversations"):
    id = Text[Conversation]()
    contact_ids = Text[Conversation]()
    teammate_ids = Text[Conversation]()
    admin_assignee_id = Text[Conversation](keeps_numbers=True)
    team_assignee_id = Text[Conversation](keeps_numbers=True)
    channel_initiated = Text[Conversation]()
    state = Text[Conversation]()
    tag_ids = Text[Conversation]()
    priority = Text[Conversation]()
    created_at = Date[Conversation]()
    updated_at = Date[Conversation]()
    waiting_since = Date[Conversation]()
    snoozed_until = Date[Conversation]()
    open = Boolean[Conversation]()
    read = Boolean[Conversation]()
    ai_agent_participated = Boolean[Conversation]()
    source = _Source()
    statistics = _Statistics()
    conversation_rating = _ConversationRating()
    ai_agent = _AiAgent()


F: Final = _ConversationFields()
"""The searchable fields of a conversation, to build filters with."""
