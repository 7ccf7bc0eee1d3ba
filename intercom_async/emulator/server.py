"""The emulator's HTTP side: a loopback socket, authorisation, headers, the record of requests."""

import asyncio
import copy
import gzip
import hmac
import re
import time
from collections import deque
from collections.abc import Callable, Iterable
from email.utils import formatdate
from functools import partial
from typing import Any, Final, Self
from uuid import uuid4

from aiohttp import web

from intercom_async.emulator.bodies import parse
from intercom_async.emulator.edits import Change
from intercom_async.emulator.faults import Faults
from intercom_async.emulator.faults.exchange import Exchange
from intercom_async.emulator.faults.inject import inject
from intercom_async.emulator.faults.pages import check_poison
from intercom_async.emulator.handlers import Handlers
from intercom_async.emulator.listener import Listener, open_listener
from intercom_async.emulator.nouns.documented import RECORDING
from intercom_async.emulator.replies import ApiError, Reply, reply_error
from intercom_async.emulator.request_log import RequestRecord
from intercom_async.emulator.routes import Request
from intercom_async.emulator.search_cache import SearchCache
from intercom_async.emulator.seed import DEFAULT_ZONE, Seed
from intercom_async.emulator.serializer import Serializer
from intercom_async.emulator.stored import parts_list
from intercom_async.emulator.versions import read_version
from intercom_async.emulator.webhooks import Delivery, Webhooks, check_url
from intercom_async.emulator.windows import Windows
from intercom_async.emulator.workspace import Workspace

DEFAULT_TOKEN: Final = "emulator-token"  # noqa: S105  # opens nothing but an emulator
DEFAULT_WEBHOOK_SECRET: Final = "emulator-secret"  # noqa: S105  # signs nothing but emulations
DEFAULT_START: Final = 1_760_000_000

# What a smaller plan has not, and how it says so.
_PLANNED: Final = {
    re.compile("/conversations.*"): "Active subscription needed.",
    re.compile("/teams/[^/]+/metrics"): "Real-time monitoring is not enabled for your workspace.",
}
_HOST: Final = "127.0.0.1"
_REMEMBERED: Final = 100_000
_REMEMBERED_DELIVERIES: Final = 10_000
_COMPRESS_FROM: Final = 1_024


