"""Listing, searching and retrieving: what is sent, what comes back, what is refused."""

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import msgspec
import pytest

from intercom_async import AsyncIntercom, F, Page, QueryError
from intercom_async.emulator import Emulator, search_document
from intercom_async.models import Conversation

TOKEN = "a-token-of-tests"  # opens nothing


@pytest.mark.parametrize("per_page", [0, 151, -1, True], ids=str)
async def test_a_page_size_the_api_refuses_is_refused_here(per_page: int) -> None:
    async with AsyncIntercom(token=TOKEN, base_url="http://127.0.0.1:9") as intercom:
        with pytest.raises(QueryError, match="per_page must be from 1 to 150"):
            intercom.conversations.list(per_page=per_page)
        with pytest.raises(QueryError, match="per_page must be from 1 to 150"):
            intercom.conversations.search(F.open == True, per_page=per_page)  # noqa: E712


@pytest.mark.parametrize("id", ["", " ", ".", "..", "1/2", "../admins", "1\n2", "a\\b"], ids=repr)
async def test_an_id_that_leads_elsewhere_is_refused_here(id: str) -> None:
    async with AsyncIntercom(token=TOKEN, base_url="http://127.0.0.1:9") as intercom:
        with pytest.raises(QueryError, match=r"^id "):
            await intercom.conversations.retrieve(id)


# Against the emulator


class Mine(msgspec.Struct):
    id: str
    admin_assignee_id: int | str | None = None


async def test_records_come_as_the_type_asked_for(
    emulator: Emulator, intercom: AsyncIntercom
) -> None:
    id = emulator.workspace.ids()[0]
    listed = await intercom.conversations.list(type=Mine)
    assert [type(item) for item in listed.items[:2]] == [Mine, Mine]
    found = await intercom.conversations.search(F.id == id, type=Mine)
    assert [item.id for item in found.items] == [id]
    assert (await intercom.conversations.retrieve(id, type=Mine)).id == id
    anything = await intercom.conversations.retrieve(id, type=dict[str, Any])
    assert anything["conversation_parts"]["type"] == "conversation_part.list"


async def test_raw_records_are_the_apis_own_bytes(
    emulator: Emulator, intercom: AsyncIntercom
) -> None:
    id = emulator.workspace.ids()[0]
    emulator.workspace.update(id, added_tomorrow={"b": [1.50, None], "a": "\u2028é"})
    truth = msgspec.json.encode(emulator.workspace.record(id))
    listed = await intercom.conversations.list(raw=True)
    assert truth in listed.items
    found = await intercom.conversations.search(F.id == id, raw=True)
    assert found.items == [truth]
    retrieved = await intercom.conversations.retrieve(id, raw=True)
    assert b'"added_tomorrow":{"b":[1.5,null],"a":"' in retrieved


async def test_plaintext_bodies_hold_no_html(emulator: Emulator, intercom: AsyncIntercom) -> None:
    id = next(i for i in emulator.workspace.ids() if _body(emulator.workspace.record(i)))
    html = await intercom.conversations.retrieve(id)
    plain = await intercom.conversations.retrieve(id, display_as="plaintext")
    assert html.source is not None
    assert plain.source is not None
    assert "<p>" in (html.source.body or "")
    assert "<p>" not in (plain.source.body or "<p>")


def _body(record: dict[str, Any]) -> bool:
    return "<p>" in ((record.get("source") or {}).get("body") or "")


async def test_an_invalid_record_costs_itself_alone(
    emulator: Emulator, intercom: AsyncIntercom
) -> None:
    bad, good = emulator.workspace.ids()[:2]
    emulator.workspace.update(bad, title={"not": "a title"})
    page = await intercom.conversations.list(per_page=2)
    assert [item.id for item in page.items] == [good]
    (error,) = page.invalid
    assert (error.json_path, error.reason) == ("$.title", "Expected `str | null`, got `object`")
    assert bad.encode() in error.body


async def _walk(pages: Any) -> list[str]:
    return [c.id async for c in pages]


@pytest.mark.long
@pytest.mark.parametrize("how", ["list", "search"])
async def test_thousands_of_conversations_are_walked_while_others_are_updated(how: str) -> None:
    dice = random.Random(3)
    async with Emulator(conversations=4_000) as emulator:
        emulator.workspace.warm()
        before = set(emulator.workspace.ids())
        updated = set()
        seen: list[str] = []
        async with AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom:
            conversations = intercom.conversations
            pages = (
                conversations.list()
                if how == "list"
                else conversations.search(F.created_at > 0, per_page=150)
            )
            async for page in pages.pages():
                seen += [c.id for c in page.items]
                for id in dice.sample(emulator.workspace.ids(), 20):
                    emulator.workspace.update(id, title="changed meanwhile")
                    updated.add(id)
        # Only what moved to the front before the walk came to it may be missing.
        assert before - set(seen) <= updated
        assert len(before - set(seen)) < len(updated)


# Every field and operator, against a filter of plain Python over the same records

Document = dict[str, Any]
WORDS = re.compile(r"\w+")


def _contained(document: Document, field: str) -> list[Any]:
    value = document[field]
    if field == "source.body" and value is not None:
        text = re.sub(r"<[^>]*>", " ", str(value))
        return WORDS.findall(text.lower())
    if isinstance(value, list | tuple):
        return [*value]
    return [] if value is None else [value]


