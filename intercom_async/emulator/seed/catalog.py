"""The records of a workspace besides its conversations, by the name of their noun."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from intercom_async.emulator.documented import seeds
from intercom_async.emulator.seed.articles import (
    make_articles,
    make_collections,
    make_help_centers,
)
from intercom_async.emulator.seed.calendar import CLOSES, DAY, MINUTE, OPENS, WORKDAYS
from intercom_async.emulator.seed.holders import make_companies, make_contacts
from intercom_async.emulator.seed.people import People
from intercom_async.emulator.seed.tickets import make_states, make_tickets, make_types

_Record: TypeAlias = dict[str, Any]

_JOBS: Final = ("Support lead", "Support agent", "Customer success manager", None)
_SEGMENTS: Final = (("New", "user"), ("Active", "user"), ("Slipping away", "user"), ("New", "lead"))
_REASONS: Final = (("In a meeting", "📅"), ("On a break", "☕"), ("On holiday", "🌴"))
_BUILT_IN: Final = (
    ("company", "name", "string"), ("company", "plan.name", "string"),
    ("company", "monthly_spend", "float"), ("company", "user_count", "integer"),
    ("contact", "email", "string"), ("contact", "signed_up_at", "date"),
)  # fmt: skip
_CUSTOM: Final = (  # those of conversations are what the seed puts there
    ("conversation", "plan", "string"), ("conversation", "seats", "integer"),
    ("conversation", "score", "float"), ("conversation", "beta tester", "boolean"),
    ("conversation", "renewal", "date"), ("conversation", "orders", "string"),
    ("conversation", "language", "string"), ("contact", "paid_subscriber", "boolean"),
    ("company", "region", "string"),
)  # fmt: skip


_MAKERS: Final[dict[str, Callable[[People], list[_Record]]]] = {
    "tickets": make_tickets,
    "articles": make_articles,
    "collections": make_collections,
    "help_centers": make_help_centers,
    "office_hours_schedules": lambda people: [_office_hours(people)],
}


class Catalog(dict[str, list[_Record]]):
    """The records of every noun, the same for the same people; many are made when asked for."""

    def __init__(self, people: People) -> None:
        super().__init__(_make_few(people))
        self._people = people

    def __missing__(self, noun: str) -> list[_Record]:
        """Make the records of a noun; if nothing else is known, those that the documents show."""
        if noun in {"contacts", "companies"}:
            companies = self["companies"] = make_companies(self._people)
            self["contacts"] = make_contacts(self._people, companies, self["segments"])
        else:
            make = _MAKERS.get(noun)
            self[noun] = seeds(noun) if make is None else make(self._people)
        return self[noun]


def _make_few(people: People) -> dict[str, list[_Record]]:
    created_at = people.app["created_at"]
    times = {"created_at": created_at, "updated_at": created_at}
    admin_ids = [[int(admin["id"]) for admin in members] for members in people.members]
    made_by = times | {"admin_id": people.admins[0]["id"]}
    customs = [
        {"id": 51 + n} | make_attribute(model, f"custom_attributes.{name}", type_) | made_by
        for n, (model, name, type_) in enumerate(_CUSTOM)
    ]
    counts = [sum(c["type"] == type_ for c in people.contacts) for _, type_ in _SEGMENTS]
    segments = [
        {"type": "segment", "id": f"{created_at:08x}{n:016x}", "name": name}
        | times
        | {"person_type": type_.replace("lead", "contact"), "count": counts[n] // (n + 1)}
        for n, (name, type_) in enumerate(_SEGMENTS)
    ]
    return {
        "admins": [_admin(n, a, people, admin_ids) for n, a in enumerate(people.admins)],
        "teams": [_team(n, team, admin_ids[n]) for n, team in enumerate(people.teams)],
        "tags": [dict(tag) for tag in people.tags],
        "notes": [],
        "jobs": [],
        "ticket_types": make_types(people),
        "ticket_states": make_states(),
        "segments": segments,
        "data_attributes": [make_attribute(*each) for each in _BUILT_IN] + customs,
        "away_status_reasons": [  # the last one is deleted
            {"type": "away_status_reason", "id": str(12_345 + n), "label": label, "emoji": emoji}
            | {"order": n, "deleted": n == len(_REASONS) - 1}
            | times
            for n, (label, emoji) in enumerate(_REASONS)
        ],
    }


def _office_hours(people: People) -> _Record:
    """Make the schedule of the hours that people work by."""
    days = [day * DAY // MINUTE for day in range(WORKDAYS)]
    return {
        "type": "office_hours_schedule",
        "id": "123",
        "name": "Office hours",
        "time_zone_name": people.calendar.zone,
        "time_intervals": [
            {
                "start_minute": begins + OPENS // MINUTE,
                "end_minute": begins + CLOSES // MINUTE,
                "day_of_week": day,
            }
            for day, begins in enumerate(days)
        ],
        "twenty_four_seven": False,
        "created_at": people.app["created_at"],
        "updated_at": people.app["created_at"],
    }


def make_attribute(model: str, full_name: str, data_type: str) -> _Record:
    """Make a data attribute; whether it is the workspace's own, its full name tells."""
    name = full_name.rpartition(".")[2]
    custom = full_name.startswith("custom_attributes.")
    return {
        "type": "data_attribute",
        "name": name,
        "full_name": full_name,
        "label": name,
        "description": f"The {name} of a {model}",
        "data_type": data_type,
        "api_writable": custom,
        "ui_writable": False,
        "messenger_writable": True,
        "custom": custom,
        "archived": False,
        "model": model,
    }


def _admin(n: int, admin: _Record, people: People, admin_ids: list[list[int]]) -> _Record:
    in_teams = zip(people.teams, admin_ids, strict=True)
    team_ids = [int(team["id"]) for team, ids in in_teams if int(admin["id"]) in ids]
    return admin | {
        "job_title": _JOBS[n % len(_JOBS)],
        "away_mode_enabled": (n + 1) % 5 == 0,
        "away_mode_reassign": (n + 1) % 10 == 0,
        "away_status_reason_id": None,
        "has_inbox_seat": (n + 1) % 6 != 0,
        "team_ids": team_ids,
        "avatar": f"https://example.com/{admin['id']}.png" if (n + 1) % 4 else None,
        "team_priority_level": {"primary_team_ids": team_ids, "secondary_team_ids": []},
        "role": {"type": "role", "id": str(1 + n % 2), "name": ("Owner", "Support Agent")[n % 2]},
    }


def _team(n: int, team: _Record, admin_ids: list[int]) -> _Record:
    return team | {
        "admin_ids": admin_ids,
        "admin_priority_level": {"primary_admin_ids": admin_ids, "secondary_admin_ids": []},
        "assignment_limit": 10 if n % 2 else None,
        "distribution_method": "load_balanced" if n % 2 else "round_robin",
    }