class Emulator:
    """A stateful stand-in for the API on a loopback socket.

    Use it as an async context manager; it serves while the context is open. Equal
    ``conversations``, ``seed`` and ``start`` make equal data. ``rate_limit``, ``latency``,
    ``plan_restricted``, ``denied`` and ``faults`` are attributes too, and may be changed while it
    runs.

    Args:
        conversations: How many conversations there are at the beginning.
        seed: Another number makes another workspace.
        token: The bearer token that is accepted.
        port: The port to listen on; 0 takes a free one.
        rate_limit: Requests allowed in a window, or None for no limit and no rate headers.
        window_seconds: The length of a window.
        latency: Seconds by which every answer is delayed.
        version: The ``Intercom-Version`` of requests that name none.
        clock: The server's clock, in unix seconds.
        start: The moment, in unix seconds, up to which the seeded workspace has lived.
        inclusive_bounds: Whether ``>`` and ``<`` of a search also match the bound itself.
        whole_days: Whether a search compares dates by the day.
        nameless: Whether ``/me`` leaves the workspace out.
        compress: Whether to gzip longer answers for clients that accept it.
        plan_restricted: Whether operations on conversations and metrics of teams are refused
            with 403.
        denied: What the token has no permission for, by the first word of the path, such as
            ``"tickets"``: 401.
        timezone: The workspace's time zone, such as ``"Asia/Tokyo"``, by whose hours the seeded
            people write and work, and by whose days contacts are searched.
        numeric_ids: Whether some ids of seeded conversations are numbers, as the API sends them;
            else all are text, and all else is equal.
        webhook_url: Where to send notifications of what operations change, on the loopback
            interface; None sends none.
        webhook_secret: What notifications are signed with.
        faults: What goes wrong; None lets all go well.

    Raises:
        ValueError: If ``version`` or ``timezone`` is none, or ``webhook_url`` leads off this
            machine.

    Attributes:
        token: The bearer token that is accepted.
        workspace: The truth to compare answers with.
        unindexed: Ids of records that searches do not find, as while their index is
            behind or rebuilt.
        requests: The latest requests, in order of arrival.
        deliveries: The latest notifications, in the order in which they came about.
    """

    def __init__(
        self,
        *,
        conversations: int = 300,
        seed: int = 7,
        token: str = DEFAULT_TOKEN,
        port: int = 0,
        rate_limit: int | None = 10_000,
        window_seconds: int = 10,
        latency: float = 0.0,
        version: str = "2.10",
        clock: Callable[[], float] = time.time,
        start: int = DEFAULT_START,
        inclusive_bounds: bool = False,
        whole_days: bool = False,
        nameless: bool = False,
        compress: bool = False,
        plan_restricted: bool = False,
        denied: Iterable[str] = (),
        timezone: str = DEFAULT_ZONE,
        numeric_ids: bool = True,
        webhook_url: str | None = None,
        webhook_secret: str = DEFAULT_WEBHOOK_SECRET,
        faults: Faults | None = None,
    ) -> None:
        self.token = token
        self.rate_limit = rate_limit
        self.latency = latency
        self.version: str = _check_version(version)
        self.workspace: Workspace = Workspace(
            Seed(conversations, seed, start, timezone, numeric_ids=numeric_ids), clock
        )
        self.unindexed: set[str] = self.workspace.unindexed
        self.requests: deque[RequestRecord] = deque(maxlen=_REMEMBERED)
        self.plan_restricted = plan_restricted
        self.denied: set[str] = set(denied)
        self.deliveries: deque[Delivery] = deque(maxlen=_REMEMBERED_DELIVERIES)
        self.faults = faults
        self._port = port
        self._compress = compress
        self._clock = clock
        self._windows = Windows(window_seconds)
        self._serializer = Serializer(self.workspace)
        search_cache = SearchCache(
            self.workspace,
            inclusive_bounds=inclusive_bounds,
            whole_days=whole_days,
            unindexed=self.unindexed,
        )
        self._routes = Handlers(
            self.workspace, self._serializer, search_cache, nameless=nameless
        ).routes()
        self._webhooks = self._make_webhooks(webhook_url, webhook_secret)
        self._listener: Listener | None = None

    @property
    def url(self) -> str:
        """The address to send requests to, without a slash at its end.

        Raises:
            RuntimeError: If the emulator is not running.
        """
        if self._listener is None:
            raise RuntimeError("the emulator is not running")
        return f"http://{_HOST}:{self._listener.port}"

    async def __aenter__(self) -> Self:
        self._listener = await open_listener(self._serve, _HOST, self._port)
        if self._webhooks is not None:
            await self._webhooks.open()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        listener, self._listener = self._listener, None
        try:
            if listener is not None:
                await listener.close()
        finally:
            if self._webhooks is not None:
                await self._webhooks.close()

    async def settle(self) -> None:
        """Wait until every notification so far has been delivered or given up."""
        if self._webhooks is not None:
            await self._webhooks.settle()

    def _make_webhooks(self, url: str | None, secret: str) -> Webhooks | None:
        if url is None:
            return None
        app_id = self.workspace.app["id_code"]
        webhooks = Webhooks(check_url(url), secret, app_id, self._show, self.deliveries)
        self.workspace.observers.append(webhooks.notify)
        return webhooks

    def _show(self, change: Change) -> dict[str, Any]:
        """Make the item of a notification: a conversation comes with its new parts only."""
        if change.parts is None:
            return change.item
        # A copy, since the change goes to several observers and shaping uses its record up.
        record = copy.deepcopy({**change.item, "conversation_parts": parts_list(change.parts)})
        return self._serializer.shaped(record, read_version(self.version))

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        began = time.perf_counter()
        record = self._remember(request)
        headers = {
            "Date": formatdate(record.at, usegmt=True),
            "X-Request-Id": str(uuid4()),
            "Intercom-Version": request.headers.get("Intercom-Version", self.version),
        }
        raw = await request.content.read()
        record.body, is_json = parse(raw)
        operate = partial(self._operate, request, record, headers, is_json=is_json)
        respond = partial(self._respond, request, headers)
        faults, pause = self.faults, self._stop_listening
        chosen = None if faults is None else faults.choose(record, raw)
        response: web.StreamResponse
        if faults is None or chosen is None:
            response = respond(operate())
        else:
            exchange = Exchange(
                faults, chosen, record, headers, self.workspace, operate, respond, pause
            )
            response = inject(exchange)
        if self.latency > 0:
            await asyncio.sleep(self.latency)
        record.status = response.status
        record.seconds = time.perf_counter() - began
        return response

    def _operate(
        self,
        request: web.BaseRequest,
        record: RequestRecord,
        headers: dict[str, str],
        *,
        is_json: bool,
    ) -> Reply:
        """Carry an operation out, or refuse to."""
        try:
            self._authorize(request)
            self._count(record, headers)
            version = read_version(headers["Intercom-Version"])
            handler, parameters = self._routes.find(record.method, record.path)
            self._check(record.path, is_json=is_json)
            address = f"http://{request.host}{record.path}"
            reply = handler(Request(parameters, record.query, record.body, version, address))
            if self.faults is not None:
                check_poison(self.faults, record, reply)
        except ApiError as error:
            return reply_error(error, headers["X-Request-Id"])
        return reply

    def _check(self, path: str, *, is_json: bool) -> None:
        """Refuse what token and plan do not include, and a body that is no JSON."""
        if path.split("/")[1] in self.denied:
            raise ApiError(401, "unauthorized", "The token lacks the permission for this")
        for pattern, message in _PLANNED.items():
            if self.plan_restricted and pattern.fullmatch(path):
                raise ApiError(403, "api_plan_restricted", message)
        if not is_json:
            raise ApiError(400, "parameter_invalid", "the body is not valid JSON")

    async def _stop_listening(self, seconds: float) -> None:
        if self._listener is not None:
            await self._listener.pause(seconds)

    def _remember(self, request: web.BaseRequest) -> RequestRecord:
        headers = {name.lower(): value for name, value in request.headers.items()}
        headers.pop("authorization", None)
        record = RequestRecord(
            method=request.method,
            path=request.rel_url.raw_path,
            query=dict(request.query),
            headers=headers,
            body=None,
            status=0,
            at=self._clock(),
            seconds=0.0,
        )
        self.requests.append(record)
        return record

    def _authorize(self, request: web.BaseRequest) -> None:
        if request.path.endswith(RECORDING):
            return
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, b"Bearer " + self.token.encode()):
            raise ApiError(401, "unauthorized", "Access Token Invalid")

    def _count(self, record: RequestRecord, headers: dict[str, str]) -> None:
        """Count a request in its window, and add the rate headers."""
        if self.rate_limit is None:
            return
        allowance = self._windows.take(self.rate_limit, record.at)
        headers.update(allowance.headers())
        if allowance.refused:
            window = f"{self._windows.seconds}_seconds"
            message = f"Exceeded rate limit of {allowance.limit} in {window}"
            raise ApiError(429, "rate_limit_exceeded", message)

    def _respond(
        self, request: web.BaseRequest, headers: dict[str, str], reply: Reply
    ) -> web.Response:
        body = reply.body
        accepted = request.headers.get("Accept-Encoding", "")
        if self._compress and len(body) > _COMPRESS_FROM and "gzip" in accepted:
            body = gzip.compress(body, compresslevel=1)
            headers["Content-Encoding"] = "gzip"
        headers["Content-Type"] = f"{reply.content_type}; charset=utf-8"
        headers |= reply.headers
        return web.Response(body=body, status=reply.status, headers=headers)


def _check_version(version: str) -> str:
    try:
        read_version(version)
    except ApiError:
        raise ValueError(f"{version!r} is no version of the API") from None
    return version
