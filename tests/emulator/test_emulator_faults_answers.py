"""What a client sees of the faults that speak HTTP: statuses, bodies, headers, pages, records."""

import gzip
import zlib
from collections.abc import Awaitable, Callable
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

import aiohttp
import msgspec
import pytest

from intercom_async.emulator import Emulator, Fault, FaultKind, Faults
from tests.emulator.asking import session_to

K = FaultKind
NOW = 1_800_000_000
ALL_OPEN = {"query": {"field": "state", "operator": "!=", "value": "none"}}
RATE_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


class Answer(NamedTuple):
    status: int
    headers: Any
    body: bytes

    def json(self) -> Any:
        return msgspec.json.decode(self.body)


Send = Callable[..., Awaitable[Answer]]


@pytest.fixture
def send(small: Emulator) -> Send:
    """Sends a request on a connection of its own, and takes the body as it came."""

    async def sent(method: str, path: str, body: object = None) -> Answer:
        async with (
            session_to(small, auto_decompress=False) as session,
            session.request(method, path, json=body, allow_redirects=False) as response,
        ):
            return Answer(response.status, response.headers, await response.read())

    return sent


def once(kind: FaultKind, **more: Any) -> Faults:
    return Faults(script=[Fault(kind=kind, **more)])


def search(per_page: int = 10, cursor: str | None = None) -> dict[str, Any]:
    pagination: dict[str, Any] = {"per_page": per_page}
    if cursor is not None:
        pagination["starting_after"] = cursor
    return ALL_OPEN | {"pagination": pagination}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (K.STATUS_408, 408),
        (K.STATUS_500, 500),
        (K.STATUS_502, 502),
        (K.STATUS_503, 503),
        (K.STATUS_504, 504),
        (K.UNAUTHORIZED, 401),
        (K.FORBIDDEN, 403),
    ],
)
async def test_a_status_comes_in_the_shape_of_the_api_and_then_the_answer(
    small: Emulator, send: Send, kind: FaultKind, status: int
) -> None:
    small.faults = faults = once(kind)
    answer = await send("GET", "/me")
    assert (answer.status, answer.json()["type"]) == (status, "error.list")
    assert (await send("GET", "/me")).status == 200
    assert faults.injected == {kind.value: 1}
    assert [(record.status, record.fault) for record in small.requests] == [
        (status, kind.value),
        (200, None),
    ]


