"""The records of a workspace besides its conversations, by the name of their noun."""

from typing import Any, Final, TypeAlias

from intercom_async.emulator.seed.cast import Cast

_Records: TypeAlias = list[dict[str, Any]]

_JOBS: Final = ("Support lead", "Support agent", "Customer success manager", None)
_SEGMENTS: Final = (("New", "user"), ("Active", "user"), ("Slipping away", "user"), ("New", "lead"))
_REASONS: Final = (("In a meeting", "📅"), ("On a break", "☕"), ("On holiday", "🌴"))
# Of each built-in attribute its model, its full name, its type, its label, and whether the API
# can write it.
_BUILT_IN: Final = (
    ("company", "name", "string", "Company name", True),
    ("company", "company_id", "string", "Company ID", False),
    ("company", "remote_created_at", "date", "Company created at", True),
    ("company", "plan.name", "string", "Plan", False),
    ("company", "monthly_spend", "float", "Monthly Spend", True),
    ("company", "user_count", "integer", "People", False),
    ("contact", "email", "string", "Email", True),
    ("contact", "signed_up_at", "date", "Signed up", True),
    ("contact", "unsubscribed_from_emails", "boolean", "Unsubscribed from Emails", True),
)
_CUSTOM: Final = (
    ("conversation", "plan", "string"),
    ("conversation", "seats", "integer"),
    ("conversation", "score", "float"),
    ("conversation", "beta tester", "boolean"),
    ("conversation", "renewal", "date"),
    ("conversation", "orders", "string"),
    ("conversation", "language", "string"),
    ("contact", "paid_subscriber", "boolean"),
    ("company", "region", "string"),
)


def make_catalog(cast: Cast) -> dict[str, _Records]:
    """Makes the records of every noun, the same for the same cast."""
    created_at = cast.app["created_at"]
    members = {  # every third admin is in a second team
        team["id"]: [
            int(admin["id"])
            for n, admin in enumerate(cast.admins)
            if at == n % len(cast.teams) or (n % 3 == 0 and at == (n + 1) % len(cast.teams))
        ]
        for at, team in enumerate(cast.teams)
    }
    return {
        "admins": [_admin(n, admin, members) for n, admin in enumerate(cast.admins)],
        "teams": [_team(n, team, members[team["id"]]) for n, team in enumerate(cast.teams)],
        "tags": [dict(tag) for tag in cast.tags],
        "contacts": [dict(contact) for contact in cast.contacts],
        "companies": [],
        "segments": [_segment(n, *each, cast) for n, each in enumerate(_SEGMENTS)],
        "data_attributes": [
            *(_built_in(*each) for each in _BUILT_IN),
            *(_custom(n, *each, cast) for n, each in enumerate(_CUSTOM)),
        ],
        "away_status_reasons": [
            {
                "type": "away_status_reason",
                "id": str(12_345 + n),
                "label": label,
                "emoji": emoji,
                "order": n,
                "deleted": n == len(_REASONS) - 1,
                "created_at": created_at,
                "updated_at": created_at,
            }
            for n, (label, emoji) in enumerate(_REASONS)
        ],
    }


def _admin(n: int, admin: dict[str, Any], members: dict[str, list[int]]) -> dict[str, Any]:
    team_ids = [int(team) for team, admin_ids in members.items() if int(admin["id"]) in admin_ids]
    levels = {"primary_team_ids": team_ids[:1], "secondary_team_ids": team_ids[1:]}
    return admin | {
        "job_title": _JOBS[n % len(_JOBS)],
        "away_mode_enabled": (n + 1) % 5 == 0,
        "away_mode_reassign": (n + 1) % 10 == 0,
        "away_status_reason_id": None,
        "has_inbox_seat": (n + 1) % 6 != 0,
        "team_ids": team_ids,
        "avatar": None if (n + 1) % 4 == 0 else f"https://example.com/avatars/{admin['id']}.png",
        "team_priority_level": levels,
        "role": {"type": "role", "id": str(1 + n % 2), "name": ("Owner", "Support Agent")[n % 2]},
    }


def _team(n: int, team: dict[str, Any], admin_ids: list[int]) -> dict[str, Any]:
    balanced = n % 2 == 1
    return team | {
        "admin_ids": admin_ids,
        "admin_priority_level": {"primary_admin_ids": admin_ids, "secondary_admin_ids": []},
        "assignment_limit": 10 if balanced else None,
        "distribution_method": "load_balanced" if balanced else "round_robin",
    }


def _segment(n: int, name: str, contact_type: str, cast: Cast) -> dict[str, Any]:
    created_at = cast.app["created_at"] + n * 86_400
    counted = sum(contact["type"] == contact_type for contact in cast.contacts)
    return {
        "type": "segment",
        "id": f"{created_at:08x}{n:016x}",
        "name": name,
        "created_at": created_at,
        "updated_at": created_at + 3_600,
        "person_type": "user" if contact_type == "user" else "contact",
        "count": counted // (n + 1),
    }


def _built_in(model: str, path: str, data_type: str, label: str, writable: bool) -> dict[str, Any]:
    return {
        "type": "data_attribute",
        "name": path.rpartition(".")[2],
        "full_name": path,
        "label": label,
        "description": f"{label} of a {model}",
        "data_type": data_type,
        "api_writable": writable,
        "ui_writable": False,
        "messenger_writable": True,
        "custom": False,
        "archived": False,
        "model": model,
    }


def _custom(n: int, model: str, name: str, data_type: str, cast: Cast) -> dict[str, Any]:
    created_at = cast.app["created_at"]
    return (
        {"id": 51 + n}
        | _built_in(model, f"custom_attributes.{name}", data_type, name, True)
        | {
            "name": name,
            "description": f"The {name} of a {model}",
            "custom": True,
            "admin_id": cast.admins[0]["id"],
            "created_at": created_at,
            "updated_at": created_at,
        }
    )
