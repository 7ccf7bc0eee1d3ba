"""Notifications of what happened, posted to a URL on this machine and signed."""

import asyncio
import contextlib
import hashlib
import hmac
import ipaddress
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit
from uuid import uuid4

import aiohttp
import msgspec

from intercom_async.emulator.edits import Change

SIGNATURE_HEADER: Final = "X-Hub-Signature"

_WAITING_AT_MOST: Final = 1_000
_ATTEMPTS: Final = 2
_RETRY_SECONDS: Final = 0.05
_ANSWER_SECONDS: Final = 5.0
_FAREWELL_SECONDS: Final = 1.0
_OK: Final = range(200, 300)


@dataclass(slots=True)
class Delivery:
    """One notification, and how its delivery went.

    Attributes:
        topic: Its topic.
        body: The bytes that were signed and sent, of the last attempt.
        status: The status of the last answer, 0 if there was none.
        attempts: How often it was sent.
    """

    topic: str
    body: bytes
    status: int = 0
    attempts: int = 0


def check_url(url: str) -> str:
    """Check that a URL stays on this machine."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not _is_loopback(parts.hostname or ""):
        raise ValueError(f"only http URLs on the loopback interface will do, not {url!r}")
    return url


def sign(secret: bytes, body: bytes) -> str:
    """Make the value of ``X-Hub-Signature``."""
    # The API signs with SHA-1; it is the keyed form, of which no collisions are known.
    return f"sha1={hmac.new(secret, body, hashlib.sha1).hexdigest()}"


_Queue: TypeAlias = asyncio.Queue[tuple[Delivery, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class _Running:
    """What there is while notifications are being delivered."""

    loop: asyncio.AbstractEventLoop
    queue: _Queue
    session: aiohttp.ClientSession
    task: asyncio.Task[None]


class Webhooks:
    """Delivers notifications one after the other, in the background."""

    def __init__(
        self,
        url: str,
        secret: str,
        app_id: str,
        show: Callable[[Change], dict[str, Any]],
        deliveries: deque[Delivery],
    ) -> None:
        self._url = url
        self._secret = secret.encode()
        self._app_id = app_id
        self._show = show
        self._deliveries = deliveries
        self._running: _Running | None = None

    async def open(self) -> None:
        """Begin to deliver."""
        queue: _Queue = asyncio.Queue(_WAITING_AT_MOST)
        session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_ANSWER_SECONDS))
        task = asyncio.create_task(self._deliver_all(queue, session))
        self._running = _Running(asyncio.get_running_loop(), queue, session, task)

    async def close(self) -> None:
        """Deliver what is waiting, if that goes quickly, and drop the rest."""
        running = self._running
        if running is None:
            return
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.settle(), _FAREWELL_SECONDS)
        finally:
            self._running = None
            running.task.cancel()
            await asyncio.wait([running.task])
            await running.session.close()

    async def settle(self) -> None:
        """Wait until every notification so far has been delivered or given up."""
        if self._running is not None:
            await asyncio.sleep(0)  # what other threads have handed over comes in first
            await self._running.queue.join()

    def notify(self, change: Change) -> None:
        """Take up a change; it is called by whoever makes it, in whatever thread."""
        running = self._running
        if running is None:
            return
        notification = _notification(change, self._app_id, self._show(change))
        delivery = Delivery(change.topic, msgspec.json.encode(notification))
        self._deliveries.append(delivery)
        running.loop.call_soon_threadsafe(_enqueue, running.queue, delivery, notification)

    async def _deliver_all(self, queue: _Queue, session: aiohttp.ClientSession) -> None:
        while True:
            delivery, notification = await queue.get()
            try:
                await self._deliver(session, delivery, notification)
            finally:
                queue.task_done()

    async def _deliver(
        self, session: aiohttp.ClientSession, delivery: Delivery, notification: dict[str, Any]
    ) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            if attempt > 1:
                await asyncio.sleep(_RETRY_SECONDS)
            notification["delivery_attempts"] = delivery.attempts = attempt
            delivery.body = msgspec.json.encode(notification)
            delivery.status = await self._post(session, delivery.body)
            if delivery.status in _OK:
                return

    async def _post(self, session: aiohttp.ClientSession, body: bytes) -> int:
        signature = sign(self._secret, body)
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: signature}
        try:
            # A redirect could lead off this machine.
            async with session.post(
                self._url, data=body, headers=headers, allow_redirects=False
            ) as response:
                return response.status
        except (aiohttp.ClientError, TimeoutError):
            return 0


def _enqueue(queue: _Queue, delivery: Delivery, notification: dict[str, Any]) -> None:
    # A receiver that is too slow loses notifications, as it would live; they stay on record.
    with contextlib.suppress(asyncio.QueueFull):
        queue.put_nowait((delivery, notification))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _notification(change: Change, app_id: str, item: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "notification_event",
        "app_id": app_id,
        "data": {"type": "notification_event_data", "item": item},
        "links": {},
        "id": f"notif_{uuid4()}",
        "topic": change.topic,
        "delivery_status": None,
        "delivery_attempts": 1,
        "delivered_at": 0,
        "first_sent_at": change.at,
        "created_at": change.at,
        "self": None,
    }
