"""Large answers are decoded one per round of the event loop, so that others run in between."""

import asyncio
from collections import deque


class DecodeScheduler:
    """Grants one turn per round of the event loop, first come, first served.

    Otherwise answers that arrive together would all be decoded in one round: no other task would
    run meanwhile, and all values would be in memory before the consumer saw the first.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._taken = False

    async def acquire(self) -> None:
        """Wait for a turn, which lasts until the caller awaits something."""
        if self._taken:
            turn = self._loop.create_future()
            self._waiting.append(turn)
            await turn
        else:
            self._taken = True
            self._loop.call_soon(self._pass_on)

    def _pass_on(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                self._loop.call_soon(self._pass_on)
                return
        self._taken = False