@pytest.mark.parametrize(
    ("kind", "status"),
    [(K.HTML_404, 404), (K.HTML_502, 502), (K.HTML_503, 503), (K.HTML_504, 504)],
)
async def test_a_proxy_answers_with_a_web_page(
    small: Emulator, send: Send, kind: FaultKind, status: int
) -> None:
    small.faults = once(kind)
    answer = await send("GET", "/me")
    assert (answer.status, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert answer.body.startswith(b"<html>")


@pytest.mark.parametrize(
    ("kind", "reset"),
    [
        (K.RATE_LIMITED, str(NOW + 1)),
        (K.RATE_LIMITED_BARE, None),
        (K.RATE_LIMITED_RESET_PAST, str(NOW - 60)),
        (K.RATE_LIMITED_RESET_HOUR, str(NOW + 3_600)),
        (K.RATE_LIMITED_RESET_NEGATIVE, "-1"),
        (K.RATE_LIMITED_RESET_HUGE, "9" * 40),
        (K.RATE_LIMITED_RESET_TEXT, "soon"),
    ],
)
async def test_a_rate_limit_has_a_reset_of_its_own(
    small: Emulator, send: Send, kind: FaultKind, reset: str | None
) -> None:
    small.faults = once(kind)
    answer = await send("GET", "/me")
    assert (answer.status, answer.json()["errors"][0]["code"]) == (429, "rate_limit_exceeded")
    assert answer.headers.get("X-RateLimit-Reset") == reset
    assert answer.headers.get("X-RateLimit-Remaining") == (None if reset is None else "0")
    assert sum(name in answer.headers for name in RATE_HEADERS) == (0 if reset is None else 3)


async def test_a_rate_limit_that_applied_the_operation_shows_no_other_reset(
    small: Emulator, send: Send
) -> None:
    small.faults = once(K.RATE_LIMITED_RESET_TEXT, applied=True)
    answer = await send("GET", "/me")
    assert [answer.headers.getall(name) for name in RATE_HEADERS] == [["167"], ["0"], ["soon"]]


async def test_a_body_is_missing_or_a_web_page(small: Emulator, send: Send) -> None:
    small.faults = once(K.EMPTY_BODY)
    assert (await send("GET", "/me"))[::2] == (200, b"")
    small.faults = once(K.HTML_BODY)
    answer = await send("GET", "/me")
    assert (answer.status, answer.body[:6]) == (200, b"<html>")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


async def test_json_is_cut_short(small: Emulator, send: Send) -> None:
    whole = (await send("GET", "/conversations")).body
    small.faults = once(K.CUT_JSON)
    answer = await send("GET", "/conversations")
    assert (answer.status, int(answer.headers["Content-Length"])) == (200, len(answer.body))
    assert 0 < len(answer.body) < len(whole)
    assert whole.startswith(answer.body)


async def test_gzip_is_cut_short(small: Emulator, send: Send) -> None:
    small.faults = once(K.CUT_GZIP)
    answer = await send("GET", "/conversations")
    assert answer.headers["Content-Encoding"] == "gzip"
    with pytest.raises((EOFError, zlib.error)):
        gzip.decompress(answer.body)


async def test_a_bomb_is_small_on_the_wire(small: Emulator, send: Send) -> None:
    small.faults = once(K.GZIP_BOMB)
    answer = await send("GET", "/conversations")
    assert (answer.status, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert len(answer.body) < 200_000
    assert len(gzip.decompress(answer.body)) > 64 << 20


async def test_only_who_takes_gzip_meets_it(
    small: Emulator, small_session: aiohttp.ClientSession
) -> None:
    small.faults = Faults(rate=1, kinds=[K.CUT_GZIP, K.GZIP_BOMB, K.X_GZIP])
    plain = {"Accept-Encoding": "identity"}
    async with small_session.get("/me", headers=plain) as response:
        assert (await response.json())["type"] == "admin"
    assert not small.faults.injected


async def test_headers_flood_the_client(
    small: Emulator, small_session: aiohttp.ClientSession
) -> None:
    small.faults = once(K.HEADER_FLOOD)
    with pytest.raises(aiohttp.ClientResponseError):
        await small_session.get("/me")
    small.faults = once(K.HEADER_FLOOD)
    async with (
        session_to(small, max_field_size=1 << 16) as session,
        session.get("/me") as response,
    ):
        size = sum(len(name) + len(value) for name, value in response.headers.items())
        assert 50_000 < size < 64_000
        assert (await response.json())["type"] == "admin"


@pytest.mark.parametrize(
    ("kind", "lengths"), [(K.LONG_HEADER, [8_300]), (K.MANY_HEADERS, [1] * 130)]
)
@pytest.mark.parametrize(("path", "status"), [("/me", 200), ("/conversations/0", 404)])
async def test_headers_are_long_or_many(
    small: Emulator, kind: FaultKind, lengths: list[int], path: str, status: int
) -> None:
    small.faults = once(kind)
    async with (
        session_to(small, max_field_size=1 << 14, max_headers=256) as session,
        session.get(path) as response,
    ):
        long = [value for name, value in response.headers.items() if name.startswith("X-More")]
        assert [len(value) for value in long] == lengths
        assert (response.status, "type" in await response.json()) == (status, True)


@pytest.mark.parametrize("compress", [False, True])
async def test_gzip_by_its_old_name(compress: bool) -> None:
    async with Emulator(conversations=3, compress=compress) as emulator:
        emulator.faults = once(K.X_GZIP)
        async with (
            session_to(emulator, auto_decompress=False) as session,
            session.get("/conversations") as response,
        ):
            assert response.headers.getall("Content-Encoding") == ["x-gzip"]
            page = msgspec.json.decode(gzip.decompress(await response.read()))
            assert len(page["conversations"]) == 3


async def test_another_conversation_answers_once_for_each(small: Emulator, send: Send) -> None:
    ids = small.workspace.ids()
    small.faults = Faults(rate=1, kinds=[K.OTHER_ANSWER], in_a_row=None)
    for id_ in ids:
        other = (await send("GET", f"/conversations/{id_}")).json()
        assert other["id"] in set(ids) - {id_}
        assert "conversation_parts" in other
        assert (await send("GET", f"/conversations/{id_}")).json()["id"] == id_
    assert [entry.conversation_id for entry in small.faults.log] == ids
    assert [record.path.rpartition("/")[2] for record in list(small.requests)[::2]] == ids


async def test_a_script_lets_another_conversation_answer_again_and_again(
    small: Emulator, send: Send
) -> None:
    id_ = small.workspace.ids()[0]
    small.faults = once(K.OTHER_ANSWER, times=3)
    seen = [(await send("GET", f"/conversations/{id_}")).json()["id"] for _ in range(4)]
    assert [each == id_ for each in seen] == [False, False, False, True]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/me", None),
        ("GET", "/conversations", None),
        ("POST", "/conversations/search", search()),
    ],
)
async def test_nothing_but_a_retrieval_is_answered_with_another_conversation(
    small: Emulator, send: Send, method: str, path: str, body: object
) -> None:
    small.faults = Faults(rate=1, kinds=[K.OTHER_ANSWER])
    assert (await send(method, path, body)).status == 200
    assert not small.faults.injected


