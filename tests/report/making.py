"""Exports made by hand, and records for them."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from intercom_async.emulator import Emulator
from intercom_async.export.store.zstd import compress_frame

Record = dict[str, Any]


def emulated(seed: int, conversations: int = 120) -> list[Record]:
    """Return the records of an emulated workspace."""
    workspace = Emulator(conversations=conversations, seed=seed).workspace
    return [workspace.full_record(id) for id in workspace.ids()]


def export(folder: Path, records: Iterable[Record]) -> Path:
    """Write records as the lines of an export, in shards of 40."""
    lines = [json.dumps(record).encode() + b"\n" for record in records]
    below = folder / "conversations"
    below.mkdir(parents=True)
    for at in range(0, max(len(lines), 1), 40):
        shard = b"".join(lines[at : at + 40])
        (below / f"created={at}.ndjson.zst").write_bytes(compress_frame(shard) if shard else b"")
    return folder


def person(kind: str, id: str, name: str | None = None) -> Record:
    return {"type": kind, "id": id, "name": name, "email": None}


ANA = person("user", "u1", "Ana")
MARK = person("admin", "7", "Mark")
OLGA = person("admin", "8", "Olga")
BOT = person("bot", "9", "Fin")


def part(at: int, kind: str, author: Record, body: str | None = None, **more: Any) -> Record:
    return {
        "id": f"p{at}",
        "part_type": kind,
        "created_at": at,
        "author": author,
        "body": body,
        "attachments": [],
        "redacted": False,
        **more,
    }


def conversation(
    id: str, at: int, author: Record, parts: Sequence[Record] = (), **more: Any
) -> Record:
    return {
        "id": id,
        "created_at": at,
        "updated_at": max([at, *(each["created_at"] for each in parts)]),
        "state": "open",
        "source": {"type": "email", "author": author, "body": "Hello", "redacted": False},
        "conversation_parts": {"conversation_parts": list(parts), "total_count": len(parts)},
        "tags": {"type": "tag.list", "tags": []},
        **more,
    }