def _any(test: Callable[[Any, Any], bool], field: str, value: Any, document: Document) -> bool:
    return any(test(item, value) for item in _contained(document, field))


POSITIVE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda item, value: bool(item == value),
    "IN": lambda item, value: item in value,
    ">": lambda item, value: bool(item > value),
    "<": lambda item, value: bool(item < value),
    ">=": lambda item, value: bool(item >= value),
    "<=": lambda item, value: bool(item <= value),
    "~": lambda item, value: value.lower() in str(item).lower(),
    "^": lambda item, value: str(item).lower().startswith(value.lower()),
    "$": lambda item, value: str(item).lower().endswith(value.lower()),
}
NEGATIVE = {"!=": "=", "NIN": "IN", "!~": "~"}

FIRSTS = ["contact_reply", "assignment", "admin_reply", "close"]
LASTS = ["assignment", "assignment_admin_reply", "contact_reply", "admin_reply", "close"]
TIMES = ["assignment", "admin_reply", "first_close", "last_close"]
STRINGS = [
    "id",
    *(f"source.{name}" for name in ["type", "id", "delivered_as", "subject", "body", "url"]),
    *(f"source.author.{name}" for name in ["id", "type", "name", "email"]),
    *("contact_ids", "teammate_ids", "tag_ids", "admin_assignee_id", "team_assignee_id"),
    *("channel_initiated", "state", "priority", "statistics.last_closed_by_id"),
    *(f"conversation_rating.{name}" for name in ["remark", "contact_id", "admin_d"]),
    *(f"ai_agent.{name}" for name in ["resolution_state", "last_answer_type", "rating_remark"]),
    *("ai_agent.source_type", "ai_agent.source_title"),
]
DATES = [
    *("created_at", "updated_at", "waiting_since", "snoozed_until"),
    *(f"statistics.first_{what}_at" for what in FIRSTS),
    *(f"statistics.last_{what}_at" for what in LASTS),
    *("conversation_rating.requested_at", "conversation_rating.replied_at"),
]
INTEGERS = [
    *(f"statistics.time_to_{what}" for what in TIMES),
    *("statistics.median_time_to_reply", "conversation_rating.score", "ai_agent.rating"),
    *(f"statistics.count_{what}" for what in ["reopens", "assignments", "conversation_parts"]),
]
BOOLEANS = ["open", "read", "ai_agent_participated"]
ORDERED = ["=", "!=", "IN", "NIN", ">", "<", ">=", "<="]
CASES = [
    *((field, op) for field in STRINGS for op in ["=", "!=", "IN", "NIN", "~", "!~", "^", "$"]),
    *((field, op) for field in DATES + INTEGERS for op in ORDERED),
    *((field, op) for field in BOOLEANS for op in ["=", "!=", "IN", "NIN"]),
]


@pytest.mark.long
async def test_every_field_with_every_operator_finds_what_a_plain_filter_finds(
    emulator: Emulator, intercom: AsyncIntercom
) -> None:
    ids = emulator.workspace.ids()
    documents = {id: search_document(emulator.workspace.record(id)) for id in ids}
    assert len({field for field, _ in CASES}) == 56
    for field, operator in CASES:
        value = _example(list(documents.values()), field, operator)
        test = partial(_any, POSITIVE[NEGATIVE.get(operator, operator)], field, _plain(value))
        expected = [id for id in ids if test(documents[id]) is (operator not in NEGATIVE)]
        assert expected, f"{field} {operator} {value!r} finds nothing to compare"
        query = F[field].compare(operator, value)
        found = await _walk(intercom.conversations.search(query, per_page=150))
        assert found == expected, f"{field} {operator} {value!r}"


def _example(documents: list[Document], field: str, operator: str) -> Any:
    values = [item for d in documents for item in _contained(d, field) if item != ""]
    # Some are integers and some strings where the API drifts.
    values.sort(key=lambda value: (isinstance(value, str), value))
    middle = values[{"<": -1, ">": 0}.get(operator, len(values) // 2)]
    if operator in {"~", "!~"}:
        return str(middle)[1:] or str(middle)
    if operator == "^":
        return str(middle)[:3].upper()
    if operator == "$":
        return str(middle)[-3:]
    if field in DATES:
        middle = datetime.fromtimestamp(middle, UTC)
        return [middle, middle + timedelta(days=1)] if operator in {"IN", "NIN"} else middle
    if operator in {"IN", "NIN"}:
        return [middle] if field in BOOLEANS else [middle, values[0]]
    return middle


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return int(value.timestamp()) if isinstance(value, datetime) else value


async def test_groups_find_what_their_filters_find_together(
    emulator: Emulator, intercom: AsyncIntercom
) -> None:
    ids = emulator.workspace.ids()
    since = datetime.fromtimestamp(emulator.workspace.record(ids[150])["updated_at"], UTC)
    query = ((F.state == "open") | (F.state == "snoozed")) & (F.updated_at >= since)
    found = await _walk(intercom.conversations.search(query))
    records = map(emulator.workspace.record, ids)
    assert found == [
        r["id"]
        for r in records
        if r["state"] in {"open", "snoozed"} and r["updated_at"] >= since.timestamp()
    ]


async def test_pages_tell_how_many_there_are(intercom: AsyncIntercom) -> None:
    page: Page[Conversation] = await intercom.conversations.list(per_page=7)
    assert (len(page.items), page.total_count) == (7, 300)
