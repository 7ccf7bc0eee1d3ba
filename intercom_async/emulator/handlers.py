"""The operations of the API: which handler answers which request, and in which versions."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from intercom_async.emulator.bodies import read_object
from intercom_async.emulator.collection import Collection
from intercom_async.emulator.documented import documented, normal
from intercom_async.emulator.documents import Record
from intercom_async.emulator.nouns import NOUNS
from intercom_async.emulator.nouns.documented import documented_nouns, example_routes
from intercom_async.emulator.operations import (
    conversations,
    convert,
    customers,
    manage,
    reply,
    tags,
)
from intercom_async.emulator.pagination import make_page, read_per_page, read_starting_after
from intercom_async.emulator.replies import ApiError, Reply, reply_json
from intercom_async.emulator.routes import Handler, Request, Routes
from intercom_async.emulator.search_cache import SearchCache
from intercom_async.emulator.serializer import Serializer
from intercom_async.emulator.stored import StoredConversation
from intercom_async.emulator.versions import VERSION_2_0, Version, list_key
from intercom_async.emulator.workspace import Workspace

_NOT_FOUND: Final = (404, "not_found", "Resource Not Found")
_NOT_ALLOWED: Final = (405, "method_not_allowed", "Method Not Allowed")
_Change: TypeAlias = Callable[[Workspace, Request], str]
_Operation: TypeAlias = Callable[[Workspace, Request], Record]


class Handlers:
    """Answers requests out of a workspace."""

    def __init__(
        self,
        workspace: Workspace,
        serializer: Serializer,
        search_cache: SearchCache,
        *,
        nameless: bool = False,
    ) -> None:
        self._workspace = workspace
        self._app = None if nameless else workspace.app
        self._serializer = serializer
        self._search_cache = search_cache
        # Those that are known from the documents alone come first, and give way.
        nouns = {noun.path: noun for noun in (*documented_nouns(), *NOUNS)}
        self._collections = {path: Collection(noun, workspace) for path, noun in nouns.items()}

    def routes(self) -> Routes:
        """Make the routing table."""
        converted = _only(lambda v: v >= (2, 10), self._answer(convert.convert), _NOT_FOUND)
        rules = self._change(manage.run_assignment_rules)
        rules = _only(lambda v: v < (2, 12), rules, _NOT_FOUND)
        delete = _only(lambda v: v >= (2, 13), self._answer(manage.delete), _NOT_ALLOWED)
        customer = "/conversations/{conversation_id}/customers/{contact_id}"
        own: dict[str, Handler] = {
            "GET /me": self.me,
            "GET /conversations": self.list_conversations,
            "POST /conversations": self._answer(conversations.create),
            "POST /conversations/search": self.search_conversations,
            "POST /conversations/redact": self._change(conversations.redact),
            "GET /conversations/{id}": self.retrieve_conversation,
            "PUT /conversations/{id}": self._change(conversations.update),
            "DELETE /conversations/{id}": delete,
            "POST /conversations/{id}/reply": self._change(reply.reply),
            "POST /conversations/{id}/parts": self._change(manage.manage),
            "POST /conversations/{id}/run_assignment_rules": rules,
            "POST /conversations/{id}/customers": self._answer(customers.attach),
            f"DELETE {customer}": self._answer(customers.detach),
            "POST /conversations/{id}/convert": converted,
            "POST /conversations/{conversation_id}/tags": self._answer(tags.tag),
            "DELETE /conversations/{conversation_id}/tags/{id}": self._answer(tags.untag),
        }
        others: dict[str, Handler] = {}
        for collection in self._collections.values():
            others |= collection.routes()
        others |= example_routes({normal(line) for line in (*own, *others)})
        return Routes(own | {line: _in_its_versions(line, others[line]) for line in others})

    def me(self, request: Request) -> Reply:
        """Answer who the token belongs to."""
        admin = self._workspace.admins[0]
        avatar = {"type": "avatar", "image_url": admin.get("avatar")}
        shown = self._collections["/admins"].shown(admin, request)
        more = {"avatar": avatar, "email_verified": True, "app": self._app}
        return reply_json(shown | more)

    def list_conversations(self, request: Request) -> Reply:
        """Answer a page of all conversations."""
        return self._page(self._workspace.ordered, request.query, request.version)

    def search_conversations(self, request: Request) -> Reply:
        """Answer a page of the conversations that match a query."""
        body = read_object(request.body, "the body")
        pagination = read_object(body.get("pagination") or {}, "pagination")
        matches = self._search_cache.find(body.get("query"), request.version)
        return self._page(matches, pagination, request.version)

    def retrieve_conversation(self, request: Request) -> Reply:
        """Answer one conversation with its newest parts."""
        return self._full(request.parameters["id"], request)

    def _page(
        self, matches: list[StoredConversation], pagination: Mapping[str, Any], version: Version
    ) -> Reply:
        per_page = read_per_page(pagination.get("per_page"))
        starting_after = read_starting_after(pagination.get("starting_after"))
        encode = self._serializer.listed(version)
        return make_page(matches, per_page, starting_after, key=list_key(version), encode=encode)

    def _full(self, id: str, request: Request) -> Reply:
        plain = request.query.get("display_as") == "plaintext"
        conversation = self._require(id)
        return Reply(200, self._serializer.full(conversation, request.version, plain=plain))

    def _require(self, id: str) -> StoredConversation:
        conversation = self._workspace.get(id)
        if conversation is None:
            raise ApiError(*_NOT_FOUND)
        return conversation

    def _change(self, change: _Change) -> Handler:
        """Make the handler of an operation that answers with the conversation."""

        def handle(request: Request) -> Reply:
            id_ = change(self._workspace, request)
            if request.version == VERSION_2_0:  # there, only a retrieval shows parts
                return Reply(200, self._serializer.without_parts(self._require(id_), VERSION_2_0))
            return self._full(id_, request)

        return handle

    def _answer(self, operation: _Operation) -> Handler:
        """Make the handler of an operation that answers with something of its own."""
        return lambda request: reply_json(operation(self._workspace, request))


def _in_its_versions(line: str, handler: Handler) -> Handler:
    """Make a handler refuse the versions that do not have its operation."""
    of_line = documented().get(normal(line))
    if of_line is None or of_line.since is of_line.until is None:
        return handler
    message = "Requested resource is not available in current API version"
    return _only(of_line.is_in, handler, (400, "intercom_version_invalid", message))


def _only(
    in_version: Callable[[Version], bool], handler: Handler, refusal: tuple[int, str, str]
) -> Handler:
    """Make a handler of an operation that not all versions have."""

    def handle(request: Request) -> Reply:
        if not in_version(request.version):
            raise ApiError(*refusal)
        return handler(request)

    return handle
