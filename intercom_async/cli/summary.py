"""What an export holds in the end, for people and for programs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from intercom_async.cli.exits import Exit
from intercom_async.cli.output import as_json, print_json, print_rows
from intercom_async.export import Summary

_NAMED_AT_MOST: Final = 5


def print_summary(summary: Summary, folder: Path, code: Exit) -> None:
    """Print what an export holds."""
    if as_json():
        fields = {"code": code, "complete": summary.complete, "folder": str(folder)}
        print_json("summary", fields | msgspec.structs.asdict(summary))
    else:
        print_rows(_rows(summary, folder))


def _rows(summary: Summary, folder: Path) -> list[tuple[str, str]]:
    counts = summary.counts
    rate = summary.fetched / max(summary.seconds, 0.001)
    return [
        ("workspace", f"{summary.workspace} (API {summary.api_version})"),
        ("conversations", f"{counts.conversations:,}, each once; {summary.fetched:,} fetched now"),
        ("parts", f"{counts.parts:,}"),
        *_missing(summary),
        *(("left out", _left_out(*each)) for each in summary.left_out.items()),
        *(("note", remark) for remark in summary.remarks),
        ("time", f"{summary.seconds:,.1f} s, {rate:,.0f} conversations a second"),
        ("requests", f"{summary.requests:,}, {summary.throttled:,} answered 429"),
        ("folder", f"{folder}, {counts.bytes / 1e6:,.1f} MB"),
    ]


def _left_out(field: str, times: int) -> str:
    return f"{field}: {times:,} times in this run" if times else f"{field}: none came in this run"


def _missing(summary: Summary) -> list[tuple[str, str]]:
    deleted, cut_short = len(summary.deleted), len(summary.truncated)
    unreadable, missing = summary.counts.quarantined, summary.missing
    rows = [
        ("deleted", deleted, f"{deleted:,} while the export ran"),
        ("cut short", cut_short, f"{cut_short:,}: the API gives the newest 500 parts"),
        ("unreadable", unreadable, f"{unreadable:,} records, see quarantine.ndjson"),
        ("missing", missing, f"{missing:,} fewer are held than the API counts"),
        ("short windows", summary.short, _some(summary.short)),
        ("not counted", summary.uncounted, _some(summary.uncounted)),
        ("parts missing", summary.parts_missing, _some(summary.parts_missing)),
        ("failed", summary.failed, _some(list(summary.failed))),
    ]
    return [(label, text) for label, found, text in rows if found]


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED_AT_MOST
    named = ", ".join(names[:_NAMED_AT_MOST])
    rest = f" and {more:,} more, see summary.json" if more > 0 else ""
    return f"{len(names):,}: {named}{rest}"


def describe_missing(summary: Summary, folder: Path) -> str:
    """Say what an incomplete export lacks, what is kept and what to do."""
    lacks = ", ".join(f"{label} {text}" for label, text in _missing(summary))
    return (
        f"the export is not complete: {lacks}\n"
        f"{summary.counts.conversations:,} conversations are kept in {folder}; "
        f"{folder / 'summary.json'} tells what is not.\n"
        "Run the same command again: it fetches what is missing."
    )
