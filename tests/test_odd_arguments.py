"""Arguments of every type to everything public: taken as meant, or refused by name; else nothing.

The methods are walked by their signatures, so that a new one, or a new parameter, is held too.
"""

import hmac
import inspect
import json
import math
import re
from collections.abc import Callable, Coroutine, Iterator
from datetime import datetime
from functools import cache, partial, reduce
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias, Unpack, get_args, get_origin, get_overloads, get_type_hints
from urllib.parse import parse_qsl, unquote

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
from intercom_async.core.attached import lazy
from intercom_async.core.call import Call
from intercom_async.core.resource import Resource
from intercom_async.emulator import Emulator
from intercom_async.export import Limits, Options
from intercom_async.models import ContactFields, ContactReference, TicketFields
from intercom_async.resources.conversations import Conversations
from intercom_async.webhooks import parse_notification, verify_signature
from tests.contract.judge import documents, operation_of
from tests.contract.test_covered import CALLS
from tests.test_plain import NO_TIME
from tests.test_preview import CHANNEL, PREVIEW


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


def nested(levels: int) -> list[Any]:
    return reduce(lambda within, _: [within], range(levels), list[Any]())


class Struct(msgspec.Struct):
    """As callers have their own."""

    field: int = 1


# What is shown in errors as it was given, which Python cannot of what is nested deeply.
SHOWN = {"method", "query", "created", "concurrency", "limit", "per_page", "until"}
DEEP = "what is nested deeply"
# Beside these, of operations alone: a client takes nearly any text for a token.
MORE: dict[str, Callable[[], object]] = {
    "another path": lambda: "../",
    "a part of a path": lambda: "a/b",
    "another path, escaped": lambda: "%2e%2e",
    "a query": lambda: "a?b=c&d#e",
    "a text of any script": lambda: "ünï🎉\u202e",
    "a long text": lambda: "a word " * 5_000,
    "blanks": lambda: " \t",
    "a line end": lambda: "a\r\nb: c",
    "-0.0": lambda: -0.0,
    "a list of None": lambda: [None],
    "a mapping of NaN": lambda: {"a": math.nan},
    "a struct": Struct,
    DEEP: lambda: nested(9_999),
}
# What takes the values of ``ODD`` as they are, besides what stands here as itself.
TRUTHS = {"raw", "ordered", "parts", "read"}
# Of what is sent, these are not the values themselves.
OTHERWISE = {"type", "resume", *TRUTHS}

# What no line of the contract calls.
BESIDES: tuple[tuple[str, Callable[[Any], object]], ...] = (
    ("2.16", lambda i: i.request("GET", "/x", query={"a": "b"}, body={"c": "d"})),
    ("2.16", lambda i: i.companies.find(name="x")),
    ("2.16", lambda i: i.contacts.scan(where=ContactFields.role == "user")),
    ("2.16", lambda i: i.conversations.scan(where=F.state == "open")),
    ("2.16", lambda i: i.tickets.scan(where=TicketFields.state == "open")),
    ("2.16", lambda i: i.custom_object_instances.find_by_external_id("Order", "a")),
    ("Preview", lambda i: i.ecommerce.upload_catalog("7", import_job_id="5", finalize=True)),
    ("Preview", lambda i: i.folders.list(parent_folder_id=1)),
    ("Preview", lambda i: i.folders.retrieve(6)),
    ("Preview", lambda i: i.folders.create(name="Docs", emoji="📚", parent_folder_id="1")),
    ("Preview", lambda i: i.folders.update(6, description="d", parent_folder_id=None)),
    ("Preview", lambda i: i.folders.delete(6)),
    ("Preview", lambda i: i.identity_verification_secrets.list()),
    ("Preview", lambda i: i.identity_verification_secrets.create(name="N", supports_web=True)),
    ("Preview", lambda i: i.identity_verification_secrets.delete(6)),
    *(("Preview", call) for call, *_ in PREVIEW.values()),
    *(("2.14", call) for call, _ in CHANNEL.values()),
)

Given: TypeAlias = dict[str, Any]


class Named:
    """Stands for a client in a line of the contract, which calls one method of it."""

    def __init__(self, name: str = "", called: list[tuple[str, Any, Any]] | None = None) -> None:
        self.name = name
        self.called = [] if called is None else called

    def __getattr__(self, name: str) -> "Named":
        return Named(f"{self.name}.{name}".lstrip("."), self.called)

    def __call__(self, *given: object, **named: object) -> None:
        self.called.append((self.name, given, named))


