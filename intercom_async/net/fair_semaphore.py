"""A semaphore that serves its owners round-robin."""

import asyncio
from collections import OrderedDict, deque


class FairSemaphore:
    """Grants a number of places; owners that wait for one are served in turn.

    First come, first served would let one owner with many hung calls keep all others waiting.

    Attributes:
        value: How many places are free. While it is not 0, a caller may lower it in place of
            ``acquire``.
    """

    def __init__(self, places: int) -> None:
        self.value: int = places
        self._waiting: OrderedDict[object, deque[asyncio.Future[None]]] = OrderedDict()

    async def acquire(self, owner: object) -> None:
        """Wait for a place; give it back with ``release``."""
        if self.value:
            self.value -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(owner, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self.release()  # granted in the same round
            raise

    def release(self) -> None:
        """Pass a place on to the first call of the next owner."""
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
