"""For whom content is there: what is set alike of articles, internal articles and snippets."""

from collections.abc import Sequence
from typing import TypedDict

from intercom_async.core.inputs import NumericId


class ContentAvailability(TypedDict, total=False):
    """For whom content is there, in writing. Later than version 2.13.

    Attributes:
        audience_ids: The audiences that Fin uses it for; empty for any.
        ai_chatbot_availability: Whether Fin uses it.
        ai_copilot_availability: Whether Copilot uses it.
        ai_sales_agent_availability: Whether the sales agent uses it.
    """

    audience_ids: Sequence[NumericId] | None
    ai_chatbot_availability: bool
    ai_copilot_availability: bool
    ai_sales_agent_availability: bool
