"""The application takes in what Intercom signed, and nothing else, and always answers."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from intercom_async import AsyncIntercom, ConfigurationError, DecodeError
from intercom_async.emulator import Emulator
from intercom_async.models import Contact, Conversation
from intercom_async.webhooks import FinEvent, Item, Notification, WebhookApp, sign

SECRET = "a-client-secret"
CONVERSATION = {"type": "conversation", "id": "123"}


def body_of(topic: str, item: Any = None) -> bytes:
    return json.dumps({"topic": topic, "id": "notif_1", "data": {"item": item}}).encode()


PING = body_of("ping", {"type": "ping"})


@dataclass
class Server:
    """Sends one request to an application, as servers do, and keeps what is answered."""

    app: Any
    sent: list[Any] = field(default_factory=list[Any])
    pieces: list[Any] = field(default_factory=list[Any])

    async def receive(self) -> Any:
        if not self.pieces:
            await asyncio.Event().wait()  # nothing more comes
        return self.pieces.pop(0)

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    async def ask(
        self, method: str, pieces: list[Any], headers: Any = (), path: str = "/"
    ) -> int | None:
        self.pieces, self.sent = list(pieces), []
        scope = {"type": "http", "method": method, "path": path, "headers": list(headers)}
        try:
            await self.app(scope, self.receive, self.send)
        finally:
            status = self.status
        return status

    async def post(self, body: bytes, **signed: Any) -> int | None:
        header = sign(body, SECRET, **signed).encode()
        name = signed.get("name", "X-Hub-Signature").lower().encode()
        return await self.ask("POST", [whole(body)], [(name, header)])

    @property
    def status(self) -> int | None:
        if not self.sent:
            return None
        start, end = self.sent
        assert (start["type"], end["type"]) == ("http.response.start", "http.response.body")
        status: int = start["status"]
        return status


def whole(body: bytes) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": False}


def piece(body: bytes) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": True}


@pytest.fixture
def app() -> WebhookApp:
    return WebhookApp(SECRET, timeout=0.05, max_body=1_000)


@pytest.fixture
def server(app: WebhookApp) -> Server:
    return Server(app)


async def test_a_notification_goes_to_the_handlers_of_its_topic(
    app: WebhookApp, server: Server
) -> None:
    seen: list[tuple[str, object]] = []

    @app.on("conversation.user.replied", type=Conversation)
    async def replied(notification: Notification[Conversation]) -> None:
        seen.append(("replied", notification.item.id))

    @app.on("contact.*", "visitor.signed_up", type=Contact)
    async def contact(notification: Notification[Contact]) -> None:
        seen.append(("contact", notification.item.id))

    @app.on("*")
    async def everything(notification: Notification[Item]) -> None:
        seen.append(("everything", notification.topic))

    for topic, item in (
        ("conversation.user.replied", CONVERSATION),
        ("contact.user.tag.created", {"type": "contact", "id": "5"}),
        ("visitor.signed_up", {"id": "6"}),
        ("contacts.new", None),
        ("ping", {"type": "ping"}),
    ):
        assert await server.post(body_of(topic, item)) == 200
    assert seen == [
        ("replied", "123"),
        ("everything", "conversation.user.replied"),
        ("contact", "5"),
        ("everything", "contact.user.tag.created"),
        ("contact", "6"),
        ("everything", "visitor.signed_up"),
        ("everything", "contacts.new"),
        ("everything", "ping"),
    ]


async def test_what_nobody_handles_is_taken_in(server: Server) -> None:
    assert await server.post(PING) == 200
    assert await server.post(body_of("of.a.new.topic", [1])) == 200
    assert await server.post(body_of("conversation.read", {"type": "conversation"})) == 200
    assert dict(server.sent[0]["headers"]) == {b"content-length": b"0"}


async def test_a_body_may_come_in_pieces(server: Server) -> None:
    header = (b"X-Hub-Signature", sign(PING, SECRET).encode())
    pieces = [piece(PING[:5]), {"type": "http.request", "more_body": True}, whole(PING[5:])]
    assert await server.ask("POST", pieces, [header]) == 200


async def test_either_signature_will_do_and_none_hides_another(server: Server) -> None:
    assert await server.post(PING, name="X-Body-Signature") == 200
    hub = (b"x-hub-signature", sign(PING, SECRET).encode())
    body = (b"x-body-signature", sign(PING, SECRET, name="X-Body-Signature").encode())
    wrong = (b"x-hub-signature", b"sha1=0")
    assert await server.ask("POST", [whole(PING)], [hub, body]) == 200
    assert await server.ask("POST", [whole(PING)], [wrong, body]) == 401
    assert await server.ask("POST", [whole(PING)], [hub, wrong]) == 401


@pytest.mark.parametrize("header", [b"", b"sha1=0", b"sha1=\xff\x00", sign(PING, "x").encode()])
async def test_a_wrong_signature_is_401(app: WebhookApp, server: Server, header: bytes) -> None:
    app.on("*")(never)
    assert await server.ask("POST", [whole(PING)], [(b"x-hub-signature", header)]) == 401
    assert await server.ask("POST", [whole(PING)]) == 401


async def never(_notification: Notification[Item]) -> None:
    pytest.fail("it was handled")


@pytest.mark.parametrize("body", [b"", b"{}", b"no json", b"[]", b'{"workspace_id":"canvas"}'])
async def test_what_is_no_notification_is_400(app: WebhookApp, server: Server, body: bytes) -> None:
    app.on("*")(never)
    assert await server.post(body) == 400


async def test_a_url_is_tried_with_head_and_other_methods_are_405(server: Server) -> None:
    assert await server.ask("HEAD", [whole(b"")]) == 200
    for method in ("GET", "PUT", "DELETE", "OPTIONS", "post"):
        assert await server.ask(method, [whole(PING)]) == 405
        assert (b"allow", b"HEAD, POST") in server.sent[0]["headers"]


@pytest.mark.parametrize("length", [b"1001", b" 1001 ", b"00002000", b"9" * 5_000])
async def test_a_body_that_says_it_is_too_large_is_not_read(server: Server, length: bytes) -> None:
    assert await server.ask("POST", [], [(b"content-length", length)]) == 413


@pytest.mark.parametrize("length", [b"1", b"odd", b"-5", "²".encode(), b"", b"0" * 5_000])
async def test_a_body_is_counted_whatever_it_says(server: Server, length: bytes) -> None:
    headers = [(b"content-length", length), (b"x-hub-signature", b"sha1=0")]
    endless = [piece(b"x" * 400)] * 50
    assert await server.ask("POST", endless, headers) == 413
    assert len(server.pieces) == 47, "what is too much is not read"
    largest = b'{"topic":"ping"}' + b" " * 984
    headers[1] = (b"x-hub-signature", sign(largest, SECRET).encode())
    assert await server.ask("POST", [whole(largest)], headers) == 200


async def test_a_body_that_never_ends_is_408(server: Server) -> None:
    headers = [(b"x-hub-signature", b"sha1=0")]
    async with asyncio.timeout(5):  # not to wait for ever where nothing ends it
        assert await server.ask("POST", [piece(b"x")], headers) == 408


async def test_who_goes_away_is_not_answered(app: WebhookApp, server: Server) -> None:
    app.on("*")(never)
    headers = [(b"x-hub-signature", sign(PING, SECRET).encode())]
    pieces = [piece(PING), {"type": "http.disconnect"}]
    assert await server.ask("POST", pieces, headers) is None


async def test_the_answer_comes_before_the_handlers(app: WebhookApp, server: Server) -> None:
    answered: list[int | None] = []

    @app.on("ping")
    async def slow(_notification: Notification[Item]) -> None:
        answered.append(server.status)
        await asyncio.sleep(0.1)  # longer than the timeout, which is not for it
        answered.append(server.status)

    await server.post(PING)
    assert answered == [200, 200]


class Bug(Exception):
    pass


async def fail(_notification: Notification[Item]) -> None:
    raise Bug


@pytest.mark.parametrize(("answer_first", "status"), [(True, 200), (False, 500)])
async def test_what_handlers_raise_comes_out_when_all_have_run(
    answer_first: bool, status: int
) -> None:
    server = Server(WebhookApp(SECRET, answer_first=answer_first))
    ran: list[str] = []

    async def run(notification: Notification[Item]) -> None:
        ran.append(notification.topic)

    server.app.on("*")(fail)
    server.app.on("ping")(run)
    with pytest.raises(Bug):
        await server.post(PING)
    assert (server.status, ran) == (status, ["ping"])
    server.app.on("*")(fail)
    with pytest.raises(ExceptionGroup, match="handlers of ping failed") as caught:
        await server.post(PING)
    assert (server.status, ran, len(caught.value.exceptions)) == (status, ["ping"] * 2, 2)


async def test_an_item_of_another_type_than_asked_for_is_an_error_of_its_handler(
    app: WebhookApp, server: Server
) -> None:
    seen: list[object] = []

    @app.on("conversation.read", type=Conversation)
    async def conversation(notification: Notification[Conversation]) -> None:
        seen.append(notification.item)

    @app.on("conversation.read")
    async def whatever(notification: Notification[Item]) -> None:
        seen.append(notification.item)

    with pytest.raises(DecodeError):
        await server.post(body_of("conversation.read", {"type": "conversation"}))
    assert (server.status, seen) == (200, [{"type": "conversation"}])


async def test_the_answer_may_wait_for_the_handlers() -> None:
    app = WebhookApp(SECRET, answer_first=False)
    server = Server(app)
    answered: list[int | None] = []

    @app.on("ping")
    async def slow(_notification: Notification[Item]) -> None:
        answered.append(server.status)

    assert await server.post(PING) == 200
    assert answered == [None]


async def test_a_handler_that_is_a_plain_function_runs_once() -> None:
    server = Server(WebhookApp(SECRET, answer_first=False))
    topics: list[str] = []
    server.app.on("ping")(lambda notification: topics.append(notification.topic))
    assert await server.post(PING) == 200
    assert topics == ["ping"]


async def test_handlers_that_take_too_long_are_cancelled_before_the_answer() -> None:
    server = Server(WebhookApp(SECRET, answer_first=False, timeout=0.05))

    async def sleep(_notification: Notification[Item]) -> None:
        await asyncio.Event().wait()

    server.app.on("*")(fail)
    server.app.on("*")(sleep)
    with pytest.raises(ExceptionGroup) as caught:
        await server.post(PING)
    assert server.status == 500
    assert [type(each) for each in caught.value.exceptions] == [Bug, TimeoutError]


async def test_a_server_may_start_and_stop_it(server: Server) -> None:
    server.pieces = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    await server.app({"type": "lifespan"}, server.receive, server.send)
    assert [message["type"] for message in server.sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


async def test_other_protocols_are_refused(server: Server) -> None:
    server.pieces = [{"type": "websocket.connect"}]
    await server.app({"type": "websocket"}, server.receive, server.send)
    assert server.sent == [{"type": "websocket.close"}]
    with pytest.raises(ValueError, match="telepathy"):
        await server.app({"type": "telepathy"}, server.receive, server.send)


@pytest.mark.parametrize("topic", ["", "a*", "*.a", "a.*.b", "**", ".*", "a.**", None, 5, never])
def test_a_topic_that_could_not_match_is_refused(app: WebhookApp, topic: Any) -> None:
    with pytest.raises(ConfigurationError, match="a topic is"):
        app.on("ping", topic)
    with pytest.raises(ConfigurationError, match="needs a topic"):
        app.on()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"secret": ""}, "secret"),
        ({"secret": None}, "secret"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": float("nan")}, "timeout"),
        ({"timeout": "4"}, "timeout"),
        ({"max_body": -1}, "max_body"),
        ({"max_body": 1.5}, "max_body"),
        ({"answer_first": "no"}, "answer_first"),
    ],
)
def test_impossible_options_are_refused(arguments: Any, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        WebhookApp(**{"secret": SECRET} | arguments)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("path", ["/mounted/", "/intercom"])
async def test_it_works_in_starlette(app: WebhookApp, path: str) -> None:
    server = Server(Starlette(routes=[Mount("/mounted", app), Route("/intercom", app)]))
    headers = [(b"x-hub-signature", sign(PING, SECRET).encode())]
    assert await server.ask("POST", [whole(PING)], headers, path) == 200
    assert await server.ask("POST", [whole(PING)], (), path) == 401
    assert await server.ask("HEAD", [whole(b"")], (), path) == 200
    assert await server.ask("GET", [whole(b"")], (), path) == 405


async def test_it_takes_in_what_the_emulator_sends() -> None:
    app = WebhookApp(SECRET)
    server = Server(app)
    seen: list[str] = []

    @app.on("conversation.*", type=Conversation)
    async def conversation(notification: Notification[Conversation]) -> None:
        seen.append(f"{notification.topic} {notification.item.state}")

    async def take(request: web.BaseRequest) -> web.Response:
        headers = [(name.lower(), value) for name, value in request.raw_headers]
        status = await server.ask(request.method, [whole(await request.read())], headers)
        return web.Response(status=status or 500)

    async with (
        RawTestServer(take) as receiver,
        Emulator(
            webhook_url=str(receiver.make_url("/")), webhook_secret=SECRET, conversations=1
        ) as emulator,
    ):
        sender = {"type": "user", "id": emulator.workspace.contacts[0]["id"]}
        async with AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom:
            await intercom.conversations.create(from_=sender, body="Hello")
        await emulator.settle()
        assert [delivery.status for delivery in emulator.deliveries] == [200]
    assert seen == ["conversation.user.created open"]


MESSAGES = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"type": st.just("http.request")},
            optional={"body": st.binary(max_size=60), "more_body": st.booleans()},
        ),
        st.just({"type": "http.disconnect"}),
    ),
    max_size=5,
)
HEADERS = st.lists(
    st.tuples(
        st.sampled_from([b"x-hub-signature", b"X-Body-Signature", b"content-length", b""]),
        st.one_of(st.binary(max_size=50), st.just(b"sha1=" + b"0" * 40)),
    ),
    max_size=4,
)


@given(method=st.sampled_from(["POST", "HEAD", "GET", ""]), messages=MESSAGES, headers=HEADERS)
def test_any_request_is_answered_once_or_gone(method: str, messages: Any, headers: Any) -> None:
    app = WebhookApp(SECRET, max_body=100)
    app.on("*")(never)
    server = Server(app)
    last = {"type": "http.disconnect"}
    status = asyncio.run(server.ask(method, [*messages, last], headers))
    assert status in {200, 401, 405, 413, None}
    assert (status == 200) is (method == "HEAD")
    assert status is None or len(server.sent) == 2


@given(body=st.binary(max_size=200), cuts=st.lists(st.integers(0, 200), max_size=3))
def test_any_signed_body_is_a_notification_or_400(body: bytes, cuts: list[int]) -> None:
    server = Server(WebhookApp(SECRET))
    headers = [(b"x-hub-signature", sign(body, SECRET).encode())]
    pieces = [*map(piece, _cut(body, sorted(cuts))), whole(b"")]
    assert asyncio.run(server.ask("POST", pieces, headers)) == 400
    notification = body_of("x", body.hex())
    headers = [(b"x-hub-signature", sign(notification, SECRET).encode())]
    pieces = [*map(piece, _cut(notification, sorted(cuts))), whole(b"")]
    assert asyncio.run(server.ask("POST", pieces, headers)) == 200


def _cut(body: bytes, places: list[int]) -> Iterator[bytes]:
    for start, end in zip([0, *places], [*places, len(body)], strict=True):
        yield body[start:end]


FIN = "X-Fin-Agent-API-Webhook-Signature"
FIN_SECRET = "a-signing-secret"
REPLIED = b'{"event_name":"fin_replied","conversation_id":"7","message":{"body":"<p>Hi</p>"}}'


@pytest.mark.parametrize("secret", [None, SECRET], ids=["of fin alone", "of both"])
async def test_events_of_fins_are_signed_with_a_secret_of_their_own(secret: str | None) -> None:
    app = WebhookApp(secret, fin_agent_secret=FIN_SECRET)
    server = Server(app)
    seen: list[tuple[str, str | None]] = []

    @app.on("fin_replied", type=FinEvent)
    async def replied(notification: Notification[FinEvent]) -> None:
        seen.append((notification.topic, notification.item.conversation_id))

    async def post(body: bytes, secret: str, name: Any) -> int | None:
        header = (name.lower().encode(), sign(body, secret, name=name).encode())
        return await server.ask("POST", [whole(body)], [header])

    assert await post(REPLIED, FIN_SECRET, FIN) == 200
    assert seen == [("fin_replied", "7")]
    assert await post(REPLIED, SECRET, FIN) == 401
    assert await post(REPLIED, FIN_SECRET, "X-Hub-Signature") == 401
    assert await post(PING, SECRET, "X-Hub-Signature") == (401 if secret is None else 200)
    assert len(seen) == 1


async def test_events_of_fins_are_refused_without_their_secret(server: Server) -> None:
    assert await server.post(REPLIED, name=FIN) == 401


@pytest.mark.parametrize(
    "secrets", [(None, None), ("", FIN_SECRET), (SECRET, ""), (SECRET, b"x"), (5, FIN_SECRET)]
)
def test_secrets_that_are_none_are_refused(secrets: tuple[Any, Any]) -> None:
    with pytest.raises(ConfigurationError, match="secret"):
        WebhookApp(secrets[0], fin_agent_secret=secrets[1])
