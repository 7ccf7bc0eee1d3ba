"""Conversations: ``intercom.conversations``.

Source: API reference 2.10, "Conversations"; 2.0, "Assign a conversation"; later versions as named.
"""

import warnings
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias, TypedDict, TypeVar, Unpack, overload

import msgspec

from intercom_async.attachments import check_urls
from intercom_async.core import codec, versions
from intercom_async.core.attached import sub
from intercom_async.core.fetch_many import Ids, Many
from intercom_async.core.inputs import Id, checked, exactly_one, mapping, number
from intercom_async.core.pages import Pages
from intercom_async.core.plain import identifier, text, unix_seconds
from intercom_async.core.query import AnyQuery
from intercom_async.core.resource import (
    Listable,
    ListedUnder,
    Listing,
    PageOptions,
)
from intercom_async.core.scannable import Scannable
from intercom_async.errors import QueryError
from intercom_async.models.base import JSON
from intercom_async.models.conversation import Conversation
from intercom_async.models.conversation_fields import F
from intercom_async.models.conversation_inputs import (
    AdminReply,
    AnyContact,
    AnyReply,
    AttachByEmail,
    AttachByIntercomUser,
    AttachByUser,
    ConversationChanges,
    EmailReply,
    IntercomUserReply,
    Managed,
    NewConversation,
    UserReply,
)
from intercom_async.models.conversation_records import (
    DeletedConversation,
    HandlingEvent,
    SideConversation,
)
from intercom_async.models.deleted import Deleted
from intercom_async.models.message import Message
from intercom_async.models.reference import ContactReference
from intercom_async.models.tag import Tag
from intercom_async.models.ticket import Ticket
from intercom_async.resources.replying import CONTACT_IDS, reply_fields

S = TypeVar("S")

Contacts: TypeAlias = list[ContactReference]
DisplayAs: TypeAlias = Literal["plaintext"] | None

_INSTEAD: Final = "use assign, or Workflows in Intercom"
_CUSTOMERS: Final = "/conversations/{id}/customers"


class DeletedOptions(PageOptions, total=False):
    """What the list of deleted conversations can be asked with; else as ``PageOptions``.

    Attributes:
        order: By the time of deletion, the newest first (``"desc"``) or last.
    """

    order: Literal["asc", "desc"]


class DeletedConversations(Listing[DeletedConversation]):
    """The ids of conversations that were deleted: ``intercom.conversations.deleted``."""

    _model = DeletedConversation
    _all = "/conversations/deleted"
    _key = "conversations"
    _numbered = True
    _per_page = _max_per_page = 60
    _options = DeletedOptions
    _since = "2.16"

    @overload
    def list(self, **page: Unpack[DeletedOptions]) -> Pages[DeletedConversation]: ...
    @overload
    def list(self, *, type: type[S], **page: Unpack[DeletedOptions]) -> Pages[S]: ...
    @overload
    def list(self, *, raw: Literal[True], **page: Unpack[DeletedOptions]) -> Pages[bytes]: ...
    def list(self, *, type: Any = None, raw: bool = False, **page: Any) -> Pages[Any]:
        """Walk all deleted conversations; see ``DeletedOptions``."""
        return self._list(type, raw, **page)


class ConversationSearchOptions(PageOptions, total=False):
    """What a search tells besides, from version 2.16; else as ``PageOptions``.

    Attributes:
        include_monitors: Whether conversations come with their ``monitor_evaluations``.
        include_scorecards: Whether they come with their ``scorecards``.
    """

    include_monitors: bool
    include_scorecards: bool


_INCLUDES: Final = ConversationSearchOptions.__annotations__.keys() - PageOptions.__annotations__


class RetrieveOptions(TypedDict, total=False):
    """How to fetch a conversation.

    Attributes:
        display_as: ``"plaintext"`` for bodies without HTML.
        include_translations: Whether parts come with their translations. From version 2.14.
    """

    display_as: DisplayAs
    include_translations: bool | None


