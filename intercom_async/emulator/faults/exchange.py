"""One request that meets a fault: what the fault may do with it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from aiohttp import web

from intercom_async.emulator.faults.plan import ChosenFault, Faults
from intercom_async.emulator.replies import ApiError, Reply, reply_error
from intercom_async.emulator.request_log import RequestRecord
from intercom_async.emulator.workspace import Workspace

_FIRST_FAILURE: Final = 400


@dataclass(slots=True)
class Exchange:
    """A request on its way, and the means to answer it."""

    faults: Faults
    chosen: ChosenFault
    record: RequestRecord  # the request as the emulator remembers it
    headers: dict[str, str]  # the headers of the answer; may be changed
    workspace: Workspace
    operate: Callable[[], Reply]
    respond: Callable[[Reply], web.Response]  # makes the HTTP response of a reply, with the headers
    # Refuses connections for some seconds, beginning before it returns.
    stop_listening: Callable[[float], Awaitable[None]]
    reply: Reply | None = None  # the operation's own answer, once it has been carried out
    conversation_id: str | None = None  # the conversation that was spoiled or changed, if it is one

    def refusal(self, error: ApiError) -> Reply:
        """Make the reply that tells the error, below the id of this request."""
        return reply_error(error, self.headers["X-Request-Id"])

    def carry_out(self) -> Reply:
        """Answer as the API would: the operation is carried out once, however often called."""
        if self.reply is None:
            self.reply = self.operate()
        return self.reply

    @property
    def applied(self) -> bool:
        """Whether the operation was carried out and has succeeded."""
        return self.reply is not None and self.reply.status < _FIRST_FAILURE


# None tells that the fault does not fit the operation's answer, which is then sent as it is.
Injector: TypeAlias = Callable[[Exchange], web.StreamResponse | None]
