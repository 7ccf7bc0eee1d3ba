"""Arguments of every type to everything public: taken as meant, or refused by name; else nothing.

The methods are walked by their signatures, so that a new one, or a new parameter, is held too.
"""

import asyncio
import hmac
import inspect
import json
import math
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Unpack, get_args, get_origin, get_overloads, get_type_hints

import msgspec
import pytest

from intercom_async import (
    AsyncIntercom,
    AttachmentFile,
    ConfigurationError,
    DecodeError,
    F,
    Pages,
    QueryError,
    RetryPolicy,
    SessionPool,
    SignatureError,
    Timeouts,
)
from intercom_async.core.call import Call
from intercom_async.emulator import Emulator
from intercom_async.export import Limits, Options
from intercom_async.models import ContactReference
from intercom_async.models.conversation_inputs import ConversationChanges
from intercom_async.resources.conversations import Conversations
from intercom_async.webhooks import parse_notification, verify_signature
from tests.test_plain import NO_TIME


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
    """As numpy's arrays are: a number by its type, and neither true nor false."""

    def __init__(self, *items: object) -> None:
        self.items = items

    def __index__(self) -> int:
        raise TypeError("only integer scalar arrays can be converted to a scalar index")

    def __bool__(self) -> bool:
        raise ValueError("the truth value of an array is ambiguous")

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Any:
        return iter(self.items)

    def __contains__(self, other: object) -> bool:
        raise ValueError("ambiguous")


ODD: dict[str, Callable[[], object]] = {
    "None": lambda: None,
    "True": lambda: True,
    "0": lambda: 0,
    "-1": lambda: -1,
    "a number of 400 digits": lambda: 10**400,
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
    "an array": lambda: Array(Whole(1), Whole(2)),
    "no time": lambda: NO_TIME,
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
    "into": "13",
    "body": "text",
    "from_": {"type": "user", "id": "9"},
    "until": 1_700_000_000,
    "query": F.open == True,  # noqa: E712  # builds a filter
    "ids": ["1", "2"],
}
ONE_OF = ("intercom_user_id", "user_id", "email")
# What takes the values of ``ODD`` as they are, besides what stands here as itself.
TRUTHS = {"raw", "ordered", "parts"}
STREAMS = {"list", "search", "retrieve", "retrieve_many", "scan"}


class Recorder:
    """Takes calls and answers none of them."""

    def __init__(self, version: str) -> None:
        self.version = version
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


def parameters(method: Callable[..., Any]) -> dict[str, None]:
    """Return the names of what a method takes, in all its overloads."""
    names: dict[str, None] = {}
    for each in (*get_overloads(method), method):
        for parameter in list(inspect.signature(each).parameters.values())[1:]:
            if parameter.kind is not parameter.VAR_KEYWORD:
                names[parameter.name] = None
            elif get_origin(parameter.annotation) is Unpack:
                (shape,) = get_args(parameter.annotation)
                names |= dict.fromkeys(get_type_hints(shape))
    return names


TAKES = {name: parameters(method) for name, method in METHODS.items()}
PARAMETERS = [(name, parameter) for name, taken in TAKES.items() for parameter in taken]
VERSIONS = {"delete": "2.16", "merge": "2.16"}


def arguments(name: str, changed: str) -> dict[str, Any]:
    given = {key: value for key, value in GIVEN.items() if key in TAKES[name]}
    if name == "update" and changed not in get_type_hints(ConversationChanges):
        given["title"] = "a title"
    if name == "reply" and changed in ONE_OF:
        del given["admin_id"]
    if name == "attach_contact" and changed not in ONE_OF:
        given["email"] = "ada@example.com"
    return given


async def sent(name: str, **given: Any) -> list[tuple[str, str, Any, str | None]]:
    """Return what a method sends, the times in it left out."""
    recorder = Recorder(VERSIONS.get(name, "2.10"))
    try:
        answer = METHODS[name](Conversations(recorder), **given)
        if isinstance(answer, Coroutine | Pages):
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


def allowed(parameter: str, value: object) -> bool:
    """Leave out what asks for 10**400 tasks, and by what is neither true nor false."""
    if parameter == "concurrency":
        return not isinstance(value, int) or value < 2
    return parameter not in TRUTHS or not isinstance(value, Array)


