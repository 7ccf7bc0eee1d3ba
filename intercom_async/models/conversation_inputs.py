"""What is written to conversations.

Source: API reference 2.10, "Conversations"; where a field came later, its version is named.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, Required, TypedDict

from intercom_async.attachments import Attachable
from intercom_async.models.base import JSON


class NewConversation(TypedDict, total=False):
    """What a conversation that a contact starts may have besides its text.

    Attributes:
        subject: The subject, for email.
        attachment_urls: URLs of images to attach, ten at most.
        created_at: When it was written, if not now. From version 2.11.
        brand_id: The brand it is for. Later than version 2.10.
    """

    subject: str | None
    attachment_urls: Sequence[str] | None
    created_at: datetime | int | None
    brand_id: str | int | None


class ConversationChanges(TypedDict, total=False):
    """What can be changed of a conversation.

    Attributes:
        read: Whether it has been read.
        title: Its title. In the reference from version 2.13; earlier ones take it too.
        custom_attributes: Attributes of the workspace's own to set. In the reference from version
            2.14; earlier ones take them too.
        company_id: The company it belongs to. Later than version 2.10.
    """

    read: bool
    title: str | None
    custom_attributes: Mapping[str, JSON]
    company_id: str | int | None


class _Reply(TypedDict, total=False):
    body: Required[str]
    attachment_urls: Sequence[str] | None
    created_at: datetime | int | None


class _ReplyWithFiles(_Reply, total=False):
    attachment_files: Sequence[Attachable] | None


class AdminReply(_ReplyWithFiles, total=False):
    """What an admin writes.

    Attributes:
        admin_id: The admin.
        body: The text. Notes take some HTML.
        message_type: ``"comment"``, the default, ``"note"`` for what only teammates see, or
            ``"quick_reply"``.
        attachment_urls: URLs of images to attach, ten at most.
        attachment_files: Files to attach, ten at most: paths, or ``AttachmentFile``.
        created_at: When it was written, if not now.
        reply_options: What the contact is offered as a quick reply: mappings with ``text`` and
            ``uuid``. Later than version 2.10.
        skip_notifications: Whether nobody is to be notified. Later than version 2.10.
    """

    admin_id: Required[str | int]
    message_type: Literal["comment", "note", "quick_reply"]
    reply_options: Sequence[Mapping[str, str]]
    skip_notifications: bool


class IntercomUserReply(_ReplyWithFiles):
    """What a contact writes, named by the id Intercom gave; else as ``AdminReply``."""

    intercom_user_id: str


class UserReply(_ReplyWithFiles):
    """What a contact writes, named by the id the workspace gave; else as ``AdminReply``."""

    user_id: str


class EmailReply(_ReplyWithFiles):
    """What a contact writes, named by email address; else as ``AdminReply``."""

    email: str


class AnyReply(_Reply, total=False):
    """A reply of whoever it is, as it is sent."""

    type: Literal["admin", "user"]
    message_type: Literal["comment", "note", "quick_reply"]
    admin_id: str | int
    intercom_user_id: str
    user_id: str
    email: str
    attachment_files: Sequence[Mapping[str, str]] | None
    reply_options: Sequence[Mapping[str, str]]
    skip_notifications: bool


class Managed(TypedDict, total=False):
    """What an admin does to a conversation, as it is sent."""

    message_type: Required[str]
    type: Literal["admin", "team"]
    admin_id: Required[str | int]
    assignee_id: str | int
    body: str | None
    snoozed_until: datetime | int


class _Attach(TypedDict, total=False):
    admin_id: Required[str | int]
    customer: Mapping[str, str] | None


class AttachByIntercomUser(_Attach):
    """A contact to attach, by the id Intercom gave.

    Attributes:
        admin_id: The admin who adds the contact.
        customer: The contact on whose behalf it is done, by one of ``intercom_user_id``,
            ``user_id`` and ``email``.
        intercom_user_id: The id.
    """

    intercom_user_id: str


class AttachByUser(_Attach):
    """A contact to attach, by the id the workspace gave; else as ``AttachByIntercomUser``."""

    user_id: str


class AttachByEmail(_Attach):
    """A contact to attach, by email address; else as ``AttachByIntercomUser``.

    Where there is no contact of that address, the API makes a lead.
    """

    email: str


class AnyContact(_Attach, total=False):
    """A contact to attach, whichever way it is named."""

    intercom_user_id: str
    user_id: str
    email: str
