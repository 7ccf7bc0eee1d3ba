"""Arguments of every type to everything public: taken as meant, or refused by name; else nothing.

The methods are walked by their signatures, so that a new one, or a new parameter, is held too.
"""

import asyncio
import inspect
import json
import math
from collections.abc import AsyncIterable, Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from intercom_async import (
    AsyncIntercom,
    AttachmentFile,
    ConfigurationError,
    F,
    QueryError,
    RetryPolicy,
    SessionPool,
    Timeouts,
)
from intercom_async.export import Limits, Options
from intercom_async.models import ContactReference
from intercom_async.protocol.call import Call
from intercom_async.resources.conversations import Conversations
from intercom_async.scan.stream import Scan
from intercom_async.webhooks import parse_notification, verify_signature


class Safe(str):  # noqa: SLOT000  # as frameworks' safe strings and numpy's str_ are
    """Says something else of itself than it holds."""

    def __str__(self) -> str:
        return "a lie"

    def __repr__(self) -> str:
        return "a lie"

    def __format__(self, _spec: str) -> str:
        return "a lie"


class Whole:
    """As numpy's int64 is: no int, but good for one."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value


class Real(float):
    """As numpy's float64 is."""

    def __repr__(self) -> str:
        return "a lie"


class Array:
    """As numpy's arrays are: good for a number by its type, of no truth, like no list."""

    def __index__(self) -> int:
        raise TypeError("only integer scalar arrays can be converted to a scalar index")

    def __bool__(self) -> bool:
        raise ValueError("the truth value of an array is ambiguous")

    def __len__(self) -> int:
        return 2

    def __iter__(self) -> Any:
        return iter([Whole(1), Whole(2)])

    def __contains__(self, other: object) -> bool:
        raise ValueError("ambiguous")


class NaT(datetime):
    """As pandas' missing time is."""

    def utcoffset(self) -> timedelta | None:
        raise ValueError("NaTType does not support utcoffset")


ODD: dict[str, Callable[[], object]] = {
    "None": lambda: None,
    "True": lambda: True,
    "0": lambda: 0,
    "-1": lambda: -1,
    "a number of 400 digits": lambda: 10**400,
    "a number of 5,000 digits": lambda: 10**5_000,
    "1.5": lambda: 1.5,
    "NaN": lambda: math.nan,
    "infinity": lambda: math.inf,
    "1j": lambda: 1j,
    "an empty text": lambda: "",
    "half a surrogate": lambda: "\ud800",
    "a control character": lambda: "a\0b",
    "bytes": lambda: b"x",
    "a bytearray": lambda: bytearray(b"x"),
    "a list": lambda: [1],
    "a list of lists": lambda: [[]],
    "a tuple": lambda: (1, 2, 3),
    "a set": lambda: {1},
    "a mapping": lambda: {1: {}},
    "a mapping of lists": lambda: {"type": ["user"], "id": []},
    "a frozen mapping": lambda: MappingProxyType({"email": None}),
    "a generator": lambda: (n for n in [1]),
    "a function": lambda: lambda *_: None,
    "a type": lambda: int,
    "an object": object,
    "a safe string": lambda: Safe("x"),
    "a foreign number": lambda: Whole(7),
    "an array": Array,
    "no time": lambda: NaT(2024, 1, 1),
    "a naive datetime": lambda: datetime(2024, 1, 1),  # noqa: DTZ001  # what is to be refused
    "a path": lambda: Path("/nowhere/at/all"),
}

# What makes each method send something; those of which only one may be given leave the others out.
GIVEN: dict[str, Any] = {
    "id": "12",
    "contact_id": "c1",
    "part_id": "3",
    "source_id": "4",
    "tag_id": "5",
    "ticket_type_id": "6",
    "admin_id": "7",
    "assignee_id": "8",
    "body": "text",
    "from_": {"type": "user", "id": "9"},
    "until": 1_700_000_000,
    "query": F.open == True,  # noqa: E712  # builds a filter
    "ids": ["1", "2"],
}
ONE_OF = ("intercom_user_id", "user_id", "email")
# What takes the values of ``ODD`` as they are, besides what stands here as itself.
TRUTHS = {"raw", "ordered", "parts"}


class Recorder:
    """Takes calls and answers none of them."""

    version = "2.14"

    def __init__(self) -> None:
        self.calls: list[Call[Any]] = []

    async def send(self, call: Call[Any]) -> Any:
        self.calls.append(call)
        raise Sent

    def spawn(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        return asyncio.get_running_loop().create_task(coroutine)


class Sent(QueryError):
    """In place of an answer."""


METHODS = {
    name: method
    for name, method in inspect.getmembers(Conversations, inspect.isfunction)
    if not name.startswith("_")
}
PARAMETERS = [
    (name, parameter)
    for name, method in METHODS.items()
    for parameter in list(inspect.signature(method).parameters)[1:]
]


def arguments(name: str, changed: str) -> dict[str, Any]:
    wanted = inspect.signature(METHODS[name]).parameters
    given = {key: value for key, value in GIVEN.items() if key in wanted}
    if name == "update" and changed not in {"read", "title", "custom_attributes"}:
        given["title"] = "a title"
    if name == "reply" and changed in ONE_OF:
        del given["admin_id"]
    if name == "attach_contact" and changed not in ONE_OF:
        given["email"] = "ada@example.com"
    return given


async def sent(name: str, **given: Any) -> list[tuple[str, str, Any, str | None]]:
    """Return what a method sends, the times in it left out."""
    recorder = Recorder()
    try:
        answer = METHODS[name](Conversations(recorder), **given)
        if isinstance(answer, Awaitable):
            await answer
            return []
        async with answer as stream:
            async for result in stream:
                result.unwrap()
    except Sent:
        pass
    assert recorder.calls
    for call in recorder.calls:
        assert "a lie" not in f"{call.path} {call.body!r} {call.asked_id!r}"
    return [
        (call.method, call.path, call.body and json.loads(call.body), call.asked_id)
        for call in recorder.calls[:1]
    ]


@pytest.mark.filterwarnings("ignore:run_assignment_rules:DeprecationWarning")
@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
async def test_what_is_no_argument_is_refused_by_name(name: str, parameter: str, odd: str) -> None:
    given = arguments(name, parameter)
    value = ODD[odd]()
    given[parameter] = value
    if parameter in TRUTHS and isinstance(value, Array):
        return
    try:
        await sent(name, **given)
    except (QueryError, ConfigurationError) as error:
        assert parameter.strip("_") in str(error) or isinstance(value, list | Array), error
