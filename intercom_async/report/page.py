"""A report as one page that needs no script, no network and no other file."""

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from os import fsencode
from typing import Any, Final
from urllib.parse import quote

from msgspec import UNSET

from intercom_async.report.figures import Figures
from intercom_async.report.pieces import pieces, table
from intercom_async.report.trends import Report
from intercom_async.report.words import count, percent, text, timespan

__all__ = ["render_index", "render_page"]

_WORDS: Final = {
    "parts_cut_short": "conversations whose parts are cut short, as the API gives the newest 500",
    "without_statistics": "conversations without statistics, of which office hours are not known",
    "redacted": "redacted messages, which count without their text",
    "quarantined": "records that could not be read",
    "failed": "conversations that could not be fetched",
    "missing": "conversations that are missing",
    "parts_missing": "conversations whose parts the API never gave",
    "too_long": "conversations too long for a table",
    "without_time": "conversations and parts without a time",
    "as_of": "when it was exported",
    "new_conversations": "new conversations",
    "first_response": "first response time",
    "first_response.office_hours": "first response time in Intercom's office hours",
    "response": "all response times",
    "time_to_close": "time to close",
    "time_to_close.office_hours": "time to close in Intercom's office hours",
    "closed": "closed conversations",
    "reopened": "reopened conversations",
    "csat": "ratings",
    "sla": "SLAs",
    "fin": "Fin",
    "fin.resolved": "what Fin resolved",
    "busiest_hours": "busiest hours",
    "open_over_time": "open conversations",
    "waiting": "conversations waiting now",
    "teammates": "teammates",
    "teams": "teams",
    "tags": "tags",
}
_LACKING: Final = ("quarantined", "failed", "missing", "parts_missing", "too_long")
_LONG: Final = 300  # characters
_NEVER: Final = 0.0005  # a change that rounds to nothing


def render_page(report: Report) -> str:
    """Return the page of a report, as HTML."""
    found = report.figures
    workspace = text(report.name or found.workspace or "unknown")
    id = f"Workspace <bdi>{text(found.workspace or 'unknown')}</bdi>, " if report.name else ""
    head = (
        f"<header><h1>Support report: <bdi>{workspace}</bdi></h1>"
        f"<p>{id}{_day(found.since)} to {_day(found.until)}, exported {_day(found.as_of)}. "
        f"Days and hours are those of {text(found.zone)}.{_partial(report)}{_hours(report)}</p>"
        "</header>"
    )
    tiles = "".join(_tiles(report))
    body = (
        f'{head}<main>{_alert(found)}<ul class="tiles">{tiles}</ul>'
        f'<div class="pieces">{"".join(pieces(report))}{_foot(found)}</div></main>'
    )
    return _document(f"Support report: {workspace}", body)


def render_index(entries: Sequence[tuple[str, str | None, str | None]]) -> str:
    """Return a page that leads to others.

    Args:
        entries: Of each workspace its name, its page's file name, and what went wrong if it has
            none.
    """
    rows = [
        [
            f"<bdi>{text(workspace)}</bdi>"
            if file is None
            else f'<a href="{quote(fsencode(file))}"><bdi>{text(workspace)}</bdi></a>',
            "made" if error is None else f'<span class="bad">{text(error, _LONG)}</span>',
        ]
        for workspace, file, error in entries
    ]
    made = sum(file is not None for _, file, _ in entries)
    head = f"<header><h1>Support reports</h1><p>{made} of {len(entries)} were made.</p></header>"
    return _document(
        "Support reports",
        f"{head}<main><section>{table(['workspace', 'report'], rows)}</section></main>",
    )


def _document(title: str, body: str) -> str:
    style = files("intercom_async").joinpath("report", "page.css").read_text("utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="referrer" content="no-referrer"><title>{title}</title>'
        f"<style>{style}</style></head><body>{body}</body></html>\n"
    )


def _day(moment: str) -> str:
    day = datetime.fromisoformat(moment)
    return f"{day.day} {day:%B %Y %H:%M}"


def _hours(report: Report) -> str:
    if report.office_hours is None:
        return ""
    return f" Office hours are {text(report.office_hours)}."


