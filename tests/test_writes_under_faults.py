"""Whatever goes wrong between request and answer: no write is applied twice, and each is told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any, Final, NamedTuple, TypeAlias

import pytest
import pytest_asyncio

from intercom_async import (
    AsyncIntercom,
    RateHeaders,
    RequestError,
    RetryPolicy,
    SessionPool,
    TimedOut,
    Timeouts,
)
from intercom_async.emulator import Emulator, Fault, FaultKind, Faults
from intercom_async.emulator.faults import DENIALS, RATE_LIMITS, SLOW, STATUSES
from intercom_async.emulator.workspace import Workspace
from intercom_async.resources.conversations import Conversations

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.filterwarnings("ignore:run_assignment_rules:DeprecationWarning"),
]

K = FaultKind
LONG: Final = 30.0  # seconds
EAGER: Final = RetryPolicy(max_attempts=10, base=0, cap=0)

Write: TypeAlias = Callable[[Conversations], Awaitable[Any]]


class Operation(NamedTuple):
    """A write: given a workspace and the id of a conversation of its own, how it is called."""

    name: str
    version: str
    prepare: Callable[[Workspace, str], Write]


def _operations() -> Iterator[Operation]:
    def operation(name: str, prepare: Callable[[Workspace, str], Write], v: str = "2.10") -> None:
        found.append(Operation(name, v, prepare))

    def admin(workspace: Workspace) -> str:
        return str(workspace.admins[0]["id"])

    def contact(workspace: Workspace, number: int = 0) -> str:
        return str(workspace.contacts[number]["id"])

    found: list[Operation] = []
    operation(
        "create",
        lambda w, _: lambda c: c.create(from_={"type": "contact", "id": contact(w)}, body="Hi"),
    )
    operation("update", lambda _, id: lambda c: c.update(id, read=True))
    operation("reply", lambda w, id: lambda c: c.reply(id, admin_id=admin(w), body="Hi"))
    operation(
        "note",
        lambda w, id: lambda c: c.reply(id, admin_id=admin(w), body="Hi", message_type="note"),
    )
    operation(
        "reply of a contact",
        lambda w, id: lambda c: c.reply(id, intercom_user_id=contact(w), body="Hi"),
    )
    operation(
        "assign",
        lambda w, id: lambda c: c.assign(id, admin_id=admin(w), assignee_id=admin(w)),
    )
    operation("unassign", lambda w, id: lambda c: c.unassign(id, admin_id=admin(w)))
    operation("close", lambda w, id: lambda c: c.close(id, admin_id=admin(w)))
    operation("open", lambda w, id: lambda c: c.open(id, admin_id=admin(w)))
    operation(
        "snooze",
        lambda w, id: lambda c: c.snooze(id, admin_id=admin(w), until=w.now + 10**6),
    )
    operation("run_assignment_rules", lambda _, id: lambda c: c.run_assignment_rules(id))
    operation(
        "attach_contact",
        lambda w, id: (
            lambda c: c.attach_contact(id, admin_id=admin(w), intercom_user_id=contact(w, 2))
        ),
    )
    operation(
        "detach_contact",
        lambda w, id: lambda c: c.detach_contact(id, contact(w, 1), admin_id=admin(w)),
    )
    operation(
        "add_tag",
        lambda w, id: lambda c: c.add_tag(id, tag_id=w.tags[0]["id"], admin_id=admin(w)),
    )
    operation(
        "remove_tag",
        lambda w, id: lambda c: c.remove_tag(id, tag_id=w.tags[1]["id"], admin_id=admin(w)),
    )
    operation("redact_part", lambda _, id: lambda c: c.redact_part(id, f"{id}1"))
    operation("redact_source", lambda _, id: lambda c: c.redact_source(id, f"{id}0"))
    operation(
        "convert",
        lambda w, id: (
            lambda c: c.convert(
                id,
                ticket_type_id=next(t["id"] for t in w.ticket_types if t["category"] == "Customer"),
            )
        ),
    )
    operation("delete", lambda _, id: lambda c: c.delete(id), "2.13")
    yield from found


OPERATIONS: Final = list(_operations())


def add_conversation(workspace: Workspace, *, closed: bool) -> str:
    """Adds a conversation that every write can change: two contacts, a tag, a part."""
    person, admin = workspace.contacts[0], workspace.admins[0]
    id = str(int(workspace.fresh_id()))
    source: dict[str, Any] = {
        "type": "conversation",
        "id": f"{id}0",
        "delivered_as": "customer_initiated",
        "subject": "",
        "body": "<p>Hello</p>",
        "author": {name: person[name] for name in ("type", "id", "name", "email")},
        "attachments": [],
        "url": None,
        "redacted": False,
    }
    part = {
        "type": "conversation_part",
        "id": f"{id}1",
        "part_type": "comment",
        "body": "<p>Hello</p>",
        "created_at": workspace.now,
        "updated_at": workspace.now,
        "author": {name: admin[name] for name in ("type", "id", "name", "email")},
        "attachments": [],
        "redacted": False,
    }
    contacts = [{"type": "contact", "id": each["id"]} for each in workspace.contacts[:2]]
    tag = {**workspace.tags[1], "applied_at": workspace.now}
    return workspace.add(
        id=id,
        parts=[part],
        source=source,
        contacts={"type": "contact.list", "contacts": contacts},
        tags={"type": "tag.list", "tags": [tag]},
        **({"state": "closed", "open": False} if closed else {}),
    )


class Unpaced:
    """A limiter that lets everything go at once, so that only the policy decides."""

    def try_acquire(self, budget: float) -> bool:
        return budget > 0

    async def acquire(self, budget: float) -> None:
        raise AssertionError(f"{budget} is waited for where everything goes at once")

    def record_response(
        self, status: int, headers: RateHeaders, sent: float, received: float
    ) -> None:
        pass

    def release(self) -> None:
        pass


class Outcome(NamedTuple):
    """What the caller saw of a write, and what the workspace did."""

    error: RequestError | None
    applied: int
    arrived: int


class Stand:
    """One operation and an emulator of its own, in which only that operation changes anything."""

    def __init__(self, operation: Operation, emulator: Emulator) -> None:
        self.operation = operation
        self.emulator = emulator

    async def write(
        self, faults: Faults | None = None, *, closed_meanwhile: bool = False, **options: Any
    ) -> Outcome:
        """Carry the operation out once, over connections of its own."""
        await self.settle()
        workspace, operation = self.emulator.workspace, self.operation
        write = operation.prepare(
            workspace, add_conversation(workspace, closed=operation.name == "open")
        )
        self.emulator.requests.clear()
        revision = workspace.revision
        self.emulator.faults = faults
        chosen: dict[str, Any] = {"retry": EAGER, "limiter": Unpaced()}
        chosen |= {"version": operation.version} | options
        error = None
        async with SessionPool(max_body=2**20) as pool:
            intercom = AsyncIntercom(
                base_url=self.emulator.url, token=self.emulator.token, pool=pool, **chosen
            )
            closing = self._close(pool, faults) if closed_meanwhile and faults else asyncio.sleep(0)
            task = asyncio.create_task(closing)
            try:
                await write(intercom.conversations)
            except RequestError as raised:
                error = raised
            await task
        await self.settle()
        applied = workspace.revision - revision
        # A write that would change nothing the second time is counted all the same.
        carried_out = sum(1 for r in self.emulator.requests if r.fault is None and r.status == 200)
        carried_out += 0 if faults is None else sum(each.applied for each in faults.log)
        assert carried_out == applied, f"{operation.name}: {carried_out} carried out"
        return Outcome(error, applied, len(self.emulator.requests))

    async def meet(self, kind: FaultKind, faults: Callable[[], Faults]) -> Outcome:
        """Carry the operation out, with as much time for a try as it takes to meet the fault."""
        seconds = 0.1 if kind in SLOW else LONG
        while True:
            outcome = await self.write(faults(), timeouts=Timeouts(attempt=seconds))
            error = outcome.error
            if not isinstance(error, TimedOut) or seconds > LONG:
                return outcome
            assert self.emulator.faults is not None
            if self.emulator.faults.injected[kind] and outcome.arrived == error.attempts:
                return outcome
            seconds *= 2

    async def _close(self, pool: SessionPool, faults: Faults) -> None:
        while not faults.injected:  # noqa: ASYNC110  # faults strike without a word
            await asyncio.sleep(0)
        await pool.aclose(grace=0)

    async def settle(self) -> None:
        """Wait until the emulator has seen all that was sent, even by who did not wait for it."""
        listener = self.emulator._listener
        assert listener is not None
        while listener._open is None:  # noqa: ASYNC110  # it tells nobody
            await asyncio.sleep(0.001)
        # Connections are accepted in order: where this one has been, those before it have.
        _, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        own = writer.get_extra_info("sockname")
        server = listener._runner.server
        assert server is not None

        def accepted() -> bool:
            peers = [each.transport for each in server.connections if each.transport is not None]
            return own in [peer.get_extra_info("peername") for peer in peers]

        while not accepted():  # noqa: ASYNC110  # as above
            await asyncio.sleep(0.001)
        writer.close()
        while server.connections:  # noqa: ASYNC110  # as above
            await asyncio.sleep(0.001)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stands() -> AsyncIterator[list[Stand]]:
    async with AsyncExitStack() as stack:
        yield [
            Stand(each, await stack.enter_async_context(Emulator(conversations=0, rate_limit=None)))
            for each in OPERATIONS
        ]


def script(
    kind: FaultKind, applied: bool | None, *, before: FaultKind | None = None, **where: Any
) -> Faults:
    first = [] if before is None else [Fault(kind=before)]
    return Faults(
        script=[*first, Fault(kind=kind, applied=applied, **where)],
        stall_seconds=60,
        drip_seconds=0.02,
        refused_seconds=0.005,
    )


def check(name: str, outcome: Outcome) -> None:
    """Check what holds for every write, whatever happened."""
    error, applied = outcome.error, outcome.applied
    assert applied <= 1, f"{name} was applied {applied} times"
    if error is None:
        assert applied == 1, f"{name} returned and was not applied"
        return
    assert outcome.arrived <= error.attempts, f"{name} was sent again untold"
    if applied:
        assert error.may_have_been_applied, f"{name} was applied, and {error!r} denies it"
    assert ("may have been applied" in str(error)) == error.may_have_been_applied


CASES: Final = [
    pytest.param(kind, applied, id=f"{kind}{'' if applied is None else f'-{applied}'}")
    for kind in FaultKind
    for applied in ((False, True) if kind in STATUSES or kind is K.RESET_BEFORE_ANSWER else (None,))
]


async def test_without_a_fault_each_operation_is_applied_once(stands: list[Stand]) -> None:
    for stand in stands:
        outcome = await stand.write()
        assert (outcome.error, outcome.applied, outcome.arrived) == (None, 1, 1)


@pytest.mark.long
@pytest.mark.parametrize(("kind", "applied"), CASES)
async def test_a_write_that_meets_a_fault_is_applied_once_at_most_and_says_what_is_known(
    stands: list[Stand], kind: FaultKind, applied: bool | None
) -> None:
    async def meet(stand: Stand) -> None:
        outcome = await stand.meet(kind, lambda: script(kind, applied))
        name = f"{stand.operation.name} under {kind}"
        check(name, outcome)
        assert stand.emulator.faults is not None
        if not stand.emulator.faults.injected:  # nothing of the answer could go wrong like this
            assert outcome.error is None or not outcome.arrived
        elif kind in RATE_LIMITS:
            assert (outcome.error, outcome.applied, outcome.arrived) == (None, 1, 2), name
        elif kind in DENIALS:
            assert outcome.error is not None
            assert not outcome.error.may_have_been_applied, name
        elif outcome.error is not None:
            assert outcome.error.may_have_been_applied, name
            assert outcome.arrived == outcome.error.attempts == 1, name

    await asyncio.gather(*map(meet, stands))


@pytest.mark.long
@pytest.mark.parametrize(("kind", "applied"), CASES)
async def test_a_refusal_before_the_fault_changes_nothing_of_that(
    stands: list[Stand], kind: FaultKind, applied: bool | None
) -> None:
    """ApiError, sent again, and only then in doubt: that is told, and ends the tries."""

    async def meet(stand: Stand) -> None:
        outcome = await stand.meet(
            kind, lambda: script(kind, applied, nth=2, before=K.RATE_LIMITED_BARE)
        )
        check(f"{stand.operation.name} under {kind} after 429", outcome)
        if outcome.error is not None:
            assert outcome.error.attempts == outcome.arrived == 2

    await asyncio.gather(*map(meet, stands))


@pytest.mark.long
@pytest.mark.parametrize(("kind", "applied"), [each for each in CASES if each.id != "rate_limited"])
async def test_a_fault_that_does_not_end_makes_no_difference(
    stands: list[Stand], kind: FaultKind, applied: bool | None
) -> None:
    timeouts = Timeouts(attempt=0.3 if kind in SLOW else 30)

    async def meet(stand: Stand) -> None:
        outcome = await stand.write(script(kind, applied, times=None), timeouts=timeouts)
        check(f"{stand.operation.name} under {kind} for ever", outcome)
        if kind in RATE_LIMITS:  # refused as often as it was sent
            assert outcome.error is not None
            assert outcome.error.attempts == outcome.arrived == EAGER.max_attempts
            assert not outcome.error.may_have_been_applied

    await asyncio.gather(*map(meet, stands))


@pytest.mark.long
async def test_chance_finds_no_write_that_is_applied_twice_or_denied(stands: list[Stand]) -> None:
    kinds = frozenset(FaultKind) - {K.GZIP_BOMB, K.RATE_LIMITED}
    timeouts = Timeouts(attempt=0.3)

    async def meet(stand: Stand) -> None:
        for seed in range(15):
            faults = Faults(
                seed=seed,
                rate=0.7,
                kinds=kinds,
                in_a_row=None,
                stall_seconds=60,
                drip_seconds=0.02,
                refused_seconds=0.005,
            )
            check(
                f"{stand.operation.name}, seed {seed}",
                await stand.write(faults, timeouts=timeouts),
            )

    await asyncio.gather(*map(meet, stands))


async def test_a_pool_that_is_closed_meanwhile_leaves_no_doubt_untold(stands: list[Stand]) -> None:
    async def meet(stand: Stand) -> None:
        outcome = await stand.write(script(K.STALL_BEFORE_ANSWER, None), closed_meanwhile=True)
        check(f"{stand.operation.name} in a pool that was closed", outcome)
        assert (outcome.applied, outcome.arrived) == (1, 1)
        assert outcome.error is not None

    await asyncio.gather(*map(meet, stands))


async def test_a_limit_of_the_callers_own_leaves_a_write_applied_once_at_most(
    stands: list[Stand],
) -> None:
    async def meet(stand: Stand, seconds: float) -> None:
        await stand.settle()
        stand.emulator.requests.clear()  # of other tests, since this one may end before it asks
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(seconds):
                await stand.write(script(K.STALL_BEFORE_ANSWER, None, times=None))
        await stand.settle()
        assert sum(r.method != "GET" for r in stand.emulator.requests) <= 1

    for seconds in (0.0, 0.001, 0.003, 0.01, 0.05):
        await asyncio.gather(*(meet(stand, seconds) for stand in stands))
