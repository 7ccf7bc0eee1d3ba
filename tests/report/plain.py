"""Figures worked out from exported records in plain Python, by nothing but their definitions."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

Record: TypeAlias = dict[str, Any]

CONTACTS = {"user", "lead", "contact"}
REOPENS = {
    *("open", "unsnoozed", "timer_unsnooze"),
    *("assign_and_unsnooze", "note_and_reopen", "assign_and_reopen"),
}
OFFICE_DAYS = range(5)


class Part(NamedTuple):
    """What happened in a conversation at a place in its order."""

    at: int
    kind: str
    author: Record
    asks: bool
    answers: bool

    @property
    def reopens(self) -> bool:
        return self.asks or self.kind in REOPENS


class Asked(NamedTuple):
    """A conversation in which a contact wrote, and what it led to."""

    record: Record
    at: int
    answer: Part | None
    closes: list[Part]
    closed: bool
    reopened: bool
    inbound: bool


def parts_of(record: Record) -> list[Part]:
    author = (record.get("source") or {}).get("author") or {}
    found = [Part(record["created_at"], "", author, author.get("type") in CONTACTS, answers=False)]
    for part in record["conversation_parts"]["conversation_parts"]:
        kind, author = part["part_type"], part.get("author") or {}
        has_body = bool(part.get("body")) or bool(part.get("redacted"))
        speaks = has_body or bool(part.get("attachments"))
        asks = speaks and author.get("type") in CONTACTS
        hidden = kind in {"note", "note_and_reopen"} or kind.startswith("assign")
        answers = speaks and author.get("type") == "admin" and not hidden
        found.append(Part(part["created_at"], kind, author, asks, answers))
    return sorted(found, key=lambda part: part.at)  # which keeps the order within a second


def asked(record: Record) -> Asked | None:
    parts = parts_of(record)
    first = next((place for place, part in enumerate(parts) if part.asks), None)
    if first is None:
        return None
    after = parts[first + 1 :]
    close = next((place for place, part in enumerate(parts) if part.kind == "close"), None)
    return Asked(
        record,
        parts[first].at,
        next((part for part in after if part.answers), None),
        [part for part in after if part.kind == "close"],
        close is not None,
        close is not None and any(part.reopens for part in parts[close + 1 :]),
        ((record.get("source") or {}).get("author") or {}).get("type") in CONTACTS,
    )


def responses(record: Record) -> Iterator[tuple[int, int]]:
    """Yield when what was answered was asked, and when it was answered."""
    unanswered: list[int] = []
    for part in parts_of(record):
        if part.asks:
            unanswered.append(part.at)
        if part.answers and unanswered:
            yield unanswered[0], part.at
            unanswered = []


def is_open(record: Record, moment: int) -> bool:
    state = False
    for part in parts_of(record):
        if part.at > moment:
            break
        if part.kind in {"close", "snoozed"}:
            state = False
        elif part.reopens:
            state = True
    return state


def quantile(values: Sequence[int], tenths: int) -> float | None:
    if not values:
        return None
    place, over = divmod(tenths * (len(values) - 1), 10)
    ordered = [*sorted(values), 0]
    low, high = ordered[place], ordered[place + 1] if over else 0
    return float(low + (high - low) * Fraction(over, 10)) if over else float(low)


def spread(values: Iterable[int | None]) -> Record:
    held = [value for value in values if value is not None]
    return {"count": len(held), "median": quantile(held, 5), "p90": quantile(held, 9)}


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def in_hours(since: int, until: int, zone: ZoneInfo, opens: int, closes: int) -> int:
    """Count minutes by the wall clock, from Monday to Friday, times 60."""
    assert since % 60 == until % 60 == opens % 60 == closes % 60 == 0
    total = 0
    for moment in range(since, until, 60):
        wall = datetime.fromtimestamp(moment, zone)
        second = wall.hour * 3600 + wall.minute * 60
        total += 60 * (wall.weekday() in OFFICE_DAYS and opens <= second < closes)
    return total


def statistics(record: Record, field: str) -> int | None:
    value: int | None = (record.get("statistics") or {}).get(field)
    return value


def names(records: Iterable[Record], kind: str) -> dict[str, str]:
    latest: dict[str, tuple[int, str]] = {}
    for record in records:
        source = record.get("source") or {}
        written = [(record["created_at"], source.get("author") or {})]
        written += [
            (part["created_at"], part.get("author") or {})
            for part in record["conversation_parts"]["conversation_parts"]
        ]
        for at, author in written:
            if author.get("type") == kind and author.get("name"):
                id = str(author["id"])
                latest[id] = max(latest.get(id, (0, "")), (at, author["name"]))
    return {id: name for id, (_, name) in latest.items()}


def figures(
    records: Sequence[Record], since: int, until: int, zone: ZoneInfo, as_of: int
) -> Record:
    """Return all figures but those that tell of the export itself."""

    def within(moment: int | None) -> bool:
        return moment is not None and since <= moment < until

    new = [found for record in records if (found := asked(record)) and within(found.at)]
    events = [(record["id"], part) for record in records for part in parts_of(record)]
    closes = [(id, part) for id, part in events if part.kind == "close" and within(part.at)]
    held = [record.get("conversation_rating") or {} for record in records]
    rated = [rating for rating in held if within(rating.get("created_at"))]
    of = [each for each in new if each.closed]
    reopened = sum(each.reopened for each in of)
    fin = [each.record for each in new if each.record.get("ai_agent_participated")]
    resolved = [
        each
        for each in new
        if ((each.record.get("ai_agent") or {}).get("resolution_state"))
        in {"assumed_resolution", "confirmed_resolution"}
    ]
    return {
        "new_conversations": {
            "count": len(new),
            "inbound": sum(each.inbound for each in new),
            "outbound": sum(not each.inbound for each in new),
            "by_channel": dict(
                Counter(
                    kind for each in new if (kind := (each.record.get("source") or {}).get("type"))
                )
            ),
            "by_month": dict(
                Counter(f"{datetime.fromtimestamp(each.at, zone):%Y-%m}" for each in new)
            ),
        },
        "first_response": {
            "clock": first_response(new),
            "office_hours": spread(statistics(each.record, "time_to_admin_reply") for each in new),
        },
        "response": {
            "clock": spread(
                answered - begun
                for record in records
                for begun, answered in responses(record)
                if within(answered)
            )
        },
        "time_to_close": {
            "clock": {
                "first": spread(each.closes[0].at - each.at for each in new if each.closes),
                "last": spread(each.closes[-1].at - each.at for each in new if each.closes),
            },
            "office_hours": {
                which: spread(statistics(each.record, f"time_to_{which}_close") for each in new)
                for which in ("first", "last")
            },
        },
        "closed": {"events": len(closes), "conversations": len({id for id, _ in closes})},
        "reopened": {
            "conversations": reopened,
            "of": len(of),
            "share": share(reopened, len(of)),
        },
        "csat": {
            **csat(rated),
            "requested": len(rated),
            "response_rate": share(csat(rated)["received"], len(rated)),
            "by_rating": {
                str(number): sum(rating.get("rating") == number for rating in rated)
                for number in range(1, 6)
            },
        },
        "sla": sla(new),
        "fin": {
            "involved": len(fin),
            "involvement_rate": share(len(fin), len(new)),
            "resolved": len(resolved),
            "resolution_rate": share(len(resolved), len(fin)),
        },
        "busiest_hours": busiest_hours([each.at for each in new], zone),
        "open_over_time": {
            f"{monday:%Y-%m-%d}": sum(
                is_open(record, int(monday.timestamp())) for record in records
            )
            for monday in mondays(since, until, zone)
            if monday.timestamp() <= as_of
        },
        "waiting": waiting(records, as_of),
        "teammates": teammates(records, new, [(i, p) for i, p in events if within(p.at)], rated),
        "teams": {
            id: {"name": names(records, "team").get(id, id), **of_team}
            for id, of_team in teams(new).items()
        },
        "tags": tags(new),
    }


def first_response(new: Iterable[Asked]) -> Record:
    return spread(each.answer.at - each.at for each in new if each.answer)


def csat(rated: Iterable[Record]) -> Record:
    given = [rating["rating"] for rating in rated if rating.get("rating") is not None]
    positive = sum(rating in {4, 5} for rating in given)
    return {"received": len(given), "positive": positive, "score": share(positive, len(given))}


def sla(new: Iterable[Asked]) -> Record:
    def judged(statuses: Counter[str]) -> Record:
        hit, missed = statuses["hit"], statuses["missed"]
        return {"hit": hit, "missed": missed, "rate": share(hit, hit + missed)}

    by_name: dict[str, Counter[str]] = defaultdict(Counter)
    for each in new:
        applied = each.record.get("sla_applied") or {}
        if applied.get("sla_status") in {"hit", "missed"}:
            by_name[applied["sla_name"]][applied["sla_status"]] += 1
    return {
        **judged(sum(by_name.values(), Counter())),
        "by_name": {name: judged(statuses) for name, statuses in by_name.items()},
    }


def busiest_hours(moments: Iterable[int], zone: ZoneInfo) -> list[list[int]]:
    counts = [[0] * 24 for _ in range(7)]
    for moment in moments:
        at = datetime.fromtimestamp(moment, zone)
        counts[at.weekday()][at.hour] += 1
    return counts


def mondays(since: int, until: int, zone: ZoneInfo) -> Iterator[datetime]:
    day = datetime.fromtimestamp(since, zone).replace(hour=0, minute=0, second=0, fold=0)
    while day.timestamp() < until:
        if day.weekday() == 0 and day.timestamp() >= since:
            yield day
        day += timedelta(days=1)


def waiting(records: Iterable[Record], as_of: int) -> Record:
    ages = [
        as_of - record["waiting_since"]
        for record in records
        if record.get("state") == "open" and record.get("waiting_since") is not None
    ]
    return {"count": len(ages), "oldest": max(ages, default=None), "median": quantile(ages, 5)}


def teammates(
    records: Sequence[Record],
    new: Iterable[Asked],
    events: Iterable[tuple[str, Part]],
    rated: Iterable[Record],
) -> Record:
    replies: dict[str, list[str]] = defaultdict(list)
    closed: Counter[str] = Counter()
    first: dict[str, list[Asked]] = defaultdict(list)
    ratings: dict[str, list[Record]] = defaultdict(list)
    for id, part in events:
        if part.answers:
            replies[str(part.author["id"])].append(id)
        if part.kind == "close" and part.author.get("type") == "admin":
            closed[str(part.author["id"])] += 1
    for each in new:
        if each.answer:
            first[str(each.answer.author["id"])].append(each)
    for rating in rated:
        teammate = rating.get("teammate") or {}
        if rating.get("rating") is not None and teammate.get("type") == "admin":
            ratings[str(teammate["id"])].append(rating)
    known = names(records, "admin")
    return {
        id: {
            "name": known.get(id, id),
            "replies": len(replies[id]),
            "replied_conversations": len(set(replies[id])),
            "closed": closed[id],
            "first_response": first_response(first[id]),
            "csat": csat(ratings[id]),
        }
        for id in {*replies, *closed, *first, *ratings}
    }


def teams(new: Iterable[Asked]) -> Record:
    found: dict[str, list[Asked]] = defaultdict(list)
    for each in new:
        team = each.record.get("team_assignee_id")
        if team not in {None, 0, "0"}:
            found[str(team)].append(each)
    return {
        id: {"conversations": len(of_team), "first_response": first_response(of_team)}
        for id, of_team in found.items()
    }


def tags(new: Iterable[Asked]) -> Record:
    found: Counter[str] = Counter()
    for each in new:
        found.update({str(tag["id"]) for tag in (each.record.get("tags") or {}).get("tags", ())})
    return {id: {"name": id, "conversations": count} for id, count in found.items()}


def unix(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp())
