"""The client: opens or borrows a pool, and hangs the resources on it."""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from types import NoneType
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Literal,
    Self,
    TypeAlias,
    TypeVar,
    Unpack,
    get_args,
    overload,
)

from msgspec.structs import replace

from intercom_async.core import codec, wire
from intercom_async.core.attached import lazy
from intercom_async.core.call import Call, OpenReply, Reply
from intercom_async.core.checks import check_hook, check_seconds, check_truth
from intercom_async.core.codec import Decode
from intercom_async.core.download import Download
from intercom_async.core.inputs import Params, mapping, param
from intercom_async.core.plain import shown
from intercom_async.core.retry import RetryPolicy
from intercom_async.core.usage import Usage
from intercom_async.errors import ConfigurationError, QueryError
from intercom_async.models import Me
from intercom_async.models.base import JSON
from intercom_async.net.events import OnEvent, chain_hooks
from intercom_async.net.limiter import Limiter, Limiters
from intercom_async.net.pool import SessionPool
from intercom_async.net.settings import (
    DEFAULT_VERSION,
    Region,
    Secret,
    Settings,
    Timeouts,
    Token,
    check_budget,
    check_headers,
    check_limiter,
    check_type,
    check_version,
    find_base_url,
    find_token,
    split_url,
)

if TYPE_CHECKING:
    from intercom_async.changes import Changes, ChangesOptions, StreamName
    from intercom_async.models import Contact, Conversation, Ticket
    from intercom_async.resources.activity_logs import ActivityLogs
    from intercom_async.resources.admins import Admins
    from intercom_async.resources.articles import Articles
    from intercom_async.resources.audiences import Audiences
    from intercom_async.resources.away_status_reasons import AwayStatusReasons
    from intercom_async.resources.brands import Brands
    from intercom_async.resources.calls import Calls
    from intercom_async.resources.collections import Collections
    from intercom_async.resources.companies import Companies
    from intercom_async.resources.contacts import Contacts
    from intercom_async.resources.content import Content
    from intercom_async.resources.content_import_sources import ContentImportSources
    from intercom_async.resources.content_snippets import ContentSnippets
    from intercom_async.resources.conversation_attributes import ConversationAttributes
    from intercom_async.resources.conversations import Conversations
    from intercom_async.resources.custom_channel_events import CustomChannelEvents
    from intercom_async.resources.custom_object_instances import CustomObjectInstances
    from intercom_async.resources.data_attributes import DataAttributes
    from intercom_async.resources.data_connectors import DataConnectors
    from intercom_async.resources.data_events import DataEvents
    from intercom_async.resources.data_export import DataExports
    from intercom_async.resources.ecommerce import Ecommerce
    from intercom_async.resources.emails import Emails
    from intercom_async.resources.external_pages import ExternalPages
    from intercom_async.resources.fin_agent import FinAgent
    from intercom_async.resources.fin_voice_calls import FinVoiceCalls
    from intercom_async.resources.folders import Folders
    from intercom_async.resources.help_centers import HelpCenters
    from intercom_async.resources.identity_verification_secrets import IdentityVerificationSecrets
    from intercom_async.resources.internal_articles import InternalArticles
    from intercom_async.resources.ip_allowlist import IpAllowlists
    from intercom_async.resources.jobs import Jobs
    from intercom_async.resources.macros import Macros
    from intercom_async.resources.messages import Messages
    from intercom_async.resources.news_items import NewsItems
    from intercom_async.resources.newsfeeds import Newsfeeds
    from intercom_async.resources.notes import Notes
    from intercom_async.resources.office_hours import OfficeHours
    from intercom_async.resources.phone_switch import PhoneSwitches
    from intercom_async.resources.procedures import Procedures
    from intercom_async.resources.reporting_data_export import ReportingDataExports
    from intercom_async.resources.segments import Segments
    from intercom_async.resources.subscription_types import SubscriptionTypes
    from intercom_async.resources.tags import Tags
    from intercom_async.resources.teams import Teams
    from intercom_async.resources.ticket_states import TicketStates
    from intercom_async.resources.ticket_types import TicketTypes
    from intercom_async.resources.tickets import Tickets
    from intercom_async.resources.visitors import Visitors
    from intercom_async.resources.workflows import Workflows

__all__ = ["AsyncIntercom"]

T = TypeVar("T")

Method: TypeAlias = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
_FILE: Final = "application/octet-stream, */*"


