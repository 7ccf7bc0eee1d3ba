"""How far a script has come."""

from collections import Counter

from intercom_async.emulator.faults.asked import Asked, check_path, matches
from intercom_async.emulator.faults.kinds import FaultKind
from intercom_async.emulator.faults.script import Fault


class Line:
    """A line of a script, and how far it has come.

    Args:
        fault: The line.

    Raises:
        ValueError: If its path is none.

    Attributes:
        fault: The line.
    """

    def __init__(self, fault: Fault) -> None:
        if fault.path is not None:
            check_path(fault.path)
        self.fault: Fault = fault
        self._counts: Counter[bytes] = Counter()

    def count(self, asked: Asked, name: bytes) -> bool:
        """Counts a request if it matches, and tells whether the fault is due."""
        fault = self.fault
        if fault.method not in {None, asked.method} or not asked.can_meet(FaultKind(fault.kind)):
            return False
        if fault.path is not None and not matches(fault.path, asked.path):
            return False
        key = self._key(name)
        self._counts[key] += 1
        since = self._counts[key] - fault.nth
        return since >= 0 and (fault.times is None or since < fault.times)

    def withdraw(self, name: bytes) -> None:
        """Takes the last count back."""
        self._counts[self._key(name)] -= 1

    def _key(self, name: bytes) -> bytes:
        return name if self.fault.each else b""
