"""From bytes to values: a page of 150, and a conversation with 20 parts. No socket."""

import asyncio
import json
from collections.abc import Callable, Iterator
from importlib import import_module
from statistics import median
from typing import Any, TypeAlias

import msgspec

from benchmarks.clients.bare import CONVERSATION, PAGE, RAW_PAGE
from benchmarks.clients.ours import Ours
from benchmarks.data import PER_PAGE
from benchmarks.measure import per_call, ratio
from benchmarks.rows import Row
from benchmarks.serving import Bench
from benchmarks.workspace import FIRST_ID
from intercom_async import RawResponse, raw_response

_ROUNDS = 7
_TIMES = 20
_TIMES_SLOW = 2

_Decode: TypeAlias = Callable[[bytes], Any]


async def answers(url: str, times: int, *, page: bool) -> list[RawResponse[Any]]:
    """Fetch an answer so many times, without decoding it."""
    async with Ours(url) as ours:
        conversations = ours.intercom.conversations
        if page:
            return [await raw_response(conversations.list, per_page=PER_PAGE) for _ in range(times)]
        return [await raw_response(conversations.retrieve, FIRST_ID) for _ in range(times)]


def run(bench: Bench) -> Iterator[Row]:
    with bench.served() as server:
        for what, page in (("page of 150", True), ("one with 20 parts", False)):
            yield from _decoded(server.url, what, page=page)


def _decoded(url: str, what: str, *, page: bool) -> Iterator[Row]:
    # One that is decoded stays so: each round of ours has new ones, and all have as many bodies.
    fetched = [asyncio.run(answers(url, _TIMES, page=page)) for _ in range(_ROUNDS + 2)]
    bodies = [answer.body for answer in fetched.pop()]

    def ours() -> None:
        left = fetched.pop()
        while left:
            left.pop().parse()

    works: dict[str, Callable[[], object]] = {"ours": ours}
    for name, decode in _rivals(page=page).items():
        works[name] = _each(decode, bodies[: _times(name)])
    taken = per_call(works, _ROUNDS)
    scaled = {name: [each / _times(name) for each in rounds] for name, rounds in taken.items()}
    for name, rounds in scaled.items():
        yield Row(
            what=what,
            side=name,
            value=median(rounds) * 1e6,
            unit="µs",
            ratio=ratio(rounds, scaled["msgspec"]),
            to="msgspec",
        )


def _rivals(*, page: bool) -> dict[str, _Decode]:
    raw = RAW_PAGE.decode if page else msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
    construct = import_module("intercom.core.unchecked_base_model").construct_type
    models = import_module("intercom.types")
    if page:
        model = models.ConversationList
    else:
        model = import_module("intercom.conversations.types").Conversation
    return {
        "msgspec": PAGE.decode if page else CONVERSATION.decode,
        "raw bytes": raw,
        "orjson": import_module("orjson").loads,
        "json": json.loads,
        # As its client does it: json, and models that are built but not validated.
        "python-intercom": lambda body: construct(type_=model, object_=json.loads(body)),
    }


def _times(name: str) -> int:
    return _TIMES_SLOW if name == "python-intercom" else _TIMES


def _each(decode: _Decode, bodies: list[bytes]) -> Callable[[], None]:
    def work() -> None:
        for body in bodies:
            decode(body)

    return work
