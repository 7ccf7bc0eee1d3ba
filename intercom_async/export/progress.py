"""How far an export has come, and what it holds in the end."""

import time

import msgspec

from intercom_async.export.store import Counts
from intercom_async.scan.windows import Window

__all__ = ["Progress", "Summary"]


class Progress(msgspec.Struct):
    """How far an export has come; read it while it runs.

    Attributes:
        phase: What it is doing: ``starting``, ``planning``, ``walking``, ``catching up``,
            ``sweeping``, ``verifying`` or ``finished``.
        total: How many conversations the API said there are; ``None`` before the plan.
        written: How many are kept so far, those of interrupted runs included.
        fetched: How many this run has kept.
        requests: How many requests this run has sent.
        throttled: How many of them were answered with 429.
        allowance: How many requests the API allows in ten seconds; ``None`` if it does not say.
        oldest_open: The earliest window that is not walked to its end; ``None`` if all are.
        left_out: How often this run left each field of ``Options.redact`` out.
        started: When this run began, on ``time.monotonic()``.
    """

    phase: str = "starting"
    total: int | None = None
    written: int = 0
    fetched: int = 0
    requests: int = 0
    throttled: int = 0
    allowance: int | None = None
    oldest_open: Window | None = None
    left_out: dict[str, int] = {}  # msgspec copies it
    started: float = msgspec.field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self.started


class Summary(msgspec.Struct, frozen=True):
    """What an export holds.

    Attributes:
        workspace: The workspace's id.
        api_version: The API version it was asked in.
        seconds: How long this run took.
        fetched: How many conversations this run fetched.
        requests: How many requests this run sent.
        throttled: How many of them were answered with 429.
        as_of: Whatever had changed by then is held as it was then or is by now, in unix seconds
            of the server's clock.
        counts: What the export holds.
        deleted: Ids that were found to be deleted.
        truncated: Ids of which the API gives only the newest 500 parts.
        parts_missing: Ids that came with fewer parts than they say they have.
        failed: Ids that could not be fetched, and why.
        missing: How many conversations fewer are held than the API counts, those aside that
            failed or are in quarantine.
        short: The windows of creation time in which fewer are held than the API counts.
        uncounted: The windows that the API could not be made to count.
        listed: How many conversations the plain list told when the run began; ``None`` if it did
            not, or if only a span was asked for.
        swept: Whether the plain list was walked to its end, and all that it lists is held.
        remarks: What else the API did that it should not.
        left_out: How often this run left each field of ``Options.redact`` out of a record.
    """

    workspace: str
    api_version: str
    seconds: float
    fetched: int
    requests: int
    throttled: int
    as_of: int
    counts: Counts
    deleted: list[str]
    truncated: list[str]
    parts_missing: list[str]
    failed: dict[str, str]
    missing: int
    short: list[str]
    uncounted: list[str]
    listed: int | None
    swept: bool
    remarks: list[str]
    left_out: dict[str, int] = {}  # msgspec copies it

    @property
    def complete(self) -> bool:
        """Whether all that the API lists or, where it was not swept, counts is held, with parts."""
        lacking = (self.failed, self.counts.quarantined, self.missing, self.parts_missing)
        return not any(lacking) and (self.swept or not self.uncounted)
