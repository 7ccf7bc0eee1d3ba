"""What a table of an export is made of, its columns, key and joins."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import msgspec

from intercom_async.export.tables.columns import Column
from intercom_async.export.tables.derived import derived
from intercom_async.export.tables.nouns import MODELS

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
    "calls",
    "activity_logs",
    "conversation_deletions",
    "articles",
    "internal_articles",
    "external_pages",
    "content_snippets",
    "news_items",
    "newsfeeds",
    "collections",
    "help_centers",
    "content_import_sources",
    "macros",
    "audiences",
    "data_connectors",
    "admins",
    "teams",
    "team_admins",
    "tags",
    "segments",
    "data_attributes",
    "conversation_attributes",
    "ticket_types",
    "ticket_type_attributes",
    "ticket_states",
    "subscription_types",
    "away_status_reasons",
    "office_hours",
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


def of_items(
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


def of_noun(name: Table, text: str, columns: tuple[Column, ...] = (), **joins: str) -> TableSchema:
    """Return the table of a stream, with the columns of its struct if no others are given."""
    return TableSchema(name, text, name, columns or derived(MODELS[name]), joins=joins)
