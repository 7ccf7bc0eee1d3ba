"""Hundreds of workers of many workspaces on one pool, over connections that misbehave.

``python -m tests.load.soak [--seconds N] [--seed N]`` prints a table and leaves with 1 if an answer
reached another request than its own, a write was applied twice, or anything was left in the end.
The seed repeats what each worker asks and gives up, and what each request meets; how far they come
in their time, and what comes at the same time, the clock decides.
"""

import argparse
import asyncio
import secrets
import sys
import threading
import time
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any, Final

import msgspec
from aiohttp import web

from intercom_async import AsyncIntercom, IntercomError, RetryPolicy, SessionPool, Timeouts
from intercom_async.emulator import Emulator, FaultKind, Faults
from intercom_async.emulator.faults import AWKWARD, CONNECTIONS, STRAY
from intercom_async.net.limiter import WindowLimiter
from tests.waiting import cancel

_WORKSPACES: Final = 20
_WORKERS: Final = 300
_CONNECTIONS: Final = 60
_CONVERSATIONS: Final = 12
_RATE_LIMIT: Final = 50_000  # far from what is asked; else nothing would be known of it
_SETTLE: Final = 60.0  # seconds in which all that is left has to end, on a busy machine too
_KINDS: Final = (
    STRAY | CONNECTIONS | AWKWARD | {FaultKind.STALL_BEFORE_ANSWER, FaultKind.STALL_IN_BODY}
) - {FaultKind.CONNECTION_REFUSED, FaultKind.LONE_SURROGATE}  # one delays all, one alters a title


class Tally(msgspec.Struct):
    """What has happened, and what of it was wrong.

    Attributes:
        answered: Answers that came and were compared.
        cancelled: Calls that were given up while they were under way.
        failed: Calls that ended with an error of the library's.
        stalls: How often the event loop was too busy to read what came.
        faults: The faults that requests met.
        alien: Answers of another workspace or to another request.
        doubled: Writes that were applied more than once.
        left: What was left in the end.
        wrong: All that was wrong, in words.
    """

    answered: int = 0
    cancelled: int = 0
    failed: int = 0
    stalls: int = 0
    faults: Counter[str] = msgspec.field(default_factory=Counter)
    alien: int = 0
    doubled: int = 0
    left: int = 0
    wrong: list[str] = msgspec.field(default_factory=list)


class Api:
    """Many workspaces behind one address, told apart by their tokens, on a thread of its own.

    The emulators share a port, so that connections could be taken for each other's; and they go on
    while the workers' event loop is busy, so that what is unasked arrives unread.
    """

    def __init__(self, seed: str) -> None:
        self.url: str = ""
        self.emulators: dict[str, Emulator] = {
            f"token-{number}": Emulator(
                conversations=_CONVERSATIONS,
                seed=number,  # ids overlap: one alone does not tell whose an answer is
                token=f"token-{number}",
                rate_limit=_RATE_LIMIT,
                compress=number % 2 == 0,
                faults=Faults(
                    seed=Random(f"{seed}/{number}").randrange(2**31),
                    rate=0.2,
                    kinds=_KINDS,
                    stall_seconds=0.05,
                ),
            )
            for number in range(_WORKSPACES)
        }
        for token, emulator in self.emulators.items():
            emulator.workspace.app["name"] = token
            for id in emulator.workspace.ids():
                emulator.workspace.update(id, title=f"{token}/{id}")

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        return await self.emulators[token]._serve(request)

    async def _serve(self, up: threading.Event, end: threading.Event) -> None:
        runner = web.ServerRunner(web.Server(self._answer, access_log=None))
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            host, port = runner.addresses[0][:2]
            self.url = f"http://{host}:{port}"
            up.set()
            await asyncio.to_thread(end.wait)
        finally:
            await runner.cleanup()

    def has_strayed(self) -> bool:
        """Tell whether each kind of stray answer has been met, however slow the machine."""
        injected = [each.faults.injected for each in self.emulators.values() if each.faults]
        return all(any(kind in counts for counts in injected) for kind in STRAY)

    @contextmanager
    def running(self) -> Iterator[None]:
        up, end = threading.Event(), threading.Event()
        thread = threading.Thread(target=asyncio.run, args=(self._serve(up, end),))
        thread.start()
        try:
            assert up.wait(_SETTLE)
            yield
        finally:
            end.set()
            thread.join()