class Sent(QueryError):
    """In place of an answer."""


class Recorder(AsyncIntercom):
    """Takes calls and answers none of them."""

    def __init__(self, version: str) -> None:
        super().__init__(token="a-token-of-nobody", version=version)
        self.recorded: list[Call[Any]] = []

    async def send(self, call: Call[Any]) -> Any:
        self.recorded.append(call)
        raise Sent

    def stream(self, call: Call[Any]) -> Any:
        self.recorded.append(call)
        raise Sent


@cache
def recorder(version: str) -> Recorder:
    return Recorder(version)


def method_of(client: AsyncIntercom, name: str) -> Callable[..., Any]:
    method: Callable[..., Any] = attrgetter(name)(client)
    return method


def has_many(name: str) -> bool:
    noun, _, _ = name.rpartition(".")
    return hasattr(method_of(recorder("Preview"), noun), "retrieve_many")


def lines() -> dict[str, list[tuple[str, Given]]]:
    """Return what the contract calls each operation with, by its name: versions and arguments."""
    found: dict[str, list[tuple[str, Given]]] = {}
    versioned = [(list(documents(operation_of(of)))[-1], call) for of, call in CALLS.items()]
    for version, call in [*versioned, *BESIDES]:
        client = Named()
        if isinstance(answer := call(client), Coroutine):  # type: ignore[arg-type]
            answer.close()  # would save the file
        ((name, given, named),) = client.called
        bound = inspect.signature(method_of(recorder("Preview"), name)).bind(*given, **named)
        arguments = dict(bound.arguments)
        for parameter in bound.signature.parameters.values():
            if parameter.kind is parameter.VAR_KEYWORD:
                arguments |= arguments.pop(parameter.name, {})
        found.setdefault(name, []).append((version, arguments))
    for name, of in list(found.items()):
        if name.endswith(".retrieve") and has_many(name):
            found[f"{name}_many"] = [(of[0][0], {"ids": ["1", "2"]})]
    return found


def parameters(method: Callable[..., Any]) -> dict[str, None]:
    """Return the names of what a method takes, in all its overloads."""
    names: dict[str, None] = {}
    for each in (*get_overloads(method), method):
        for parameter in inspect.signature(each).parameters.values():
            if parameter.kind is not parameter.VAR_KEYWORD:
                names |= {parameter.name: None} if parameter.name != "self" else {}
            elif get_origin(parameter.annotation) is Unpack:
                (shape,) = get_args(parameter.annotation)
                names |= dict.fromkeys(get_type_hints(shape))
    return names


LINES = lines()


async def sent(name: str, given: Given, version: str = "2.16") -> Call[Any] | None:
    """Return the first call that a method makes, if it makes any."""
    client = recorder(version)
    client.recorded.clear()
    method = method_of(client, name)
    signature = inspect.signature(method)
    several = [p.name for p in signature.parameters.values() if p.kind is p.VAR_POSITIONAL]
    named = {key: value for key, value in given.items() if key not in several}
    try:
        answer = method(*(item for key in several for item in given.get(key, ())), **named)
        if isinstance(answer, Coroutine | Pages):
            await answer
        else:
            async with answer as stream:
                async for result in stream:
                    result.unwrap()
    except Sent:
        pass
    if not client.recorded:
        return None
    call = client.recorded[0]
    assert "a lie" not in f"{call.path} {call.body!r} {call.asked_id!r}"
    return call


def parts(call: Call[Any] | None) -> list[str]:
    """Return the texts of a call: what its path, query and body hold."""
    assert call is not None
    path, _, query = call.path.partition("?")
    filled = re.sub(r"\\{\w+\\}", "[^/?#]+", re.escape(call.template))
    assert re.fullmatch(filled, path), f"{path} is another path than {call.template}"
    texts = [unquote(segment) for segment in path.split("/")]
    assert not {".", ".."} & set(texts)
    texts += [text for pair in parse_qsl(query, keep_blank_values=True) for text in pair]
    if call.content_type != "application/json":  # a form
        return [*texts, *re.findall(r"\r\n\r\n(.*?)\r\n--", (call.body or b"").decode(), re.DOTALL)]
    return [*texts, *leaves(json.loads(call.body or b"null"))]


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, str):
        yield value


