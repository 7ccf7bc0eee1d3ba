"""What an AI agent did in a conversation (from version 2.11)."""

from intercom_async.models.base import JSON, Model


class AiAgent(Model, frozen=True):
    """What an AI agent did in a conversation.

    Attributes:
        source_type: What triggered the agent, such as ``workflow``.
        source_title: The name of what triggered it.
        last_answer_type: The type of its last answer, such as ``ai_answer``.
        resolution_state: How it ended, such as ``confirmed_resolution``.
        rating: The contact's rating of it, 1 to 5.
        rating_remark: What the contact added to the rating.
        content_sources: What its answers were drawn from, as sent.
    """

    source_type: str | None = None
    source_title: str | None = None
    last_answer_type: str | None = None
    resolution_state: str | None = None
    rating: int | None = None
    rating_remark: str | None = None
    content_sources: JSON = None
