"""What an export holds in the end, for people and for programs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from intercom_async.cli.exits import Exit
from intercom_async.cli.output import as_json, cells, print_json, print_rows
from intercom_async.export import Mirrored, StreamSummary, Summary

_NAMED_AT_MOST: Final = 5


def print_summary(summary: Summary, folder: Path, code: Exit) -> None:
    """Print what an export holds."""
    if as_json():
        fields = {"code": code, "complete": summary.complete, "folder": str(folder)}
        print_json("summary", fields | msgspec.structs.asdict(summary))
    else:
        print_rows(_rows(summary, folder))


def _rows(summary: Summary, folder: Path) -> list[tuple[str, str]]:
    size = sum(stream.counts.bytes for stream in summary.streams.values())
    return [
        ("workspace", f"{summary.workspace} (API {summary.api_version})"),
        ("stream", cells("records", "fetched", "requests", "seconds", "how")),
        *((name, _told(stream)) for name, stream in summary.streams.items()),
        *(row for name, stream in summary.streams.items() for row in _noted(name, stream)),
        ("time", f"{summary.seconds:,.1f} s"),
        ("requests", f"{summary.requests:,}, {summary.throttled:,} answered 429"),
        ("folder", f"{folder}, {size / 1e6:,.1f} MB"),
        *([("mirror", _mirrored(summary.mirror))] if summary.mirror else []),
    ]


def _mirrored(mirror: Mirrored) -> str:
    if mirror.failure:
        return f"{mirror.url} is behind: {mirror.failure}"
    return f"{mirror.url}, {mirror.files:,} files, {mirror.bytes / 1e6:,.1f} MB"


def _told(stream: StreamSummary) -> str:
    records, seconds = f"{stream.counts.records:,}", f"{stream.seconds:,.1f}"
    how = "skipped" if stream.skipped else stream.how
    return cells(records, f"{stream.fetched:,}", f"{stream.requests:,}", seconds, how)


def _noted(name: str, stream: StreamSummary) -> list[tuple[str, str]]:
    found = f"{stream.found:,} that no search had" if stream.found and stream.swept else ""
    parts = stream.counts.parts
    rows = [
        *([("parts", f"{parts:,}")] if parts else []),
        *_missing(stream),
        *([("swept", found)] if found and stream.counts.records > stream.found else []),
        *(("left out", _left_out(*each)) for each in stream.left_out.items()),
        *(("note", remark) for remark in stream.remarks),
    ]
    return [(label, f"{name}: {text}") for label, text in rows]


def _left_out(field: str, times: int) -> str:
    return f"{field}: {times:,} times in this run" if times else f"{field}: none came in this run"


def _missing(stream: StreamSummary) -> list[tuple[str, str]]:
    deleted, cut_short = len(stream.deleted), len(stream.truncated)
    unreadable, missing = stream.counts.quarantined, stream.missing
    rows = [
        ("skipped", stream.skipped, stream.skipped or ""),
        ("deleted", deleted, f"{deleted:,} in the workspace since"),
        ("cut short", cut_short, f"{cut_short:,}: the API gives the newest 500 parts"),
        ("unreadable", unreadable, f"{unreadable:,} records, see quarantine.ndjson"),
        ("missing", missing, f"{missing:,} fewer are held than the API counts"),
        ("short windows", stream.short, _some(stream.short)),
        ("not counted", stream.uncounted, _some(stream.uncounted)),
        ("parts missing", stream.parts_missing, _some(stream.parts_missing)),
        ("failed", stream.failed, _some(list(stream.failed))),
    ]
    return [(label, text) for label, found, text in rows if found]


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED_AT_MOST
    named = ", ".join(names[:_NAMED_AT_MOST])
    rest = f" and {more:,} more, see summary.json" if more > 0 else ""
    return f"{len(names):,}: {named}{rest}"


def describe_missing(summary: Summary, folder: Path) -> str:
    """Say what an incomplete export lacks, and what is kept."""
    lacks = "; ".join(
        f"{name}: {', '.join(f'{label} {text}' for label, text in _missing(stream))}"
        for name, stream in summary.streams.items()
        if not stream.complete
    )
    kept = sum(stream.counts.records for stream in summary.streams.values())
    return (
        f"the export is not complete: {lacks}\n"
        f"{kept:,} records are kept in {folder}; {folder / 'summary.json'} tells what is not."
    )