class AsyncIntercom(Usage):
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
        base_url: A URL to use in place of a region's; plain http for loopback only. It may name
            any host, and the token goes there. Where neither is given, the environment variable
            ``INTERCOM_BASE_URL`` counts, which may name Intercom's own hosts and loopback only.
        version: The API version to ask for, 2.10 by default; sent with every request.
        timeouts: How long to wait, in seconds.
        retry: How persistent to be.
        budget: The share of the workspace's rate window to use, above 0 and at most 1, so
            that others who share the window have room.
        limiter: A rate limiter of your own for this workspace; it is yours to close.
        limiters: What ``SessionPool`` takes by this name, for the pool that the client makes.
        on_event: Called after every try with a ``RequestEvent``, such as ``log_events()``.
        pool: A pool to borrow. Without one the client makes its own, and closes it.

    Raises:
        ConfigurationError: There is no token, or an argument makes no sense.
    """  # noqa: D415  # the first line leads into the example

    _usage = "a client is opened with 'async with AsyncIntercom(…) as intercom:'"

    activity_logs: "lazy[ActivityLogs]" = lazy("ActivityLogs")
    admins: "lazy[Admins]" = lazy("Admins")
    articles: "lazy[Articles]" = lazy("Articles")
    audiences: "lazy[Audiences]" = lazy("Audiences")
    away_status_reasons: "lazy[AwayStatusReasons]" = lazy("AwayStatusReasons")
    brands: "lazy[Brands]" = lazy("Brands")
    calls: "lazy[Calls]" = lazy("Calls")
    collections: "lazy[Collections]" = lazy("Collections")
    companies: "lazy[Companies]" = lazy("Companies")
    contacts: "lazy[Contacts]" = lazy("Contacts")
    content: "lazy[Content]" = lazy("Content")
    content_import_sources: "lazy[ContentImportSources]" = lazy("ContentImportSources")
    content_snippets: "lazy[ContentSnippets]" = lazy("ContentSnippets")
    conversation_attributes: "lazy[ConversationAttributes]" = lazy("ConversationAttributes")
    conversations: "lazy[Conversations]" = lazy("Conversations")
    custom_channel_events: "lazy[CustomChannelEvents]" = lazy("CustomChannelEvents")
    custom_object_instances: "lazy[CustomObjectInstances]" = lazy("CustomObjectInstances")
    data_attributes: "lazy[DataAttributes]" = lazy("DataAttributes")
    data_connectors: "lazy[DataConnectors]" = lazy("DataConnectors")
    data_events: "lazy[DataEvents]" = lazy("DataEvents")
    data_export: "lazy[DataExports]" = lazy("DataExports")
    ecommerce: "lazy[Ecommerce]" = lazy("Ecommerce")
    emails: "lazy[Emails]" = lazy("Emails")
    external_pages: "lazy[ExternalPages]" = lazy("ExternalPages")
    fin_agent: "lazy[FinAgent]" = lazy("FinAgent")
    fin_voice_calls: "lazy[FinVoiceCalls]" = lazy("FinVoiceCalls")
    folders: "lazy[Folders]" = lazy("Folders")
    help_centers: "lazy[HelpCenters]" = lazy("HelpCenters")
    identity_verification_secrets: "lazy[IdentityVerificationSecrets]" = lazy(
        "IdentityVerificationSecrets"
    )
    internal_articles: "lazy[InternalArticles]" = lazy("InternalArticles")
    ip_allowlist: "lazy[IpAllowlists]" = lazy("IpAllowlists")
    jobs: "lazy[Jobs]" = lazy("Jobs")
    macros: "lazy[Macros]" = lazy("Macros")
    messages: "lazy[Messages]" = lazy("Messages")
    news_items: "lazy[NewsItems]" = lazy("NewsItems")
    newsfeeds: "lazy[Newsfeeds]" = lazy("Newsfeeds")
    notes: "lazy[Notes]" = lazy("Notes")
    office_hours: "lazy[OfficeHours]" = lazy("OfficeHours")
    phone_switch: "lazy[PhoneSwitches]" = lazy("PhoneSwitches")
    procedures: "lazy[Procedures]" = lazy("Procedures")
    reporting_data_export: "lazy[ReportingDataExports]" = lazy("ReportingDataExports")
    segments: "lazy[Segments]" = lazy("Segments")
    subscription_types: "lazy[SubscriptionTypes]" = lazy("SubscriptionTypes")
    tags: "lazy[Tags]" = lazy("Tags")
    teams: "lazy[Teams]" = lazy("Teams")
    ticket_states: "lazy[TicketStates]" = lazy("TicketStates")
    ticket_types: "lazy[TicketTypes]" = lazy("TicketTypes")
    tickets: "lazy[Tickets]" = lazy("Tickets")
    visitors: "lazy[Visitors]" = lazy("Visitors")
    workflows: "lazy[Workflows]" = lazy("Workflows")

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
        limiters: Limiters | None = None,
        on_event: OnEvent | None = None,
        pool: SessionPool | None = None,
    ) -> None:
        # Out of this frame first: whatever is refused below, its traceback shows no token.
        secret, token = None if token is None else Secret(token), None
        self._settings = Settings(
            secret=find_token(secret),
            base_url=find_base_url(region, base_url),
            version=check_version(version),
            timeouts=check_type("timeouts", Timeouts() if timeouts is None else timeouts, Timeouts),
            retry=check_type("retry", RetryPolicy() if retry is None else retry, RetryPolicy),
            budget=check_budget(budget),
            limiter=None if limiter is None else check_limiter("limiter", limiter),
            on_event=check_hook("on_event", on_event),
        )
        self._owns_pool = pool is None
        if pool is not None and limiters is not None:
            raise ConfigurationError("give limiters to the pool, which makes the limiters")
        self._pool = (
            SessionPool(limiters=limiters)
            if pool is None
            else check_type("pool", pool, SessionPool)
        )

    def __repr__(self) -> str:
        """Show where the client sends to; never the token."""
        settings: Settings | None = getattr(self, "_settings", None)
        if settings is None:  # in the traceback of an argument that was refused
            return "<AsyncIntercom not made>"
        return f"<AsyncIntercom {settings.base_url} version={settings.version}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Wait for calls under way and close the client's own pool; a borrowed one stays open."""
        if self._owns_pool:
            await self._pool.aclose()

    @property
    def version(self) -> str:
        """The API version this client asks for."""
        return self._settings.version

    async def me(self) -> Me:
        """Tell whose token this is: the admin and the workspace.

        Raises:
            Unauthorized: The token is wrong or revoked.
            RequestError: It could not be asked; the class tells why.

        Source: API reference 2.10, "Identify an admin".
        """
        return await self.send(
            Call("GET", "/me", "/me", codec.record_decoder(Me), asked_type="admin")
        )

    @overload
    async def request(
        self,
        method: Method,
        path: str,
        *,
        query: Params | None = ...,
        body: Mapping[str, object] | None = ...,
        read: bool | None = ...,
    ) -> JSON: ...
    @overload
    async def request(
        self,
        method: Method,
        path: str,
        *,
        type: type[T],
        query: Params | None = ...,
        body: Mapping[str, object] | None = ...,
        read: bool | None = ...,
    ) -> T: ...
    async def request(
        self,
        method: Method,
        path: str,
        *,
        type: Any = None,
        query: Params | None = None,
        body: Mapping[str, object] | None = None,
        read: bool | None = None,
    ) -> Any:
        """Carry out an operation that the library has no method for.

        ::

            answer = await intercom.request("GET", "/articles/search", query={"phrase": "refund"})

        It is paced, tried again and fails as those that have one.

        Args:
            method: The HTTP method.
            path: The path, or a URL from an answer, as long as it is below the client's base URL.
            type: What the answer decodes into: a struct of yours, or any type msgspec decodes;
                ``bytes`` for its own bytes. By default JSON as it is; ``None`` for an empty answer.
            query: Parameters of the query, besides the path's own; what is ``None`` is left out.
            body: The body's fields; sent as they are, ``None`` as null.
            read: Whether asking twice does no harm, so that it is tried again after any failure
                that may pass. By default this is so of ``GET``.

        Raises:
            QueryError: The path leads to another host, or an argument cannot be sent.
            RequestError: It failed; the class tells how.
        """
        if not isinstance(method, str) or method not in get_args(Method):
            raise QueryError(
                f"method must be one of {', '.join(get_args(Method))}, not {shown(method)}"
            )
        if read is not None:
            check_truth("read", read, QueryError)
        path, given = wire.relative(path, self._settings.base_url)
        asked = {} if query is None else mapping("query", query)
        given += [(k, param(f"query: {k}", v)) for k, v in asked.items() if v is not None]
        if type is None:
            decode: Decode[Any] = codec.any_json
        else:
            decode = bytes if type is bytes else codec.record_decoder(type)
        call: Call[Any] = Call(
            method,
            path,
            wire.url(path, given),
            decode,
            None if body is None else wire.encode(mapping("body", body), "body"),
            method == "GET" if read is None else read,
            asked_type=getattr(type, "noun", None),
        )
        return await self.send(call)

    def download(self, url: str) -> Download:
        """Return the file at a URL that an answer gives, such as an attachment's.

        The token goes along if the URL is below the client's base URL, else not.

        Raises:
            QueryError: It is no URL to be trusted with a file: https, or of this machine.
        """
        base_url = self._settings.base_url
        if isinstance(url, str) and url.startswith(f"{base_url}/"):
            path, query = wire.relative(url, base_url)
            call = Call("GET", path, wire.url(path, query), codec.record_decoder(NoneType))
        else:
            origin, path = split_url(url)
            call = Call("GET", origin, path, codec.record_decoder(NoneType), origin=origin)
        return Download(self, call, accept=_FILE)

    @overload
    def changes(
        self, streams: "Iterable[StreamName]" = ..., **how: "Unpack[ChangesOptions]"
    ) -> "Changes[Conversation | Contact | Ticket]": ...
    @overload
    def changes(
        self,
        streams: "Iterable[StreamName]" = ...,
        *,
        raw: Literal[True],
        **how: "Unpack[ChangesOptions]",
    ) -> "Changes[bytes]": ...
    def changes(
        self,
        streams: "Iterable[StreamName]" = ("conversations", "contacts", "tickets"),
        *,
        raw: bool = False,
        **how: "Unpack[ChangesOptions]",
    ) -> "Changes[Any]":
        """Follow what changes in the workspace; see ``Changes``.

        Args:
            streams: The nouns to follow.
            raw: Give each record as the API's own bytes, undecoded.
            **how: See ``ChangesOptions``.

        Returns:
            A stream to iterate inside ``async with``.

        Raises:
            ConfigurationError: The client's API version has no search for one of them.
            QueryError: There is no such stream, or an option makes no sense.
        """
        from intercom_async.changes import Changes  # noqa: PLC0415  # which few need

        return Changes(self, streams, raw=raw, **how)

    def with_options(
        self,
        *,
        timeout: float | None = None,
        max_attempts: int | None = None,
        repeat_upserts: bool | None = None,
        version: str | None = None,
        headers: Mapping[str, str] | None = None,
        budget: float | None = None,
        on_event: OnEvent | None = None,
    ) -> "AsyncIntercom":
        """Return a client that asks the same workspace otherwise, over the same connections.

        It stays usable as long as this client does, and closing it closes nothing.

        Args:
            timeout: Seconds for a call with all its tries and waits.
            max_attempts: How often a call is sent at most.
            repeat_upserts: Whether writes that say they are safe to repeat are tried again after
                every failure that may pass, as reads are.
            version: The API version to ask for.
            headers: Headers to send besides the library's own.
            budget: The share of the rate window to use, above 0 and at most 1.
            on_event: Called after every try, besides what the client calls already.

        Raises:
            ConfigurationError: An option makes no sense.
        """
        changes: dict[str, Any] = {}
        if timeout is not None:
            timeout = check_seconds("timeout", timeout)
            attempt = min(timeout, self._settings.timeouts.attempt)
            changes["timeouts"] = Timeouts(attempt=attempt, total=timeout)
        policy = {"max_attempts": max_attempts, "repeat_upserts": repeat_upserts}
        if given := {name: value for name, value in policy.items() if value is not None}:
            changes["retry"] = replace(self._settings.retry, **given)
        if version is not None:
            changes["version"] = check_version(version)
        if headers is not None:
            changes["headers"] = check_headers(headers, self._settings.headers)
        if budget is not None:
            changes["budget"] = check_budget(budget)
        if on_event is not None:
            hook = check_hook("on_event", on_event)
            changes["on_event"] = chain_hooks(self._settings.on_event, hook)
        return self._with(replace(self._settings, **changes))

    def _with(self, settings: Settings) -> "AsyncIntercom":
        client = object.__new__(AsyncIntercom)
        client._settings = settings
        client._pool = self._pool
        client._owns_pool = False
        return client

    def send(self, call: Call[T]) -> Coroutine[Any, Any, T]:
        """Send a call made by a resource; see ``SessionPool.send``."""
        return self._pool.send(call, self._settings)

    def exchange(self, call: Call[T]) -> Coroutine[Any, Any, tuple[Reply, T]]:
        """Send a call and return the reply with its value; see ``SessionPool.exchange``."""
        return self._pool.exchange(call, self._settings)

    def stream(self, call: Call[None]) -> AbstractAsyncContextManager[OpenReply]:
        """Send a call for a file; see ``SessionPool.stream``."""
        return self._pool.stream(call, self._settings)

    def spawn(self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start a task that ends with the pool; see ``SessionPool.spawn``."""
        return self._pool.spawn(coroutine)