pytestmark = pytest.mark.filterwarnings(
    "ignore:run_assignment_rules:DeprecationWarning",
    "ignore:Intercom-Version:UserWarning",
)


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
async def test_operations_take_an_argument_or_refuse_it_by_name(name: str, parameter: str) -> None:
    names = {parameter, parameter.strip("_"), parameter.replace("_", " "), parameter.strip("s")}
    for odd, make in ODD.items():
        if allowed(parameter, value := make()):
            given = {**arguments(name, parameter), parameter: value}
            try:
                await sent(name, **given)
            except (QueryError, ConfigurationError) as error:
                said = str(error)
                if not any(each in said for each in names):
                    pytest.fail(f"{odd}: {said}")
            except Exception as error:  # noqa: BLE001  # which one it was is told
                pytest.fail(f"{odd}: {error!r}")


TEXTS = {
    "id": "12",
    "contact_id": "c1",
    "part_id": "p",
    "source_id": "s",
    "tag_id": "5",
    "ticket_type_id": "6",
    "admin_id": "7",
    "assignee_id": "8",
    "body": "text",
    "type": "team",
    "message_type": "note",
    "subject": "a subject",
    "title": "a title",
    "display_as": "plaintext",
    "intercom_user_id": "i",
    "user_id": "u",
    "email": "ada@example.com",
    "resume": "WzE3MDBd",
}
NUMBERS = {
    "id": 12,
    "contact_id": 1,
    "part_id": 2,
    "source_id": 3,
    "tag_id": 4,
    "ticket_type_id": 5,
    "admin_id": 6,
    "assignee_id": 7,
    "into": 13,
    "until": 1_700_000_000,
    "created_at": 1_700_000_000,
    "per_page": 20,
    "limit": 30,
    "concurrency": 2,
}


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
async def test_texts_and_numbers_of_other_types_are_sent_as_those(
    name: str, parameter: str
) -> None:
    given = arguments(name, parameter)
    twins: list[tuple[object, object]] = []
    if parameter in TEXTS and (parameter, name) not in {("type", each) for each in STREAMS}:
        twins.append((Safe(TEXTS[parameter]), TEXTS[parameter]))
    if parameter in NUMBERS:
        twins.append((Whole(NUMBERS[parameter]), NUMBERS[parameter]))
    for odd, usual in twins:
        assert await sent(name, **{**given, parameter: odd}) == await sent(
            name, **{**given, parameter: usual}
        )


@pytest.mark.parametrize(
    ("name", "given", "usual"),
    [
        ("create", {"from_": {"type": Safe("lead"), "id": Whole(9)}}, {"type": "lead", "id": "9"}),
        ("create", {"from_": ContactReference("user", Safe("9"))}, {"type": "user", "id": "9"}),
    ],
)
async def test_contacts_are_sent_alike(name: str, given: Any, usual: dict[str, str]) -> None:
    _, _, body, _ = (await sent(name, body="b", **given))[0]
    assert body["from"] == usual


async def test_many_ids_are_asked_for_and_told_as_texts() -> None:
    ids: Any = [Safe("a"), Whole(7), None, 1.5, "b"]
    recorder = Recorder("2.10")
    async with Conversations(recorder).retrieve_many(ids, concurrency=1, ordered=True) as results:
        seen = [result async for result in results]
    assert [result.id for result in seen] == ["a", "7", "NoneType", "float", "b"]
    assert [type(result.error) for result in seen] == [Sent, Sent, QueryError, QueryError, Sent]
    assert [call.path[-2:] for call in recorder.calls] == ["/a", "/7", "/b"]


def test_searches_take_arrays_for_lists() -> None:
    assert F.state.is_in(Array(Safe("open"))).to_dict()["value"] == ["open"]


