"""The tables of ``state.sqlite``, with a version that any change to them raises."""

from typing import Final

SCHEMA: Final = 2

STATEMENTS: Final = (
    # What was asked for.
    """
    CREATE TABLE run (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        identity TEXT NOT NULL
    ) STRICT
    """,
    # How far each stream has come, which creation times it holds, and running totals of its part
    # of the ledger, whose million rows nobody wants to count every second.
    """
    CREATE TABLE streams (
        number INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        phase TEXT NOT NULL,
        since INTEGER,
        until INTEGER,
        started_at INTEGER NOT NULL,
        previous_started_at INTEGER,
        runs INTEGER NOT NULL DEFAULT 1,
        records INTEGER NOT NULL DEFAULT 0,
        parts INTEGER NOT NULL DEFAULT 0,
        truncated INTEGER NOT NULL DEFAULT 0,
        parts_missing INTEGER NOT NULL DEFAULT 0,
        superseded INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
    """
    CREATE TABLE windows (
        stream INTEGER NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        expected INTEGER NOT NULL,
        cursor TEXT,
        rows INTEGER NOT NULL DEFAULT 0,
        done INTEGER NOT NULL DEFAULT 0,
        counted INTEGER,
        held INTEGER
    ) STRICT
    """,
    "CREATE INDEX windows_start ON windows (stream, start)",
    # "bytes" is the committed offset. The digest is NULL from an append until the next finish.
    """
    CREATE TABLE shards (
        number INTEGER PRIMARY KEY,
        stream INTEGER NOT NULL,
        name TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        sha256 TEXT,
        UNIQUE (stream, name)
    ) STRICT
    """,
    """
    CREATE TABLE ledger (
        stream INTEGER NOT NULL,
        id TEXT NOT NULL,
        created_at INTEGER,
        updated_at INTEGER,
        settled INTEGER NOT NULL,
        shard INTEGER NOT NULL,
        parts INTEGER NOT NULL,
        truncated INTEGER NOT NULL,
        parts_missing INTEGER NOT NULL,
        PRIMARY KEY (stream, id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX ledger_created_at ON ledger (stream, created_at)",
    "CREATE INDEX ledger_truncated ON ledger (truncated) WHERE truncated",
    "CREATE INDEX ledger_parts_missing ON ledger (parts_missing) WHERE parts_missing",
    # What the sweep under way has met so far.
    """
    CREATE TABLE seen (
        stream INTEGER NOT NULL,
        id TEXT NOT NULL,
        PRIMARY KEY (stream, id)
    ) STRICT, WITHOUT ROWID
    """,
    # How many records of an id in a shard count no more. A shard only grows at its end and a
    # newer version always comes later, so these are the first that many.
    """
    CREATE TABLE superseded (
        shard INTEGER NOT NULL,
        id TEXT NOT NULL,
        copies INTEGER NOT NULL,
        PRIMARY KEY (shard, id)
    ) STRICT, WITHOUT ROWID
    """,
    # Shards about to be replaced by their rewritten form; 0 bytes: about to be removed.
    """
    CREATE TABLE rewrites (
        shard INTEGER PRIMARY KEY,
        bytes INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        sha256 TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE deleted (
        stream INTEGER NOT NULL,
        id TEXT NOT NULL,
        found_at INTEGER,
        PRIMARY KEY (stream, id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE failed (
        stream INTEGER NOT NULL,
        id TEXT NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (stream, id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE quarantine (
        stream INTEGER NOT NULL,
        sha256 BLOB NOT NULL,
        id TEXT,
        reason TEXT NOT NULL,
        json_path TEXT,
        listed_in TEXT,
        body BLOB,
        on_trial INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (stream, sha256)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX quarantine_id ON quarantine (stream, id) WHERE id IS NOT NULL",
    # What a phase has learnt, so that a run that ended in the middle of one need not ask all of
    # it again.
    """
    CREATE TABLE learnt (
        stream INTEGER NOT NULL,
        name TEXT NOT NULL,
        value NOT NULL,
        PRIMARY KEY (stream, name)
    ) WITHOUT ROWID
    """,
    # Of what a finished run leaves behind.
    "CREATE TABLE seals (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL) STRICT, WITHOUT ROWID",
    f"PRAGMA user_version = {SCHEMA}",
)

_MOVED: Final = {
    "windows": 'start, "end", expected, cursor, rows, done, counted, held',
    "ledger": "id, created_at, updated_at, settled, shard, parts, truncated, parts_missing",
    "failed": "id, reason",
    "deleted": "id",
    "quarantine": "sha256, id, reason, json_path, listed_in, body, on_trial",
    "shards": "number, name, bytes, rows, sha256",
    "learnt": "name, value",
}

# Layout 1 had conversations alone. Of its seals none is left, since the tables are others now.
UPGRADE: Final = (
    "CREATE TABLE IF NOT EXISTS learnt (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
    *(f"DROP INDEX {name}" for name in ("windows_start", "ledger_created_at", "quarantine_id")),
    *(f"DROP INDEX ledger_{name}" for name in ("truncated", "parts_missing")),
    *(f"ALTER TABLE {name} RENAME TO old_{name}" for name in ("run", *_MOVED)),
    *(each for each in STATEMENTS if "TABLE superseded" not in each and "rewrites" not in each),
    "INSERT INTO run SELECT 1, identity FROM old_run",
    """
    INSERT INTO streams
    SELECT 1, 'conversations', phase, json_extract(identity, '$.since'),
        json_extract(identity, '$.until'), started_at, previous_started_at,
        1 + (previous_started_at IS NOT NULL),
        conversations, parts, truncated, parts_missing, superseded
    FROM old_run
    """,
    *(
        f"INSERT INTO {table} (stream, {columns}) SELECT 1, {columns} FROM old_{table}"  # noqa: S608
        for table, columns in _MOVED.items()
    ),
    "DELETE FROM learnt WHERE name IN ('state.sqlite', 'manifest.json', 'summary.json')",
    *(f"DROP TABLE old_{name}" for name in ("run", *_MOVED)),
    "PRAGMA application_id = 0",
)
