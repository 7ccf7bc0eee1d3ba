"""The same faults for this library and for python-intercom: who brings home what there is?

``python -m benchmarks.faults`` prints a table. Every request meets the fault when it is sent for
the first time; whoever asks again is answered. Both clients are as they come, but for a timeout of
two seconds. No figure here is a time.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib import import_module
from typing import Any, Final

from benchmarks.clients.base import SINCE
from intercom_async import AsyncIntercom, F, IntercomError, Timeouts
from intercom_async.emulator import Emulator, Fault, FaultKind, Faults
from intercom_async.emulator.faults import (
    AWKWARD,
    BODIES,
    CONNECTIONS,
    CURSORS,
    HOSTILE,
    RATE_LIMITS,
    RECORDS,
    SLOW,
    STATUSES,
)

_CONVERSATIONS: Final = 60
_PER_PAGE: Final = 25
_TIMEOUT: Final = 2.0
_GIVE_UP: Final = 30.0  # seconds
_PATHS: Final = {
    "list": "/conversations",
    "search": "/conversations/search",
    "retrieve": "/conversations/{id}",
}
_TRIED: Final = (
    CONNECTIONS | STATUSES | RATE_LIMITS | BODIES | SLOW | HOSTILE | RECORDS | CURSORS | AWKWARD
)

Ids = AsyncIterator[str]


async def ours(operation: str, url: str, token: str, id: str) -> Ids:
    timeouts = Timeouts(attempt=_TIMEOUT)
    async with AsyncIntercom(base_url=url, token=token, timeouts=timeouts) as intercom:
        conversations = intercom.conversations
        if operation == "retrieve":
            yield (await conversations.retrieve(id)).id
            return
        every = F.created_at > SINCE
        walks = {
            "list": lambda: conversations.list(per_page=_PER_PAGE),
            "search": lambda: conversations.search(every, per_page=_PER_PAGE),
        }
        async for conversation in walks[operation]():
            yield conversation.id


async def official(operation: str, url: str, token: str, id: str) -> Ids:
    intercom: Any = import_module("intercom")
    client = intercom.AsyncIntercom(token=token, base_url=url, timeout=_TIMEOUT)
    conversations = client.conversations
    if operation == "retrieve":
        yield str((await conversations.find(id)).id)
        return
    if operation == "list":
        found = await conversations.list(per_page=_PER_PAGE)
    else:
        query = intercom.SingleFilterSearchRequest(field="created_at", operator=">", value=SINCE)
        paging = intercom.StartingAfterPaging(per_page=_PER_PAGE)
        found = await conversations.search(query=query, pagination=paging)
    async for conversation in found:
        yield str(conversation.id)


async def outcome(
    client: Callable[[str, str, str, str], Ids], operation: str, kind: FaultKind | None
) -> str:
    """Say what came of it, in a word."""
    script = [] if kind is None else [Fault(kind=kind, path=_PATHS[operation], each=True)]
    faults = Faults(script=script, stall_seconds=_GIVE_UP, drip_seconds=1.0)
    async with Emulator(conversations=_CONVERSATIONS, faults=faults) as emulator:
        truth = emulator.workspace.ids()
        if operation == "retrieve":
            truth = truth[:1]
        ids: list[str] = []

        async def collect() -> None:
            async for id in client(operation, emulator.url, emulator.token, truth[0]):
                ids.append(id)
                if len(ids) > 3 * _CONVERSATIONS:
                    raise OverflowError

        word = await _ended(collect)
        if kind is not None and not faults.injected[kind]:
            return "not met"
        return word or ("whole" if sorted(ids) == sorted(truth) else "WRONG, unsaid")


async def _ended(collect: Callable[[], Awaitable[None]]) -> str | None:
    try:
        async with asyncio.timeout(_GIVE_UP):
            await collect()
    except OverflowError:
        return "endless"
    except TimeoutError:
        return "error"
    except IntercomError:
        return "error"
    except Exception:  # noqa: BLE001  # whatever a rival raises
        return "error"
    return None


async def main() -> None:
    sides = {"intercom-async": ours, "python-intercom": official}
    tally: dict[str, dict[str, int]] = {name: {} for name in sides}
    heading = [f"{operation}, {name}" for operation in _PATHS for name in sides]
    say = sys.stdout.write
    say("| fault, once for each request | " + " | ".join(heading) + " |\n")
    say("|---" * (len(heading) + 1) + "|\n")
    for kind in (None, *(kind for kind in FaultKind if kind in _TRIED)):
        cells = []
        for operation in _PATHS:
            for name, side in sides.items():
                word = await outcome(side, operation, kind)
                tally[name][word] = tally[name].get(word, 0) + 1
                cells.append(word)
        say(f"| {kind or 'none'} | " + " | ".join(cells) + " |\n")
        sys.stdout.flush()
    for name, words in tally.items():
        say(f"\n{name}: " + ", ".join(f"{word} {count}" for word, count in sorted(words.items())))
    say("\n")


if __name__ == "__main__":
    asyncio.run(main())
