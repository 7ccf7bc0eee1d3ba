"""The tables of an export: what each is made of, its columns, key and joins."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import msgspec

from intercom_async.export.tables import nouns, state
from intercom_async.export.tables.columns import Column
from intercom_async.export.tables.derived import derived
from intercom_async.export.tables.nouns import MODELS

__all__ = ["RAW", "TABLES", "Table", "TableSchema"]

Table: TypeAlias = Literal[
    "conversations",
    "conversation_parts",
    "conversation_tags",
    "conversation_contacts",
    "people",
    "contacts",
    "contact_tags",
    "contact_companies",
    "contact_notes",
    "tickets",
    "ticket_parts",
    "ticket_contacts",
    "companies",
    "company_tags",
    "company_segments",
    "macros",
    "admins",
    "teams",
    "team_admins",
    "tags",
    "segments",
    "data_attributes",
    "ticket_types",
    "ticket_type_attributes",
    "ticket_states",
    "subscription_types",
    "away_status_reasons",
    "brands",
    "emails",
    "deletions",
    "export",
]

RAW: Final = Column("JSON", "$", alias="raw", text="The whole record.")


class TableSchema(msgspec.Struct, frozen=True):
    """A table.

    Attributes:
        name: Its name.
        text: What a row is.
        source: The stream it is made of; of what the export tells of itself, its own name.
        columns: Its columns, in order.
        key: The columns that tell its rows apart.
        joins: Of each column that is another table's, that table and its column.
        items: Where a record has the list whose items are the rows: an object's list first, the
            bare list last. None where a row is a record.
        owner: How many columns come before the item's own: the record's id, and the item's
            position.
    """

    name: Table
    text: str
    source: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("id",)
    joins: Mapping[str, str] = {}
    items: tuple[str, ...] = ()
    owner: int = 0

    def shown(self, *, raw: bool = False) -> tuple[Column, ...]:
        """Return its columns, with ``raw`` as the last where that is wanted of a stream's own."""
        return (*self.columns, RAW) if raw and self.name == self.source in MODELS else self.columns


def _items(
    name: Table,
    text: str,
    source: str,
    items: tuple[str, ...],
    columns: tuple[Column, ...],
    *,
    owner: str,
    key: str,
    has_position: bool = False,
    **joins: str,
) -> TableSchema:
    """Return the table of a list that records of a stream hold, whose owner has the id so named."""
    before = [Column("VARCHAR", "$.id", alias=owner, text="Whose it is.")]
    if has_position:
        before.append(Column("BIGINT", "$", alias="position", text="Its place among them, from 1."))
    joined = {owner: f"{source}.id", **joins}
    return TableSchema(
        name, text, source, (*before, *columns), (owner, key), joined, items, len(before)
    )


def _noun(name: Table, text: str, columns: tuple[Column, ...] = (), **joins: str) -> TableSchema:
    return TableSchema(name, text, name, columns or derived(MODELS[name]), joins=joins)


_ASSIGNED: Final = {"admin_assignee_id": "admins.id", "team_assignee_id": "teams.id"}
_CONTACTS: Final = ("$.contacts.contacts", "$.contacts")

