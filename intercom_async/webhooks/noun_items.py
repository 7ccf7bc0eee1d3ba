"""Nouns of the API in notifications, of which no operation is offered yet.

Source: API reference 2.16 and Preview.
"""

from intercom_async.models.base import JSON, Id, ListOf, Record, Timestamp
from intercom_async.models.reference import TeammateReference


class ActivityLog(Record, frozen=True):
    """What an admin did.

    Attributes:
        id: The id of the entry.
        type: Always ``admin_activity_log_event``.
        performed_by: The admin.
        metadata: More about it, as sent.
        created_at: When that was.
        activity_type: What was done: ``admin_login_success``, ``message_deletion``, …
        activity_description: The same in words.
    """

    id: Id
    type: str | None = None
    performed_by: TeammateReference | None = None
    metadata: JSON = None
    created_at: Timestamp | None = None
    activity_type: str | None = None
    activity_description: str | None = None


class Article(Record, frozen=True):
    """An article.

    Attributes:
        id: The article's id.
        type: Always ``article``.
        workspace_id: The workspace's id.
        title: Its title.
        description: What it is about.
        body: Its text, as HTML.
        author_id: The admin who wrote it.
        state: ``published`` or ``draft``.
        url: Where it can be read.
        created_at: When it was created.
        updated_at: When it was last changed.
    """

    id: Id
    type: str | None = None
    workspace_id: str | None = None
    title: str | None = None
    description: str | None = None
    body: str | None = None
    author_id: Id | None = None
    state: str | None = None
    url: str | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None


class Audience(Record, frozen=True):
    """An audience.

    Attributes:
        id: The audience's id.
        type: Always ``audience``.
        name: Its name.
        predicates: Who belongs to it, as sent.
        role_predicates: Which roles belong to it, as sent.
        created_at: When it was created.
        updated_at: When it was last changed.
    """

    id: Id
    type: str | None = None
    name: str | None = None
    predicates: JSON = None
    role_predicates: JSON = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None


class Call(Record, frozen=True):
    """A phone call.

    Attributes:
        id: The call's id.
        type: Always ``call``.
        conversation_id: The conversation it belongs to.
        admin_id: The admin who took part.
        contact_id: The contact who took part.
        state: How it stands.
        call_type: What kind of call it is.
        direction: Who called: ``inbound`` or ``outbound``.
        ended_reason: Why it ended.
        phone: The contact's number.
        initiated_at: When it was started.
        answered_at: When it was answered.
        ended_at: When it ended.
        recording_url: Where its recording is.
        transcription_url: Where its transcript is.
        created_at: When it was created.
        updated_at: When it was last changed.
    """

    id: Id
    type: str | None = None
    conversation_id: Id | None = None
    admin_id: Id | None = None
    contact_id: Id | None = None
    state: str | None = None
    call_type: str | None = None
    direction: str | None = None
    ended_reason: str | None = None
    phone: str | None = None
    initiated_at: Timestamp | None = None
    answered_at: Timestamp | None = None
    ended_at: Timestamp | None = None
    recording_url: str | None = None
    transcription_url: str | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None


class ContentImportSource(Record, frozen=True):
    """Where content is imported from.

    Attributes:
        id: The source's id.
        type: Always ``content_import_source``.
        status: ``active`` or ``deactivated``.
        url: The page it begins at.
        sync_behavior: ``api``, ``automatic`` or ``manual``.
        audience_ids: Who may see what it holds.
        last_synced_at: When it was last imported.
        created_at: When it was created.
        updated_at: When it was last changed.
    """

    id: Id
    type: str | None = None
    status: str | None = None
    url: str | None = None
    sync_behavior: str | None = None
    audience_ids: ListOf[Id] = []
    last_synced_at: Timestamp | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None


class ContentSnippet(Record, frozen=True):
    """A snippet of content.

    Attributes:
        id: The snippet's id.
        type: Always ``content_snippet``.
        title: Its title.
        locale: Its language.
        json_blocks: Its text in blocks, as sent.
        body_markdown: Its text, as Markdown.
        audience_ids: Who may see it.
        created_at: When it was created.
        updated_at: When it was last changed.
    """

    id: Id
    type: str | None = None
    title: str | None = None
    locale: str | None = None
    json_blocks: JSON = None
    body_markdown: str | None = None
    audience_ids: ListOf[Id] = []
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None


class DataEvent(Record, frozen=True):
    """Something a contact did, as the workspace reported it.

    Attributes:
        id: The event's id.
        type: Always ``event``.
        event_name: What was done.
        user_id: The id the workspace gave the contact.
        intercom_user_id: The id Intercom gave the contact.
        email: The contact's email address.
        metadata: More about it, as sent.
        created_at: When that was.
    """

    id: Id | None = None
    type: str | None = None
    event_name: str | None = None
    user_id: Id | None = None
    intercom_user_id: Id | None = None
    email: str | None = None
    metadata: JSON = None
    created_at: Timestamp | None = None


class Visitor(Record, frozen=True):
    """A visitor, or the user it became.

    Attributes:
        id: The id Intercom gave it.
        type: ``visitor``, or ``user`` when it has signed up.
        user_id: The id the workspace gave it, or Intercom in its place.
        anonymous: Whether nothing is known of it.
        email: Its email address.
        phone: Its phone number.
        name: Its name.
        pseudonym: What it is called without one.
        custom_attributes: The workspace's own attributes.
        signed_up_at: When it signed up.
        created_at: When it was created.
        updated_at: When it was last changed.
    """

    id: Id
    type: str | None = None
    user_id: Id | None = None
    anonymous: bool | None = None
    email: str | None = None
    phone: str | None = None
    name: str | None = None
    pseudonym: str | None = None
    custom_attributes: dict[str, JSON] | None = None
    signed_up_at: Timestamp | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