async def test_a_redirect_leads_to_another_host(
    small: Emulator, small_session: aiohttp.ClientSession
) -> None:
    async with Emulator(conversations=0) as other:
        small.faults = Faults(
            script=[Fault(kind=K.REDIRECT, times=None)], redirect_to=f"{other.url}/trap"
        )
        async with small_session.get("/me", allow_redirects=False) as response:
            assert (response.status, response.headers["Location"]) == (302, f"{other.url}/trap")
        assert not other.requests
        async with small_session.get("/me") as response:
            assert response.status == 401  # a client that follows is seen to
        assert [record.path for record in other.requests] == ["/trap"]


@pytest.mark.parametrize(
    ("kind", "shift"), [(K.CLOCK_AHEAD, 3_600), (K.CLOCK_BEHIND, -3_600), (K.CLOCK_STEP, None)]
)
async def test_the_clock_is_off(
    small: Emulator, send: Send, kind: FaultKind, shift: int | None
) -> None:
    small.faults = once(kind, times=None)
    seen: list[int] = []
    for _ in range(3):
        answer = await send("GET", "/me")
        assert answer.status == 200
        date = int(parsedate_to_datetime(answer.headers["Date"]).timestamp())
        assert int(answer.headers["X-RateLimit-Reset"]) - date == 10
        seen.append(date - NOW)
    if shift is None:
        assert len(set(seen)) == 3
        assert all(-3_600 <= each <= 3_600 for each in seen)
    else:
        assert seen == [shift] * 3


async def changed_record(small: Emulator, send: Send, kind: FaultKind) -> tuple[str, bytes]:
    """Retrieves a conversation that a fault spoils; returns its id and what came."""
    id_ = small.workspace.ids()[4]
    small.faults = once(kind)
    answer = await send("GET", f"/conversations/{id_}")
    assert answer.status == 200
    assert small.faults.log[-1].conversation_id == id_
    return id_, answer.body


