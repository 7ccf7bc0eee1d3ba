"""Faults that change the workspace just before a page is made; the workspace keeps the truth."""

from collections.abc import Callable
from functools import partial
from typing import Final

from aiohttp import web

from intercom_async.emulator.faults.exchange import Exchange, Injector
from intercom_async.emulator.faults.kinds import FaultKind


def _before(
    exchange: Exchange, change: Callable[[Exchange], str | None]
) -> web.StreamResponse | None:
    exchange.conversation_id = change(exchange)
    if exchange.conversation_id is None:
        return None
    return exchange.respond(exchange.carry_out())


def _delete(exchange: Exchange) -> str | None:
    id_ = _pick(exchange)
    if id_ is not None:
        exchange.workspace.delete(id_)
    return id_


def _update(exchange: Exchange) -> str | None:
    id_ = _pick(exchange)
    if id_ is not None:
        exchange.workspace.update(id_, read=not exchange.workspace.record(id_)["read"])
    return id_


def _create(exchange: Exchange) -> str | None:
    return exchange.workspace.add(title="Created meanwhile")


def _pick(exchange: Exchange) -> str | None:
    """Pick the conversation in question, or any; None if there is none."""
    workspace = exchange.workspace
    wanted = exchange.chosen.conversation_id
    if wanted is not None:
        return wanted if wanted in workspace else None
    ids = workspace.ids()
    return ids[exchange.chosen.place % len(ids)] if ids else None


INJECTORS: Final[dict[FaultKind, Injector]] = {
    FaultKind.DELETED_MEANWHILE: partial(_before, change=_delete),
    FaultKind.UPDATED_MEANWHILE: partial(_before, change=_update),
    FaultKind.CREATED_MEANWHILE: partial(_before, change=_create),
}