class Worker:
    """Asks one workspace for one thing after another, and compares what comes."""

    def __init__(self, name: str, token: str, api: Api, pool: SessionPool, tally: Tally) -> None:
        self._name = name
        self._api = api
        self._token = token
        self._dice = Random(name)
        self._tally = tally
        workspace = api.emulators[token].workspace
        self._ids = workspace.ids()
        self._admin = workspace.admins[0]["id"]
        self._notes = 0
        self._intercom = AsyncIntercom(
            base_url=api.url,
            token=token,
            pool=pool,
            retry=RetryPolicy(base=0.005, cap=0.05),
            timeouts=Timeouts(attempt=_SETTLE),
        )

    async def run(self, until: float) -> None:
        """Ask until a moment of the event loop's clock, and until enough has gone astray."""
        loop = asyncio.get_running_loop()
        while loop.time() < until or not self._api.has_strayed():
            call = asyncio.create_task(self._next())
            given_up = None
            if self._dice.random() < 0.3:
                given_up = loop.call_later(self._dice.uniform(0.001, 0.03), call.cancel)
            try:
                await call
                self._tally.answered += 1
            except asyncio.CancelledError:
                self._tally.cancelled += 1
            except IntercomError:
                self._tally.failed += 1
            except Exception as error:  # noqa: BLE001  # a bug, to be told with the others
                self._tally.wrong.append(f"{self._name}: {error!r}")
            if given_up is not None:
                given_up.cancel()

    def _next(self) -> Coroutine[Any, Any, None]:
        id = self._dice.choice(self._ids)
        what = self._dice.random()
        if what < 0.6:
            return self._retrieve(id)
        if what < 0.75:
            self._notes += 1
            return self._write(id, f"{self._name}/{self._notes}")
        return self._list() if what < 0.9 else self._me()

    async def _retrieve(self, id: str) -> None:
        found = await self._intercom.conversations.retrieve(id)
        self._compare("retrieve", (found.id, found.title), (id, f"{self._token}/{id}"))

    async def _write(self, id: str, note: str) -> None:
        found = await self._intercom.conversations.reply(
            id, admin_id=self._admin, message_type="note", body=f"<p>{note}</p>"
        )
        self._compare("reply", (found.id, found.title), (id, f"{self._token}/{id}"))

    async def _list(self) -> None:
        pages = self._intercom.conversations.list(per_page=5, limit=5)
        titles = [(each.id, each.title) async for each in pages]
        wanted = [(id, f"{self._token}/{id}") for id, _ in titles]
        self._compare("list", (len(titles), titles), (5, wanted))

    async def _me(self) -> None:
        found = await self._intercom.me()
        name = None if found.app is None else found.app.name
        self._compare("me", (found.id, name), (self._admin, self._token))

    def _compare(self, what: str, found: object, wanted: object) -> None:
        if found != wanted:
            self._tally.alien += 1
            self._tally.wrong.append(f"{self._name}: {what}: {found}, not {wanted}"[:300])


async def keep_busy(seed: str, tally: Tally) -> None:
    """Keep the event loop from reading, now and then, for longer than a stray answer takes."""
    dice = Random(f"{seed}/busy")
    while True:
        await asyncio.sleep(dice.uniform(0.05, 0.2))
        time.sleep(dice.uniform(0.02, 0.04))  # noqa: ASYNC251  # that is the point
        tally.stalls += 1


def left_over(pool: SessionPool) -> Iterator[str]:
    """Return what calls have left behind in a pool, in words."""
    transport = pool._transport
    assert transport is not None
    if pool.calls:
        yield f"{pool.calls} calls"
    if transport.free.value != _CONNECTIONS or transport.free._waiting:
        yield f"{_CONNECTIONS - transport.free.value} places in use"
    if transport._connector._acquired or transport._connector._waiters:
        yield f"{len(transport._connector._acquired)} connections in use"
    if transport.decoding._waiting:
        yield f"{len(transport.decoding._waiting)} turns to decode"
    for session in pool._sessions.values():
        limiter = session.limiter
        assert isinstance(limiter, WindowLimiter)
        if session.calls or limiter.window.in_flight or limiter._queues:
            yield f"{limiter!r} with {session.calls} calls"


