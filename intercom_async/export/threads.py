"""Work that blocks, done in a thread and never left behind there."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

import anyio

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what a step returns that is done in a thread.

    A caller that is cancelled meanwhile waits for the step's end all the same: a thread cannot be
    stopped, and what comes after must not meet it at work.
    """
    future = asyncio.get_running_loop().run_in_executor(None, partial(step, *args, **kwargs))
    cancelled: asyncio.CancelledError | None = None
    with anyio.CancelScope(shield=True):
        while not future.done():
            try:
                await asyncio.wait([future])
            except asyncio.CancelledError as error:  # from outside anyio, which no shield holds off
                cancelled = error
    if cancelled is not None:
        future.exception()  # seen, if there is one; the cancellation goes before it
        raise cancelled
    return future.result()
