"""Chooses faults by chance that repeats: by what is asked and how often, not by who comes first."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from intercom_async.emulator.faults.kinds import FaultKind
from intercom_async.emulator.traffic import RequestRecord

# Different requests whose history is known; the one asked longest ago is forgotten first.
_REMEMBERED: Final = 100_000
_WHOLE: Final = 2.0**64


@dataclass(slots=True)
class History:
    """One request, however often it is asked.

    Attributes:
        name: What tells it from others.
        asked: How often it has been asked.
        in_a_row: How many faults chance has laid on it since it last went well.
    """

    name: bytes
    asked: int = 0
    in_a_row: int = 0


class Histories:
    """What is remembered of requests.

    Args:
        seed: Another number makes another chance.
    """

    def __init__(self, seed: int) -> None:
        self._seed = str(seed).encode()
        self._known: OrderedDict[bytes, History] = OrderedDict()

    def take(self, record: RequestRecord, raw: bytes) -> History:
        """Counts a request.

        Args:
            record: The request.
            raw: Its body.
        """
        query = repr(sorted(record.query.items())).encode()
        name = _digest(record.method.encode(), record.path.encode(), query, raw)
        history = self._known.get(name)
        if history is None:
            history = self._known[name] = History(name)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        self._known.move_to_end(name)
        history.asked += 1
        return history

    def dice(self, history: History) -> "Dice":
        """Makes the chance of a request, the same for the same seed, request and repetition."""
        digest = _digest(self._seed, history.name, str(history.asked).encode())
        return Dice(*(int.from_bytes(digest[at : at + 8]) for at in (0, 8, 16)))


@dataclass(frozen=True, slots=True)
class Dice:
    """Three numbers of 64 bits, thrown for one request.

    Attributes:
        rate: Whether anything happens.
        kind: What happens.
        place: Where it happens.
    """

    rate: int
    kind: int
    place: int

    def hit(self, rate: float) -> bool:
        """Tells whether something of this probability happens."""
        return self.rate < rate * _WHOLE

    def pick(self, kinds: Sequence[FaultKind]) -> FaultKind:
        """Picks one of several kinds."""
        return kinds[self.kind % len(kinds)]


def _digest(*texts: bytes) -> bytes:
    found = blake2b(digest_size=24)
    for text in texts:
        found.update(len(text).to_bytes(8))
        found.update(text)
    return found.digest()