async def test_a_lone_surrogate_leaves_the_record_recoverable(small: Emulator, send: Send) -> None:
    id_, body = await changed_record(small, send, K.LONE_SURROGATE)
    assert body.count(b"\\ud800") == 1
    assert msgspec.json.decode(body.replace(b"\\ud800", b"")) == small.workspace.full_record(id_)
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(body)


async def test_a_text_is_no_utf8(small: Emulator, send: Send) -> None:
    _, body = await changed_record(small, send, K.INVALID_UTF8)
    with pytest.raises(UnicodeDecodeError):
        body.decode()


async def test_a_field_is_nested_too_deep(small: Emulator, send: Send) -> None:
    _, body = await changed_record(small, send, K.DEEP_NESTING)
    assert b"[" * 100_000 + b"]" * 100_000 in body
    with pytest.raises(RecursionError):
        msgspec.json.decode(body)


async def test_a_number_has_a_million_digits(small: Emulator, send: Send) -> None:
    _, body = await changed_record(small, send, K.LONG_NUMBER)
    assert b"7" * 1_000_000 in body


async def test_keys_stand_twice(small: Emulator, send: Send) -> None:
    id_, body = await changed_record(small, send, K.DUPLICATE_KEYS)
    assert body.count(b'"created_at":') > 1
    assert body.endswith(b'"state":"%s"}' % small.workspace.record(id_)["state"].encode())
    assert msgspec.json.decode(body) == small.workspace.full_record(id_)


@pytest.mark.parametrize(
    ("kind", "text"), [(K.NOT_A_NUMBER, b":NaN}"), (K.CONTROL_CHARACTER, b"\n")]
)
async def test_a_record_is_no_json(
    small: Emulator, send: Send, kind: FaultKind, text: bytes
) -> None:
    _, body = await changed_record(small, send, kind)
    assert body.count(text) == 1
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(body)


async def test_a_conversation_is_given_as_it_was_or_without_its_parts(
    small: Emulator, send: Send
) -> None:
    id_, body = await changed_record(small, send, K.STALE_RECORD)
    truth = small.workspace.full_record(id_)
    assert msgspec.json.decode(body) == truth | {"updated_at": truth["updated_at"] - 60}
    id_, body = await changed_record(small, send, K.PARTS_ABSENT)
    left = truth.keys() - {"conversation_parts", "statistics"}
    assert msgspec.json.decode(body) == {name: truth[name] for name in truth if name in left}


async def test_only_an_answer_of_one_conversation_is_stale(small: Emulator, send: Send) -> None:
    small.faults = Faults(rate=1, kinds=[K.STALE_RECORD, K.PARTS_ABSENT], in_a_row=None)
    await send("POST", "/conversations/search", search())
    await send("GET", "/conversations")
    await send("GET", "/me")
    assert small.faults.injected == {}


async def test_a_date_is_not_told(small: Emulator, send: Send) -> None:
    small.faults = once(K.CLOCK_UNTOLD)
    assert (await send("GET", "/me")).headers["Date"] == ""
    assert (await send("GET", "/me")).headers["Date"] != ""


async def test_searches_do_not_find_what_is_not_in_their_index(small: Emulator, send: Send) -> None:
    hidden, *shown = small.workspace.ids()
    small.unindexed.add(hidden)
    for _ in range(2):
        page = (await send("POST", "/conversations/search", search(150))).json()
        assert [record["id"] for record in page["conversations"]] == shown
        assert page["total_count"] == len(shown)
        small.workspace.update(shown[0])
    assert (await send("GET", "/conversations")).json()["total_count"] == len(shown) + 1
    small.unindexed.clear()
    page = (await send("POST", "/conversations/search", search())).json()
    assert page["total_count"] == len(shown) + 1


async def test_an_id_is_missing_or_an_object(small: Emulator, send: Send) -> None:
    id_, body = await changed_record(small, send, K.MISSING_ID)
    truth = small.workspace.full_record(id_)
    assert msgspec.json.decode(body) == {k: v for k, v in truth.items() if k != "id"}
    _, body = await changed_record(small, send, K.OBJECT_ID)
    assert msgspec.json.decode(body) == truth | {"id": {"value": id_}}