_TABLES: Final = (
    _noun(
        "conversations",
        "A conversation.",
        nouns.CONVERSATIONS,
        **_ASSIGNED,
        contact_ids="contacts.id",
        teammate_ids="admins.id",
        tag_ids="tags.id",
        rating_contact_id="contacts.id",
        rating_teammate_id="admins.id",
        statistics_last_closed_by_id="admins.id",
    ),
    _items(
        "conversation_parts",
        "A message, note or event of a conversation, after the first message.",
        "conversations",
        ("$.conversation_parts.conversation_parts", "$.conversation_parts"),
        nouns.CONVERSATION_PARTS,
        owner="conversation_id",
        key="position",
        has_position=True,
    ),
    _items(
        "conversation_tags",
        "A tag on a conversation.",
        "conversations",
        ("$.tags.tags", "$.tags"),
        nouns.TAGS_OF,
        owner="conversation_id",
        key="tag_id",
        tag_id="tags.id",
        applied_by_id="admins.id",
    ),
    _items(
        "conversation_contacts",
        "A contact who takes part in a conversation.",
        "conversations",
        _CONTACTS,
        nouns.CONTACTS_OF,
        owner="conversation_id",
        key="contact_id",
        contact_id="contacts.id",
    ),
    TableSchema(
        "people",
        "Someone who wrote in a conversation, a bot too, as they were when they last did.",
        "conversations",
        nouns.PEOPLE,
        ("type", "id"),
        {"id": "contacts.id"},
    ),
    _noun("contacts", "A user or a lead.", nouns.CONTACTS, owner_id="admins.id"),
    _items(
        "contact_tags",
        "A tag on a contact.",
        "contacts",
        ("$.tags.data", "$.tags"),
        nouns.CONTACT_TAGS,
        owner="contact_id",
        key="tag_id",
        tag_id="tags.id",
    ),
    _items(
        "contact_companies",
        "A company that a contact belongs to.",
        "contacts",
        ("$.companies.data", "$.companies"),
        nouns.CONTACT_COMPANIES,
        owner="contact_id",
        key="company_id",
        company_id="companies.id",
    ),
    _items(
        "contact_notes",
        "A note on a contact. Its text is known where the contact has more than ten.",
        "contacts",
        ("$.notes.data", "$.notes"),
        nouns.NOTES,
        owner="contact_id",
        key="id",
        author_id="admins.id",
    ),
    _noun(
        "tickets",
        "A ticket.",
        nouns.TICKETS,
        **_ASSIGNED,
        contact_ids="contacts.id",
        ticket_type_id="ticket_types.id",
        previous_ticket_state_id="ticket_states.id",
    ),
    _items(
        "ticket_parts",
        "A message, note or event of a ticket.",
        "tickets",
        ("$.ticket_parts.ticket_parts", "$.ticket_parts"),
        nouns.TICKET_PARTS,
        owner="ticket_id",
        key="position",
        has_position=True,
    ),
    _items(
        "ticket_contacts",
        "A contact whom a ticket concerns.",
        "tickets",
        _CONTACTS,
        nouns.CONTACTS_OF,
        owner="ticket_id",
        key="contact_id",
        contact_id="contacts.id",
    ),
    _noun("companies", "A company.", nouns.COMPANIES),
    _items(
        "company_tags",
        "A tag on a company.",
        "companies",
        ("$.tags.tags", "$.tags.data", "$.tags"),
        nouns.TAGS_OF,
        owner="company_id",
        key="tag_id",
        tag_id="tags.id",
        applied_by_id="admins.id",
    ),
    _items(
        "company_segments",
        "A segment that a company is in.",
        "companies",
        ("$.segments.segments", "$.segments.data", "$.segments"),
        nouns.SEGMENTS_OF,
        owner="company_id",
        key="segment_id",
        segment_id="segments.id",
    ),
    _noun("macros", "A reply that teammates have ready.", visible_to_team_ids="teams.id"),
    _noun(
        "admins",
        "A teammate who has access to the workspace.",
        nouns.ADMINS,
        team_ids="teams.id",
        away_status_reason_id="away_status_reasons.id",
    ),
    _noun("teams", "A team of admins.", admin_ids="admins.id"),
    _items(
        "team_admins",
        "An admin who belongs to a team.",
        "teams",
        ("$.admin_ids.data", "$.admin_ids"),
        (Column("VARCHAR", "$", alias="admin_id", text="The admin."),),
        owner="team_id",
        key="admin_id",
        admin_id="admins.id",
    ),
    _noun("tags", "A tag.", nouns.TAGS),
    _noun("segments", "A group of people that match filters."),
    msgspec.structs.replace(
        _noun(
            "data_attributes",
            "An attribute of contacts, companies or conversations.",
            admin_id="admins.id",
        ),
        key=("model", "full_name"),
    ),
    _noun("ticket_types", "A kind of ticket.", nouns.TICKET_TYPES),
    _items(
        "ticket_type_attributes",
        "A field that tickets of a type have.",
        "ticket_types",
        (
            "$.ticket_type_attributes.ticket_type_attributes",
            "$.ticket_type_attributes.data",
            "$.ticket_type_attributes",
        ),
        nouns.TICKET_TYPE_ATTRIBUTES,
        owner="ticket_type_id",
        key="id",
    ),
    _noun(
        "ticket_states",
        "How far tickets can come.",
        nouns.TICKET_STATES,
        ticket_type_ids="ticket_types.id",
    ),
    _noun("subscription_types", "A kind of message that contacts opt in to or out of."),
    _noun("away_status_reasons", "A reason for which an admin may be away."),
    _noun(
        "brands",
        "A brand under which the workspace writes.",
        default_address_settings_id="emails.id",
    ),
    _noun("emails", "An address the workspace writes from.", brand_id="brands.id"),
    TableSchema(
        "deletions",
        "A record that was found to be deleted.",
        "deletions",
        state.DELETIONS,
        ("stream", "id"),
        {"stream": "export.stream"},
    ),
    TableSchema("export", "A stream of the export.", "export", state.EXPORT, ("stream",)),
)

TABLES: Final[Mapping[str, TableSchema]] = {table.name: table for table in _TABLES}
"""All tables by name. An export has those of the streams it holds."""
