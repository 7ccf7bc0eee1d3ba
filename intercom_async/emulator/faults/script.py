"""What is planned to happen, how far that has come, and what has happened."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from intercom_async.emulator.faults.kinds import RATE_LIMITS, STATUSES, FaultKind
from intercom_async.emulator.faults.request_info import RequestInfo, check_path, matches

# What the server says in place of an answer, so that it may have done its work or not.
IN_PLACE: Final = frozenset(
    STATUSES | RATE_LIMITS | {FaultKind.UNAUTHORIZED, FaultKind.RESET_BEFORE_ANSWER}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault at a given place: such as the third search, or every retrieval of a conversation.

    Attributes:
        kind: What goes wrong.
        path: Which requests: a path with names in braces for its variable parts, such as
            ``"/conversations/{id}"``, or a path as requests have it; None for every path.
        method: Only requests of this method; None for every method.
        nth: The first of the matching requests that it meets, counted from 1. Requests that
            this kind cannot meet, such as one without a cursor, are not counted.
        times: How many in a row it meets; None is for ever.
        each: Whether to count every request by itself, so that ``times=1`` meets each of them
            when it is asked for the first time. Else all matching requests are counted as one
            series, in the order in which they arrive.
        applied: Whether the operation is carried out all the same, for kinds that answer in its
            place: a status, a rate limit, 401 and a reset before the answer. None leaves it to
            the kind.
        conversation_id: The record in question, if it is on the page; None takes any.

    Raises:
        ValueError: If the kind is none, a number is too small, or ``applied`` is given for a
            kind that spoils the operation's own answer.
    """

    kind: FaultKind
    path: str | None = None
    method: str | None = None
    nth: int = 1
    times: int | None = 1
    each: bool = False
    applied: bool | None = None
    conversation_id: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could never happen."""
        kind = FaultKind(self.kind)
        if self.nth < 1 or (self.times is not None and self.times < 1):
            raise ValueError("nth and times count from 1")
        if self.applied is not None and kind not in IN_PLACE:
            raise ValueError(f"{kind} does not leave open whether the operation is applied")


@dataclass(frozen=True, slots=True)
class Injection:
    """A fault that was met.

    Attributes:
        kind: What went wrong.
        method: The HTTP method of the request.
        path: Its path, as it stood in the request.
        applied: Whether the emulator carried the operation out, and it succeeded: whether a
            write is in the workspace although its answer was spoiled.
        conversation_id: The conversation that was spoiled or changed, if it was one.
    """

    kind: FaultKind
    method: str
    path: str
    applied: bool
    conversation_id: str | None


class ScriptEntry:
    """An entry of a script, and how far it has come."""

    def __init__(self, fault: Fault) -> None:
        if fault.path is not None:
            check_path(fault.path)
        self.fault: Fault = fault
        self._counts: Counter[bytes] = Counter()

    def count(self, request: RequestInfo, name: bytes) -> bool:
        """Count a request if it matches, and tell whether the fault is due."""
        fault, kind = self.fault, FaultKind(self.fault.kind)
        if fault.method not in {None, request.method} or not request.can_meet(kind):
            return False
        if fault.path is not None and not matches(fault.path, request.path):
            return False
        key = self._key(name)
        self._counts[key] += 1
        since = self._counts[key] - fault.nth
        return since >= 0 and (fault.times is None or since < fault.times)

    def withdraw(self, name: bytes) -> None:
        """Take the last count back."""
        self._counts[self._key(name)] -= 1

    def _key(self, name: bytes) -> bytes:
        return name if self.fault.each else b""