class RetrieveManyOptions(TypedDict, total=False):
    """How to fetch many conversations.

    Attributes:
        concurrency: How many to fetch at a time; 16 by default.
        ordered: Whether to deliver in the order of the ids rather than as they come.
        display_as: ``"plaintext"`` for bodies without HTML.
    """

    concurrency: int
    ordered: bool
    display_as: DisplayAs


class HandlingEvents(ListedUnder[HandlingEvent]):
    """When teammates worked on a conversation: ``intercom.conversations.handling_events``."""

    _model = HandlingEvent
    _all = "/conversations/{id}/handling_events"
    _key = "handling_events"
    _since = "2.15"


class SideConversations(ListedUnder[SideConversation]):
    """Teammates' threads beside a conversation: ``intercom.conversations.side_conversations``."""

    _model = SideConversation
    _all = "/conversations/{id}/side_conversations"
    _key = "side_conversations"
    _numbered = True
    _since = "2.16"


class Conversations(Listable[Conversation], Scannable[Conversation]):
    """The conversations of a workspace. What changes one answers with it as it is now.

    Lists leave the parts out and come in the order of the last update, the newest first. What is
    updated while a walk goes on moves to the front, and is missed if the walk had not come to it
    yet; ``search(F.updated_at >= started)`` finds it.
    """

    _model = Conversation
    _all = "/conversations"
    _one = "/conversations/{id}"
    _search = "/conversations/search"
    _key = "conversations"
    _fields = F

    deleted: sub[DeletedConversations] = sub(DeletedConversations)
    handling_events: sub[HandlingEvents] = sub(HandlingEvents)
    side_conversations: sub[SideConversations] = sub(SideConversations)

    @overload
    async def retrieve(self, id: Id, **how: Unpack[RetrieveOptions]) -> Conversation: ...
    @overload
    async def retrieve(self, id: Id, *, type: type[S], **how: Unpack[RetrieveOptions]) -> S: ...
    @overload
    async def retrieve(
        self, id: Id, *, raw: Literal[True], **how: Unpack[RetrieveOptions]
    ) -> bytes: ...
    async def retrieve(
        self,
        id: Id,
        *,
        type: Any = None,
        raw: bool = False,
        display_as: DisplayAs = None,
        include_translations: bool | None = None,
    ) -> Any:
        """Fetch one conversation with its parts, of which the API gives the newest 500.

        Args:
            id: The conversation's id.
            type: A struct (or any type msgspec decodes) of your own to decode into.
            raw: Give the API's own bytes, undecoded.
            display_as: See ``RetrieveOptions``.
            include_translations: Likewise.
        """
        if include_translations is None:
            return await self._retrieve(id, type, raw=raw, display_as=display_as)
        query = checked("retrieve", _Translated, {"include_translations": include_translations})
        self._require("retrieve(include_translations=…)", "2.14")
        return await self._retrieve(id, type, raw=raw, display_as=display_as, **query)

    @overload
    def retrieve_many(self, ids: Ids, **how: Unpack[RetrieveManyOptions]) -> Many[Conversation]: ...
    @overload
    def retrieve_many(
        self, ids: Ids, *, type: type[S], **how: Unpack[RetrieveManyOptions]
    ) -> Many[S]: ...
    @overload
    def retrieve_many(
        self, ids: Ids, *, raw: Literal[True], **how: Unpack[RetrieveManyOptions]
    ) -> Many[bytes]: ...
    def retrieve_many(
        self, ids: Ids, *, type: Any = None, raw: bool = False, **how: Any
    ) -> Many[Any]:
        """Fetch many conversations with their parts; see ``RetrieveManyOptions``."""
        return self._retrieve_many(ids, type, raw=raw, **how)

    @overload
    def search(
        self, query: AnyQuery[Conversation], **page: Unpack[ConversationSearchOptions]
    ) -> Pages[Conversation]: ...
    @overload
    def search(
        self,
        query: AnyQuery[Conversation],
        *,
        type: type[S],
        **page: Unpack[ConversationSearchOptions],
    ) -> Pages[S]: ...
    @overload
    def search(
        self,
        query: AnyQuery[Conversation],
        *,
        raw: Literal[True],
        **page: Unpack[ConversationSearchOptions],
    ) -> Pages[bytes]: ...
    def search(
        self, query: AnyQuery[Conversation], *, type: Any = None, raw: bool = False, **page: Any
    ) -> Pages[Any]:
        """Walk the conversations that match a query; see ``Searchable.search``.

        Args:
            query: An expression of ``F``, or the API's own JSON as a mapping.
            type: A struct (or any type msgspec decodes) of your own to decode into.
            raw: Give each conversation as the API's own bytes, undecoded.
            **page: See ``ConversationSearchOptions``. Large pages of a search are slow.

        Raises:
            CursorLoopError: While iterating: the API repeated a cursor.
        """
        included = {name: page.pop(name) for name in _INCLUDES & page.keys()}
        if included:
            self._require(f"search({next(iter(included))}=…)", "2.16")
        params = checked("search", ConversationSearchOptions, included)
        return self._searched(query, type, raw, params=params, **page)

    async def create(
        self,
        *,
        from_: ContactReference | Mapping[str, str],
        body: str,
        **more: Unpack[NewConversation],
    ) -> Message:
        """Create a conversation that a contact starts.

        Args:
            from_: Who starts it: a contact, or a mapping with ``type`` (``lead``, ``user`` or
                ``contact``) and ``id``.
            body: The text, without HTML.
            **more: See ``NewConversation``.

        Returns:
            The message; its ``conversation_id`` is the conversation's.
        """
        opening = {**more, "attachment_urls": check_urls(more.get("attachment_urls"))}
        fields = {"from": _contact(from_), "body": text("body", body)}
        fields |= checked("create", NewConversation, opening)
        return await self._send("POST /conversations", Message, body=fields)

    async def update(
        self, id: Id, *, display_as: DisplayAs = None, **changes: Unpack[ConversationChanges]
    ) -> Conversation:
        """Change what is given of a conversation; see ``ConversationChanges``."""
        if not changes:
            raise QueryError("update: give read=, title=, custom_attributes= or company_id=")
        return await self._send(
            "PUT /conversations/{id}",
            Conversation,
            id,
            query={"display_as": display_as},
            body=checked("update", ConversationChanges, changes),
            nulls=True,
        )

    @overload
    async def reply(self, id: Id, **reply: Unpack[AdminReply]) -> Conversation: ...
    @overload
    async def reply(self, id: Id, **reply: Unpack[IntercomUserReply]) -> Conversation: ...
    @overload
    async def reply(self, id: Id, **reply: Unpack[UserReply]) -> Conversation: ...
    @overload
    async def reply(self, id: Id, **reply: Unpack[EmailReply]) -> Conversation: ...
    async def reply(self, id: Id, **reply: Any) -> Conversation:
        """Reply as an admin or as a contact, or leave a note.

        Args:
            id: The conversation's id, or ``"last"`` for the contact's latest conversation.
            **reply: The text and one of ``admin_id``, ``intercom_user_id``, ``user_id`` and
                ``email``; see ``AdminReply``.

        Raises:
            OSError: A file to attach cannot be read; nothing was sent.
        """
        return await self._send(
            "POST /conversations/{id}/reply",
            Conversation,
            id,
            body=await reply_fields(AnyReply, reply),
            named=None if id == "last" else id,
        )

    async def assign(
        self,
        id: Id,
        *,
        admin_id: Id,
        assignee_id: Id,
        type: Literal["admin", "team"] = "admin",
        body: str | None = None,
    ) -> Conversation:
        """Assign a conversation to an admin or a team; it can have one of each.

        Args:
            id: The conversation's id.
            admin_id: The admin who assigns.
            assignee_id: The admin or team to assign to.
            type: Which of the two ``assignee_id`` is.
            body: A note for the teammates.

        Returns:
            The conversation; version 2.0 says whom it is assigned to in ``assignee``.
        """
        more = {"type": type, "assignee_id": assignee_id, "body": body}
        return await self._manage(id, "assignment", admin_id, more)

    async def unassign(
        self,
        id: Id,
        *,
        admin_id: Id,
        type: Literal["admin", "team"] = "admin",
        body: str | None = None,
    ) -> Conversation:
        """Take a conversation from the admin or the team it is assigned to; see ``assign``."""
        return await self.assign(id, admin_id=admin_id, assignee_id="0", type=type, body=body)

    async def close(self, id: Id, *, admin_id: Id, body: str | None = None) -> Conversation:
        """Close a conversation, perhaps with a last message, which the contact sees."""
        return await self._manage(id, "close", admin_id, {"type": "admin", "body": body})

    async def open(self, id: Id, *, admin_id: Id) -> Conversation:
        """Open a conversation that is closed or snoozed."""
        return await self._manage(id, "open", admin_id, {})

    async def snooze(self, id: Id, *, admin_id: Id, until: datetime | int) -> Conversation:
        """Close a conversation until a moment at which it opens by itself."""
        moment = unix_seconds("until", until)
        return await self._manage(id, "snoozed", admin_id, {"snoozed_until": moment})

    async def run_assignment_rules(self, id: Id) -> Conversation:
        """Let the workspace's assignment rules assign a conversation (until version 2.11).

        Deprecated: Intercom removes it for all versions on 31 December 2026. Use ``assign``, or
        Workflows in Intercom.
        """
        path, instead = "POST /conversations/{id}/run_assignment_rules", _INSTEAD
        versions.require(self._client.version, path, until="2.11", instead=instead)
        warning = f"run_assignment_rules: Intercom removes it on 31 December 2026; {instead}"
        warnings.warn(warning, DeprecationWarning, stacklevel=2)
        return await self._send(path, Conversation, id, named=id)

    @overload
    async def attach_contact(self, id: Id, **contact: Unpack[AttachByIntercomUser]) -> Contacts: ...
    @overload
    async def attach_contact(self, id: Id, **contact: Unpack[AttachByUser]) -> Contacts: ...
    @overload
    async def attach_contact(self, id: Id, **contact: Unpack[AttachByEmail]) -> Contacts: ...
    async def attach_contact(self, id: Id, **contact: Any) -> Contacts:
        """Add a contact to a conversation.

        Args:
            id: The conversation's id.
            **contact: The admin, and one of ``intercom_user_id``, ``user_id`` and ``email``; see
                ``AttachByIntercomUser``.

        Returns:
            The contacts who take part now.
        """
        given = checked("attach_contact", AnyContact, contact)
        customer: dict[str, Any] = exactly_one("attach_contact", given, CONTACT_IDS)
        if given.get("customer") is not None:
            customer["customer"] = _identifier(given["customer"])
        fields = {"admin_id": given["admin_id"], "customer": customer}
        return await self._send(f"POST {_CUSTOMERS}", list, id, body=fields, decode=_participants)

    async def detach_contact(
        self, id: Id, contact_id: Id, *, admin_id: Id, customer: Mapping[str, str] | None = None
    ) -> Contacts:
        """Take a contact out of a group conversation.

        Args:
            id: The conversation's id.
            contact_id: The id Intercom gave the contact.
            admin_id: The admin who does this.
            customer: The contact once more, by one of ``intercom_user_id``, ``user_id`` and
                ``email``; the reference's examples send it, the API does not need it.

        Returns:
            The contacts who take part now.

        Raises:
            UnprocessableEntity: It is the last contact.
        """
        given = None if customer is None else _identifier(customer)
        path = f"DELETE {_CUSTOMERS}/{{contact_id}}"
        fields = {"admin_id": identifier("admin_id", admin_id), "customer": given}
        return await self._send(
            path, list, id, contact_id, body=fields, decode=_participants, named=None
        )

    async def add_tag(self, id: Id, *, tag_id: Id, admin_id: Id) -> Tag:
        """Put a tag on a conversation, and return the tag."""
        path = "POST /conversations/{id}/tags"
        fields = {"id": identifier("tag_id", tag_id), "admin_id": identifier("admin_id", admin_id)}
        return await self._send(path, Tag, id, body=fields, named=tag_id)

    async def remove_tag(self, id: Id, *, tag_id: Id, admin_id: Id) -> Tag:
        """Take a tag off a conversation, and return the tag."""
        path = "DELETE /conversations/{id}/tags/{tag_id}"
        return await self._send(
            path, Tag, id, tag_id, body={"admin_id": identifier("admin_id", admin_id)}
        )

    async def redact_part(self, id: Id, part_id: Id) -> Conversation:
        """Remove the content of a conversation part for good; the part must have a body."""
        return await self._redact(
            "conversation_part", id, conversation_part_id=identifier("part_id", part_id)
        )

    async def redact_source(self, id: Id, source_id: Id) -> Conversation:
        """Remove the content of the message that started it, which a contact must have written."""
        return await self._redact("source", id, source_id=identifier("source_id", source_id))

    async def convert(
        self,
        id: Id,
        *,
        ticket_type_id: Id,
        attributes: Mapping[str, JSON] | None = None,
        ticket_state_id: Id | None = None,
    ) -> Ticket:
        """Convert a conversation to a ticket (from version 2.10).

        Args:
            id: The conversation's id.
            ticket_type_id: The id of a ticket type for customers.
            attributes: The ticket's fields by name; ``_default_title_`` and
                ``_default_description_`` are the built-in ones, and a list's value is the id
                of one of its items.
            ticket_state_id: The state the ticket begins in. Later than version 2.10.
        """
        fields = {
            "ticket_type_id": identifier("ticket_type_id", ticket_type_id),
            "attributes": None if attributes is None else mapping("attributes", attributes),
            "ticket_state_id": None
            if ticket_state_id is None
            else identifier("ticket_state_id", ticket_state_id),
        }
        path = "POST /conversations/{id}/convert"
        return await self._send(path, Ticket, id, body=fields, since="2.10")

    async def merge(self, id: Id, *, into: Id) -> Conversation:
        """Merge a conversation into another, and return that (from version 2.16)."""
        fields = {"merge_into_conversation_id": number("into", into)}
        path = "POST /conversations/{id}/merge"
        return await self._send(path, Conversation, id, body=fields, named=into, since="2.16")

    async def delete(self, id: Id, *, retain_metrics: bool | None = None) -> Deleted:
        """Delete a conversation for good (from version 2.13).

        Args:
            id: The conversation's id.
            retain_metrics: Whether reports go on counting it. From version 2.16.
        """
        query = checked("delete", _Kept, {"retain_metrics": retain_metrics})
        since = "2.13" if retain_metrics is None else "2.16"
        return await self._send("DELETE /conversations/{id}", Deleted, id, query=query, since=since)

    async def _manage(
        self, id: Id, message_type: str, admin_id: Id, more: Mapping[str, object]
    ) -> Conversation:
        fields = {"message_type": message_type, "admin_id": admin_id, **more}
        body = checked(message_type, Managed, fields)
        return await self._send(
            "POST /conversations/{id}/parts", Conversation, id, body=body, named=id
        )

    async def _redact(self, type_: str, id: Id, **part: str) -> Conversation:
        fields = {"type": type_, "conversation_id": identifier("id", id), **part}
        return await self._send("POST /conversations/redact", Conversation, body=fields, named=id)


class _Translated(TypedDict):
    include_translations: bool


class _Kept(TypedDict):
    retain_metrics: bool | None


class _Participants(msgspec.Struct):
    customers: list[ContactReference] | None = None


def _participants(body: bytes) -> Contacts:
    # The recorded answers hold a list of customers, the schema promises a conversation.
    customers = codec.record_decoder(_Participants)(body).customers
    return codec.record_decoder(Conversation)(body).contacts if customers is None else customers


def _identifier(customer: Mapping[str, str]) -> dict[str, str]:
    if unknown := mapping("customer", customer).keys() - {*CONTACT_IDS}:
        raise QueryError(f"customer: {', '.join(map(repr, unknown))} names no contact")
    return exactly_one("customer", customer, CONTACT_IDS)


def _contact(given: ContactReference | Mapping[str, str]) -> dict[str, str]:
    if isinstance(given, ContactReference):
        given = {"type": given.type or "", "id": given.id or ""}
    type_ = text("the type of from_", mapping("from_", given).get("type"))
    if type_ not in {"lead", "user", "contact"}:
        raise QueryError(f"from_ must have the type lead, user or contact, not {type_!r}")
    return {"type": type_, "id": identifier("the id of from_", given.get("id"))}
