"""What figures need of an export's folder, as a DuckDB file: few columns, made in one pass."""

from contextlib import closing
from pathlib import Path
from typing import Final

from intercom_async.export.records import CONVERSATIONS
from intercom_async.export.tables.engine import Engine, within_memory
from intercom_async.export.tables.sources import Sources
from intercom_async.export.tables.statements import NAMED, literal, select, together
from intercom_async.export.tables.writer import unchanged

__all__ = ["read_folder"]

_COLUMNS: Final = frozenset(
    {
        *(
            "id",
            "created_at",
            "updated_at",
            "waiting_since",
            "state",
            "team_assignee_id",
            "tag_ids",
        ),
        *("source_type", "source_redacted"),
        *("source_author_type", "source_author_id", "source_author_name"),
        *(
            "rating",
            "rating_remark",
            "rating_created_at",
            "rating_teammate_id",
            "rating_teammate_type",
        ),
        *("sla_name", "sla_status", "parts_total_count", "ai_agent_participated", "ai_agent"),
    }
)
_OF_PARTS: Final = frozenset(
    {
        *("part_type", "body", "created_at", "attachments", "redacted"),
        *("author_type", "author_id", "author_name"),
    }
)
_NAMES_OF_TAGS: Final = f"""
    CREATE TABLE made.conversation_tags AS
    SELECT conversation_id, tag_id, name FROM ({select("conversation_tags")})
"""  # noqa: S608
_TAGGED: Final = "SELECT json_object('id', id, 'tags', tags) AS line FROM made.held"
_VIEWS: Final = (
    "CREATE VIEW made.conversations AS SELECT * EXCLUDE (tags, parts) FROM held",
    """
    CREATE VIEW made.conversation_parts AS
    SELECT conversation_id, position, part.*
    FROM (
        SELECT
            id AS conversation_id,
            generate_subscripts(parts, 1) AS position,
            unnest(parts) AS part
        FROM held
    )
    """,
)


def read_folder(folder: Path, to: Path, memory_limit: str, *, are_whole: bool) -> set[str]:
    """Make the DuckDB file of an export that figures are made of.

    Its tables are those that ``convert`` makes, with the columns that figures need. Of a body, it
    has whether there is one: its first character.

    Args:
        folder: The workspace's folder of an export.
        to: The file to make, in a folder of its own.
        memory_limit: How much memory DuckDB may take.
        are_whole: Whether the files were compared with their digests.

    Returns:
        The ids of records too long for the memory, which the file lacks.

    Raises:
        ConfigurationError: As of ``convert``.
        ExportCorrupted: A file of the export is not as it was written.
        ExportLocked: An export wrote to the folder meanwhile.
        OSError: A file cannot be read or written.
    """
    sources = Sources.of(folder)

    def make(longest: int | None) -> set[str]:
        to.unlink(missing_ok=True)  # of a try before
        with closing(Engine(sources, to.parent / "spill", memory_limit, longest)) as engine:
            _make(engine, sources, to, are_whole=are_whole)
        return engine.left_out

    with unchanged(folder, sources):
        return within_memory(make)


def _make(engine: Engine, sources: Sources, to: Path, *, are_whole: bool) -> None:
    engine.run(f"ATTACH {literal(str(to))} AS made (RECOVERY_MODE no_wal_writes)", to)
    reading = together(
        lambda name: name in _COLUMNS or name.startswith("statistics_"), _OF_PARTS.__contains__
    )
    engine.fill("made.held", reading, CONVERSATIONS, to, are_whole=are_whole)
    for view in _VIEWS:
        engine.run(view, to)
    for table in NAMED:
        if table in sources.files:
            engine.count(table, f"CREATE TABLE made.{table} AS {select(table)}", to)
    engine.run(f"CREATE OR REPLACE TEMP VIEW lines AS {_TAGGED}", to)
    engine.run(_NAMES_OF_TAGS, to)
