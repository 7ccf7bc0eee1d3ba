"""Faults of one record: it is spoiled in the answer, or changes just before a page is made."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import msgspec
from aiohttp import web

from intercom_async.emulator.faults.exchange import Exchange, Injector
from intercom_async.emulator.faults.kinds import FaultKind
from intercom_async.emulator.faults.pages import Page, fields_of, id_of
from intercom_async.emulator.faults.targets import Target, target
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


def _a_minute_older(record: bytes) -> bytes | None:
    fields = fields_of(record)
    told = bytes(fields.get("updated_at", b""))
    if not told.isdigit():
        return None
    updated_at = int(told) - 60
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


def _retyped(record: bytes) -> bytes | None:
    """Turn the ids that a record names from texts into numbers, and from numbers into texts."""
    fields = fields_of(record)
    turned: dict[str, object] = {}
    for name, raw in fields.items():
        value = msgspec.json.decode(raw) if name.endswith("_id") else None
        if isinstance(value, str) and value.isascii() and value.isdigit():
            turned[name] = int(value)
        elif isinstance(value, int):
            turned[name] = str(value)
    return msgspec.json.encode(fields | turned) if turned else None


def _other(exchange: Exchange) -> web.Response | None:
    """Answer a retrieval with another record."""
    path = exchange.record.path
    asked = path.rpartition("/")[2]
    others = [id for id in _target(exchange).ids() if id != asked]
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


def _target(exchange: Exchange) -> Target:
    return target(exchange.workspace, exchange.chosen.request.noun)


def _pick(exchange: Exchange) -> str | None:
    """Pick the record in question, or any; None if there is none."""
    ids, wanted = _target(exchange).ids(), exchange.chosen.conversation_id
    if wanted is not None:
        return wanted if wanted in ids else None
    return ids[exchange.chosen.place % len(ids)] if ids else None


def _before(exchange: Exchange, change: Callable[[Target, str], None]) -> web.Response | None:
    """Change the workspace just before the page is made; the workspace keeps the truth."""
    picked = exchange.conversation_id = _pick(exchange)
    if picked is None:
        return None
    change(_target(exchange), picked)
    return exchange.respond(exchange.carry_out())


def _create(exchange: Exchange) -> web.Response | None:
    records = _target(exchange)
    if not records.ids() and exchange.chosen.request.noun != "conversations":
        return None  # nothing to make one like
    exchange.conversation_id = records.add()
    return exchange.respond(exchange.carry_out())


def _orphan(exchange: Exchange) -> web.Response | None:
    """Delete what the path names, just before it or what belongs to it is read."""
    noun, id_ = exchange.chosen.request.parent or ("", "")
    records = target(exchange.workspace, noun)
    if id_ not in records.ids():
        return None
    exchange.conversation_id = id_
    records.delete(id_)
    return exchange.respond(exchange.carry_out())


_K = FaultKind
INJECTORS: Final[dict[FaultKind, Injector]] = {
    _K.MISSING_ID: partial(_spoil, change=_without_id),
    _K.OBJECT_ID: partial(_spoil, change=_with_object_id),
    _K.INVALID_UTF8: partial(_spoil, change=partial(_with_text, ending=b"\xff\xfe")),
    _K.CONTROL_CHARACTER: partial(_spoil, change=partial(_with_text, ending=b"\n")),
    _K.LONE_SURROGATE: partial(_spoil, change=partial(_with_text, ending=b"\\ud800")),
    _K.NOT_A_NUMBER: partial(_spoil, change=partial(_with_field, make=lambda: b"NaN")),
    _K.DEEP_NESTING: partial(
        _spoil, change=partial(_with_field, make=lambda: b"[" * _DEPTH + b"]" * _DEPTH)
    ),
    _K.LONG_NUMBER: partial(_spoil, change=partial(_with_field, make=lambda: b"7" * _DIGITS)),
    _K.STALE_RECORD: partial(_spoil, change=_a_minute_older),
    _K.PARTS_ABSENT: partial(_spoil, change=_without_parts),
    _K.DUPLICATE_KEYS: partial(_spoil, change=_twice),
    _K.OTHER_ANSWER: _other,
    _K.RETYPED_IDS: partial(_spoil, change=_retyped),
    _K.PARENT_GONE: _orphan,
    _K.DELETED_MEANWHILE: partial(_before, change=lambda records, id_: records.delete(id_)),
    _K.UPDATED_MEANWHILE: partial(_before, change=lambda records, id_: records.touch(id_)),
    _K.CREATED_MEANWHILE: _create,
}
