"""The tables of ``state.sqlite``, with a version that any change to them raises."""

from typing import Final

__all__ = ["ADDED", "SCHEMA", "STATEMENTS"]

SCHEMA: Final = 1

# What states of earlier releases may lack: what a phase has learnt, so that a run that ended in
# the middle of one need not ask all of it again.
ADDED: Final = (
    """
    CREATE TABLE IF NOT EXISTS learnt (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID
    """,
)

STATEMENTS: Final = (
    # What was asked for, how far it has come, and running totals of the ledger, whose million
    # rows nobody wants to count every second.
    """
    CREATE TABLE run (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        identity TEXT NOT NULL,
        phase TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        previous_started_at INTEGER,
        conversations INTEGER NOT NULL DEFAULT 0,
        parts INTEGER NOT NULL DEFAULT 0,
        truncated INTEGER NOT NULL DEFAULT 0,
        parts_missing INTEGER NOT NULL DEFAULT 0,
        superseded INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
    """
    CREATE TABLE windows (
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
    "CREATE INDEX windows_start ON windows (start)",
    # "bytes" is the committed offset. The digest is NULL from an append until the next finish.
    """
    CREATE TABLE shards (
        number INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        bytes INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        sha256 TEXT
    ) STRICT
    """,
    """
    CREATE TABLE ledger (
        id TEXT PRIMARY KEY,
        created_at INTEGER,
        updated_at INTEGER,
        settled INTEGER NOT NULL,
        shard INTEGER NOT NULL,
        parts INTEGER NOT NULL,
        truncated INTEGER NOT NULL,
        parts_missing INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX ledger_created_at ON ledger (created_at)",
    "CREATE INDEX ledger_truncated ON ledger (truncated) WHERE truncated",
    "CREATE INDEX ledger_parts_missing ON ledger (parts_missing) WHERE parts_missing",
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
    "CREATE TABLE deleted (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
    "CREATE TABLE failed (id TEXT PRIMARY KEY, reason TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """
    CREATE TABLE quarantine (
        sha256 BLOB PRIMARY KEY,
        id TEXT,
        reason TEXT NOT NULL,
        json_path TEXT,
        listed_in TEXT,
        body BLOB,
        on_trial INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX quarantine_id ON quarantine (id) WHERE id IS NOT NULL",
    f"PRAGMA user_version = {SCHEMA}",
)
