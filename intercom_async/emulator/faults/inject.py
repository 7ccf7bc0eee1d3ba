"""Injects a fault into one exchange."""

from typing import Final

from aiohttp import web

from intercom_async.emulator.faults import answers, connections, pages, records
from intercom_async.emulator.faults.exchange import Exchange, Injector
from intercom_async.emulator.faults.kinds import FaultKind

_INJECTORS: Final[dict[FaultKind, Injector]] = {
    **answers.INJECTORS,
    **connections.INJECTORS,
    **pages.INJECTORS,
    **records.INJECTORS,
}


def inject(exchange: Exchange) -> web.StreamResponse:
    """Make the response of a request that was chosen a fault.

    A fault that does not fit what the operation answers, such as a spoilt record where there are
    none, is taken back, and the answer is sent as it is.
    """
    chosen = exchange.chosen
    response = _INJECTORS[chosen.kind](exchange)
    if response is None:
        exchange.faults.withdraw(chosen)
        return exchange.respond(exchange.carry_out())
    exchange.faults.note(
        chosen.kind, exchange.record, exchange.conversation_id, applied=exchange.applied
    )
    return response
