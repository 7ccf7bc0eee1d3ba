"""The records of an export, each as the struct of its stream."""

from os import PathLike
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar, overload

from intercom_async.core import codec
from intercom_async.errors import ConfigurationError
from intercom_async.export.records import CONVERSATIONS
from intercom_async.export.tables.nouns import MODELS
from intercom_async.export.tables.reader import Records
from intercom_async.models import (
    ActivityLog,
    Admin,
    Article,
    Audience,
    AwayStatusReason,
    Brand,
    Call,
    Collection,
    Company,
    Contact,
    ContentImportSource,
    ContentSnippet,
    Conversation,
    ConversationAttribute,
    DataAttribute,
    DataConnector,
    DeletedConversation,
    EmailSetting,
    ExternalPage,
    HelpCenter,
    InternalArticle,
    Macro,
    Newsfeed,
    NewsItem,
    OfficeHoursSchedule,
    Segment,
    SubscriptionType,
    Tag,
    Team,
    Ticket,
    TicketState,
    TicketType,
)

T = TypeVar("T")

_Folder: TypeAlias = str | PathLike[str]


@overload
def read(folder: _Folder, stream: Literal["conversations"] = ...) -> Records[Conversation]: ...
@overload
def read(folder: _Folder, stream: Literal["contacts"]) -> Records[Contact]: ...
@overload
def read(folder: _Folder, stream: Literal["tickets"]) -> Records[Ticket]: ...
@overload
def read(folder: _Folder, stream: Literal["companies"]) -> Records[Company]: ...
@overload
def read(folder: _Folder, stream: Literal["calls"]) -> Records[Call]: ...
@overload
def read(folder: _Folder, stream: Literal["activity_logs"]) -> Records[ActivityLog]: ...
@overload
def read(
    folder: _Folder, stream: Literal["conversation_deletions"]
) -> Records[DeletedConversation]: ...
@overload
def read(folder: _Folder, stream: Literal["articles"]) -> Records[Article]: ...
@overload
def read(folder: _Folder, stream: Literal["internal_articles"]) -> Records[InternalArticle]: ...
@overload
def read(folder: _Folder, stream: Literal["external_pages"]) -> Records[ExternalPage]: ...
@overload
def read(folder: _Folder, stream: Literal["content_snippets"]) -> Records[ContentSnippet]: ...
@overload
def read(folder: _Folder, stream: Literal["news_items"]) -> Records[NewsItem]: ...
@overload
def read(folder: _Folder, stream: Literal["newsfeeds"]) -> Records[Newsfeed]: ...
@overload
def read(folder: _Folder, stream: Literal["collections"]) -> Records[Collection]: ...
@overload
def read(folder: _Folder, stream: Literal["help_centers"]) -> Records[HelpCenter]: ...
@overload
def read(
    folder: _Folder, stream: Literal["content_import_sources"]
) -> Records[ContentImportSource]: ...
@overload
def read(folder: _Folder, stream: Literal["macros"]) -> Records[Macro]: ...
@overload
def read(folder: _Folder, stream: Literal["audiences"]) -> Records[Audience]: ...
@overload
def read(folder: _Folder, stream: Literal["data_connectors"]) -> Records[DataConnector]: ...
@overload
def read(folder: _Folder, stream: Literal["admins"]) -> Records[Admin]: ...
@overload
def read(folder: _Folder, stream: Literal["teams"]) -> Records[Team]: ...
@overload
def read(folder: _Folder, stream: Literal["tags"]) -> Records[Tag]: ...
@overload
def read(folder: _Folder, stream: Literal["segments"]) -> Records[Segment]: ...
@overload
def read(folder: _Folder, stream: Literal["data_attributes"]) -> Records[DataAttribute]: ...
@overload
def read(
    folder: _Folder, stream: Literal["conversation_attributes"]
) -> Records[ConversationAttribute]: ...
@overload
def read(folder: _Folder, stream: Literal["ticket_types"]) -> Records[TicketType]: ...
@overload
def read(folder: _Folder, stream: Literal["ticket_states"]) -> Records[TicketState]: ...
@overload
def read(folder: _Folder, stream: Literal["subscription_types"]) -> Records[SubscriptionType]: ...
@overload
def read(folder: _Folder, stream: Literal["away_status_reasons"]) -> Records[AwayStatusReason]: ...
@overload
def read(folder: _Folder, stream: Literal["office_hours"]) -> Records[OfficeHoursSchedule]: ...
@overload
def read(folder: _Folder, stream: Literal["brands"]) -> Records[Brand]: ...
@overload
def read(folder: _Folder, stream: Literal["emails"]) -> Records[EmailSetting]: ...
@overload
def read(folder: _Folder, stream: str = ..., *, type: type[T]) -> Records[T]: ...
@overload
def read(folder: _Folder, stream: str = ..., *, raw: Literal[True]) -> Records[bytes]: ...
def read(
    folder: _Folder,
    stream: str = CONVERSATIONS,
    *,
    type: type[Any] | None = None,
    raw: bool = False,
) -> Records[Any]:
    """Read the records of a stream of a workspace's export: conversations, with their parts.

    The first record opens the first file. An iterator left early holds a file open until it is
    dropped or its ``aclose`` is awaited.

    Example::

        import asyncio
        from pathlib import Path

        from intercom_async.export.tables import read

        async def main() -> None:
            async for conversation in read(Path("exported/8e8185e9")):
                print(conversation.id, conversation.state, len(conversation.conversation_parts))

        asyncio.run(main())

    Args:
        folder: The workspace's folder of an export, ``OUT/<workspace>``.
        stream: The stream, such as ``contacts``.
        type: A struct (or any type msgspec decodes) of your own to decode into, in place of the
            noun's.
        raw: Give each record as the API's own bytes, undecoded.

    Returns:
        An iterator, to be iterated once. ``Records`` says what iterating raises.

    Raises:
        ConfigurationError: There is no such stream.
    """
    if stream not in MODELS:
        raise ConfigurationError(f"there is no stream {stream!r}, only {', '.join(MODELS)}")
    return Records(
        Path(folder), stream, _as_is if raw else codec.record_decoder(type or MODELS[stream])
    )


def _as_is(line: bytes) -> bytes:
    return line