CONSTRUCTORS: dict[str, tuple[Callable[..., object], dict[str, Any]]] = {
    "AsyncIntercom": (AsyncIntercom, {"token": "token"}),
    "with_options": (AsyncIntercom(token="token").with_options, {}),  # of a test
    "Timeouts": (Timeouts, {}),
    "RetryPolicy": (RetryPolicy, {}),
    "SessionPool": (SessionPool, {}),
    "Limits": (Limits, {}),
    "Options": (Options, {}),
}


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        (name, parameter)
        for name, (make, _) in CONSTRUCTORS.items()
        for parameter in inspect.signature(make).parameters
    ],
)
def test_options_are_taken_or_refused_by_name(name: str, parameter: str) -> None:
    make, given = CONSTRUCTORS[name]
    words = {parameter, parameter.replace("_", " "), parameter.rstrip("s")}
    for odd, value in ODD.items():
        try:
            made = make(**{**given, parameter: value()})
        except (ConfigurationError, QueryError) as error:
            if not any(word in str(error) for word in words):
                pytest.fail(f"{odd}: {error}")
        except Exception as error:  # noqa: BLE001  # which one it was is told
            pytest.fail(f"{odd}: {error!r}")
        else:
            assert "a lie" not in repr(made)


def test_options_of_other_types_are_those_they_stand_for() -> None:
    client = AsyncIntercom(
        token=Safe("token"),
        base_url=Safe("http://127.0.0.1:1"),
        version=Safe("2.10"),
        budget=Real(0.5),
        timeouts=Timeouts(attempt=Real(2.5), total=Whole(9)),  # type: ignore[arg-type]
        retry=RetryPolicy(max_attempts=Whole(3)),  # type: ignore[arg-type]
    ).with_options(headers={Safe("X-A"): Safe("b")})
    settings = client._settings
    assert settings.secret.value == "token"
    assert type(settings.secret.value) is str
    assert settings.headers == (("X-A", "b"),)
    assert {type(text) for text in settings.headers[0]} == {str}
    assert repr(settings.timeouts) == "Timeouts(attempt=2.5, total=9)"
    assert repr(settings.budget) == "0.5"
    assert settings.retry.max_attempts == 3
    assert repr(client) == "<AsyncIntercom http://127.0.0.1:1 version=2.10>"
    region: Any = Safe("EU")
    assert AsyncIntercom(token="t", region=region)._settings.base_url.endswith("eu.intercom.io")


async def later(*_: object) -> None:
    raise AssertionError("nobody awaits this")


class Handler:
    def handle(self, *given: object) -> Coroutine[Any, Any, None]:
        return later(*given)


@pytest.mark.parametrize(
    "hook",
    [lambda *given: later(*given), partial(Handler().handle)],  # noqa: PLW0108  # a hook's form
    ids=["a lambda", "a partial"],
)
async def test_a_hook_that_turns_out_to_be_async_is_told_and_nothing_is_left_behind(
    hook: Callable[..., object], caplog: pytest.LogCaptureFixture
) -> None:
    async with Emulator(conversations=3) as emulator:
        client = AsyncIntercom(base_url=emulator.url, token=emulator.token, on_event=hook)
        async with client as intercom:
            await intercom.me()
            assert "on_event must be a plain function, not async" in caplog.text
            pages = intercom.conversations.list(type=Never, on_invalid=hook)
            with pytest.raises(ConfigurationError, match="on_invalid must be a plain function"):
                async for _ in pages:
                    pass


class Never(msgspec.Struct):
    no_such_field: int


def test_notifications_of_other_types_are_refused() -> None:
    for make in ODD.values():
        value: Any = make()
        with pytest.raises((QueryError, DecodeError)):
            parse_notification(value)
        for arguments in ((value, "sha1=0", "s"), (b"x", value, "s"), (b"x", "sha1=0", value)):
            with pytest.raises(SignatureError):
                verify_signature(*arguments)


def test_signatures_and_secrets_may_be_safe_strings() -> None:
    signature = "sha1=" + hmac.new(b"s", b"x", "sha1").hexdigest()
    verify_signature(b"x", Safe(signature), Safe("s"))


@pytest.mark.parametrize("field", ["name", "data", "content_type"])
def test_attachments_are_taken_or_refused(field: str) -> None:
    for make in ODD.values():
        value: Any = make()
        try:
            sent = AttachmentFile(**{"name": "a", "data": b"b", field: value}).to_dict()
        except QueryError:
            pass
        else:
            assert "a lie" not in json.dumps(sent)


async def test_a_path_that_is_none_is_refused() -> None:
    for name in ("a\0b", Path("a\0b")):
        with pytest.raises(QueryError, match="attachment_files"):
            await sent("reply", id="1", admin_id="1", body="b", attachment_files=[name])
