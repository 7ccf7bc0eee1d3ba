"""What conversations can be searched by: ``F``.

::

    from intercom_async import F

    (F.updated_at > since) & F.state.is_in(["open", "snoozed"])
    (F.source.author.email == "ada@example.com") | F.source.body.contains("refund")

Source: API reference 2.10, "Search conversations".
"""

from typing import Final

from intercom_async.core.fields import Boolean, Date, Fields, Integer, Text
from intercom_async.models.conversation import Conversation

__all__ = ["F"]


class _Author(Fields[Conversation]):
    id: Text[Conversation] = Text()
    type: Text[Conversation] = Text()
    name: Text[Conversation] = Text()
    email: Text[Conversation] = Text()


class _Source(Fields[Conversation]):
    type: Text[Conversation] = Text()
    id: Text[Conversation] = Text()
    delivered_as: Text[Conversation] = Text()
    subject: Text[Conversation] = Text()
    body: Text[Conversation] = Text()
    url: Text[Conversation] = Text()
    author: _Author = _Author()


class _Statistics(Fields[Conversation]):
    last_closed_by_id: Text[Conversation] = Text()
    first_contact_reply_at: Date[Conversation] = Date()
    first_assignment_at: Date[Conversation] = Date()
    first_admin_reply_at: Date[Conversation] = Date()
    first_close_at: Date[Conversation] = Date()
    last_assignment_at: Date[Conversation] = Date()
    last_assignment_admin_reply_at: Date[Conversation] = Date()
    last_contact_reply_at: Date[Conversation] = Date()
    last_admin_reply_at: Date[Conversation] = Date()
    last_close_at: Date[Conversation] = Date()
    time_to_assignment: Integer[Conversation] = Integer()
    time_to_admin_reply: Integer[Conversation] = Integer()
    time_to_first_close: Integer[Conversation] = Integer()
    time_to_last_close: Integer[Conversation] = Integer()
    median_time_to_reply: Integer[Conversation] = Integer()
    count_reopens: Integer[Conversation] = Integer()
    count_assignments: Integer[Conversation] = Integer()
    count_conversation_parts: Integer[Conversation] = Integer()


class _ConversationRating(Fields[Conversation]):
    remark: Text[Conversation] = Text()
    contact_id: Text[Conversation] = Text()
    admin_d: Text[Conversation] = Text()  # the API's own spelling
    requested_at: Date[Conversation] = Date()
    replied_at: Date[Conversation] = Date()
    score: Integer[Conversation] = Integer()


class _AiAgent(Fields[Conversation]):
    resolution_state: Text[Conversation] = Text()
    last_answer_type: Text[Conversation] = Text()
    rating_remark: Text[Conversation] = Text()
    source_type: Text[Conversation] = Text()
    source_title: Text[Conversation] = Text()
    rating: Integer[Conversation] = Integer()


class _ConversationFields(Fields[Conversation], noun="conversations"):
    id: Text[Conversation] = Text()
    contact_ids: Text[Conversation] = Text()
    teammate_ids: Text[Conversation] = Text()
    admin_assignee_id: Text[Conversation] = Text(keeps_numbers=True)
    team_assignee_id: Text[Conversation] = Text(keeps_numbers=True)
    channel_initiated: Text[Conversation] = Text()
    state: Text[Conversation] = Text()
    tag_ids: Text[Conversation] = Text()
    priority: Text[Conversation] = Text()
    created_at: Date[Conversation] = Date()
    updated_at: Date[Conversation] = Date()
    waiting_since: Date[Conversation] = Date()
    snoozed_until: Date[Conversation] = Date()
    open: Boolean[Conversation] = Boolean()
    read: Boolean[Conversation] = Boolean()
    ai_agent_participated: Boolean[Conversation] = Boolean()
    source: _Source = _Source()
    statistics: _Statistics = _Statistics()
    conversation_rating: _ConversationRating = _ConversationRating()
    ai_agent: _AiAgent = _AiAgent()


F: Final = _ConversationFields()
"""The searchable fields of a conversation, to build filters with."""
