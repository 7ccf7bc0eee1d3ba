"""Articles, collections and help centers over HTTP, as the documents have them."""

import pytest

from intercom_async.emulator import Emulator
from tests.emulator.asking import EVERY, Ask

COLLECTIONS = "/help_center/collections"


@pytest.mark.parametrize("path", ["/articles", COLLECTIONS, "/help_center/help_centers"])
async def test_a_list_names_its_next_page_by_a_url(small: Emulator, ask: Ask, path: str) -> None:
    known = {each["id"] for each in small.workspace.collections[path.rpartition("/")[2]]}
    ids: list[str] = []
    following: str | None = f"{small.url}{path}"
    while following is not None:
        _, page = await ask("GET", following.removeprefix(small.url))
        ids += [each["id"] for each in page["data"]]
        following = page.get("pages", {}).get("next")
    assert (len(ids), set(ids)) == (len(known), known)


async def test_articles_are_listed_by_their_latest_change(ask: Ask) -> None:
    _, page = await ask("GET", "/articles?per_page=50")
    times = [article["updated_at"] for article in page["data"]]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("version", EVERY)
async def test_how_versions_show_an_article(ask: Ask, version: str) -> None:
    minor = int(version[2:])
    _, page = await ask("GET", "/articles", version=version)
    for article in page["data"]:
        assert "statistics" not in article
        assert ("tags" in article) is (minor >= 13)
        assert ("parent_id" in article) is (minor < 16)
    _, article = await ask("GET", f"/articles/{page['data'][0]['id']}", version=version)
    assert article["statistics"]["views"] == 0


async def test_articles_are_in_collections_and_written_by_admins(small: Emulator) -> None:
    collections = small.workspace.collections
    ids = {int(each["id"]) for each in collections["collections"]}
    admins = {int(admin["id"]) for admin in small.workspace.admins}
    for article in collections["articles"]:
        assert set(article["parent_ids"]) <= ids
        assert article["author_id"] in admins


async def test_an_article_is_created_found_changed_and_deleted(small: Emulator, ask: Ask) -> None:
    parent = small.workspace.collections["collections"][0]["id"]
    body = {"title": "Zebra crossing", "author_id": 991200, "parent_id": parent}
    status, made = await ask("POST", "/articles", body)
    assert (status, made["state"], made["parent_ids"]) == (200, "draft", [int(parent)])
    one = f"/articles/{made['id']}"
    _, changed = await ask("PUT", one, {"state": "published", "body": "<p>Look left</p>"})
    assert await ask("GET", one) == (200, changed)
    for query, count in (
        ("phrase=zebra", 1),
        ("phrase=look+left&state=published", 1),
        ("phrase=zebra&state=draft", 0),
        ("phrase=zebra&help_center_id=79&highlight=true", 1),
        ("phrase=zebra&help_center_id=1", 0),
    ):
        _, page = await ask("GET", f"/articles/search?{query}")
        assert (len(page["data"]["articles"]), page["total_count"]) == (count, count), query
    status, answer = await ask("DELETE", one)
    assert answer == {"id": made["id"], "object": "article", "deleted": True}
    assert (await ask("GET", one))[0] == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"author_id": 991200}, 400),
        ({"title": "x"}, 400),
        ({"title": "x", "author_id": 1}, 404),
        ({"title": "x", "author_id": 991200, "parent_id": 1}, 404),
        ({"title": "x", "author_id": 991200, "state": "hidden"}, 400),
    ],
)
async def test_what_is_no_article(ask: Ask, body: object, status: int) -> None:
    assert (await ask("POST", "/articles", body))[0] == status


async def test_articles_are_tagged(small: Emulator, ask: Ask) -> None:
    tag = small.workspace.tags[0]
    tags = f"/articles/{small.workspace.collections['articles'][0]['id']}/tags"
    status, answer = await ask("POST", tags, {"id": tag["id"]}, "2.16")
    assert (status, answer["name"]) == (200, tag["name"])
    assert (await ask("DELETE", f"{tags}/{tag['id']}", version="2.16"))[1] == answer
    assert (await ask("DELETE", f"{tags}/{tag['id']}", version="2.16"))[0] == 404
    assert (await ask("POST", tags, {"id": tag["id"]}, "2.15"))[0] == 400


async def test_a_collection_is_created_changed_and_deleted(ask: Ask) -> None:
    status, made = await ask("POST", COLLECTIONS, {"name": "News"})
    assert (status, made["name"], made["help_center_id"]) == (200, "News", 79)
    one = f"{COLLECTIONS}/{made['id']}"
    _, changed = await ask("PUT", one, {"description": "What is new"})
    assert (changed["name"], changed["description"]) == ("News", "What is new")
    _, gone = await ask("DELETE", one)
    assert gone == {"id": made["id"], "object": "collection", "deleted": True}
    assert (await ask("GET", one))[0] == 404
