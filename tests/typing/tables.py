"""What type checkers make of an export read back: right calls pass, wrong ones are refused.

Never run. Each "type: ignore" marks a call that must be refused: both checkers report one that
is not needed.
"""
# pyright: reportUnnecessaryTypeIgnoreComment=true

from datetime import UTC, datetime
from pathlib import Path
from typing import assert_type

import msgspec

from intercom_async.export.tables import (
    TABLES,
    Column,
    Converted,
    Format,
    Loaded,
    Records,
    Table,
    TableSchema,
    convert,
    describe,
    read,
    shards,
    to_arrow,
    to_postgresql,
)
from intercom_async.models import Company, Contact, Conversation, EmailSetting

FOLDER = Path("exported/8e8185e9")


class Mine(msgspec.Struct):
    id: str


async def reading() -> None:
    assert_type(read(FOLDER), Records[Conversation])
    assert_type(read(FOLDER, type=Mine), Records[Mine])
    assert_type(read(FOLDER, type=dict[str, int]), Records[dict[str, int]])
    assert_type(read(FOLDER, raw=True), Records[bytes])
    assert_type(read(FOLDER, "conversations"), Records[Conversation])
    assert_type(read(FOLDER, "contacts"), Records[Contact])
    assert_type(read(FOLDER, "companies"), Records[Company])
    assert_type(read(FOLDER, "emails"), Records[EmailSetting])
    assert_type(read(FOLDER, "contacts", type=Mine), Records[Mine])
    assert_type(read(FOLDER, "contacts", raw=True), Records[bytes])
    read(FOLDER, "contact")  # type: ignore[call-overload]
    async for conversation in read(FOLDER):
        assert_type(conversation, Conversation)
    async for mine in read(FOLDER, type=Mine):
        assert_type(mine, Mine)
    async for line in read(FOLDER, raw=True):
        assert_type(line, bytes)
    assert_type(await anext(read(FOLDER, type=Mine)), Mine)
    assert_type(await read(FOLDER).aclose(), None)
    read(FOLDER, type=Mine, raw=True)  # type: ignore[call-overload]
    read(FOLDER, raw=False)  # type: ignore[call-overload]
    read(FOLDER, type=Mine("1"))  # type: ignore[call-overload]
    async for _ in read("exported/8e8185e9"):
        break
    for _ in read(FOLDER):  # type: ignore[attr-defined]
        pass


def tables(table: Table, format_: Format) -> None:
    to_arrow(FOLDER).read_all()
    to_arrow(FOLDER, "conversation_parts")
    to_arrow(FOLDER, table, raw=True, since=datetime.now(UTC))
    assert_type(TABLES["contacts"], TableSchema)
    assert_type(TABLES["contacts"].columns, tuple[Column, ...])
    assert_type(describe(), str)
    assert_type(shards(FOLDER, "contacts"), list[Path])
    to_arrow(FOLDER, "parts")  # type: ignore[arg-type]
    to_arrow(FOLDER, table, True)  # type: ignore[call-arg]
    to_arrow(FOLDER, since="2026-01-01")  # type: ignore[arg-type]
    to_arrow("exported/8e8185e9")
    assert_type(shards(FOLDER), list[Path])
    loaded = to_postgresql(FOLDER, "postgresql://127.0.0.1/support", schema="intercom")
    assert_type(loaded, Loaded)
    assert_type(loaded.inserted, dict[str, int])
    to_postgresql(FOLDER, "postgresql://127.0.0.1/support", "intercom")  # type: ignore[call-arg]

    assert_type(convert(FOLDER, Path("tables"), format_), Converted)
    converted = convert(FOLDER, Path("tables"), "csv", overwrite=True, memory_limit="1GB")
    assert_type(converted.rows, dict[str, int])
    assert_type(converted.files, tuple[Path, ...])
    convert(FOLDER, Path("tables"), "xlsx")  # type: ignore[arg-type]
    convert(FOLDER, Path("tables"))  # type: ignore[call-arg]
    convert(FOLDER, Path("tables"), "csv", True)  # type: ignore[call-arg]