def _partial(report: Report) -> str:
    partial = [step.label for step in report.steps if step.partial]
    if not partial:
        return ""
    return f" Of {' and '.join(partial)} only a part is in it, which charts show fainter."


def _alert(found: Figures) -> str:
    lacking = [
        f"{count(number)} {_WORDS[key]}"
        for key in _LACKING
        if isinstance(number := found.not_included.get(key), int) and number
    ]
    if not lacking:
        return ""
    return f'<p class="alert">Missing in this report: {"; ".join(lacking)}.</p>'


def _foot(found: Figures) -> str:
    rows = [
        [_WORDS.get(key, text(key)), count(why) if isinstance(why, int) else text(why, _LONG)]
        for key, why in found.not_included.items()
    ]
    return (
        '<section class="wide"><h2>What is not included</h2><p>Of the whole export, in version '
        f"{text(found.api_version or 'unknown')} of the API. Where a figure does not say in which "
        "hours, it is around the clock.</p>"
        f"{table(['what', 'how many, or why'], rows)}</section>"
    )


def _tiles(report: Report) -> Iterator[str]:
    now = report.recent
    before = now.before or None
    since, until, as_of = map(datetime.fromisoformat, (now.since, now.until, now.as_of))
    days = (until - since).days
    # Nothing may have happened for long.
    ends = f" to {until.day} {until:%B %Y}" if until.date() < as_of.date() else ""
    said = f"{count(days)} days{ends}, against the {count(days)} before" if days else "the period"
    for title, path, words, less_is_better, note in _TILES:
        way = path if report.office_hours is None else path.replace("clock", "given_hours")
        value, old = _at(now, way), _at(before, way)
        yield (
            f"<li><h2>{title}</h2><b>{words(value)}</b> "
            f"{_change(old, value, words, less_is_better)}"
            f"<small>{said if note is None else note(now)}</small></li>"
        )


def _at(figures: Figures | None, path: str) -> Any:
    found: Any = figures
    for each in path.split("."):
        found = getattr(found, each, None)
    return found


def _change(
    old: float | None, new: float | None, words: Callable[[Any], str], less_is_better: bool | None
) -> str:
    if old is None or new is None or not (old or words is percent):
        return ""
    is_share = words is percent
    change = new - old if is_share else (new - old) / old
    if abs(change) < _NEVER:
        return "<span>unchanged</span>"
    kind = ""
    if less_is_better is not None:
        kind = ' class="good"' if (change < 0) == less_is_better else ' class="bad"'
    # Per cent of a share would be taken for points.
    much = f"{abs(change) * 100:.1f} points" if is_share else percent(abs(change))
    return f"<span{kind}>{'▲' if change > 0 else '▼'} {much}</span>"


def _of_csat(now: Figures) -> str:
    found = now.csat
    return (
        ""
        if found is None
        else f"{count(found.received)} of {count(found.requested)} asked gave one"
    )


def _nine(now: Figures) -> str:
    found = now.first_response
    if found is None or not found.clock.count:
        return ""
    if found.given_hours is UNSET:
        return f"median; 9 in 10 within {timespan(found.clock.p90)}"
    return f"median in office hours; 9 in 10 within {timespan(found.given_hours.p90)}"


def _last_close(now: Figures) -> str:
    found = now.time_to_close
    hours = found is not None and found.given_hours is not UNSET
    return "median to the last close" + (", in office hours" if hours else "")


def _resolved(now: Figures) -> str:
    rate = now.fin.resolution_rate if now.fin else None
    return "" if rate is None else f"{percent(rate)} of them resolved"


_TILES: Final[tuple[tuple[str, str, Callable[[Any], str], bool | None, Any], ...]] = (
    ("New conversations", "new_conversations.count", count, None, None),
    ("First response", "first_response.clock.median", timespan, True, _nine),
    (
        *("Time to close", "time_to_close.clock.last.median", timespan, True),
        _last_close,
    ),
    ("CSAT", "csat.score", percent, False, _of_csat),
    ("SLA hit", "sla.rate", percent, False, lambda _: "of those hit or missed"),
    ("Reopened", "reopened.share", percent, True, lambda _: "of those closed"),
    ("Fin involved", "fin.involvement_rate", percent, None, _resolved),
)
