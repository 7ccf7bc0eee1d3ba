"""The ASGI application that takes notifications in.

Source: ASGI 3.0, HTTP and lifespan; "Webhooks" of Intercom's developer documentation.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http import HTTPStatus
from inspect import isawaitable
from typing import Any, Final, TypeAlias, TypeVar, overload

import anyio

from intercom_async.core.checks import check_count, check_seconds, check_truth
from intercom_async.core.plain import shown
from intercom_async.errors import ConfigurationError, DecodeError, SignatureError
from intercom_async.webhooks.notifications import Notification, parse_notification
from intercom_async.webhooks.signatures import (
    BODY_SIGNATURE_HEADER,
    FIN_AGENT_SIGNATURE_HEADER,
    SIGNATURE_HEADER,
    SignatureHeader,
    verify_signature,
)
from intercom_async.webhooks.topics import Item

T = TypeVar("T")

Handler: TypeAlias = Callable[[Notification[T]], Awaitable[object]]
"""What deals with a notification."""

# As Starlette and the servers have them.
_Message: TypeAlias = MutableMapping[str, Any]
_Receive: TypeAlias = Callable[[], Awaitable[_Message]]
_Send: TypeAlias = Callable[[_Message], Awaitable[None]]

_PATTERN: Final = re.compile(r"\*|\w[\w.]*(\.\*)?")
_MEBIBYTE: Final = 1024 * 1024
_SIGNATURES: Final[dict[bytes, SignatureHeader]] = {
    name.lower().encode(): name
    for name in (SIGNATURE_HEADER, BODY_SIGNATURE_HEADER, FIN_AGENT_SIGNATURE_HEADER)
}


class WebhookApp:
    """Takes notifications in, as an ASGI application: serve it, or mount it in another.

    ::

        app = WebhookApp(os.environ["INTERCOM_CLIENT_SECRET"])

        @app.on("conversation.user.replied", type=Conversation)
        async def replied(notification: Notification[Conversation]) -> None:
            print("a reply in", notification.item.id)

    A POST is answered with 200 once its signature is verified and it is read, whether or not there
    is a handler for its topic; ``ping`` is a topic like any other. A HEAD, by which Intercom tries
    a URL before it takes it, is answered with 200 too. 401 is for a signature that is missing or
    wrong, 400 for what is no notification, 405 for other methods, 408 for a body that does not
    arrive in time, 413 for one that is too large.

    Intercom waits 5 seconds, and stops sending for a while when it meets too many errors. So
    handlers run after the answer, in the request's own task, one after the other in the order they
    were registered. What one raises keeps none from running, and is raised when all have run, for
    the server to log; more than one as an ``ExceptionGroup``. Intercom does not learn of it.

    With ``answer_first=False`` handlers run before the answer: if one raises, or they take longer
    than ``timeout`` leaves them, the answer is 500, and Intercom sends the notification once more
    after a minute. All handlers run again then, so they must not mind.

    Args:
        secret: The client secret of the app, from Intercom's developer hub; ``None`` to take in
            events of Fin's alone.
        fin_agent_secret: The signing secret of Fin's settings, which its events are signed with.
        answer_first: Whether to answer before the handlers run.
        timeout: How long an answer may take, in seconds: until the body is there, and until
            handlers that run before it are done.
        max_body: How large a body may be, in bytes.

    Raises:
        ConfigurationError: The secret is empty or no text, or another option makes no sense.
    """

    def __init__(
        self,
        secret: str | None,
        *,
        fin_agent_secret: str | None = None,
        answer_first: bool = True,
        timeout: float = 4.0,
        max_body: int = 10 * _MEBIBYTE,
    ) -> None:
        secrets = {"secret": secret, "fin_agent_secret": fin_agent_secret}
        for name, given in secrets.items():
            if given is not None and (not isinstance(given, str) or not given):
                raise ConfigurationError(f"{name} must be a text that is not empty, or None")
        if secret is None and fin_agent_secret is None:
            raise ConfigurationError("the secret must be the app's client secret, and is None")
        check_truth("answer_first", answer_first)
        self._secrets: dict[SignatureHeader, str | None] = {
            SIGNATURE_HEADER: secret,
            BODY_SIGNATURE_HEADER: secret,
            FIN_AGENT_SIGNATURE_HEADER: fin_agent_secret,
        }
        self._answer_first = answer_first
        self._timeout = check_seconds("timeout", timeout)
        self._max_body = check_count("max_body", max_body)
        self._handlers: list[tuple[tuple[str, ...], type[Any] | None, Handler[Any]]] = []

    @overload
    def on(self, *topics: str) -> Callable[[Handler[Item]], Handler[Item]]: ...

    @overload
    def on(self, *topics: str, type: type[T]) -> Callable[[Handler[T]], Handler[T]]: ...

    def on(self, *topics: str, type: type[Any] | None = None) -> Callable[[Any], Any]:
        """Register a handler of topics, as a decorator.

        Args:
            topics: Topics as in ``TOPICS``, or all below one: ``contact.*``; ``*`` for all there
                are.
            type: What the item decodes into; by default what it names itself. Another item is a
                ``DecodeError`` then, as if the handler had raised it.

        Raises:
            ConfigurationError: There is no topic, or one is not as above.
        """
        if not topics:
            raise ConfigurationError("a handler needs a topic, or '*' for all")
        for topic in topics:
            if not isinstance(topic, str) or not _PATTERN.fullmatch(topic):
                raise ConfigurationError(f"a topic is 'a.b', 'a.*' or '*', not {shown(topic)}")

        def register(handler: Handler[Any]) -> Handler[Any]:
            self._handlers.append((topics, type, handler))
            return handler

        return register

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        """Answer a request, or follow the server's start and stop.

        Raises:
            ValueError: It is neither, nor a WebSocket, which is refused.
        """
        kind = scope["type"]
        if kind == "http":
            await self._answer(scope, receive, send)
        elif kind == "lifespan":
            await _follow(receive, send)
        elif kind == "websocket":
            await receive()
            await send({"type": "websocket.close"})
        else:
            raise ValueError(f"no scope for an application of HTTP: {kind!r}")

    async def _answer(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        deadline = anyio.current_time() + self._timeout
        try:
            body = await self._verified(scope, receive, deadline)
            notification = parse_notification(body)
        except _Answered as answer:
            await _respond(send, answer.status)
            return
        except SignatureError:
            await _respond(send, HTTPStatus.UNAUTHORIZED)
            return
        except DecodeError:
            await _respond(send, HTTPStatus.BAD_REQUEST)
            return
        except _Disconnected:
            return
        errors: list[Exception] = []
        if self._answer_first:
            await _respond(send, HTTPStatus.OK)
            await self._handle(notification, body, errors)
        else:
            with anyio.CancelScope(deadline=deadline) as limit:
                await self._handle(notification, body, errors)
            if limit.cancelled_caught:
                errors.append(TimeoutError(f"handlers were not done within {self._timeout} s"))
            await _respond(send, HTTPStatus.INTERNAL_SERVER_ERROR if errors else HTTPStatus.OK)
        if len(errors) == 1:
            raise errors[0]
        if errors:
            raise ExceptionGroup(f"handlers of {notification.topic} failed", errors)

    async def _verified(self, scope: _Message, receive: _Receive, deadline: float) -> bytes:
        """Return the body of a request that Intercom signed."""
        if scope["method"] != "POST":
            is_trial = scope["method"] == "HEAD"
            raise _Answered(HTTPStatus.OK if is_trial else HTTPStatus.METHOD_NOT_ALLOWED)
        signatures: list[tuple[SignatureHeader, str]] = []
        for key, value in scope.get("headers", ()):
            if key.lower() == b"content-length" and _exceeds(value, self._max_body):
                raise _Answered(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            if name := _SIGNATURES.get(key.lower()):
                signatures.append((name, value.decode("latin-1")))
        if not signatures:
            raise SignatureError(f"no {SIGNATURE_HEADER} header")
        body = None
        with anyio.CancelScope(deadline=deadline):
            body = await self._read(receive)
        if body is None:
            raise _Answered(HTTPStatus.REQUEST_TIMEOUT)
        for name, signature in signatures:  # all that were sent, so that none hides another
            verify_signature(body, signature, self._secrets[name] or "", name=name)
        return body

    async def _read(self, receive: _Receive) -> bytes:
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Disconnected
            body += message.get("body", b"")
            if len(body) > self._max_body:
                raise _Answered(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            if not message.get("more_body", False):
                return bytes(body)

    async def _handle(
        self, notification: Notification[Item], body: bytes, errors: list[Exception]
    ) -> None:
        for topics, type_, handler in self._handlers:
            if not _matches(topics, notification.topic):
                continue
            try:
                given = notification if type_ is None else parse_notification(body, type=type_)
                answer = handler(given)
                if isawaitable(answer):  # else it ran already, unseen by a type checker
                    await answer
            except Exception as error:  # noqa: BLE001  # raised when all have run
                errors.append(error)


class _Answered(Exception):
    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class _Disconnected(Exception):
    pass


def _exceeds(length: bytes, limit: int) -> bool:
    digits = length.strip().lstrip(b"0")
    # A number of many digits is too large, and takes long to make an int of.
    return digits.isdigit() and (len(digits) > len(str(limit)) or int(digits) > limit)


def _matches(patterns: Iterable[str], topic: str) -> bool:
    return any(
        topic.startswith(pattern[:-1]) if pattern.endswith("*") else topic == pattern
        for pattern in patterns
    )


async def _respond(send: _Send, status: HTTPStatus) -> None:
    headers = [(b"content-length", b"0")]
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers.append((b"allow", b"HEAD, POST"))
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _follow(receive: _Receive, send: _Send) -> None:
    """Answer the server's start and stop, which need nothing."""
    for phase in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{phase}.complete"})
