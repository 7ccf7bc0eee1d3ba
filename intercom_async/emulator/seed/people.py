"""The people and things of a workspace: admins, teams, contacts, tags."""

from dataclasses import dataclass
from typing import Any, Final

from intercom_async.emulator.seed.calendar import Calendar
from intercom_async.emulator.seed.rng import Rng, make_rng

_NAMES: Final = (
    "Avelin", "Brisko", "Corvane", "Delmira", "Eskil-Mo", "Fiorane", "Gwenno", "Halvar",
    "Irelda", "Jorund", "Kessia", "Lumir", "Marzelle", "Nandor", "Ovidia", "Perrin O'Lan",
    "Quilla", "Rasmina", "Søriel", "Tíbor", "Ulvène", "Vašek", "Wendrina", "Ximeno",
    "Yolvar", "Žofira", "Дариана", "Елисар", "Мирелла", "Νεφέλιος", "ليانور", "سميران",
    "נועמי-לי", "美凛", "阿岚", "ハルキノ", "지안별", "नवीरा", "ธารินา", "Þorvel",
)  # fmt: skip
_TEAMS: Final = ("Support", "Billing & Orders", "Onboarding", "Équipe de nuit", "技術サポート")
_TAGS: Final = (
    "refund", "Bug report", "Feature request", "VIP", "spam", "Facturación", "緊急", "follow-up",
    "churn risk", "Übergabe", "duplicate", "praise 🎉",
)  # fmt: skip
FIN_ID: Final = "991101"
_CATEGORIES: Final = ("Customer", "Back-office", "Tracker")


@dataclass(frozen=True, slots=True)
class People:
    """Who and what appears in the conversations of a workspace, where and until when."""

    seed: int
    now: int  # until when the workspace has lived, in unix seconds
    calendar: Calendar
    app: dict[str, Any]  # the workspace itself, as ``/me`` shows it
    admins: list[dict[str, Any]]  # teammates, with type, id, name and email
    bot: dict[str, Any]  # the author of automatic parts
    fin: dict[str, Any]  # the AI agent
    teams: list[dict[str, Any]]
    members: list[list[dict[str, Any]]]  # the admins of each team
    night_team: int  # which of the teams works around the clock
    contacts: list[dict[str, Any]]  # users and leads, with type, id, external_id, name and email
    tags: list[dict[str, Any]]
    ticket_types: list[dict[str, Any]]


def make_people(conversations: int, seed: int, now: int, zone: str) -> People:
    """Make the people of a workspace of so many conversations."""
    rng = make_rng(seed, "cast")
    admins = [_person(rng, "admin", str(991_200 + 37 * n), n) for n in range(12)]
    bot = {"type": "bot", "id": "991100", "name": "Operator", "email": "operator@example.com"}
    fin = {"type": "bot", "id": FIN_ID, "name": "Fin", "email": None}
    contacts = [_contact(rng, n) for n in range(max(conversations * 2 // 3, 20))]
    app = _app(rng, now, zone)
    teams = [_named("team", 5_017_690 + n, name) for n, name in enumerate(_TEAMS)]
    return People(
        seed=seed,
        now=now,
        calendar=Calendar(zone),
        app=app,
        admins=admins,
        bot=bot,
        fin=fin,
        teams=teams,
        members=[  # every third admin is in a second team
            [
                admin
                for n, admin in enumerate(admins)
                if at in {n % len(teams), -n % 3 * n % len(teams)}
            ]
            for at in range(len(teams))
        ],
        night_team=_TEAMS.index("Équipe de nuit"),
        contacts=contacts,
        tags=[_named("tag", 7_522_900 + 7 * n, name) for n, name in enumerate(_TAGS)],
        ticket_types=[_ticket_type(app, 81 + n, kind) for n, kind in enumerate(_CATEGORIES)],
    )


def _app(rng: Rng, now: int, zone: str) -> dict[str, Any]:
    return {
        "type": "app",
        "id_code": f"{rng.getrandbits(32):08x}",
        "name": "Emulated workspace",
        "created_at": now - 3 * 365 * 86_400,
        "secure": False,
        "identity_verification": False,
        "timezone": zone,
        "region": "US",
    }


def _person(rng: Rng, type_: str, id_: str, number: int) -> dict[str, Any]:
    name = rng.choice(_NAMES)
    return {"type": type_, "id": id_, "name": name, "email": f"{type_}{number}@example.com"}


def _contact(rng: Rng, number: int) -> dict[str, Any]:
    id_ = f"{rng.getrandbits(96):024x}"
    contact = _person(rng, rng.pick({"user": 3, "lead": 1}), id_, number)
    contact["external_id"] = str(number) if contact["type"] == "user" else None
    return contact


def _named(type_: str, number: int, name: str) -> dict[str, Any]:
    return {"type": type_, "id": str(number), "name": name}


def _ticket_type(app: dict[str, Any], number: int, category: str) -> dict[str, Any]:
    return {
        "type": "ticket_type",
        "id": str(number),
        "name": f"{category} ticket",
        "description": "What has to be done by somebody",
        "icon": "🎟️",
        "workspace_id": app["id_code"],
        "archived": False,
        "created_at": app["created_at"],
        "updated_at": app["created_at"],
        "is_internal": category != "Customer",
        "ticket_type_attributes": {"type": "list", "data": []},
        "category": category,
    }