async def test_one_record_of_a_page_is_spoilt_and_the_rest_is_sound(
    small: Emulator, send: Send
) -> None:
    sound = (await send("POST", "/conversations/search", search())).json()
    wanted = sound["conversations"][6]["id"]
    small.faults = once(K.OBJECT_ID, conversation_id=wanted)
    spoilt = (await send("POST", "/conversations/search", search())).json()
    assert spoilt["conversations"].pop(6)["id"] == {"value": wanted}
    sound["conversations"].pop(6)
    assert spoilt == sound


async def test_a_record_that_is_not_on_the_page_is_waited_for(small: Emulator, send: Send) -> None:
    last = small.workspace.ids()[-1]
    small.faults = faults = once(K.MISSING_ID, conversation_id=last)
    await send("POST", "/conversations/search", search())
    assert (faults.injected, small.requests[-1].fault) == ({}, None)
    await send("GET", f"/conversations/{last}")
    assert faults.injected == {"missing_id": 1}


@pytest.mark.parametrize("retrieves", [True, False])
async def test_a_poison_record_forbids_its_pages_until_it_is_lifted(
    small: Emulator, send: Send, retrieves: bool
) -> None:
    small.faults = faults = Faults()
    bad = small.workspace.ids()[12]
    faults.poison(bad, retrieves=retrieves)
    first = await send("POST", "/conversations/search", search())
    cursor = first.json()["pages"]["next"]["starting_after"]
    for _ in range(2):
        answer = await send("POST", "/conversations/search", search(10, cursor))
        assert answer.status == 404
        (error,) = answer.json()["errors"]
        assert error["message"] == "Conversation not found. Message deleted"
    assert (await send("POST", "/conversations/search", search(2, cursor))).status == 200
    assert (await send("GET", "/conversations")).status == 200
    single = await send("GET", f"/conversations/{bad}")
    assert single.status == (200 if retrieves else 404)
    assert faults.poisoned == {bad}
    assert faults.injected["poison_record"] == (2 if retrieves else 3)
    faults.unpoison(bad)
    assert (await send("POST", "/conversations/search", search(10, cursor))).status == 200


async def test_chance_and_script_poison_too(small: Emulator, send: Send) -> None:
    small.faults = faults = Faults(
        script=[Fault(kind=K.POISON_RECORD)], poison_retrieves=False, paths=[]
    )
    assert (await send("POST", "/conversations/search", search())).status == 404
    (bad,) = faults.poisoned
    assert bad in small.workspace.ids()[:10]
    assert (await send("GET", f"/conversations/{bad}")).status == 404


async def test_a_cursor_repeats(small: Emulator, send: Send) -> None:
    small.faults = once(K.CURSOR_REPEATS, times=None)
    first = (await send("POST", "/conversations/search", search())).json()
    cursor = first["pages"]["next"]["starting_after"]
    for _ in range(2):
        page = (await send("POST", "/conversations/search", search(10, cursor))).json()
        assert page["pages"]["next"]["starting_after"] == cursor
        assert len(page["conversations"]) == 10
    assert small.faults.injected == {"cursor_repeats": 2}


