"""Exports made by hand, and records for them."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from intercom_async.emulator import Emulator
from intercom_async.export.store.zstd import compress_frame
from intercom_async.report import Figures, Spread

Record: TypeAlias = dict[str, Any]
Make: TypeAlias = Callable[..., Figures]

BERLIN = ZoneInfo("Europe/Berlin")
DAY = 86_400


def at(text: str) -> int:
    """Return a moment of Berlin in unix seconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp())


T = at("2025-03-05T10:00")  # a Wednesday


def new(found: Figures) -> tuple[int, int, int]:
    assert found.new_conversations is not None
    told = found.new_conversations
    return told.count, told.inbound, told.outbound


def first_response(found: Figures) -> Spread:
    assert found.first_response is not None
    return found.first_response.clock


def of_one(span: int) -> Spread:
    return Spread(1, span, span)


def opened(found: Figures) -> dict[str, int]:
    assert found.open_over_time is not None
    return found.open_over_time


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
