"""Articles, collections and help centers: how they look, and what is done to them."""

from typing import Any, Final

from intercom_async.emulator.bodies import Body, missing
from intercom_async.emulator.collection import Collection, Noun
from intercom_async.emulator.documents import Record
from intercom_async.emulator.html import plain_text
from intercom_async.emulator.listing import LATEST_FIRST, by_number
from intercom_async.emulator.lookups import find_by_id, not_found, require
from intercom_async.emulator.nouns import memberships
from intercom_async.emulator.routes import Request

_ONE_PARENT_UNTIL: Final = (2, 15)
_FOUND_A_PAGE: Final = 10
_LATEST_CHANGE_FIRST: Final = LATEST_FIRST._replace(field="updated_at")
_UNSEEN: Final = {
    "type": "article_statistics",
    "views": 0,
    "conversations": 0,
    "reactions": 0,
    "happy_reaction_percentage": 0,
    "neutral_reaction_percentage": 0,
    "sad_reaction_percentage": 0,
}


def _show_article(articles: Collection, article: Record, request: Request) -> Record:
    """Show an article, alone with its statistics."""
    del articles
    if request.version <= _ONE_PARENT_UNTIL:
        parents = article["parent_ids"]
        article["parent_id"] = parents[0] if parents else None
        article["parent_type"] = "collection" if parents else None
    return article


def _list_articles(articles: Collection, request: Request) -> Record:
    """Answer a numbered page of the articles, the latest change first."""
    return articles.numbered(_LATEST_CHANGE_FIRST.sorted(articles.records), request)


def _retrieve_article(articles: Collection, request: Request) -> Record:
    """Answer one article, which alone shows how often it was read."""
    return articles.retrieve(request) | {"statistics": _UNSEEN}


def _search_articles(articles: Collection, request: Request) -> Record:
    """Answer a numbered page of the articles that hold a phrase."""
    phrase, state = request.query.get("phrase", "").lower(), request.query.get("state", "all")
    help_center = request.query.get("help_center_id")
    found = [
        article
        for article in _LATEST_CHANGE_FIRST.sorted(articles.records)
        if phrase in f"{article['title']} {plain_text(article['body'] or '')}".lower()
        and state in {"all", article["state"]}
        and (help_center is None or help_center in _help_centers(articles, article))
    ]
    page = by_number(found, request.query, request, _FOUND_A_PAGE)
    shown = [articles.shown(article, request) for article in page.records]
    highlights: list[Any] = []
    if request.query.get("highlight") == "true":
        highlights = [_highlight(article, phrase) for article in page.records]
    return {"type": "list", "data": {"articles": shown, "highlights": highlights}, **page.around}


def _help_centers(articles: Collection, article: Record) -> set[str]:
    collections = articles.workspace.collections["collections"]
    parents = [find_by_id(collections, id_) for id_ in article["parent_ids"]]
    return {str(parent["help_center_id"]) for parent in parents if parent is not None}


def _highlight(article: Record, phrase: str) -> Record:
    is_there = bool(phrase) and phrase in article["title"].lower()
    marked = [{"type": "highlight", "text": phrase}] if is_there else []
    return {"article_id": article["id"], "highlighted_title": marked, "highlighted_summary": []}


def _create_article(articles: Collection, request: Request) -> Record:
    """Answer ``POST /articles`` with the article, a draft unless it is to be published."""
    body, workspace = Body(request.body), articles.workspace
    body.text("title")
    if "author_id" not in body:
        message = "author_id must be in the main body or default locale translated_content object"
        raise missing("author_id", message)
    article: Record = {
        "id": workspace.fresh_id(),
        "type": "article",
        "workspace_id": workspace.app["id_code"],
        "parent_ids": [],
        "tags": {"type": "tag.list", "tags": []},
        "description": "",
        "body": "",
        "state": "draft",
        "url": None,
        "created_at": workspace.now,
    }
    articles.records.append(article | _changes(articles, body))
    return articles.shown(articles.records[-1], request) | {"statistics": _UNSEEN}


def _update_article(articles: Collection, request: Request) -> Record:
    article = articles.asked(request)
    article |= _changes(articles, Body(request.body))
    return articles.shown(article, request) | {"statistics": _UNSEEN}


def _changes(articles: Collection, body: Body) -> Record:
    changes = articles.changes(body)
    workspace = articles.workspace
    if "author_id" in changes and find_by_id(workspace.admins, changes["author_id"]) is None:
        raise not_found("Resource Not Found", "author_id")
    if "parent_id" in body:
        refusal = not_found("Resource Not Found", "parent_id")
        collections = workspace.collections["collections"]
        parent = require(collections, body.identifier("parent_id"), refusal)
        changes["parent_ids"] = [int(parent["id"])]
    return changes


def _read_number(body: Body, name: str) -> int | None:
    """Read an id that is answered as a number."""
    found = body.identifier(name) if name in body else None
    return int(found) if found is not None and found.isdigit() else None


def _read_state(body: Body, name: str) -> str:
    return body.choice(name, ("published", "draft"))


def _create_collection(collections: Collection, request: Request) -> Record:
    body, workspace = Body(request.body), collections.workspace
    body.text("name")
    help_centers = workspace.collections["help_centers"]
    collection: Record = {
        "id": workspace.fresh_id(),
        "workspace_id": workspace.app["id_code"],
        "url": None,
        "order": len(collections.records) + 1,
        "created_at": workspace.now,
        "description": "",
        "icon": "book-bookmark",
        "parent_id": None,
        "help_center_id": int(help_centers[0]["id"]) if help_centers else None,
    }
    collections.records.append(collection | collections.changes(body))
    return collections.shown(collections.records[-1], request)


HELP_CENTER: Final = (
    Noun(
        "/articles",
        {
            "GET ": _list_articles,
            "POST ": _create_article,
            "GET /search": _search_articles,
            "GET /{id}": _retrieve_article,
            "PUT /{id}": _update_article,
            "DELETE /{id}": Collection.delete_and_tell,
            "POST /{id}/tags": memberships.add_tag,
            "DELETE /{id}/tags/{tag_id}": memberships.remove_tag,
        },
        since={"tags": (2, 13)},
        show=_show_article,
        writable={
            **dict.fromkeys(("title", "description", "body"), Body.optional_text),
            "author_id": _read_number,
            "state": _read_state,
            "translated_content": Body.mapping,
        },
    ),
    Noun(
        "/help_center/collections",
        {
            "GET ": Collection.list_numbered,
            "POST ": _create_collection,
            "GET /{id}": Collection.retrieve,
            "PUT /{id}": Collection.update,
            "DELETE /{id}": Collection.delete_and_tell,
        },
        writable={
            **dict.fromkeys(("name", "description", "parent_id"), Body.optional_text),
            "help_center_id": _read_number,
            "translated_content": Body.mapping,
        },
    ),
    Noun(
        "/help_center/help_centers",
        {"GET ": Collection.list_all, "GET /{id}": Collection.retrieve},
        since={"default": (2, 16), "locales": (2, 16)},
    ),
)
