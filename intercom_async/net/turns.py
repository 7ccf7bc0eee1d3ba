"""Heavy steps one at a time, with everything else on the event loop in between."""

import asyncio
from collections import OrderedDict, deque


class DecodeScheduler:
    """Lets one take its turn in each round of the event loop, in the order of asking.

    Answers that arrive together would otherwise be decoded one after the other in a single
    round: nobody else would get to run meanwhile, and whoever wants the values would have all
    of them in memory before seeing the first.
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


class FairSemaphore:
    """Grants a number of places, to those who wait in turn by whom they belong to.

    First come, first served would let one owner with many hung calls keep all others waiting.

    Attributes:
        value: How many places are free; who takes one while some are lowers it.
    """

    def __init__(self, places: int) -> None:
        self.value: int = places
        self._waiting: OrderedDict[object, deque[asyncio.Future[None]]] = OrderedDict()

    async def acquire(self, owner: object) -> None:
        """Wait for a place, to be given back by ``release``."""
        if self.value:
            self.value -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(owner, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self.release()  # the place that came meanwhile
            raise

    def release(self) -> None:
        """Give a place to the first of the owner whose turn it is."""
        while self._waiting:
            owner, queue = self._waiting.popitem(last=False)
            while queue:
                turn = queue.popleft()
                if not turn.done():
                    if queue:
                        self._waiting[owner] = queue  # behind all others
                    turn.set_result(None)
                    return
        self.value += 1