async def ask(seed: str, seconds: float, api: Api, tally: Tally) -> None:
    """Let all workers ask, then look for what they have left."""
    before = asyncio.all_tasks()
    loop = asyncio.get_running_loop()
    async with SessionPool(connections=_CONNECTIONS) as pool:
        tokens = list(api.emulators)
        workers = [
            Worker(f"{seed}/{number}", tokens[number % _WORKSPACES], api, pool, tally)
            for number in range(_WORKERS)
        ]
        busy = asyncio.create_task(keep_busy(seed, tally))
        try:
            async with asyncio.timeout(seconds + _SETTLE):
                await asyncio.gather(*(each.run(loop.time() + seconds) for each in workers))
        except TimeoutError:
            tally.wrong.append("workers that did not come to an end")
        await cancel(busy)
        left = list(left_over(pool))
    connector = pool._transport._connector if pool._transport is not None else None
    if connector is not None and (connector._conns or connector._acquired):
        left.append("connections of a pool that is closed")
    left += [f"a task: {task!r}" for task in asyncio.all_tasks() - before]
    tally.left = len(left)
    tally.wrong += [f"left: {each}" for each in left]


def count_writes(seed: str, api: Api, tally: Tally) -> None:
    """Count the notes that are in a workspace more than once, and the faults."""
    for token, emulator in api.emulators.items():
        notes: Counter[str] = Counter()
        for id in emulator.workspace.ids():
            parts = emulator.workspace.full_record(id)["conversation_parts"]["conversation_parts"]
            notes.update(part["body"] for part in parts if part["part_type"] == "note")
        twice = [each for each, n in notes.items() if n > 1 and f"<p>{seed}/" in (each or "")]
        tally.doubled += len(twice)
        tally.wrong += [f"{token}: written twice: {note}" for note in twice]
        assert emulator.faults is not None
        tally.faults += emulator.faults.injected


def soak(seed: str, seconds: float) -> Tally:
    """Run, and return what came of it."""
    tally = Tally()
    api = Api(seed)
    with api.running():
        asyncio.run(ask(seed, seconds, api, tally))
    count_writes(seed, api, tally)
    tally.wrong += [f"never met: {kind}" for kind in sorted(STRAY - set(tally.faults))]
    for name in ("answered", "cancelled", "stalls"):
        if not getattr(tally, name):
            tally.wrong.append(f"none {name}")
    return tally


def table(tally: Tally, seed: str, seconds: float) -> str:
    """Return a Markdown table of what happened."""
    stray = sum(tally.faults[kind] for kind in STRAY)
    rows = [
        ("seed", seed),
        ("seconds", f"{seconds:g}"),
        ("workers, workspaces, connections", f"{_WORKERS}, {_WORKSPACES}, {_CONNECTIONS}"),
        ("answers compared", f"{tally.answered:,}"),
        ("calls cancelled", f"{tally.cancelled:,}"),
        ("calls that failed and said so", f"{tally.failed:,}"),
        ("faults met, of kinds", f"{tally.faults.total():,}, {len(tally.faults)}"),
        ("stray answers among them", f"{stray:,}"),
        ("times the event loop was busy", f"{tally.stalls:,}"),
        ("**answers to another request**", f"**{tally.alien:,}**"),
        ("**writes applied twice**", f"**{tally.doubled:,}**"),
        ("**left in the end**", f"**{tally.left:,}**"),
    ]
    lines = [f"| {name} | {value} |\n" for name, value in rows]
    return "".join(["| soak | |\n|---|---:|\n", *lines])


def main() -> int:
    """Run, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(description="Ask as hundreds over bad connections.")
    parser.add_argument("--seed", default=str(secrets.randbelow(10**6)), help="repeats a run")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to ask")
    options = parser.parse_args()
    tally = soak(options.seed, options.seconds)
    sys.stdout.write(table(tally, options.seed, options.seconds))
    for line in tally.wrong[:50]:
        sys.stdout.write(f"WRONG {line}\n")
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
