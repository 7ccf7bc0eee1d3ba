"""Which requests go wrong, and how: by chance, by script, or both."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from intercom_async.emulator.faults.asked import (
    LIST,
    SEARCH,
    Asked,
    check_path,
    matches,
    read_asked,
)
from intercom_async.emulator.faults.choice import Dice, Histories, History
from intercom_async.emulator.faults.kinds import STATUSES, TRANSIENT, FaultKind
from intercom_async.emulator.faults.lines import Line
from intercom_async.emulator.faults.script import Fault, Injection
from intercom_async.emulator.traffic import RequestRecord
from intercom_async.emulator.webhooks import check_url

_REMEMBERED: Final = 100_000
# A proxy or a server that fails says nothing of what was done before; others have done nothing.
_MAY_HAVE_BEEN_APPLIED: Final = STATUSES - {
    FaultKind.STATUS_408,
    FaultKind.STATUS_503,
    FaultKind.HTML_503,
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A fault that a request is to meet.

    Attributes:
        kind: What goes wrong.
        asked: The request.
        place: A number that decides where it goes wrong.
        applied: Whether a kind that answers in place of the operation lets it be carried out.
        conversation_id: The record in question; None takes any.
        line: The line of the script that says so; None if it was chance.
        name: What tells the request from others.
    """

    kind: FaultKind
    asked: Asked
    place: int
    applied: bool
    conversation_id: str | None
    line: Line | None
    name: bytes


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
        self._script = [Line(fault) for fault in script]
        self._in_a_row = in_a_row
        self._histories = Histories(seed)
        self._poison_retrieves = poison_retrieves
        self._poisoned: dict[str, bool] = {}
        self._led_on: set[str] = set()

    def __repr__(self) -> str:
        """Show what has been met."""
        return f"<Faults rate={self._rate} injected={dict(self.injected)}>"

    def poison(self, id: str, *, retrieves: bool = True) -> None:
        """Makes every page of a search with this conversation a 404, until it is lifted.

        Args:
            id: The conversation's id.
            retrieves: Whether it can still be retrieved by its id; else that is a 404 too.
        """
        self._poisoned[id] = retrieves

    def lift(self, id: str) -> None:
        """Takes the poison off a conversation; one without is left alone."""
        self._poisoned.pop(id, None)

    @property
    def poisoned(self) -> frozenset[str]:
        """The ids of the conversations that are poisoned."""
        return frozenset(self._poisoned)

    def draw(self, record: RequestRecord, raw: bytes) -> Drawn | None:
        """Decides what a request meets; the emulator asks once for each.

        Args:
            record: The request, with its parsed body.
            raw: Its body.

        Returns:
            The fault, or None if all goes well.
        """
        asked = read_asked(record)
        history = self._histories.take(record, raw)
        dice = self._histories.dice(history)
        line = self._next_line(asked, history.name)
        if line is None:
            kind = self._by_chance(asked, history, dice)
            fault = None
        else:
            fault = line.fault
            kind = FaultKind(fault.kind)
        if kind is None:
            return None
        applied = kind in _MAY_HAVE_BEEN_APPLIED and bool(dice.place & 1)
        if fault is not None and fault.applied is not None:
            applied = fault.applied
        conversation_id = None if fault is None else fault.conversation_id
        return Drawn(kind, asked, dice.place >> 1, applied, conversation_id, line, history.name)

    def withdraw(self, drawn: Drawn) -> None:
        """Takes back a fault that did not fit the answer, so that a script may try again."""
        if drawn.line is not None:
            drawn.line.withdraw(drawn.name)

    def note(
        self, kind: FaultKind, record: RequestRecord, id: str | None, *, applied: bool
    ) -> None:
        """Counts a fault that was met.

        Args:
            kind: What went wrong.
            record: The request.
            id: The conversation in question, if there is one.
            applied: Whether the operation was carried out.
        """
        self.injected[kind.value] += 1
        record.fault = kind.value
        self.log.append(Injection(kind, record.method, record.path, applied, id))

    def bad_record(self, record: RequestRecord, ids: Iterable[str]) -> str | None:
        """Finds a poisoned conversation that forbids an answer.

        Args:
            record: The request.
            ids: The conversations that the answer shows.
        """
        if (record.method, record.path) == SEARCH:
            return next((id_ for id_ in ids if id_ in self._poisoned), None)
        if record.method != "GET" or not record.path.startswith(f"{LIST[1]}/"):
            return None
        return next((id_ for id_ in ids if not self._poisoned.get(id_, True)), None)

    def poison_drawn(self, id: str) -> None:
        """Poisons a conversation that chance or the script has picked."""
        self.poison(id, retrieves=self._poison_retrieves)

    def lead_on(self, where: str) -> None:
        """Remembers a cursor of an empty page, or a path answered with another conversation."""
        self._led_on.add(where)

    def has_led_on(self, where: str | None) -> bool:
        """Tells whether that has happened, which need not happen again."""
        return where in self._led_on

    def _next_line(self, asked: Asked, name: bytes) -> Line | None:
        due = [line for line in self._script if line.count(asked, name)]
        return due[0] if due else None

    def _by_chance(self, asked: Asked, history: History, dice: Dice) -> FaultKind | None:
        if self._in_a_row is not None and history.in_a_row >= self._in_a_row:
            history.in_a_row = 0
            return None
        fitting = [kind for kind in self._kinds if asked.can_meet(kind)]
        if not fitting or not self._strikes(asked.path) or not dice.hit(self._rate):
            history.in_a_row = 0
            return None
        history.in_a_row += 1
        return dice.pick(fitting)

    def _strikes(self, path: str) -> bool:
        return self._paths is None or any(matches(pattern, path) for pattern in self._paths)
