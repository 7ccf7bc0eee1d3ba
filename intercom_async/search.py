"""The searchable fields of a conversation, to build filters with.

::

    from intercom_async import F

    (F.updated_at > since) & F.state.is_in(["open", "snoozed"])
    (F.source.author.email == "ada@example.com") | F.source.body.contains("refund")

Source: API reference 2.10, "Search conversations".
"""

from collections.abc import Iterator
from typing import Any, Final

from intercom_async.protocol.fields import FIELDS
from intercom_async.protocol.query import Field, field

__all__ = ["F"]


class _Namespace:
    """Fields whose names share a beginning; attributes lead to them."""

    __slots__ = ("_prefix",)

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix

    def __repr__(self) -> str:
        return f"<fields {self._prefix}*>" if self._prefix else "<F>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        full = self._prefix + name
        if full not in FIELDS and any(known.startswith(f"{full}.") for known in FIELDS):
            return _Namespace(f"{full}.")
        return field(full)

    def __dir__(self) -> Iterator[str]:
        start = len(self._prefix)
        return iter(
            {name[start:].split(".")[0] for name in FIELDS if name.startswith(self._prefix)}
        )


class _Author(_Namespace):
    id: Field
    type: Field
    name: Field
    email: Field


class _Source(_Namespace):
    type: Field
    id: Field
    delivered_as: Field
    subject: Field
    body: Field
    url: Field
    author: _Author


class _Statistics(_Namespace):
    last_closed_by_id: Field
    first_contact_reply_at: Field
    first_assignment_at: Field
    first_admin_reply_at: Field
    first_close_at: Field
    last_assignment_at: Field
    last_assignment_admin_reply_at: Field
    last_contact_reply_at: Field
    last_admin_reply_at: Field
    last_close_at: Field
    time_to_assignment: Field
    time_to_admin_reply: Field
    time_to_first_close: Field
    time_to_last_close: Field
    median_time_to_reply: Field
    count_reopens: Field
    count_assignments: Field
    count_conversation_parts: Field


class _ConversationRating(_Namespace):
    requested_at: Field
    replied_at: Field
    score: Field
    remark: Field
    contact_id: Field
    admin_d: Field


class _AiAgent(_Namespace):
    resolution_state: Field
    last_answer_type: Field
    rating: Field
    rating_remark: Field
    source_type: Field
    source_title: Field


class _Fields(_Namespace):
    """The searchable fields: ``F.state``, ``F.source.author.email``, ``F["source.body"]``.

    ``F["custom_attributes.…"]`` is one of the workspace's own attributes, whose type is not
    known here and so not checked.
    """

    id: Field
    created_at: Field
    updated_at: Field
    waiting_since: Field
    snoozed_until: Field
    contact_ids: Field
    teammate_ids: Field
    admin_assignee_id: Field
    team_assignee_id: Field
    tag_ids: Field
    channel_initiated: Field
    state: Field
    priority: Field
    open: Field
    read: Field
    ai_agent_participated: Field
    source: _Source
    statistics: _Statistics
    conversation_rating: _ConversationRating
    ai_agent: _AiAgent

    def __getitem__(self, name: str) -> Field:
        return field(name)


F: Final = _Fields()
"""The searchable fields of a conversation, to build filters with."""
