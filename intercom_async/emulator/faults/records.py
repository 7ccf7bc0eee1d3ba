"""Faults that spoil one record of an answer: one of a list, or the only one."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import msgspec
from aiohttp import web

from intercom_async.emulator.faults.exchange import Exchange, Injector
from intercom_async.emulator.faults.kinds import FaultKind
from intercom_async.emulator.faults.pages import Page, fields_of, id_of
from intercom_async.emulator.replies import Reply

_OK: Final = 200
_DEPTH: Final = 100_000
_DIGITS: Final = 1_000_000
# Stands in a text for bytes that no encoder would write.
_MARK: Final = "@@awkward@@"
_REPEATED: Final = ("id", "created_at", "state", "name")


def _spoil(exchange: Exchange, change: Callable[[bytes], bytes | None]) -> web.Response | None:
    """Change one record of the answer, and leave the others as they are."""
    reply = exchange.carry_out()
    if reply.status != _OK or not reply.body:
        return None
    page = Page.of(reply)
    records = [reply.body] if page is None else page.records
    at = _choose(exchange, records)
    changed = None if at is None else change(records[at])
    if at is None or changed is None:
        return None
    exchange.conversation_id = id_of(records[at])
    records[at] = changed
    return exchange.respond(Reply(_OK, records[0]) if page is None else page.reply(records))


def _choose(exchange: Exchange, records: list[bytes]) -> int | None:
    wanted = exchange.chosen.conversation_id
    if wanted is not None:
        ids = [id_of(record) for record in records]
        return ids.index(wanted) if wanted in ids else None
    return exchange.chosen.place % len(records) if records else None


def _without_id(record: bytes) -> bytes | None:
    fields = fields_of(record)
    return msgspec.json.encode(fields) if fields.pop("id", None) is not None else None


def _with_object_id(record: bytes) -> bytes:
    fields = fields_of(record)
    value = bytes(fields.get("id", msgspec.Raw(b"null")))
    return msgspec.json.encode(fields | {"id": msgspec.Raw(b'{"value":' + value + b"}")})


def _with_text(record: bytes, ending: bytes) -> bytes | None:
    """Add bytes to the end of the first message, else of the title or the name."""
    value: dict[str, Any] = msgspec.json.decode(record)
    for holder, name in ((value.get("source"), "body"), (value, "title"), (value, "name")):
        if isinstance(holder, dict) and isinstance(holder.get(name), str):
            holder[name] += _MARK
            return msgspec.json.encode(value).replace(_MARK.encode(), ending)
    return None


def _with_field(record: bytes, make: Callable[[], bytes]) -> bytes:
    return record[:-1] + b',"unheard_of":' + make() + b"}"


def _a_minute_older(record: bytes) -> bytes:
    fields = fields_of(record)
    updated_at = int(bytes(fields["updated_at"])) - 60
    return msgspec.json.encode(fields | {"updated_at": updated_at})


def _without_parts(record: bytes) -> bytes | None:
    fields = fields_of(record)
    parts = fields_of(fields.pop("conversation_parts", msgspec.Raw(b"{}")))
    has_some = bytes(parts.get("total_count", b"0")) != b"0"
    # Of those without statistics no list tells that there are parts.
    are_listed = bytes(fields.pop("statistics", b"null")) != b"null"
    return msgspec.json.encode(fields) if has_some and are_listed else None


def _twice(record: bytes) -> bytes | None:
    fields = fields_of(record)
    repeated = {name: fields[name] for name in _REPEATED if name in fields}
    if not repeated:
        return None
    return record[:-1] + b"," + msgspec.json.encode(repeated)[1:]


def _other(exchange: Exchange) -> web.Response | None:
    """Answer a retrieval with another conversation."""
    path = exchange.record.path
    asked = path.rpartition("/")[2]
    others = [id for id in exchange.workspace.ids() if id != asked]
    is_chance = exchange.chosen.entry is None
    if not others or (is_chance and exchange.faults.was_injected(path)):
        return None
    exchange.faults.mark_injected(path)
    exchange.conversation_id = asked
    exchange.record.path = path[: -len(asked)] + others[exchange.chosen.place % len(others)]
    try:
        return exchange.respond(exchange.carry_out())
    finally:
        exchange.record.path = path


INJECTORS: Final[dict[FaultKind, Injector]] = {
    FaultKind.MISSING_ID: partial(_spoil, change=_without_id),
    FaultKind.OBJECT_ID: partial(_spoil, change=_with_object_id),
    FaultKind.INVALID_UTF8: partial(_spoil, change=partial(_with_text, ending=b"\xff\xfe")),
    FaultKind.CONTROL_CHARACTER: partial(_spoil, change=partial(_with_text, ending=b"\n")),
    FaultKind.NOT_A_NUMBER: partial(_spoil, change=partial(_with_field, make=lambda: b"NaN")),
    FaultKind.STALE_RECORD: partial(_spoil, change=_a_minute_older),
    FaultKind.PARTS_ABSENT: partial(_spoil, change=_without_parts),
    FaultKind.LONE_SURROGATE: partial(_spoil, change=partial(_with_text, ending=b"\\ud800")),
    FaultKind.OTHER_ANSWER: _other,
    FaultKind.DUPLICATE_KEYS: partial(_spoil, change=_twice),
    FaultKind.DEEP_NESTING: partial(
        _spoil, change=partial(_with_field, make=lambda: b"[" * _DEPTH + b"]" * _DEPTH)
    ),
    FaultKind.LONG_NUMBER: partial(
        _spoil, change=partial(_with_field, make=lambda: b"7" * _DIGITS)
    ),
}
