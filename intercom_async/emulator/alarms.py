"""Remembers which conversations sleep, and until when."""

from heapq import heappop, heappush


class Alarms:
    """The moments at which snoozed conversations wake, soonest first."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, str]] = []

    def __bool__(self) -> bool:
        return bool(self._heap)

    def set(self, until: int, id: str) -> None:
        """Sets an alarm.

        Args:
            until: When it goes off, in unix seconds.
            id: The conversation that sleeps.
        """
        heappush(self._heap, (until, id))

    def take_due(self, now: float) -> list[tuple[int, str]]:
        """Takes the alarms that have gone off by now, soonest first.

        A conversation may have been opened or snoozed anew since its alarm was set; whoever takes
        the alarm has to look.
        """
        due: list[tuple[int, str]] = []
        while self._heap and self._heap[0][0] <= now:
            due.append(heappop(self._heap))
        return due
