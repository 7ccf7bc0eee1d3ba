"""Help centers, their collections, and the articles in them; admins write them."""

from typing import Any, Final, TypeAlias

from intercom_async.emulator.seed.people import People
from intercom_async.emulator.seed.texts import TITLES

_Record: TypeAlias = dict[str, Any]

_ARTICLES: Final = 18
_COLLECTIONS: Final = ("Getting started", "Billing", "Integrations", "Refunds")
_PARENTS: Final = {3: 1}  # the last collection is in the second
_FIRST_ARTICLE: Final = 39_000
_FIRST_COLLECTION: Final = 159
_HELP_CENTER: Final = 79
_DAY: Final = 86_400


def make_help_centers(people: People) -> list[_Record]:
    """Make the one help center."""
    return [
        _made(people, str(_HELP_CENTER))
        | {
            "identifier": "emulated",
            "website_turned_on": True,
            "display_name": "Emulated help center",
            "url": "https://help.example.com",
            "custom_domain": "help.example.com",
            "default": True,
            "locales": ["en"],
        }
    ]


def make_collections(people: People) -> list[_Record]:
    """Make the collections, one of them in another."""
    return [
        _made(people, str(_FIRST_COLLECTION + n))
        | {
            "name": name,
            "url": f"https://help.example.com/collections/{_FIRST_COLLECTION + n}",
            "order": n + 1,
            "description": f"All about {name.lower()}",
            "icon": "bookmark",
            "parent_id": str(_FIRST_COLLECTION + _PARENTS[n]) if n in _PARENTS else None,
            "help_center_id": _HELP_CENTER,
        }
        for n, name in enumerate(_COLLECTIONS)
    ]


def make_articles(people: People) -> list[_Record]:
    """Make the articles, every fifth of them a draft that is in no collection."""
    return [_article(n, people) for n in range(_ARTICLES)]


def _article(n: int, people: People) -> _Record:
    draft = n % 5 == 0
    parents = [] if draft else [_FIRST_COLLECTION + n % len(_COLLECTIONS)]
    created_at, id_ = people.app["created_at"] + n * _DAY, str(_FIRST_ARTICLE + n)
    return _made(people, id_) | {
        "type": "article",
        "parent_ids": parents,
        "tags": {"type": "tag.list", "tags": []},
        "title": f"{TITLES[n % len(TITLES)]} ({n})",
        "description": "",
        "body": f"<p>How to solve it in {n} steps</p>",
        "author_id": int(people.admins[n % len(people.admins)]["id"]),
        "state": "draft" if draft else "published",
        "created_at": created_at,
        "updated_at": created_at + n * 7 % 5 * _DAY,
        "url": None if draft else f"https://help.example.com/articles/{id_}",
    }


def _made(people: People, id: str) -> _Record:
    at = people.app["created_at"]
    return {"id": id, "workspace_id": people.app["id_code"], "created_at": at, "updated_at": at}
