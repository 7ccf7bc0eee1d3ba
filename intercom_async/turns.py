"""Heavy steps one at a time, with everything else on the event loop in between."""

import asyncio
from collections import deque


class Turns:
    """Lets one take its turn in each round of the event loop, in the order of asking.

    Answers that arrive together would otherwise be decoded one after the other in a single
    round: nobody else would get to run meanwhile, and whoever wants the values would have all
    of them in memory before seeing the first.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._taken = False

    async def take(self) -> None:
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
