"""What the emulator knows from Intercom's documents alone: every operation has an answer."""

from typing import Any

import aiohttp
import pytest

from intercom_async.emulator import Emulator
from intercom_async.emulator.documented import documented
from intercom_async.emulator.nouns import NOUNS
from intercom_async.emulator.nouns.documented import documented_nouns
from tests.emulator.asking import EVERY, Ask

BY_EXAMPLE = {
    line: operation
    for line, operation in documented().items()
    if isinstance(operation.example, dict) and operation.kind in {"record", "list"}
}
KNOWN = [noun for noun in documented_nouns() if noun.path not in {each.path for each in NOUNS}]


def test_the_documents_have_all_operations() -> None:
    assert len(documented()) == 232


@pytest.mark.long
@pytest.mark.parametrize("version", EVERY)
async def test_every_operation_is_there_in_the_versions_that_have_it(
    emulator: Emulator, session: aiohttp.ClientSession, version: str
) -> None:
    minor = int(version[2:])
    for line, operation in documented().items():
        method, path = line.replace("{}", "1").split(" ")
        if path.startswith("/conversations/1"):  # there, some were refused by another word
            continue
        headers = {"Intercom-Version": version, "Content-Type": "application/json"}
        url = f"{emulator.url}{path}"
        async with session.request(
            method, url, data=b"{}", headers=headers, allow_redirects=False
        ) as response:
            body = await response.read()
        since, until = int((operation.since or "2.7")[2:]), int((operation.until or "2.99")[2:])
        assert (b"intercom_version_invalid" in body) is not (since <= minor <= until), line
        assert response.status not in {405, 500}, line


@pytest.mark.parametrize("line", [line for line in BY_EXAMPLE if line.endswith("}")])
async def test_the_id_that_was_asked_for_is_answered(ask: Ask, line: str) -> None:
    method, path = line.split(" ")
    noun = next((noun for noun in KNOWN if path == f"{noun.path}/{{}}"), None)
    if noun is not None:  # it has such records, and no others
        _, listed = await ask("GET", noun.path, version="2.16")
        id_ = str(listed[noun.list[1]][0]["id"])
    else:
        id_ = "4711"
    status, answer = await ask(method, path[:-2].replace("{}", "1") + id_, {}, "2.16")
    assert status == BY_EXAMPLE[line].status
    asked = "1" if "/options/" in path else id_  # there, the attribute is answered
    named = {str(answer.get(name, asked)) for name in ("id", "job_identifier", "job_identfier")}
    assert named == {asked}


@pytest.mark.parametrize("noun", KNOWN, ids=lambda noun: noun.path)
async def test_a_record_is_created_changed_and_deleted(ask: Ask, noun: Any) -> None:
    key = noun.list[1]
    status, before = await ask("GET", noun.path, version="2.16")
    assert (status, bool(before[key])) == (200, True)
    if "GET /{id}" in noun.operations:
        found = await ask("GET", f"{noun.path}/{before[key][0]['id']}", version="2.16")
        assert found == (200, found[1] | before[key][0])
        assert (await ask("GET", f"{noun.path}/999", version="2.16"))[0] == 404
    if "POST " not in noun.operations:
        return
    status, made = await ask("POST", noun.path, {"name": "Mine", "title": "Mine"}, "2.16")
    assert status == documented()[f"POST {noun.path}"].status
    assert made.get("name", made.get("title", "Mine")) == "Mine"
    _, after = await ask("GET", noun.path, version="2.16")
    ids = [{str(each["id"]) for each in page[key]} for page in (before, after)]
    assert ids[1] - ids[0] == {str(made["id"])}
    one = f"{noun.path}/{made['id']}"
    if "PUT /{id}" in noun.operations:
        _, changed = await ask("PUT", one, {"name": "Other", "title": "Other"}, "2.16")
        assert changed.get("name", changed.get("title", "Other")) == "Other"
        assert changed["id"] == made["id"]
    if "DELETE /{id}" in noun.operations:
        await ask("DELETE", one, version="2.16")
        assert (await ask("GET", noun.path, version="2.16"))[1] == before


async def test_what_a_test_puts_there_is_walked_in_pages(small: Emulator, ask: Ask) -> None:
    macros, brands = (small.workspace.collections[name] for name in ("macros", "news_items"))
    macros[:] = [dict(macros[0], id=str(n), created_at=n) for n in range(5)]
    brands[:] = [dict(brands[0], id=str(n)) for n in range(5)]
    _, page = await ask("GET", "/macros?per_page=3", version="2.16")
    ids = [each["id"] for each in page["data"]]
    cursor = page["pages"]["next"]["starting_after"].replace("+", "%2B").replace("=", "%3D")
    _, page = await ask("GET", f"/macros?per_page=3&starting_after={cursor}", version="2.16")
    assert ids + [each["id"] for each in page["data"]] == ["4", "3", "2", "1", "0"]
    _, page = await ask("GET", "/news/news_items?per_page=3", version="2.16")
    following = page["pages"]["next"]
    assert following == f"{small.url}/news/news_items?per_page=3&page=2"
    _, page = await ask("GET", following.removeprefix(small.url), version="2.16")
    assert ([each["id"] for each in page["data"]], page["pages"]["next"]) == (["3", "4"], None)


async def test_a_recording_is_elsewhere_and_needs_no_token(
    small: Emulator, small_session: aiohttp.ClientSession
) -> None:
    headers = {"Intercom-Version": "2.16"}
    async with small_session.get(
        "/calls/1/recording", headers=headers, allow_redirects=False
    ) as response:
        address = response.headers["Location"]
        assert (response.status, address) == (302, f"{small.url}/calls/1/recording.wav")
    async with aiohttp.ClientSession() as stranger, stranger.get(address) as response:
        assert (response.status, response.content_type) == (200, "audio/wav")


@pytest.mark.parametrize(
    ("path", "type_"),
    [
        ("/download/content/data/1", "application/octet-stream"),
        ("/download/reporting_data/1", "application/octet-stream"),
        ("/calls/1/transcript", "text/plain"),
    ],
)
async def test_files_are_no_json(
    small_session: aiohttp.ClientSession, path: str, type_: str
) -> None:
    async with small_session.get(path, headers={"Intercom-Version": "2.16"}) as response:
        assert (response.status, response.content_type) == (200, type_)
        assert await response.read()


@pytest.mark.parametrize(
    ("since", "count"),
    [("2025-07-17T15:30:25Z", 1), ("2025-07-17T15:30:24Z", 2), ("1752766225", 1), ("0", 2)],
)
async def test_macros_are_listed_by_when_they_were_updated(
    ask: Ask, since: str, count: int
) -> None:
    _, page = await ask("GET", f"/macros?updated_since={since}", version="2.16")
    assert len(page["data"]) == count
