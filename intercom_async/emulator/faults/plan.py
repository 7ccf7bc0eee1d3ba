"""Which requests go wrong, and how: by chance, by script, or both."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from intercom_async.emulator.faults.kinds import STATUSES, TRANSIENT, FaultKind
from intercom_async.emulator.faults.request_info import (
    RandomDraw,
    RequestCount,
    RequestHistory,
    RequestInfo,
    check_path,
    matches,
    read_request,
)
from intercom_async.emulator.faults.script import Fault, Injection, ScriptEntry
from intercom_async.emulator.request_log import RequestRecord
from intercom_async.emulator.webhooks import check_url

_REMEMBERED: Final = 100_000
_WHOLE: Final = 2.0**64  # what the numbers of a draw stay below
# A proxy or a server that fails says nothing of what was done before; others have done nothing.
_MAY_HAVE_BEEN_APPLIED: Final = STATUSES.difference(["status_408", "status_503", "html_503"])


@dataclass(frozen=True, slots=True)
class ChosenFault:
    """A fault that a request is to meet."""

    kind: FaultKind
    request: RequestInfo
    place: int  # a number that decides where it goes wrong
    applied: bool  # whether a kind that answers in place of the operation lets it be carried out
    conversation_id: str | None  # the record in question; None takes any
    entry: ScriptEntry | None  # the entry of the script that says so; None if it was chance
    name: bytes  # what tells the request from others


class Faults:
    """Faults for an emulator to inject.

    What chance lays on a request depends on the seed, on what is asked (method, path, query and
    body) and on how often it has been asked before; so a run that asks the same again meets the
    same again, in whatever order its requests arrive. A script goes before chance, and is not
    held back by ``in_a_row``. A request meets one fault at most, and before its token is looked at.

    Args:
        seed: Another number makes another chance.
        rate: The probability that a request meets a fault, from 0 to 1.
        kinds: What chance picks from, evenly among the kinds that fit the request. `FaultKind`
            lists them, and groups such as ``TRANSIENT`` name several.
        paths: Where chance strikes: paths as in `Fault`, such as ``"/conversations/{id}"``;
            None is everywhere.
        script: What happens at given places; of several lines that apply, the first.
        in_a_row: How many faults chance lays at most on the same request before it lets it
            through once, so that asking again always helps; None sets no bound.
        stall_seconds: How long a stall lasts unless the client leaves before.
        drip_seconds: The time between two bytes of a drip.
        refused_seconds: How long the emulator does not listen.
        redirect_to: Where redirects lead, on the loopback interface.
        poison_retrieves: Whether a conversation that was poisoned by chance or script can be
            retrieved by its id.

    Raises:
        ValueError: If a number, a kind or a path is none, or ``redirect_to`` leads off this
            machine.

    Attributes:
        injected: How many faults were met, by kind; each page that a poison record spoils
            counts.
        log: The latest faults that were met, in order.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        rate: float = 0.0,
        kinds: Iterable[str] = TRANSIENT,
        paths: Iterable[str] | None = None,
        script: Iterable[Fault] = (),
        in_a_row: int | None = 2,
        stall_seconds: float = 30.0,
        drip_seconds: float = 1.0,
        refused_seconds: float = 0.1,
        redirect_to: str = "http://127.0.0.1:9/",
        poison_retrieves: bool = True,
    ) -> None:
        if not 0 <= rate <= 1:
            raise ValueError(f"rate is a probability from 0 to 1, not {rate!r}")
        if min(stall_seconds, drip_seconds, refused_seconds, in_a_row or 0) < 0:
            raise ValueError("seconds and in_a_row are 0 or more")
        self.injected: Counter[str] = Counter()
        self.log: deque[Injection] = deque(maxlen=_REMEMBERED)
        self.stall_seconds: float = stall_seconds
        self.drip_seconds: float = drip_seconds
        self.refused_seconds: float = refused_seconds
        self.redirect_to: str = check_url(redirect_to)
        self._rate = rate
        chosen = {FaultKind(kind) for kind in kinds}
        self._kinds = [kind for kind in FaultKind if kind in chosen]
        self._paths = None if paths is None else [check_path(path) for path in paths]
        self._script = [ScriptEntry(fault) for fault in script]
        self._in_a_row = in_a_row
        self._history = RequestHistory(seed)
        self._poison_retrieves = poison_retrieves
        self._poisoned: dict[str, bool] = {}
        self._injected_once: set[str] = set()

    def __repr__(self) -> str:
        """Show what has been met."""
        return f"<Faults rate={self._rate} injected={dict(self.injected)}>"

    def poison(self, id: str, *, retrieves: bool = True) -> None:
        """Make every page of a search with this conversation a 404, until it is unpoisoned.

        Args:
            id: The conversation's id.
            retrieves: Whether it can still be retrieved by its id; else that is a 404 too.
        """
        self._poisoned[id] = retrieves

    def unpoison(self, id: str) -> None:
        """Take the poison off a conversation; one without is left alone."""
        self._poisoned.pop(id, None)

    @property
    def poisoned(self) -> frozenset[str]:
        """The ids of the conversations that are poisoned."""
        return frozenset(self._poisoned)

    def choose(self, record: RequestRecord, raw: bytes) -> ChosenFault | None:
        """Decide what a request meets; the emulator asks once for each."""
        request = read_request(record)
        count = self._history.take(record, raw)
        draw = self._history.draw(count)
        entry = self._next_entry(request, count.name)
        fault = entry.fault if entry else None
        kind = FaultKind(fault.kind) if fault else self._by_chance(request, count, draw)
        if kind is None:
            return None
        applied = kind in _MAY_HAVE_BEEN_APPLIED and bool(draw.place & 1)
        if fault is not None and fault.applied is not None:
            applied = fault.applied
        conversation_id = fault.conversation_id if fault else None
        return ChosenFault(
            kind, request, draw.place >> 1, applied, conversation_id, entry, count.name
        )

    def withdraw(self, chosen: ChosenFault) -> None:
        """Take back a fault that did not fit the answer, so that a script may try again."""
        if chosen.entry is not None:
            chosen.entry.withdraw(chosen.name)

    def note(
        self, kind: FaultKind, record: RequestRecord, id: str | None, *, applied: bool
    ) -> None:
        """Count a fault that was met."""
        self.injected[kind.value] += 1
        record.fault = kind.value
        self.log.append(Injection(kind, record.method, record.path, applied, id))

    def bad_record(self, record: RequestRecord, ids: Iterable[str]) -> str | None:
        """Find a poisoned conversation that forbids an answer."""
        request = read_request(record)
        if request.search:
            return next((id_ for id_ in ids if id_ in self._poisoned), None)
        if not request.retrieval:
            return None
        return next((id_ for id_ in ids if not self._poisoned.get(id_, True)), None)

    def poison_chosen(self, id: str) -> None:
        """Poison a conversation that chance or the script has picked."""
        self.poison(id, retrieves=self._poison_retrieves)

    def mark_injected(self, where: str) -> None:
        """Remember a cursor of an empty page, or a path answered with another conversation."""
        self._injected_once.add(where)

    def was_injected(self, where: str | None) -> bool:
        """Tell whether that has happened, which need not happen again."""
        return where in self._injected_once

    def _next_entry(self, request: RequestInfo, name: bytes) -> ScriptEntry | None:
        due = [entry for entry in self._script if entry.count(request, name)]
        return due[0] if due else None

    def _by_chance(
        self, request: RequestInfo, count: RequestCount, draw: RandomDraw
    ) -> FaultKind | None:
        if self._in_a_row is not None and count.in_a_row >= self._in_a_row:
            count.in_a_row = 0
            return None
        fitting = [kind for kind in self._kinds if request.can_meet(kind)]
        if not fitting or not self._applies_to(request.path) or draw.rate >= self._rate * _WHOLE:
            count.in_a_row = 0
            return None
        count.in_a_row += 1
        return fitting[draw.kind % len(fitting)]

    def _applies_to(self, path: str) -> bool:
        return self._paths is None or any(matches(pattern, path) for pattern in self._paths)
