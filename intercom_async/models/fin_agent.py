"""What is said to Fin, and what it answers at once."""

from collections.abc import Mapping, Sequence
from typing import Literal, Required, TypedDict

from intercom_async.models.base import JSON, Id, ListOf, Record, Timestamp


class FinStatus(Record, frozen=True):
    """How far Fin is with a conversation. What it says comes later, as an event.

    Attributes:
        conversation_id: The conversation's id, as the caller gave it.
        user_id: The user's id, as the caller gave it.
        status: ``thinking``, ``replying``, ``awaiting_user_reply``, ``escalated``, ``resolved`` or
            ``complete``.
        created_at_ms: When this was answered.
        errors: Which attributes could not be set, as sent.
        sse_subscription_url: Where events can be listened to. It holds a secret, good for some
            minutes.
        procedure_id: The procedure that runs, where one was asked for.
        intercom_conversation_id: The id Intercom gave the conversation, where it is told.

    Source: API reference 2.16, "Fin Agent".
    """

    conversation_id: Id | None = None
    user_id: Id | None = None
    status: str | None = None
    created_at_ms: Timestamp | None = None
    errors: JSON = None
    sse_subscription_url: str | None = None
    procedure_id: Id | None = None
    intercom_conversation_id: Id | None = None


class FinRating(Record, frozen=True):
    """How a user rated a conversation with Fin.

    Attributes:
        conversation_id: The conversation's id, as the caller gave it.
        rating: ``terrible``, ``bad``, ``ok``, ``good`` or ``amazing``.
        status: Always ``rated``.
    """

    conversation_id: Id | None = None
    rating: str | None = None
    status: str | None = None


class FinCapabilities(Record, frozen=True):
    """What Fin can do for a user.

    Attributes:
        version: The version of this list.
        capabilities: Procedures, and actions such as ``reply`` and ``ask``, as sent.
    """

    version: JSON = None
    capabilities: ListOf[JSON] = []


class FinMessage(TypedDict):
    """What somebody said.

    Attributes:
        author: Who.
        body: The text, which may be HTML.
        timestamp: When, in ISO 8601, best with milliseconds: by it the API tells a repeated
            message within five minutes.
    """

    author: Literal["user", "agent", "fin"]
    body: str
    timestamp: str


class FinUser(TypedDict, total=False):
    """Who talks to Fin.

    Attributes:
        id: The id the workspace gives the user.
        name: Its name.
        email: Its email address.
        attributes: What else Fin should know of it, ten at most.
    """

    id: Required[str]
    name: str
    email: str
    attributes: Mapping[str, JSON]


class FinAttachment(TypedDict, total=False):
    """What comes with a message.

    Attributes:
        type: Where it is.
        url: The URL of a ``url``, which anybody may read.
        name: The name of a ``file``.
        content_type: The media type of a ``file``.
        data: The content of a ``file``, in base64.
    """

    type: Required[Literal["url", "file"]]
    url: str
    name: str
    content_type: str
    data: str


class FinMetadata(TypedDict, total=False):
    """What Fin should know of a conversation.

    Attributes:
        history: What was said before, ten messages at most.
        attributes: What else, ten at most.
    """

    history: Sequence[FinMessage]
    attributes: Mapping[str, JSON]


class FinReply(TypedDict, total=False):
    """What a user says in a conversation with Fin.

    Attributes:
        conversation_id: The conversation's id, which is the caller's own.
        message: What is said.
        user: Who says it.
        attachments: What comes with it, ten at most.
    """

    conversation_id: Required[str | int]
    message: Required[FinMessage]
    user: Required[FinUser]
    attachments: Sequence[FinAttachment]


class FinStart(FinReply, total=False):
    """What a user says first; else as ``FinReply``.

    Attributes:
        conversation_metadata: What Fin should know of the conversation.
    """

    conversation_metadata: FinMetadata


class FinProcedureRun(TypedDict, total=False):
    """A procedure to run.

    Attributes:
        conversation_id: The id of a new conversation, which is the caller's own.
        user: For whom it runs.
        message: What that user says first.
        conversation_metadata: What Fin should know of the conversation: ``attributes`` only.
        settings: How Fin is to be reached, such as ``{"email": True}``.
    """

    conversation_id: Required[str | int]
    user: Required[FinUser]
    message: FinMessage
    conversation_metadata: FinMetadata
    settings: Mapping[str, JSON]


class FinEscalation(TypedDict, total=False):
    """What a teammate is to take over, by exactly one of ``conversation_id`` and ``user``.

    Attributes:
        conversation_id: A conversation that Fin has, by the caller's id.
        user: A user that Fin has talked to in none.
        message: What that user says.
        context: A note for the teammate, which the user does not see.
    """

    conversation_id: str | int
    user: FinUser
    message: FinMessage
    context: str


class FinCsat(TypedDict, total=False):
    """How a user rates a conversation with Fin.

    Attributes:
        conversation_id: The conversation's id, which is the caller's own.
        rating: The rating.
        remark: What the user says to it. After that the rating stays.
    """

    conversation_id: Required[str | int]
    rating: Required[Literal["terrible", "bad", "ok", "good", "amazing"]]
    remark: str
