"""The table of people, made in PostgreSQL of conversations and their parts.

DuckDB would need all conversations for it, those too that did not change.
"""
# ruff: noqa: S608  # names of our own

from typing import Final

_WROTE: Final = """
    SELECT source_author_type AS type, source_author_id AS id, source_author_name AS name,
        source_author_email AS email, created_at
    FROM {schema}.conversations WHERE {ours} AND source_author_id IS NOT NULL
    UNION ALL
    SELECT author_type, author_id, author_name, author_email, created_at
    FROM {schema}.conversation_parts WHERE {ours} AND author_id IS NOT NULL
"""
# As they were when they last wrote; the same order as DuckDB's, which compares bytes. Only what
# tells people apart is sorted, not all that they wrote.
_STAGED: Final = f"""
    CREATE TEMP TABLE staged AS
    WITH wrote AS ({_WROTE}),
    known AS (
        SELECT type, id, name, email, min(created_at) AS first, max(created_at) AS last
        FROM wrote GROUP BY type, id, name, email
    )
    SELECT DISTINCT ON (type, id) type, id, name, email,
        min(first) OVER (PARTITION BY type, id) AS first_seen_at, last AS last_seen_at
    FROM known ORDER BY type, id, last DESC NULLS LAST, name COLLATE "C"
"""
_SAME: Final = """
    t.id = s.id AND (t.type, t.name, t.email, t.first_seen_at, t.last_seen_at)
    IS NOT DISTINCT FROM (s.type, s.name, s.email, s.first_seen_at, s.last_seen_at)
"""
_COLUMNS: Final = "type, id, name, email, first_seen_at, last_seen_at"

STATEMENTS: Final = {
    "stage": _STAGED,
    "analyze": "ANALYZE staged",
    "delete": f"DELETE FROM {{schema}}.people t WHERE {{ours}} AND NOT EXISTS"
    f" (SELECT 1 FROM staged s WHERE {_SAME})",
    "insert": f"INSERT INTO {{schema}}.people (workspace, {_COLUMNS})"
    f" SELECT {{workspace}}, {_COLUMNS} FROM staged s"
    f" WHERE NOT EXISTS (SELECT 1 FROM {{schema}}.people t WHERE {{ours}} AND {_SAME})",
    "drop": "DROP TABLE pg_temp.staged",
}
"""They take the quoted ``schema``, the ``workspace`` as a literal, and the condition ``ours``."""
