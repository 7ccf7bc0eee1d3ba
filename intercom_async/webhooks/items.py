"""What notifications are of, where no noun of the API has its shape.

All is optional, for what topics send grows and is described in part only.

Source: "Webhook topics" of Intercom's developer documentation; API reference 2.16 and Preview.
"""

from intercom_async.models.base import JSON, Id, Identified, ListOf, Model, Record, Timestamp
from intercom_async.models.company import Company
from intercom_async.models.contact import Contact
from intercom_async.models.part import ConversationPart
from intercom_async.models.reference import Reference, TeammateReference
from intercom_async.models.subscription_type import SubscriptionType
from intercom_async.models.tag import Tag
from intercom_async.models.ticket import Ticket, TicketPart


class ApiRequest(Model, frozen=True):
    """A request to the API that was answered.

    Attributes:
        type: Always ``api.request.completed``.
        request_id: The id of the request.
        timestamp: When it was made.
        request: Its method, path, IP address and user agent, as sent.
        response: The answer's status, as sent.
        authentication: How it was authenticated, as sent.
        admin: Whose token it was, as sent.
    """

    type: str | None = None
    request_id: str | None = None
    timestamp: Timestamp | None = None
    request: dict[str, JSON] | None = None
    response: dict[str, JSON] | None = None
    authentication: dict[str, JSON] | None = None
    admin: dict[str, JSON] | None = None


class AttachedContact(Model, frozen=True):
    """A contact that was attached to something, or detached from it.

    Attributes:
        contact: The contact.
        company: The company.
        conversation: The conversation, as sent: it has not the shape the API answers with.
        ticket: The ticket, likewise.
    """

    contact: Contact | None = None
    company: Company | None = None
    conversation: JSON = None
    ticket: JSON = None


class AudienceMembership(Record, frozen=True):
    """A piece of content that came into an audience, or left it.

    Attributes:
        type: Always ``audience_membership``.
        audience_id: The audience.
        content: The content: ``article_content``, ``content_snippet``, …
    """

    type: str | None = None
    audience_id: Id | None = None
    content: Reference | None = None


class ContactTag(Model, frozen=True):
    """A tag that was put on a contact, or taken off.

    Attributes:
        type: Always ``contact_tag``.
        created_at: When that was.
        tag: The tag.
        contact: The contact.
    """

    type: str | None = None
    created_at: Timestamp | None = None
    tag: Tag | None = None
    contact: Contact | None = None


class StatEvent(Record, frozen=True):
    """What happened to which content.

    Attributes:
        id: The event's id.
        content_type: What was sent: ``email``, ``chat``, ``series``, …
        content_id: The id of that; each version of an A/B test has its own.
        content_title: Its title.
        stat_type: What happened: ``receipt``, ``open``, ``click``, ``hard_bounce``, …
        receipt_id: The id of the delivery.
        ruleset_id: The id of the outbound message.
        ruleset_version_id: The id of that message's version.
        series_id: The series it is part of.
        series_title: The title of that.
        node_id: Its place in the series.
        tags: The tags of the content.
        answer: The answer to one question of a survey, as sent.
        answers: All answers to a survey, as sent.
    """

    id: Id | None = None
    content_type: str | None = None
    content_id: Id | None = None
    content_title: str | None = None
    stat_type: str | None = None
    receipt_id: Id | None = None
    ruleset_id: Id | None = None
    ruleset_version_id: Id | None = None
    series_id: Id | None = None
    series_title: str | None = None
    node_id: Id | None = None
    tags: ListOf[Tag] = []
    answer: JSON = None
    answers: JSON = None


class ContentStat(Model, frozen=True):
    """What became of content that was sent to a contact.

    Attributes:
        type: ``content_stat.email``, ``content_stat.series``, …
        created_at: When it happened.
        content_stat: What happened to which content.
        contact: The contact it was sent to.
        company: The company, where the audience was chosen by companies.
    """

    type: str | None = None
    created_at: Timestamp | None = None
    content_stat: StatEvent | None = None
    contact: Contact | None = None
    company: Company | None = None


class DataConnectorExecution(Record, frozen=True):
    """A data connector that was run.

    Attributes:
        id: The id of this run.
        type: Always ``data_connector.execution``.
        app_id: The workspace's id.
        action_id: The data connector.
        action_name: Its name.
        success: Whether it went well.
        http_status: The status it was answered with; 0 if none is known.
        error_type: What went wrong: ``third_party_error``, ``faraday_error``, …
        execution_time_ms: How long it took, in milliseconds.
        completed_at: When it ended.
        source_type: What ran it: ``workflow``, ``custom_bot``, ``answer``, ``inbox``, ``other``.
        source_id: The id of that.
        conversation_id: The conversation it was run for.
        user_id: The contact it was run for.
        admin_id: The admin who ran it.
    """

    id: Id | None = None
    type: str | None = None
    app_id: str | None = None
    action_id: Id | None = None
    action_name: str | None = None
    success: bool | None = None
    http_status: int | None = None
    error_type: str | None = None
    execution_time_ms: int | None = None
    completed_at: Timestamp | None = None
    source_type: str | None = None
    source_id: Id | None = None
    conversation_id: Id | None = None
    user_id: Id | None = None
    admin_id: Id | None = None