async def test_cursors_restart_under_ever_new_names(small: Emulator, send: Send) -> None:
    small.faults = once(K.CURSOR_RESTARTS, times=None)
    page = (await send("POST", "/conversations/search", search())).json()
    first, cursors = page["conversations"], set()
    for _ in range(4):
        cursor = page["pages"]["next"]["starting_after"]
        cursors.add(cursor)
        page = (await send("POST", "/conversations/search", search(10, cursor))).json()
    assert (page["conversations"], len(cursors)) == (first, 4)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (K.CURSOR_EXPIRED, 400),
        (K.CURSOR_GONE, 404),
        (K.CURSOR_CONFLICT, 409),
        (K.CURSOR_UNPROCESSABLE, 422),
    ],
)
async def test_a_cursor_expires(small: Emulator, send: Send, kind: FaultKind, status: int) -> None:
    small.faults = once(kind)
    first = (await send("POST", "/conversations/search", search())).json()
    cursor = first["pages"]["next"]["starting_after"]
    answer = await send("POST", "/conversations/search", search(10, cursor))
    assert (answer.status, answer.json()["type"]) == (status, "error.list")
    assert (await send("POST", "/conversations/search", search(10, cursor))).status == 200


async def test_empty_pages_lead_on_and_lose_nothing(small: Emulator, send: Send) -> None:
    small.faults = Faults(rate=1, kinds=[K.EMPTY_PAGE], in_a_row=None)
    ids: list[str] = []
    sizes: list[int] = []
    cursors: list[str | None] = []
    cursor: str | None = None
    while cursor is not None or not sizes:
        page = (await send("POST", "/conversations/search", search(10, cursor))).json()
        ids += [record["id"] for record in page["conversations"]]
        sizes.append(len(page["conversations"]))
        cursors.append(cursor)
        cursor = page["pages"].get("next", {}).get("starting_after")
    assert sizes == [0, 10, 0, 10, 0, 10]
    assert ids == small.workspace.ids()
    assert len(set(cursors)) == len(cursors)


@pytest.mark.parametrize(
    ("kind", "total"),
    [
        (K.TOTAL_LOW, 15),
        (K.TOTAL_HIGH, 61),
        (K.TOTAL_TEXT, "30"),
        (K.TOTAL_CAPPED, 10_000),
        (K.TOTAL_ABSENT, None),
    ],
)
async def test_totals_lie(small: Emulator, send: Send, kind: FaultKind, total: object) -> None:
    sound = (await send("GET", "/conversations")).json()
    small.faults = once(kind)
    assert (await send("GET", "/conversations")).json() == sound | {"total_count": total}


@pytest.mark.parametrize("version", ["2.7", "2.16"])
async def test_pages_of_other_versions_are_spoilt_too(
    small: Emulator, small_session: aiohttp.ClientSession, version: str
) -> None:
    small.faults = once(K.MISSING_ID)
    headers = {"Intercom-Version": version}
    async with small_session.get("/conversations", headers=headers) as response:
        page = await response.json()
    records = page.get("data") or page["conversations"]
    assert sum("id" not in record for record in records) == 1


async def test_the_workspace_changes_while_it_is_walked(small: Emulator, send: Send) -> None:
    before = set(small.workspace.ids())
    small.faults = faults = Faults(
        script=[
            Fault(kind=K.DELETED_MEANWHILE, nth=1),
            Fault(kind=K.UPDATED_MEANWHILE, nth=2),
            Fault(kind=K.CREATED_MEANWHILE, nth=3),
        ]
    )
    for _ in range(3):
        answer = await send("GET", "/conversations?per_page=150")
        shown = [record["id"] for record in answer.json()["conversations"]]
        assert shown == small.workspace.ids()
    deleted, updated, created = (entry.conversation_id for entry in faults.log)
    assert updated is not None
    assert set(small.workspace.ids()) == (before - {deleted}) | {created}
    assert small.workspace.record(updated)["updated_at"] == NOW
    assert {updated, created} == set(small.workspace.ids()[:2])


async def test_a_fault_that_does_not_fit_the_answer_is_not_counted(
    small: Emulator, send: Send
) -> None:
    small.faults = faults = Faults(rate=1, kinds=[K.EMPTY_BODY], in_a_row=None)
    answer = await send("GET", "/conversations/999999")
    assert (answer.status, answer.json()["type"]) == (404, "error.list")
    assert (faults.injected, len(faults.log)) == ({}, 0)
