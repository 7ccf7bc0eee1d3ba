"""A web backend that answers for many workspaces over one pool of connections.

Run it with a token a workspace, such as ``WORKSPACES='{"acme": "token-of-acme"}'``::

    python examples/backend.py

``GET /acme/waiting`` lists what waits in a workspace, ``POST /acme/conversations/ID/close``
closes a conversation. Needs nothing but the package.
"""

import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

import msgspec
from aiohttp import web

from intercom_async import (
    AsyncIntercom,
    F,
    IntercomError,
    NotFound,
    RateLimited,
    RequestError,
    SessionPool,
    Timeouts,
)

POOL: Final = web.AppKey("pool", SessionPool)
TOKENS: Final = web.AppKey("tokens", dict[str, str])
PATIENCE: Final = Timeouts(attempt=10, total=20)  # seconds; a browser waits no longer

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def pool(app: web.Application) -> AsyncIterator[None]:
    """Open the pool with the application, and close it with the application."""
    async with SessionPool() as app[POOL]:
        yield


def workspace(request: web.Request) -> AsyncIntercom:
    """Return a client of the workspace that a request names; it costs next to nothing to make."""
    token = request.app[TOKENS].get(request.match_info["workspace"])
    if token is None:
        raise web.HTTPNotFound(text="no such workspace")
    return AsyncIntercom(token=token, pool=request.app[POOL], timeouts=PATIENCE)


async def waiting(request: web.Request) -> web.Response:
    """List the open conversations that changed last."""
    page = await workspace(request).conversations.search(F.state == "open", per_page=20)
    body = msgspec.json.encode({"total": page.total_count, "conversations": page.items})
    return web.Response(body=body, content_type="application/json")


async def close(request: web.Request) -> web.Response:
    """Close a conversation in the name of the token's admin."""
    intercom = workspace(request)
    admin = await intercom.me()
    closed = await intercom.conversations.close(request.match_info["id"], admin_id=admin.id)
    return web.json_response({"id": closed.id, "state": closed.state})


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say of each failure what the browser can do about it."""
    try:
        return await handler(request)
    except NotFound:
        return web.json_response({"error": "no such conversation"}, status=404)
    except RateLimited as error:
        seconds = str(round(error.retry_after or 10))
        return web.json_response({"error": "busy"}, status=503, headers={"Retry-After": seconds})
    except RequestError as error:
        unsure = error.may_have_been_applied
        answer = {"error": "Intercom did not answer", "look_before_you_repeat": unsure}
        return web.json_response(answer, status=502)
    except IntercomError as error:
        return web.json_response({"error": str(error)}, status=400)


def make_app(tokens: dict[str, str]) -> web.Application:
    """Return the application for workspaces, each with its token."""
    app = web.Application(middlewares=[errors])
    app[TOKENS] = tokens
    app.cleanup_ctx.append(pool)
    app.router.add_get("/{workspace}/waiting", waiting)
    app.router.add_post("/{workspace}/conversations/{id}/close", close)
    return app


if __name__ == "__main__":
    web.run_app(make_app(json.loads(os.environ["WORKSPACES"])), host="127.0.0.1")
