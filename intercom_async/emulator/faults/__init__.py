"""Faults: what an emulator lets go wrong, at given places or by chance that repeats."""

from intercom_async.emulator.faults.kinds import (
    AWKWARD,
    BODIES,
    CONNECTIONS,
    CURSORS,
    DENIALS,
    HOSTILE,
    MUTATIONS,
    RATE_LIMITS,
    RECORDS,
    SLOW,
    STATUSES,
    STRAY,
    TRANSIENT,
    FaultKind,
)
from intercom_async.emulator.faults.plan import Faults
from intercom_async.emulator.faults.script import Fault, Injection

__all__ = [
    "AWKWARD",
    "BODIES",
    "CONNECTIONS",
    "CURSORS",
    "DENIALS",
    "HOSTILE",
    "MUTATIONS",
    "RATE_LIMITS",
    "RECORDS",
    "SLOW",
    "STATUSES",
    "STRAY",
    "TRANSIENT",
    "Fault",
    "FaultKind",
    "Faults",
    "Injection",
]
