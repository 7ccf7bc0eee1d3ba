"""Contacts and companies, and how they belong together; conversations name the contacts."""

from typing import Any, Final, TypeAlias

from intercom_async.emulator.seed.people import People

_Record: TypeAlias = dict[str, Any]

_DAY: Final = 86_400
_LIFE: Final = 3 * 365 * _DAY  # of the workspace until its start
_PRIME: Final = 7_919
_WORDS: Final = ("Anvil", "Boreal", "Cinder", "Dovetail", "Ember", "Fathom", "Gantry", "Hollow")
_PLANS: Final = ("Free", "Pro", "Enterprise")
_INDUSTRIES: Final = ("Manufacturing", "Retail", None)
_PEOPLE_A_COMPANY: Final = 8
# The last user is in so many companies and has so many tags that lists in it are cut.
_MANY: Final = 12


def make_contacts(
    people: People, companies: list[_Record], segments: list[_Record]
) -> list[_Record]:
    """Make the contacts, each user in a company, and the last in several."""
    last = max(n for n, each in enumerate(people.contacts) if each["type"] == "user")
    places = {"user": 0, "lead": 0}
    contacts: list[_Record] = []
    for number, person in enumerate(people.contacts):
        role, place = person["type"], places[person["type"]]
        places[role] += 1
        created_at = people.app["created_at"] + number * _PRIME * 61 % _LIFE
        updated_at = created_at + number * _PRIME % (people.app["created_at"] + _LIFE - created_at)
        contact = person | {
            "created_at": created_at,
            "updated_at": updated_at,
            "custom_attributes": {},
        }
        contact["segment_ids"] = [
            segment["id"]
            for at, segment in enumerate(segments)
            if (segment["person_type"] == "user") is (role == "user") and place % (at + 1) == at
        ]
        if role == "user":
            contact |= {"signed_up_at": created_at, "last_seen_at": updated_at}
            contact["owner_id"] = people.admins[number % len(people.admins)]["id"]
            at = place % len(companies)
            belongs = companies[: _MANY + 1] if number == last else companies[at : at + 1]
            contact["company_ids"] = [company["id"] for company in belongs]
            for company in belongs:
                company["user_count"] += 1
            contact["custom_attributes"]["paid_subscriber"] = place % 2 == 0
        contacts.append(contact)
    tags = [dict(tag) for tag in people.tags[:_MANY]]
    contacts[last]["tags"] = {"type": "tag.list", "tags": tags}
    return contacts


def make_companies(people: People) -> list[_Record]:
    """Make the companies, without anybody in them yet."""
    created_at = people.app["created_at"]
    users = sum(contact["type"] == "user" for contact in people.contacts)
    return [
        {
            "type": "company",
            "company_id": f"company-{n}",
            "id": f"{created_at:08x}{0xC0 + n:016x}",
            "app_id": people.app["id_code"],
            "name": f"{_WORDS[n % len(_WORDS)]} & Sons {n}",
            "remote_created_at": created_at + n * _DAY,
            "created_at": created_at + n * _DAY,
            "updated_at": created_at + n * _PRIME % _LIFE,
            "last_request_at": created_at + n * _PRIME * 7 % _LIFE,
            "monthly_spend": 100 * (n % 20),
            "session_count": n % 50,
            "user_count": 0,
            "tags": {"type": "tag.list", "tags": []},
            "segments": {"type": "segment.list", "segments": []},
            "plan": {"type": "plan", "id": str(1 + n % 3), "name": _PLANS[n % 3]},
            "custom_attributes": {},
            "industry": _INDUSTRIES[n % 3],
            "size": 10 * n,
            "website": f"https://company-{n}.example.com",
        }
        for n in range(max(users // _PEOPLE_A_COMPANY, _MANY + 1))
    ]
