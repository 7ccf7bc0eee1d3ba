"""What the contract covers, and what it leaves out, with the reasons."""

from typing import Final

_YET: Final = "not written yet"

COVERED: Final = frozenset(
    {"admins", "conversations", "data_attributes", "segments", "tags", "teams"}
)
"""Nouns whose every documented operation has a line in some table."""

MISSING: Final[dict[str, str]] = {}
"""Documented operations of covered nouns that the client lacks."""

UNMODELLED: Final[dict[str, str]] = {}
"""Documented properties, each after its schema, for which models have no field."""

UNSENT: Final = {
    "searchConversations.include_monitors": _YET,
    "searchConversations.include_scorecards": _YET,
}
"""Documented parameters and fields of bodies, each after its operation, that no line sends."""

UNDOCUMENTED: Final = {
    "detachContactFromConversation.customer": "the documents' own examples send it",
}
"""Fields of bodies that are sent although no schema of the documents has them."""
