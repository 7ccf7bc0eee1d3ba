"""The pieces of a report's page: each a chart, what it means, and its table."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from intercom_async.report import charts
from intercom_async.report.figures import Spread, Tag, share
from intercom_async.report.trends import Report, Step
from intercom_async.report.words import count, name, percent, plain, text, timespan

__all__ = ["pieces"]

_CHANNELS: Final = 5
_ROWS: Final = 50
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_REMARK: Final = 300  # characters
_NOTHING: Final = "<p>Nothing in this period.</p>"


def pieces(report: Report) -> Iterator[str]:
    """Yield the sections of a page, in their order."""
    for key, title, means, wide, make in _PIECES:
        if getattr(report.figures, key) is None:
            reason = report.figures.not_included.get(key, "the export lacks what it needs")
            inside = f"<p>Not included: {text(str(reason), _REMARK)}.</p>"
        else:
            inside = make(report) or _NOTHING
        kind = ' class="wide"' if wide else ""
        yield f"<section{kind}><h2>{title}</h2><p>{means}</p>{inside}</section>"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of cells that are HTML already; the first heads its row."""
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{each}</td>" for each in others)}</tr>'
        for first, *others in rows
    )
    return (
        '<div class="scroll" tabindex="0" role="group" aria-label="Table">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _beneath(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return f"<details><summary>The figures</summary>{table(heads, rows)}</details>"


def _when(step: Step) -> str:
    return f"{step.label} (part)" if step.partial else step.label


def _channels(report: Report) -> str:
    total = Counter[str]()
    for step in report.steps:
        total.update(step.by_channel)
    if not total:
        return ""
    shown = [channel for channel, _ in total.most_common(_CHANNELS)]
    names = [*shown, *(["other"] if len(total) > len(shown) else [])]

    def of(step: Step, channel: str) -> int:
        if channel in shown:
            return step.by_channel.get(channel, 0)
        return sum(step.by_channel.values()) - sum(step.by_channel.get(each, 0) for each in shown)

    rows = [
        {
            "when": step.label,
            "partial": step.partial,
            "channel": plain(channel, 30),
            "conversations": of(step, channel),
        }
        for step in report.steps
        for channel in names
    ]
    drawn = charts.stacked("New conversations by channel", rows, "conversations", "channel")
    return drawn + _beneath(
        ["when", *(text(channel, 30) for channel in names), "inbound", "outbound"],
        (
            [
                _when(step),
                *(count(of(step, channel)) for channel in names),
                count(step.inbound),
                count(sum(step.by_channel.values()) - step.inbound),
            ]
            for step in report.steps
        ),
    )


def _lines(
    report: Report, title: str, kinds: dict[str, Callable[[Step], float | None]], *, spans: bool
) -> str:
    rows = [
        {"when": step.label, "partial": step.partial, "kind": kind, "value": of(step)}
        for step in report.steps
        for kind, of in kinds.items()
    ]
    if all(row["value"] is None for row in rows):
        return ""
    return charts.lines(title, rows, spans=spans)


def _spans(title: str, kinds: dict[str, Callable[[Step], float | None]]) -> Callable[..., str]:
    def make(report: Report) -> str:
        drawn = _lines(report, title, kinds, spans=True)
        return drawn and drawn + _beneath(
            ["when", *kinds],
            (
                [_when(each), *(timespan(of(each)) for of in kinds.values())]
                for each in report.steps
            ),
        )

    return make


def _bars(title: str, counts: dict[str, int]) -> str:
    if not any(counts.values()):
        return ""
    drawn = charts.bars(title, counts)
    whole = sum(counts.values())
    return drawn + _beneath(
        ["which", "count", "share"],
        ([text(kind), count(each), percent(each / whole)] for kind, each in counts.items()),
    )


def _in_hours(report: Report) -> str:
    """Return how long things took, around the clock and in office hours."""
    figures = report.figures
    ways = {"clock": "around the clock", "office_hours": "Intercom's office hours"}
    if report.office_hours is not None:
        ways["given_hours"] = text(report.office_hours)
    rows: list[list[str]] = []
    for title, figure, part in (
        ("first response", figures.first_response, None),
        ("all responses", figures.response, None),
        ("first close", figures.time_to_close, "first"),
        ("last close", figures.time_to_close, "last"),
    ):
        found = [getattr(figure, way, None) for way in ways]
        spreads = [getattr(each, part, None) if part else each for each in found]
        rows += [
            [f"{title}, {words}", *(timespan(getattr(each, key, None)) for each in spreads)]
            for words, key in (("median", "median"), ("9 in 10 within", "p90"))
        ]
    if all(cell == timespan(None) for _, *cells in rows for cell in cells):
        return ""
    return table(["time", *ways.values()], rows)


def _heat(report: Report) -> str:
    hours = report.figures.busiest_hours or []
    rows = [
        {"day": _DAYS[day], "hour": hour, "conversations": number}
        for day, counts in enumerate(hours)
        for hour, number in enumerate(counts)
    ]
    if not any(row["conversations"] for row in rows):
        return ""
    drawn = charts.heat("New conversations by weekday and hour", rows, "conversations")
    return drawn + _beneath(
        ["hour", *_DAYS],
        ([f"{hour}:00", *(count(day[hour]) for day in hours)] for hour in range(24)),
    )


def _open(report: Report) -> str:
    found = report.figures.open_over_time or {}
    if not any(found.values()):
        return ""
    rows = [{"day": day, "open": number} for day, number in found.items()]
    drawn = charts.area("Open conversations", rows, "open")
    return drawn + _beneath(["Monday", "open"], ([day, count(n)] for day, n in found.items()))


def _waiting(report: Report) -> str:
    return _bars("Waiting now, by age", report.waiting_by_age)


def _csat(report: Report) -> str:
    kinds: dict[str, Callable[[Step], float | None]] = {
        "CSAT": lambda step: share(step.positive, step.received),
        "response rate": lambda step: share(step.received, step.requested),
    }
    drawn = _lines(report, "CSAT and response rate", kinds, spans=False)
    return drawn and drawn + _beneath(
        ["when", "asked", "given", "4 or 5"],
        (
            [_when(step), count(step.requested), count(step.received), count(step.positive)]
            for step in report.steps
        ),
    )


def _ratings(report: Report) -> str:
    found = report.figures.csat
    return _bars(
        "Ratings", {f"{each} of 5": n for each, n in found.by_rating.items()} if found else {}
    )


def _remarks(report: Report) -> str:
    if not report.remarks:
        return ""
    shown = table(
        ["asked on", "rating", "conversation", "remark"],
        (
            [each.day, count(each.rating), text(each.conversation), name(each.remark, _REMARK)]
            for each in report.remarks
        ),
    )
    return f'<div class="texts">{shown}</div>'


def _sla(report: Report) -> str:
    found = report.figures.sla
    if found is None or not found.by_name:
        return ""
    rows = [
        [name(of or "without a name"), count(each.hit), count(each.missed), percent(each.rate)]
        for of, each in found.by_name.items()
    ]
    return table(
        ["SLA", "hit", "missed", "hit rate"],
        [*rows[:_ROWS], ["all", count(found.hit), count(found.missed), percent(found.rate)]],
    )


def _fin(report: Report) -> str:
    fin, new = report.figures.fin, report.figures.new_conversations
    if fin is None or new is None or not new.count:
        return ""
    counts = {"new": new.count, "Fin involved": fin.involved}
    if fin.resolved is not None:
        counts["Fin resolved"] = fin.resolved
    drawn = charts.bars("Fin", counts)
    rates = [
        ["involved, of new", percent(fin.involvement_rate)],
        ["resolved, of involved", percent(fin.resolution_rate)],
    ]
    return drawn + _beneath(["which", "share"], rates)


def _listed(
    heads: Sequence[str],
    found: dict[str, Any] | None,
    most: Callable[[Any], int],
    cells: Callable[[str, Any], list[str]],
) -> str:
    """Return a table of what there is most of, by its name, and how much is left out."""
    ranked = sorted((found or {}).items(), key=lambda each: (-most(each[1]), each[0]))
    names = _apart(ranked)
    rows = [[names[id], *cells(id, each)] for id, each in ranked[:_ROWS]]
    rest = len(ranked) - _ROWS
    left_out = f"<p>{count(rest)} more are left out.</p>" if rest > 0 else ""
    return (table(heads, rows) if rows else "") + left_out


def _apart(found: Sequence[tuple[str, Any]]) -> dict[str, str]:
    """Return names as HTML by id, with the id where several look the same."""
    shown = {id: name(each.name) for id, each in found}
    alike = Counter(shown.values())
    return {id: it + (f" ({text(id)})" if alike[it] > 1 else "") for id, it in shown.items()}


def _tags(report: Report) -> str:
    recent = report.recent.tags or {}
    before = (report.recent.before.tags if report.recent.before else None) or {}

    def cells(id: str, tag: Tag) -> list[str]:
        detail = report.tags.get(id)
        now, then = (of[id].conversations if id in of else 0 for of in (recent, before))
        rated = detail.received if detail else 0
        return [
            count(tag.conversations),
            f"{count(then)} → {count(now)}",
            timespan(detail.first_response.median if detail else None),
            percent(share(detail.positive, rated) if detail else None),
            count(rated),
        ]

    heads = ["tag", "new", "before → recently", "first response", "CSAT", "ratings"]
    return _listed(heads, report.figures.tags, lambda tag: tag.conversations, cells)


def _teammates(report: Report) -> str:
    heads = [
        *("teammate", "replied to", "replies", "closed", "first response", "9 in 10 within"),
        *("CSAT", "ratings"),
    ]
    return _listed(
        heads,
        report.figures.teammates,
        lambda each: each.replies,
        lambda _, each: [
            count(each.replied_conversations),
            count(each.replies),
            count(each.closed),
            *_spread(each.first_response),
            percent(each.csat.score if each.csat else None),
            count(each.csat.received if each.csat else None),
        ],
    )


def _teams(report: Report) -> str:
    return _listed(
        ["team", "new", "first response", "9 in 10 within"],
        report.figures.teams,
        lambda each: each.conversations,
        lambda _, each: [count(each.conversations), *_spread(each.first_response)],
    )


def _spread(spread: Spread) -> list[str]:
    return [timespan(spread.median), timespan(spread.p90)]


_FIRST_RESPONSE: Final = _spans(
    "First response time",
    {
        "median": lambda step: step.first_response.median,
        "9 in 10 within": lambda step: step.first_response.p90,
    },
)
_RESPONSE: Final = _spans(
    "Response time",
    {
        "median": lambda step: step.response.median,
        "9 in 10 within": lambda step: step.response.p90,
    },
)
_CLOSE: Final = _spans(
    "Time to close",
    {
        "first close": lambda step: step.first_close.median,
        "last close": lambda step: step.last_close.median,
    },
)


def _answered(report: Report) -> str:
    return _bars("First responses by time", report.answered_within)


# Of each: the figure without which there is none, its title, what it means, if it is wide.
_PIECES: Final = (
    (
        *("new_conversations", "New conversations by channel"),
        "By where they came from; a conversation is new when a contact first writes in it.",
        *(False, _channels),
    ),
    (
        *("first_response", "First response time"),
        (
            "From a contact's first message to a teammate's first reply, around the clock; bots "
            "and notes do not count."
        ),
        *(False, _FIRST_RESPONSE),
    ),
    (
        *("first_response", "First responses by time"),
        "How many new conversations were first answered within what time, around the clock.",
        *(False, _answered),
    ),
    (
        *("response", "All response times"),
        (
            "Each reply minus the first message of a contact that nobody had answered yet, around "
            "the clock."
        ),
        *(False, _RESPONSE),
    ),
    (
        *("time_to_close", "Time to close"),
        (
            "Medians from a contact's first message to the first and last close, around the clock. "
            "What is still open is not in it, so that the latest may seem quick."
        ),
        *(False, _CLOSE),
    ),
    (
        *("busiest_hours", "Busiest hours"),
        "New conversations by weekday and hour of a contact's first message.",
        *(False, _heat),
    ),
    (
        *("open_over_time", "Open conversations"),
        "How many were open as each Monday began; closed and snoozed ones are not.",
        *(False, _open),
    ),
    (
        *("waiting", "Waiting now"),
        "Open conversations in which a contact waits, by how long, as of the export.",
        *(False, _waiting),
    ),
    (
        *("csat", "CSAT over time"),
        "Ratings of 4 and 5 among those given, and how many of those asked for were given.",
        *(False, _csat),
    ),
    ("csat", "Ratings", "How many contacts gave which rating.", False, _ratings),
    (
        *("fin", "Fin"),
        (
            "New conversations, those that Fin took part in, and those that it resolved, assumed "
            "or confirmed."
        ),
        *(False, _fin),
    ),
    (
        *("sla", "SLAs"),
        "New conversations that kept or missed each; active and cancelled ones are neither.",
        *(False, _sla),
    ),
    (
        *("first_response", "Around the clock and in office hours"),
        (
            "The same times in both. Intercom's office hours are those it has for the workspace, "
            "of which it tells nothing for all responses."
        ),
        *(True, _in_hours),
    ),
    (
        *("csat", "Latest remarks"),
        "What contacts wrote with ratings below 3, the latest first.",
        *(True, _remarks),
    ),
    (
        *("tags", "Tags"),
        (
            "New conversations that carry the tag now; one with two tags counts in both. First "
            "response is the median, around the clock."
        ),
        *(True, _tags),
    ),
    (
        *("teammates", "Teammates"),
        (
            "Replies are what contacts see; first response is that of conversations they answered "
            "first, the median, around the clock."
        ),
        *(True, _teammates),
    ),
    (
        *("teams", "Teams"),
        "New conversations assigned to the team now, and their first response, around the clock.",
        *(True, _teams),
    ),
)
