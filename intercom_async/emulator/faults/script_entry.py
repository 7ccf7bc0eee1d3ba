"""How far a script has come."""

from collections import Counter

from intercom_async.emulator.faults.kinds import FaultKind
from intercom_async.emulator.faults.request_info import RequestInfo, check_path, matches
from intercom_async.emulator.faults.script import Fault


class ScriptEntry:
    """An entry of a script, and how far it has come."""

    def __init__(self, fault: Fault) -> None:
        if fault.path is not None:
            check_path(fault.path)
        self.fault: Fault = fault
        self._counts: Counter[bytes] = Counter()

    def count(self, request: RequestInfo, name: bytes) -> bool:
        """Count a request if it matches, and tell whether the fault is due."""
        fault = self.fault
        if fault.method not in {None, request.method} or not request.can_meet(
            FaultKind(fault.kind)
        ):
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
