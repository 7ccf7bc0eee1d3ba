"""The operations of the API: each a method from request to reply."""

from typing import Any, cast

from intercom_async.emulator.documents import Record
from intercom_async.emulator.finder import Finder
from intercom_async.emulator.markup import plain_text
from intercom_async.emulator.pagination import make_page, read_per_page, read_starting_after
from intercom_async.emulator.replies import Refused, Reply, reply_json
from intercom_async.emulator.routes import Request, Routes
from intercom_async.emulator.stored import StoredConversation, parts_list
from intercom_async.emulator.workspace import Workspace


class Handlers:
    """Answers requests out of a workspace.

    Args:
        workspace: The state to answer from.
        inclusive_bounds: Whether ``>`` and ``<`` of a search also match the bound itself.
    """

    def __init__(self, workspace: Workspace, *, inclusive_bounds: bool) -> None:
        self._workspace = workspace
        self._finder = Finder(workspace, inclusive_bounds=inclusive_bounds)

    def routes(self) -> Routes:
        """Makes the routing table."""
        return Routes(
            {
                "GET /me": self.me,
                "GET /conversations": self.list_conversations,
                "POST /conversations/search": self.search_conversations,
                "GET /conversations/{id}": self.retrieve_conversation,
            }
        )

    def me(self, _: Request) -> Reply:
        """Answers who the token belongs to."""
        admin = self._workspace.admins[0]
        return reply_json({**admin, "email_verified": True, "app": self._workspace.app})

    def list_conversations(self, request: Request) -> Reply:
        """Answers a page of all conversations."""
        per_page = read_per_page(request.query.get("per_page"))
        cursor = read_starting_after(request.query.get("starting_after"))
        return make_page(self._workspace.ordered, per_page, cursor)

    def search_conversations(self, request: Request) -> Reply:
        """Answers a page of the conversations that match a query."""
        body = _object(request.body, "the body")
        pagination = _object(body.get("pagination") or {}, "pagination")
        per_page = read_per_page(pagination.get("per_page"))
        cursor = read_starting_after(pagination.get("starting_after"))
        return make_page(self._finder.find(body.get("query")), per_page, cursor)

    def retrieve_conversation(self, request: Request) -> Reply:
        """Answers one conversation with its newest parts."""
        conversation = self._workspace.get(request.parameters["id"])
        if conversation is None:
            raise Refused(404, "not_found", "Resource Not Found")
        if request.query.get("display_as") == "plaintext":
            return reply_json(_in_plain_text(conversation))
        return Reply(200, conversation.encoded_full)


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refused(400, "parameter_invalid", f"{what} must be an object")
    return cast("dict[str, Any]", value)


def _in_plain_text(conversation: StoredConversation) -> Record:
    record = conversation.record()
    listed = parts_list(conversation.parts())
    for message in (record["source"], *listed["conversation_parts"]):
        if message and message.get("body"):
            message["body"] = plain_text(message["body"])
    return {**record, "conversation_parts": listed}
