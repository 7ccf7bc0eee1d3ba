"""Plain structs, as one writes them by hand for the same fields: nothing is served otherwise.

An id is whatever was sent, a list stands within its object, nobody is ``0`` or null.
"""

from datetime import datetime
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import msgspec

T = TypeVar("T")

Id: TypeAlias = int | str
Time: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]


class Reference(msgspec.Struct):
    type: str | None = None
    id: Id | None = None


class Contact(msgspec.Struct):
    type: str | None = None
    id: Id | None = None
    external_id: Id | None = None


class Person(msgspec.Struct):
    type: str | None = None
    id: Id | None = None
    name: str | None = None
    email: str | None = None


class Contacts(msgspec.Struct):
    contacts: list[Contact] = []


class Teammates(msgspec.Struct):
    teammates: list[Person] | None = None
    admins: list[Person] | None = None


class Tag(msgspec.Struct):
    type: str | None = None
    id: Id | None = None
    name: str | None = None
    applied_at: Time | None = None
    applied_by: Reference | None = None


class Tags(msgspec.Struct):
    tags: list[Tag] = []


class Attachment(msgspec.Struct):
    type: str | None = None
    name: str | None = None
    url: str | None = None
    content_type: str | None = None
    filesize: int | None = None
    width: int | None = None
    height: int | None = None


class Source(msgspec.Struct):
    type: str | None = None
    id: Id | None = None
    delivered_as: str | None = None
    subject: str | None = None
    body: str | None = None
    author: Person | None = None
    attachments: list[Attachment] | None = None
    url: str | None = None
    redacted: bool | None = None


class FirstContactReply(msgspec.Struct):
    created_at: Time | None = None
    type: str | None = None
    url: str | None = None


class SlaApplied(msgspec.Struct):
    sla_name: str | None = None
    sla_status: str | None = None


class Statistics(msgspec.Struct):
    time_to_assignment: int | None = None
    time_to_admin_reply: int | None = None
    time_to_first_close: int | None = None
    time_to_last_close: int | None = None
    median_time_to_reply: int | float | None = None
    first_contact_reply_at: Time | None = None
    first_assignment_at: Time | None = None
    first_admin_reply_at: Time | None = None
    first_close_at: Time | None = None
    last_assignment_at: Time | None = None
    last_assignment_admin_reply_at: Time | None = None
    last_contact_reply_at: Time | None = None
    last_admin_reply_at: Time | None = None
    last_close_at: Time | None = None
    last_closed_by_id: Id | None = None
    count_reopens: int | None = None
    count_assignments: int | None = None
    count_conversation_parts: int | None = None


class Rating(msgspec.Struct):
    rating: int | None = None
    remark: str | None = None
    created_at: Time | None = None
    updated_at: Time | None = None
    contact: Contact | None = None
    teammate: Person | None = None


class LinkedObject(msgspec.Struct):
    type: str | None = None
    id: Id | None = None
    category: str | None = None


class LinkedObjects(msgspec.Struct):
    data: list[LinkedObject] = []
    total_count: int | None = None
    has_more: bool | None = None


class AiAgent(msgspec.Struct):
    source_type: str | None = None
    source_title: str | None = None
    last_answer_type: str | None = None
    resolution_state: str | None = None
    rating: int | None = None
    rating_remark: str | None = None
    content_sources: Any = None


class Part(msgspec.Struct):
    type: str | None = None
    id: Id | None = None
    part_type: str | None = None
    body: str | None = None
    created_at: Time | None = None
    updated_at: Time | None = None
    notified_at: Time | None = None
    assigned_to: Reference | None = None
    author: Person | None = None
    attachments: list[Attachment] | None = None
    external_id: Id | None = None
    redacted: bool | None = None


class Parts(msgspec.Struct):
    conversation_parts: list[Part] = []
    total_count: int | None = None


class Conversation(msgspec.Struct):
    id: Id
    type: str | None = None
    created_at: Time | None = None
    updated_at: Time | None = None
    waiting_since: Time | None = None
    snoozed_until: Time | None = None
    source: Source | None = None
    contacts: Contacts | None = None
    first_contact_reply: FirstContactReply | None = None
    admin_assignee_id: Id | None = None
    team_assignee_id: Id | None = None
    open: bool | None = None
    state: str | None = None
    read: bool | None = None
    tags: Tags | None = None
    priority: str | None = None
    sla_applied: SlaApplied | None = None
    statistics: Statistics | None = None
    conversation_rating: Rating | None = None
    teammates: Teammates | None = None
    title: str | None = None
    custom_attributes: dict[str, Any] | None = None
    topics: Any = None
    ticket: Any = None
    linked_objects: LinkedObjects | None = None
    ai_agent: AiAgent | None = None
    ai_agent_participated: bool | None = None
    conversation_parts: Parts | None = None


class Listing(msgspec.Struct, Generic[T]):
    conversations: list[T]
    pages: dict[str, Any]
