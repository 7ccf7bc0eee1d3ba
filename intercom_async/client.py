"""The client: opens or borrows a pool, and hangs the resources on it."""

import asyncio
from collections.abc import Coroutine
from functools import cached_property
from types import TracebackType
from typing import Any, Self, TypeVar

from intercom_async.limiter import Limiter
from intercom_async.models import Me
from intercom_async.pool import SessionPool
from intercom_async.protocol import codec
from intercom_async.protocol.call import Call
from intercom_async.protocol.retry import RetryPolicy
from intercom_async.resources.conversations import Conversations
from intercom_async.settings import (
    DEFAULT_VERSION,
    Region,
    Settings,
    Timeouts,
    Token,
    check_budget,
    check_version,
    find_base_url,
    find_token,
)

__all__ = ["AsyncIntercom"]

T = TypeVar("T")


class AsyncIntercom:
    """A client of one Intercom workspace::

        async with AsyncIntercom(token=…, region="eu") as intercom:
            async for conversation in intercom.conversations.list():
                print(conversation.id, conversation.state)

    Making it sends nothing and opens nothing. It may be made anywhere, and belongs to the event
    loop on which it is first used. Without ``async with``, call ``aclose`` when done.

    Args:
        token: The access token, or a sync or async callable that gives it and is asked before
            every try. By default the environment variable ``INTERCOM_ACCESS_TOKEN``.
        region: Where the workspace is hosted: ``"us"`` (the default), ``"eu"`` or ``"au"``.
        base_url: A URL to use in place of a region's; plain http for loopback only.
        version: The API version to ask for, 2.10 by default; sent with every request.
        timeouts: How long to wait, in seconds.
        retry: How persistent to be.
        budget: The share of the workspace's rate window to use, above 0 and at most 1, so
            that others who share the window have room.
        limiter: A rate limiter of your own, to share one budget between processes.
        pool: A pool to borrow. Without one the client makes its own, and closes it.

    Raises:
        ConfigurationError: There is no token, or an argument makes no sense.
    """  # noqa: D415  # the first line leads into the example

    def __init__(
        self,
        *,
        token: Token | None = None,
        region: Region | None = None,
        base_url: str | None = None,
        version: str = DEFAULT_VERSION,
        timeouts: Timeouts | None = None,
        retry: RetryPolicy | None = None,
        budget: float = 1.0,
        limiter: Limiter | None = None,
        pool: SessionPool | None = None,
    ) -> None:
        self._settings = Settings(
            secret=find_token(token),
            base_url=find_base_url(region, base_url),
            version=check_version(version),
            timeouts=timeouts or Timeouts(),
            retry=retry or RetryPolicy(),
            budget=check_budget(budget),
            limiter=limiter,
        )
        self._owns_pool = pool is None
        self._pool = pool or SessionPool()

    def __repr__(self) -> str:
        """Show where the client sends to; never the token."""
        return f"<AsyncIntercom {self._settings.base_url} version={self._settings.version}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Wait for calls under way and close the client's own pool; a borrowed one stays open."""
        if self._owns_pool:
            await self._pool.aclose()

    @property
    def version(self) -> str:
        """The API version this client asks for."""
        return self._settings.version

    @cached_property
    def conversations(self) -> Conversations:
        """The workspace's conversations."""
        return Conversations(self)

    async def me(self) -> Me:
        """Tell whose token this is: the admin and the workspace.

        Raises:
            Unauthorized: The token is wrong or revoked.
            RequestError: It could not be asked; the class tells why.

        Source: API reference 2.10, "Identify an admin".
        """
        return await self.send(Call("GET", "/me", "/me", codec.one(Me)))

    async def send(self, call: Call[T]) -> T:
        """Send a call made by a resource; see ``SessionPool.send``."""
        return await self._pool.send(call, self._settings)

    def spawn(self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start a task that ends with the pool; see ``SessionPool.spawn``."""
        return self._pool.spawn(coroutine)
