"""Chooses faults by chance that repeats: by what is asked and how often, not by who comes first."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from intercom_async.emulator.faults.kinds import FaultKind
from intercom_async.emulator.request_log import RequestRecord

# Different requests that are counted; the one asked longest ago is forgotten first.
_REMEMBERED: Final = 100_000
_WHOLE: Final = 2.0**64


@dataclass(slots=True)
class RequestCount:
    """One request, however often it is asked."""

    name: bytes  # what tells it from others
    times: int = 0  # how often it has been asked
    in_a_row: int = 0  # how many faults chance has laid on it since it last went well


class RequestHistory:
    """What is remembered of requests."""

    def __init__(self, seed: int) -> None:
        self._seed = str(seed).encode()
        self._known: OrderedDict[bytes, RequestCount] = OrderedDict()

    def take(self, record: RequestRecord, raw: bytes) -> RequestCount:
        """Count a request."""
        query = repr(sorted(record.query.items())).encode()
        name = _digest(record.method.encode(), record.path.encode(), query, raw)
        count = self._known.get(name)
        if count is None:
            count = self._known[name] = RequestCount(name)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        self._known.move_to_end(name)
        count.times += 1
        return count

    def draw(self, count: RequestCount) -> "RandomDraw":
        """Make the chance of a request, the same for the same seed, request and repetition."""
        digest = _digest(self._seed, count.name, str(count.times).encode())
        return RandomDraw(*(int.from_bytes(digest[at : at + 8]) for at in (0, 8, 16)))


@dataclass(frozen=True, slots=True)
class RandomDraw:
    """Three numbers of 64 bits, drawn for one request."""

    rate: int
    kind: int
    place: int

    def hit(self, rate: float) -> bool:
        """Tell whether something of this probability happens."""
        return self.rate < rate * _WHOLE

    def pick(self, kinds: Sequence[FaultKind]) -> FaultKind:
        """Pick one of several kinds."""
        return kinds[self.kind % len(kinds)]


def _digest(*texts: bytes) -> bytes:
    found = blake2b(digest_size=24)
    for text in texts:
        found.update(len(text).to_bytes(8))
        found.update(text)
    return found.digest()
