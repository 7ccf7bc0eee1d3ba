"""How far an export has come, and what it holds in the end."""

import time

import msgspec

from intercom_async.export.store import Counts
from intercom_async.scan.windows import Window


class StreamProgress(msgspec.Struct):
    """How far a stream of an export has come; read it while it runs.

    Attributes:
        phase: What it is doing: ``starting``, ``planning``, ``walking``, ``catching up``,
            ``sweeping``, ``verifying`` or ``finished``.
        total: How many records the API said there are; ``None`` before the plan.
        written: How many are kept so far, those of interrupted runs included.
        fetched: How many this run has kept.
        requests: How many requests this run has sent.
        throttled: How many of them were answered with 429.
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
    oldest_open: Window | None = None
    left_out: dict[str, int] = {}  # msgspec copies it
    started: float = msgspec.field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self.started


class Progress(msgspec.Struct):
    """How far an export has come; read it while it runs.

    Attributes:
        own: What belongs to no stream, such as asking which workspace it is.
        streams: The streams, by name.
        allowance: How many requests the API allows in ten seconds; ``None`` if it does not say.
    """

    own: StreamProgress = msgspec.field(default_factory=StreamProgress)
    streams: dict[str, StreamProgress] = {}  # msgspec copies it
    allowance: int | None = None

    @property
    def phase(self) -> str:
        """What the first stream that is not finished is doing."""
        phases = [stream.phase for stream in self.streams.values()] or [self.own.phase]
        return next((phase for phase in phases if phase != "finished"), phases[-1])

    @property
    def total(self) -> int | None:
        """How many records the API said there are; ``None`` before that is known of any stream."""
        totals = [s.total for s in self.streams.values() if s.total is not None]
        return sum(totals) if totals else None

    @property
    def written(self) -> int:
        """How many are kept so far, those of interrupted runs included."""
        return sum(stream.written for stream in self.streams.values())

    @property
    def fetched(self) -> int:
        """How many this run has kept."""
        return sum(stream.fetched for stream in self.streams.values())

    @property
    def requests(self) -> int:
        """How many requests this run has sent."""
        return self.own.requests + sum(stream.requests for stream in self.streams.values())

    @property
    def throttled(self) -> int:
        """How many of them were answered with 429."""
        return self.own.throttled + sum(stream.throttled for stream in self.streams.values())

    @property
    def oldest_open(self) -> Window | None:
        """The earliest window that is not walked to its end; ``None`` if all are."""
        return min((s.oldest_open for s in self.streams.values() if s.oldest_open), default=None)

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return self.own.seconds


class StreamSummary(msgspec.Struct, frozen=True):
    """What an export holds of one stream.

    Attributes:
        how: How it was walked: by ``windows`` of creation time, or its ``list``.
        seconds: How long this run took.
        fetched: How many records this run fetched.
        requests: How many requests this run sent.
        throttled: How many of them were answered with 429.
        as_of: Whatever had changed by then is held as it was then or is by now, in unix seconds
            of the server's clock.
        counts: What the export holds.
        deleted: Ids that were found to be deleted.
        truncated: Ids of which the API gives only the newest 500 parts.
        parts_missing: Ids that came with fewer parts than they say they have.
        failed: Ids that could not be fetched, and why.
        counted: How many records the API counted in windows of creation time.
        missing: How many records fewer are held than the API counts, those aside that failed or
            are in quarantine.
        short: The windows of creation time in which fewer are held than the API counts.
        uncounted: The windows that the API could not be made to count.
        listed: How many records the plain list told when the run began; ``None`` if it did not,
            or if only a span was asked for.
        swept: Whether the plain list was walked to its end, and all that it lists is held.
        found: How many records the list told of that no search had.
        remarks: What else the API did that it should not.
        left_out: How often this run left each field of ``Options.redact`` out of a record.
        skipped: Why it was not walked; ``None`` if it was.
    """

    how: str
    seconds: float
    fetched: int
    requests: int
    throttled: int
    as_of: int
    counts: Counts
    deleted: list[str] = []  # msgspec copies these
    truncated: list[str] = []
    parts_missing: list[str] = []
    failed: dict[str, str] = {}
    counted: int = 0
    missing: int = 0
    short: list[str] = []
    uncounted: list[str] = []
    listed: int | None = None
    swept: bool = False
    found: int = 0
    remarks: list[str] = []
    left_out: dict[str, int] = {}
    skipped: str | None = None

    @property
    def complete(self) -> bool:
        """Whether all that the API lists or, where it was not swept, counts is held, with parts."""
        lacking = (self.failed, self.counts.quarantined, self.missing, self.parts_missing)
        counted = self.swept or not self.uncounted
        return self.skipped is None and not any(lacking) and counted


class Mirrored(msgspec.Struct, frozen=True):
    """What the mirror of an export holds.

    Attributes:
        url: Where it is.
        files: How many files of the export it has.
        bytes: Their size.
        failure: Why it is not what the folder is; ``None`` if it is.
    """

    url: str
    files: int
    bytes: int
    failure: str | None = None


class Summary(msgspec.Struct, frozen=True):
    """What an export holds.

    Attributes:
        workspace: The workspace's id.
        api_version: The API version it was asked in.
        seconds: How long this run took.
        requests: How many requests this run sent.
        throttled: How many of them were answered with 429.
        streams: The streams of this run, by name.
        mirror: Its mirror, if it has one.
    """

    workspace: str
    api_version: str
    seconds: float
    requests: int
    throttled: int
    streams: dict[str, StreamSummary]
    mirror: Mirrored | None = None

    @property
    def complete(self) -> bool:
        """Whether all streams are."""
        return all(stream.complete for stream in self.streams.values())
