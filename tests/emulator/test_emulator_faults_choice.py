"""Which requests meet a fault: by seed, rate, path and script; and what is known of it after."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import aiohttp
import pytest

from intercom_async.emulator import Emulator, Fault, FaultKind, Faults, faults
from tests.emulator.asking import session_to

K = FaultKind
GROUPS = (
    faults.AWKWARD,
    faults.BODIES,
    faults.CONNECTIONS,
    faults.CURSORS,
    faults.DENIALS,
    faults.HOSTILE,
    faults.MUTATIONS,
    faults.RATE_LIMITS,
    faults.RECORDS,
    faults.SLOW,
    faults.STATUSES,
    faults.STRAY,
)
ERRORS = (aiohttp.ClientError, ConnectionError, TimeoutError)


async def ask(session: aiohttp.ClientSession, method: str, path: str, body: Any = None) -> int:
    """Returns the status of an answer, 0 if the connection broke."""
    try:
        async with session.request(method, path, json=body) as response:
            await response.read()
            return response.status
    except ERRORS:
        return 0


async def met(small: Emulator, paths: Sequence[str], chance: Faults) -> dict[str, list[str | None]]:
    """Asks for paths, all at once; returns what each of them met, in the order of its asking."""
    small.faults = chance
    small.requests.clear()
    async with session_to(small) as session:
        await asyncio.gather(*(ask(session, "POST", path, {}) for path in paths))
    found: dict[str, list[str | None]] = {}
    for record in small.requests:
        found.setdefault(record.path, []).append(record.fault)
    return found


def test_the_groups_are_disjoint_and_hold_every_kind() -> None:
    counts = Counter(kind for group in GROUPS for kind in group)
    assert set(counts) == set(FaultKind)
    assert set(counts.values()) == {1}
    assert {K.STATUS_502, K.RESET_IN_ANSWER, K.CUT_GZIP, K.RATE_LIMITED} <= faults.TRANSIENT
    assert len(FaultKind) >= 25


async def test_the_same_seed_lays_the_same_whatever_the_order(small: Emulator) -> None:
    paths = [f"/conversations/{id_}/reply" for id_ in small.workspace.ids() for _ in range(3)]
    kinds = [K.STATUS_500, K.STATUS_502, K.RATE_LIMITED, K.HTML_504]
    first = await met(small, paths, Faults(seed=5, rate=0.4, kinds=kinds))
    random.Random(3).shuffle(paths)
    again = await met(small, paths, Faults(seed=5, rate=0.4, kinds=reversed(kinds)))
    other = await met(small, paths, Faults(seed=6, rate=0.4, kinds=kinds))
    assert first == again != other
    counts = Counter(kind for kinds in first.values() for kind in kinds)
    assert set(counts) == {None, *(kind.value for kind in kinds)}
    assert 0.25 < 1 - counts[None] / len(paths) < 0.55


async def test_other_bodies_are_other_requests(
    small: Emulator, small_session: aiohttp.ClientSession
) -> None:
    small.faults = Faults(rate=0.5, kinds=[K.STATUS_500], in_a_row=None)
    path = "/conversations/search"
    statuses = [await ask(small_session, "POST", path, {"page": n}) for n in range(40)]
    assert set(statuses) == {400, 500}


@pytest.mark.parametrize("in_a_row", [0, 1, 3])
async def test_a_request_is_let_through_after_so_many_faults_in_a_row(
    small: Emulator, small_session: aiohttp.ClientSession, in_a_row: int
) -> None:
    small.faults = Faults(rate=1, kinds=faults.STATUSES, in_a_row=in_a_row)
    statuses = [await ask(small_session, "GET", "/me") for _ in range(8)]
    goes_well = [status == 200 for status in statuses]
    assert goes_well == [n % (in_a_row + 1) == in_a_row for n in range(8)]


async def test_without_a_bound_no_request_gets_through(
    small: Emulator, small_session: aiohttp.ClientSession
) -> None:
    small.faults = Faults(rate=1, kinds=["status_500"], in_a_row=None)
    assert {await ask(small_session, "GET", "/me") for _ in range(8)} == {500}


async def test_retrying_gets_a_client_through_all_transient_faults(small: Emulator) -> None:
    ids = small.workspace.ids()
    small.faults = Faults(rate=0.7, seed=1, refused_seconds=0.01)

    async def insist(session: aiohttp.ClientSession, path: str) -> Any:
        while True:
            try:
                async with session.get(path, allow_redirects=False) as response:
                    found = await response.json()
                    if response.status == 200 and found is not None:
                        return found["id"]
            except (*ERRORS, ValueError):
                await asyncio.sleep(0.005)

    async with session_to(small) as session, asyncio.timeout(20):
        paths = (f"/conversations/{id_}" for id_ in ids)
        assert await asyncio.gather(*(insist(session, path) for path in paths)) == ids
    assert len(small.faults.injected) > 10


async def test_chance_strikes_only_where_it_may(
    small: Emulator, small_session: aiohttp.ClientSession
) -> None:
    paths = ["/conversations/{id}", "/conversations/search"]
    small.faults = Faults(rate=1, kinds=[K.STATUS_500], paths=paths, in_a_row=None)
    id_ = small.workspace.ids()[0]
    assert await ask(small_session, "GET", f"/conversations/{id_}") == 500
    assert await ask(small_session, "POST", "/conversations/search", {}) == 500
    assert await ask(small_session, "GET", "/conversations") == 200
    small.faults = Faults(rate=1, kinds=[K.STATUS_500], paths=paths[:1], in_a_row=None)
    assert await ask(small_session, "POST", "/conversations/search", {}) == 400
    assert await ask(small_session, "GET", f"/conversations/{id_}") == 500


async def test_faults_change_and_go_while_the_emulator_runs(
    small: Emulator, small_session: aiohttp.ClientSession
) -> None:
    statuses: list[int] = []
    for chosen in (Faults(rate=1, kinds=["status_500"]), Faults(rate=1, kinds=["html_503"]), None):
        small.faults = chosen
        statuses.append(await ask(small_session, "GET", "/me"))
    assert statuses == [500, 503, 200]


async def test_a_script_names_the_nth_request_and_how_many_from_there(
    small: Emulator, small_session: aiohttp.ClientSession
) -> None:
    small.faults = Faults(
        script=[
            Fault(kind=K.STATUS_502, path="/conversations", method="GET", nth=2),
            Fault(kind=K.UNAUTHORIZED, path="/conversations", nth=3, times=2),
            Fault(kind=K.STATUS_503, path="/me", times=None),
        ]
    )
    statuses = [await ask(small_session, "GET", "/conversations") for _ in range(5)]
    assert statuses == [200, 502, 401, 401, 200]
    assert [await ask(small_session, "GET", "/me") for _ in range(3)] == [503] * 3
    assert small.faults.injected == {"status_502": 1, "unauthorized": 2, "status_503": 3}


async def test_a_script_can_meet_every_request_once(
    small: Emulator, small_session: aiohttp.ClientSession
) -> None:
    fault = Fault(kind=K.STATUS_500, path="/conversations/{id}", each=True)
    small.faults = Faults(script=[fault])
    for id_ in small.workspace.ids()[:3]:
        path = f"/conversations/{id_}"
        assert [await ask(small_session, "GET", path) for _ in range(3)] == [500, 200, 200]


async def test_a_script_counts_only_requests_that_its_kind_can_meet(
    small: Emulator, small_session: aiohttp.ClientSession
) -> None:
    small.faults = Faults(script=[Fault(kind=K.CURSOR_GONE)])
    for _ in range(2):
        assert await ask(small_session, "GET", "/conversations") == 200
    async with small_session.get("/conversations") as response:
        cursor = (await response.json())["pages"]["next"]["starting_after"]
    async with small_session.get("/conversations", params={"starting_after": cursor}) as response:
        assert response.status == 404


async def note(session: aiohttp.ClientSession, id_: str) -> int:
    body = {"message_type": "note", "type": "admin", "admin_id": "1", "body": "<p>x</p>"}
    async with session.get("/me") as response:
        body["admin_id"] = (await response.json())["id"]
    return await ask(session, "POST", f"/conversations/{id_}/reply", body)


@pytest.mark.parametrize(
    ("kind", "applied", "in_workspace"),
    [
        (K.RESET_BEFORE_ANSWER, None, False),
        (K.RESET_BEFORE_ANSWER, True, True),
        (K.CONNECTION_REFUSED, None, False),
        (K.STATUS_408, None, False),
        (K.STATUS_503, None, False),
        (K.RATE_LIMITED, None, False),
        (K.UNAUTHORIZED, None, False),
        (K.REDIRECT, None, False),
        (K.STATUS_500, True, True),
        (K.STATUS_500, False, False),
        (K.HTML_504, True, True),
        (K.HTML_504, False, False),
        (K.RESET_IN_ANSWER, None, True),
        (K.RESET_AFTER_ANSWER, None, True),
        (K.EMPTY_BODY, None, True),
        (K.CUT_JSON, None, True),
        (K.CUT_LENGTH, None, True),
        (K.CUT_GZIP, None, True),
        (K.GZIP_BOMB, None, True),
        (K.HEADER_FLOOD, None, True),
        (K.CLOSED_AFTER_ANSWER, None, True),
        (K.ANSWERED_TWICE, None, True),
        (K.UNASKED_408, None, True),
        (K.X_GZIP, None, True),
    ],
)
async def test_the_log_tells_whether_a_write_was_applied(
    small: Emulator,
    small_session: aiohttp.ClientSession,
    kind: FaultKind,
    applied: bool | None,
    in_workspace: bool,
) -> None:
    id_ = small.workspace.ids()[0]
    before = len(small.workspace.full_record(id_)["conversation_parts"]["conversation_parts"])
    path = "/conversations/{id}/reply"
    small.faults = Faults(script=[Fault(kind=kind, path=path, applied=applied)])
    await note(small_session, id_)
    after = len(small.workspace.full_record(id_)["conversation_parts"]["conversation_parts"])
    assert after - before == in_workspace
    (entry,) = small.faults.log
    assert (entry.kind, entry.method, entry.path) == (kind, "POST", f"/conversations/{id_}/reply")
    assert entry.applied == in_workspace


async def test_chance_leaves_open_whether_a_failing_gateway_applied_a_write(
    small: Emulator, small_session: aiohttp.ClientSession
) -> None:
    small.faults = Faults(
        rate=1, kinds=[K.STATUS_502], paths=["/conversations/{id}/reply"], in_a_row=None
    )
    ids = small.workspace.ids()[:12]
    before = {id_: small.workspace.record(id_)["updated_at"] for id_ in ids}
    assert {await note(small_session, id_) for id_ in ids} == {502}
    written = {entry.path.split("/")[2] for entry in small.faults.log if entry.applied}
    assert 0 < len(written) < len(ids)
    changed = {id_ for id_ in ids if small.workspace.record(id_)["updated_at"] != before[id_]}
    assert changed == written


async def test_a_write_that_is_refused_was_not_applied(
    small: Emulator, small_session: aiohttp.ClientSession
) -> None:
    small.faults = Faults(script=[Fault(kind=K.RESET_IN_ANSWER)])
    assert await ask(small_session, "POST", "/conversations/0/reply", {}) in {0, 404}
    assert [entry.applied for entry in small.faults.log] == [False]


@pytest.mark.parametrize(
    "arguments",
    [
        {"rate": 1.5},
        {"rate": -0.1},
        {"rate": float("nan")},
        {"kinds": ["no_such_kind"]},
        {"paths": ["conversations"]},
        {"script": [Fault(kind=K.DRIP, path="me")]},
        {"stall_seconds": -1},
        {"in_a_row": -1},
        {"redirect_to": "http://example.com/"},
    ],
    ids=str,
)
def test_what_could_never_happen_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Faults(**arguments)


@pytest.mark.parametrize(
    "arguments", [{"nth": 0}, {"times": 0}, {"applied": True, "kind": K.CUT_JSON}], ids=str
)
def test_a_line_that_could_never_apply_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Fault(**{"kind": K.STATUS_500, **arguments})


def test_a_repr_tells_what_was_met() -> None:
    chance = Faults(rate=0.25)
    chance.injected["status_500"] += 2
    assert repr(chance) == "<Faults rate=0.25 injected={'status_500': 2}>"
