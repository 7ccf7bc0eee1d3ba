"""Lists and pages of answers, taken apart and put together again."""

from collections.abc import Callable
from functools import partial
from typing import Final, Self
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from intercom_async.emulator.faults.exchange import Exchange, Injector
from intercom_async.emulator.faults.kinds import FaultKind
from intercom_async.emulator.faults.plan import Faults
from intercom_async.emulator.pagination import decode_place, encode_place
from intercom_async.emulator.replies import ApiError, Reply
from intercom_async.emulator.request_log import RequestRecord

_OK: Final = 200
_RAWS: Final = msgspec.json.Decoder(list[msgspec.Raw])
_FIRST: Final = (None, "", 1)  # the place before the first record of any list


class _Named(msgspec.Struct):
    id: str | int


_NAMED: Final = msgspec.json.Decoder(_Named)


class Page:
    """A list of records, or a page of one."""

    def __init__(self, body: bytes) -> None:
        self.fields: dict[str, msgspec.Raw] = fields_of(body)
        is_list = bytes(self.fields.get("type", b"")).endswith(b'list"')
        arrays = (name for name, raw in self.fields.items() if bytes(raw).startswith(b"["))
        self.key: str = next(arrays, "") if is_list else ""

    @classmethod
    def of(cls, reply: Reply) -> Self | None:
        """Take an answer apart, if it is a list."""
        if reply.status != _OK or not reply.body:
            return None
        page = cls(reply.body)
        return page if page.key else None

    @property
    def has_pages(self) -> bool:
        """Whether it says which pages there are."""
        return bytes(self.fields.get("pages", b"")).startswith(b"{")

    @property
    def records(self) -> list[bytes]:
        """The records, encoded."""
        return [bytes(raw) for raw in _RAWS.decode(self.fields[self.key])]

    @property
    def ids(self) -> list[str]:
        """The ids of the records."""
        return [id_of(record) for record in self.records]

    def reply(self, records: list[bytes] | None = None) -> Reply:
        """Put the page together again."""
        if records is None:
            return Reply(_OK, msgspec.json.encode(self.fields))
        shown = b"[" + b",".join(records) + b"]"
        members = [
            msgspec.json.encode(name) + b":" + (shown if name == self.key else bytes(raw))
            for name, raw in self.fields.items()
        ]
        return Reply(_OK, b"{" + b",".join(members) + b"}")


def fields_of(body: bytes) -> dict[str, msgspec.Raw]:
    """Take a JSON object apart, one level deep."""
    return msgspec.json.decode(body, type=dict[str, msgspec.Raw])


def id_of(record: bytes) -> str:
    """Read the id of an encoded record; without one it is empty."""
    try:
        return str(_NAMED.decode(record).id)
    except msgspec.DecodeError:
        return ""


def check_poison(faults: Faults, record: RequestRecord, reply: Reply) -> None:
    """Check that an answer shows no poisoned conversation that forbids it."""
    if not faults.poisoned or reply.status != _OK:
        return
    page = Page.of(reply)
    ids = [id_of(reply.body)] if page is None else page.ids
    bad = faults.bad_record(record, ids)
    if bad is not None:
        faults.note(FaultKind.POISON_RECORD, record, bad, applied=False)
        raise _poisoned()


def _repeat(exchange: Exchange, page: Page) -> Reply | None:
    return _lead_to(exchange, page, exchange.chosen.request.cursor or "")


def _empty(exchange: Exchange, page: Page) -> Reply | None:
    asked = exchange.chosen.request.cursor
    if not page.records or exchange.faults.was_injected(asked):
        return None
    value, id_, number = _FIRST if asked is None else decode_place(asked)
    # The same place under another number, since a client may refuse a cursor it has met.
    following = encode_place(value, id_, number + 1)
    exchange.faults.mark_injected(following)
    return _lead_to(exchange, page, following, records=[])


def _restart(exchange: Exchange, page: Page) -> Reply | None:
    asked = exchange.chosen.request.cursor
    number = 1 if asked is None else decode_place(asked)[2]
    return _lead_to(exchange, page, encode_place(None, "", number + 1))


def _lead_to(
    exchange: Exchange, page: Page, cursor: str, records: list[bytes] | None = None
) -> Reply | None:
    """Let a page lead to a cursor, or to the page of a number; a scroll does not lead anywhere."""
    if not page.has_pages:
        return None
    pages, record = fields_of(bytes(page.fields["pages"])), exchange.record
    following: object = {"per_page": pages["per_page"], "starting_after": cursor}
    if exchange.chosen.request.numbered:
        query = urlencode({**record.query, "page": cursor})
        following = f"http://{record.headers['host']}{record.path}?{query}"
    pages["next"] = msgspec.Raw(msgspec.json.encode(following))
    page.fields["pages"] = msgspec.Raw(msgspec.json.encode(pages))
    return page.reply(records)


def _miscount(_: Exchange, page: Page, lie: Callable[[int], object]) -> Reply | None:
    counted = bytes(page.fields.get("total_count", b""))
    if not counted.isdigit():
        return None
    page.fields["total_count"] = msgspec.Raw(msgspec.json.encode(lie(int(counted))))
    return page.reply()


def _refuse_cursor(exchange: Exchange, status: int) -> web.Response:
    exchange.workspace.scroll = None
    error = ApiError(status, "parameter_invalid", "starting_after has expired")
    return exchange.respond(exchange.refusal(error))


def _poison(exchange: Exchange, page: Page) -> Reply | None:
    ids = page.ids
    wanted = exchange.chosen.conversation_id
    if not ids or (wanted is not None and wanted not in ids):
        return None
    picked = wanted or ids[exchange.chosen.place % len(ids)]
    exchange.faults.poison_chosen(picked)
    exchange.conversation_id = picked
    return exchange.refusal(_poisoned())


def _poisoned() -> ApiError:
    return ApiError(404, "not_found", "Conversation not found. Message deleted")


def _on_page(
    exchange: Exchange, change: Callable[[Exchange, Page], Reply | None]
) -> web.Response | None:
    """Answer with the page that a change makes of the operation's own."""
    page = Page.of(exchange.carry_out())
    reply = None if page is None else change(exchange, page)
    return None if reply is None else exchange.respond(reply)


_LIES: Final[dict[FaultKind, Callable[[int], object]]] = {
    FaultKind.TOTAL_LOW: lambda total: total // 2,
    FaultKind.TOTAL_HIGH: lambda total: 2 * total + 1,
    FaultKind.TOTAL_ABSENT: lambda _: None,
    FaultKind.TOTAL_TEXT: str,
    FaultKind.TOTAL_CAPPED: lambda _: 10_000,
}
INJECTORS: Final[dict[FaultKind, Injector]] = {
    FaultKind.CURSOR_REPEATS: partial(_on_page, change=_repeat),
    FaultKind.CURSOR_EXPIRED: partial(_refuse_cursor, status=400),
    FaultKind.CURSOR_GONE: partial(_refuse_cursor, status=404),
    FaultKind.CURSOR_CONFLICT: partial(_refuse_cursor, status=409),
    FaultKind.CURSOR_UNPROCESSABLE: partial(_refuse_cursor, status=422),
    FaultKind.CURSOR_RESTARTS: partial(_on_page, change=_restart),
    FaultKind.EMPTY_PAGE: partial(_on_page, change=_empty),
    FaultKind.POISON_RECORD: partial(_on_page, change=_poison),
    **{k: partial(_on_page, change=partial(_miscount, lie=lie)) for k, lie in _LIES.items()},
}
