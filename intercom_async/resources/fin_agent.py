"""Fin as an agent of the caller's own application: ``intercom.fin_agent``.

Source: API reference 2.16, "Fin Agent"; Preview where named.
"""

from typing import Any, TypedDict, Unpack

from intercom_async.core.inputs import Id, checked
from intercom_async.core.resource import Resource
from intercom_async.core.versions import PREVIEW
from intercom_async.errors import QueryError
from intercom_async.models.fin_agent import (
    FinCapabilities,
    FinCsat,
    FinEscalation,
    FinProcedureRun,
    FinRating,
    FinReply,
    FinStart,
    FinStatus,
    FinUser,
)


class FinAgent(Resource):
    """Fin, asked by an application of the caller's own (from version 2.14).

    It is for workspaces that have agreed on it with Intercom. What is answered at once is how far
    Fin is; what it says comes as an event, by webhook or at ``sse_subscription_url``.
    """

    _since = "2.14"

    async def start(self, **start: Unpack[FinStart]) -> FinStatus:
        """Begin a conversation; see ``FinStart``."""
        body = checked("start", FinStart, start)
        return await self._send("POST /fin/start", FinStatus, body=body)

    async def reply(self, **reply: Unpack[FinReply]) -> FinStatus:
        """Go on with a conversation; see ``FinReply``."""
        body = checked("reply", FinReply, reply)
        return await self._send("POST /fin/reply", FinStatus, body=body)

    async def submit_csat(self, **csat: Unpack[FinCsat]) -> FinRating:
        """Rate a conversation, once Fin has asked for that; see ``FinCsat``.

        Safe to repeat, without a remark.

        Raises:
            UnprocessableEntity: There is no such conversation, or nothing to rate, or it is too
                late.
        """
        body = checked("submit_csat", FinCsat, csat)
        safe = "remark" not in body
        return await self._send("POST /fin/csat", FinRating, body=body, repeatable=safe)

    async def ask(self, **question: Unpack[FinStart]) -> FinStatus:
        """Ask Fin without handing the conversation over to it (in Preview only)."""
        body = checked("ask", FinStart, question)
        return await self._send("POST /fin/ask", FinStatus, body=body, since=PREVIEW)

    async def list_capabilities(self, *, user: FinUser) -> FinCapabilities:
        """Tell what Fin can do for a user (in Preview only)."""
        body = checked("list_capabilities", _Of, {"user": user})
        path = "POST /fin/capabilities"
        return await self._send(path, FinCapabilities, body=body, since=PREVIEW, read=True)

    async def run_procedure(self, procedure_id: Id, **run: Unpack[FinProcedureRun]) -> FinStatus:
        """Run a procedure in a new conversation (in Preview only); see ``FinProcedureRun``."""
        body = checked("run_procedure", FinProcedureRun, run)
        path = "POST /fin/procedures/{procedure_id}/run"
        return await self._send(path, FinStatus, procedure_id, body=body, since=PREVIEW)

    async def escalate(self, **escalation: Unpack[FinEscalation]) -> FinStatus:
        """Have a teammate take over (in Preview only); see ``FinEscalation``."""
        body: dict[str, Any] = checked("escalate", FinEscalation, escalation)
        if ("conversation_id" in body) == ("user" in body):
            raise QueryError("escalate: give exactly one of conversation_id, user")
        return await self._send("POST /fin/escalate", FinStatus, body=body, since=PREVIEW)


class _Of(TypedDict):
    user: FinUser