def allowed(parameter: str, value: object) -> bool:
    """Leave out what asks for 10**400 tasks, and by what is neither true nor false."""
    if parameter == "concurrency" and isinstance(value, int):
        return value < 2
    return parameter not in TRUTHS or not isinstance(value, Array)


def line_with(name: str, parameter: str) -> tuple[str, Given]:
    """Return a version and arguments of a method, preferably one that gives the parameter."""
    of = LINES[name]
    return next((line for line in of if parameter in line[1]), of[0])


pytestmark = pytest.mark.filterwarnings(
    "ignore:run_assignment_rules:DeprecationWarning",
    "ignore:Intercom-Version:UserWarning",
)


def test_all_operations_are_walked() -> None:
    client = recorder("Preview")
    nouns = [name for name, of in vars(AsyncIntercom).items() if isinstance(of, lazy)]
    jobs = {"data_export.jobs", "reporting_data_export.jobs"}  # which call the others
    assert set(LINES) == {"me", "request", *operations(client, *nouns)} - jobs


def operations(of: object, *names: str) -> Iterator[str]:
    """Yield the names of all methods of nouns, and of nouns within these."""
    for name in names:
        noun = getattr(of, name)
        if not isinstance(noun, Resource):
            yield name
        else:
            within = [each for each in dir(noun) if not each.startswith("_")]
            yield from (f"{name}.{each}" for each in operations(noun, *within))


@pytest.mark.long
@pytest.mark.parametrize("name", LINES)
async def test_operations_take_an_argument_or_refuse_it_by_name(name: str) -> None:
    for parameter in parameters(method_of(recorder("Preview"), name)):
        names = {parameter, parameter.strip("_"), parameter.replace("_", " "), parameter.strip("s")}
        version, given = line_with(name, parameter)
        for odd, make in (ODD | MORE).items():
            value = make()
            if not allowed(parameter, value) or (odd == DEEP and parameter in SHOWN):
                continue
            try:
                call = await sent(name, {**given, parameter: value}, version)
            except OSError:
                assert parameter == "catalog"  # a file, which is not there
            except (QueryError, ConfigurationError) as error:
                said = str(error)
                if not any(each in said for each in names):
                    pytest.fail(f"{parameter}, {odd}: {said}")
            except Exception as error:  # noqa: BLE001  # which one it was is told
                pytest.fail(f"{parameter}, {odd}: {error!r}")
            else:
                if isinstance(value, str) and parameter not in OTHERWISE:
                    assert str.__str__(value) in parts(call), f"{parameter}, {odd}"


@pytest.mark.parametrize("name", LINES)
async def test_texts_and_numbers_of_other_types_are_sent_as_those(name: str) -> None:
    taken = parameters(method_of(recorder("Preview"), name))
    usual = {each: 2 for each in ("limit", "concurrency") if each in taken}
    for version, line in LINES[name]:
        given = line | usual
        for parameter, value in given.items():
            twin = (
                Safe(value) if type(value) is str else Whole(value) if type(value) is int else None
            )
            if twin is not None:
                call = await sent(name, {**given, parameter: twin}, version)
                assert parts(call) == parts(await sent(name, given, version)), parameter


@pytest.mark.parametrize(
    ("name", "given", "usual"),
    [
        ("create", {"from_": {"type": Safe("lead"), "id": Whole(9)}}, {"type": "lead", "id": "9"}),
        ("create", {"from_": ContactReference("user", Safe("9"))}, {"type": "user", "id": "9"}),
    ],
)
async def test_contacts_are_sent_alike(name: str, given: Any, usual: dict[str, str]) -> None:
    call = await sent(f"conversations.{name}", {"body": "b", **given})
    assert call is not None
    assert json.loads(call.body or b"")["from"] == usual


async def test_many_ids_are_asked_for_and_told_as_texts() -> None:
    ids: Any = [Safe("a"), Whole(7), None, 1.5, "b"]
    client = Recorder("2.10")
    async with Conversations(client).retrieve_many(ids, concurrency=1, ordered=True) as results:
        seen = [result async for result in results]
    assert [result.id for result in seen] == ["a", "7", "NoneType", "float", "b"]
    assert [type(result.error) for result in seen] == [Sent, Sent, QueryError, QueryError, Sent]
    assert [call.path[-2:] for call in client.recorded] == ["/a", "/7", "/b"]


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
            given = {"id": "1", "admin_id": "1", "body": "b", "attachment_files": [name]}
            await sent("conversations.reply", given)