class FinEventMessage(Identified, frozen=True):
    """What Fin replied.

    Attributes:
        id: The message's id.
        author: Always ``fin``.
        body: The reply, as HTML.
        timestamp_ms: When it was made.
    """

    author: str | None = None
    body: str | None = None
    timestamp_ms: Timestamp | None = None


class FinEvent(Record, frozen=True):
    """What Fin says or does in a conversation that the Fin Agent API began.

    ``parse_notification`` reads what comes by webhook and, from the data of each, what comes at
    ``sse_subscription_url``; ``event_name`` is the notification's topic.

    Attributes:
        event_name: ``fin_replied``, ``fin_status_updated``, ``csat_requested`` or, at
            ``sse_subscription_url`` alone, ``fin_reply_chunk``.
        conversation_id: The conversation's id, which is the caller's own.
        user_id: The user's id, likewise.
        status: ``replying``, ``awaiting_user_reply``, ``escalated``, ``resolved`` or ``complete``.
        reason: Why it was escalated.
        message: What Fin replied.
        stream_id: Tells to which reply a chunk belongs.
        chunk_index: Which chunk it is, from 0.
        chunk_text: The whole reply so far, as plain text.
        csat: The options of a rating, as sent: ``key``, ``emoji`` and ``label`` of each.
        created_at_ms: When it happened.

    Source: API reference 2.16, "Fin Agent".
    """

    event_name: str | None = None
    conversation_id: Id | None = None
    user_id: Id | None = None
    status: str | None = None
    reason: str | None = None
    message: FinEventMessage | None = None
    stream_id: str | None = None
    chunk_index: int | None = None
    chunk_text: str | None = None
    csat: JSON = None
    created_at_ms: Timestamp | None = None


class Ping(Model, frozen=True):
    """A notification that notifies of nothing.

    Attributes:
        type: Always ``ping``.
        message: Some text.
    """

    type: str | None = None
    message: str | None = None


class ProcedureHitlNotification(Record, frozen=True):
    """A procedure of Fin that waits for a human.

    Attributes:
        type: Always ``procedure.hitl_notification``.
        app_id: The workspace's id.
        conversation_id: The conversation.
        step_id: The id of the step, to send back with the answer.
        procedure_name: The procedure.
        hitl_question: What the human is asked.
        attributes_to_collect: What the answer is made of, as sent.
        callback_url: Where to post the answer to.
        expires_at: Until when it can be given; ``None`` for ever.
        priority: ``priority`` or ``not_priority``.
        assign_to: The admin or team that is asked; ``None`` for nobody.
        conversation_url: Where the conversation is in the inbox.
        recent_messages: The conversation's last five parts, notes left out.
    """

    type: str | None = None
    app_id: str | None = None
    conversation_id: Id | None = None
    step_id: str | None = None
    procedure_name: str | None = None
    hitl_question: str | None = None
    attributes_to_collect: JSON = None
    callback_url: str | None = None
    expires_at: Timestamp | None = None
    priority: str | None = None
    assign_to: TeammateReference | None = None
    conversation_url: str | None = None
    recent_messages: ListOf[ConversationPart] = []


class Subscription(Record, frozen=True):
    """What a contact opted in to, or out of.

    Attributes:
        type: ``contact_subscribe``, ``granular_unsubscribe``, …
        created_at: When that was.
        contact: The contact.
        subscription_types: The kinds of messages; none where it was all of them.
    """

    type: str | None = None
    created_at: Timestamp | None = None
    contact: Contact | None = None
    subscription_types: ListOf[SubscriptionType] = []


class SurvivingContact(Contact, frozen=True):
    """A contact that another was merged into.

    Attributes:
        merged_from: The contact that is no more.
    """

    merged_from: Reference | None = None


class TicketChange(Model, frozen=True):
    """A ticket, with the part that says what happened to it.

    Attributes:
        type: ``ticket_ticket_part``, or nothing.
        ticket: The ticket.
        ticket_part: The part; not every topic sends one.
    """

    type: str | None = None
    ticket: Ticket | None = None
    ticket_part: TicketPart | None = None
