"""The records of an export, each as the struct of its stream."""

from os import PathLike
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar, overload

from intercom_async import models
from intercom_async.core import codec
from intercom_async.errors import ConfigurationError
from intercom_async.export.records import CONVERSATIONS
from intercom_async.export.tables.nouns import MODELS
from intercom_async.export.tables.reader import Records

T = TypeVar("T")

_Folder: TypeAlias = str | PathLike[str]


@overload
def read(
    folder: _Folder, stream: Literal["conversations"] = ...
) -> Records[models.Conversation]: ...
@overload
def read(folder: _Folder, stream: Literal["contacts"]) -> Records[models.Contact]: ...
@overload
def read(folder: _Folder, stream: Literal["tickets"]) -> Records[models.Ticket]: ...
@overload
def read(folder: _Folder, stream: Literal["companies"]) -> Records[models.Company]: ...
@overload
def read(folder: _Folder, stream: Literal["calls"]) -> Records[models.Call]: ...
@overload
def read(folder: _Folder, stream: Literal["activity_logs"]) -> Records[models.ActivityLog]: ...
@overload
def read(
    folder: _Folder, stream: Literal["conversation_deletions"]
) -> Records[models.DeletedConversation]: ...
@overload
def read(folder: _Folder, stream: Literal["articles"]) -> Records[models.Article]: ...
@overload
def read(
    folder: _Folder, stream: Literal["internal_articles"]
) -> Records[models.InternalArticle]: ...
@overload
def read(folder: _Folder, stream: Literal["external_pages"]) -> Records[models.ExternalPage]: ...
@overload
def read(
    folder: _Folder, stream: Literal["content_snippets"]
) -> Records[models.ContentSnippet]: ...
@overload
def read(folder: _Folder, stream: Literal["news_items"]) -> Records[models.NewsItem]: ...
@overload
def read(folder: _Folder, stream: Literal["newsfeeds"]) -> Records[models.Newsfeed]: ...
@overload
def read(folder: _Folder, stream: Literal["collections"]) -> Records[models.Collection]: ...
@overload
def read(folder: _Folder, stream: Literal["help_centers"]) -> Records[models.HelpCenter]: ...
@overload
def read(
    folder: _Folder, stream: Literal["content_import_sources"]
) -> Records[models.ContentImportSource]: ...
@overload
def read(folder: _Folder, stream: Literal["macros"]) -> Records[models.Macro]: ...
@overload
def read(folder: _Folder, stream: Literal["audiences"]) -> Records[models.Audience]: ...
@overload
def read(folder: _Folder, stream: Literal["data_connectors"]) -> Records[models.DataConnector]: ...
@overload
def read(folder: _Folder, stream: Literal["admins"]) -> Records[models.Admin]: ...
@overload
def read(folder: _Folder, stream: Literal["teams"]) -> Records[models.Team]: ...
@overload
def read(folder: _Folder, stream: Literal["tags"]) -> Records[models.Tag]: ...
@overload
def read(folder: _Folder, stream: Literal["segments"]) -> Records[models.Segment]: ...
@overload
def read(folder: _Folder, stream: Literal["data_attributes"]) -> Records[models.DataAttribute]: ...
@overload
def read(
    folder: _Folder, stream: Literal["conversation_attributes"]
) -> Records[models.ConversationAttribute]: ...
@overload
def read(folder: _Folder, stream: Literal["ticket_types"]) -> Records[models.TicketType]: ...
@overload
def read(folder: _Folder, stream: Literal["ticket_states"]) -> Records[models.TicketState]: ...
@overload
def read(
    folder: _Folder, stream: Literal["subscription_types"]
) -> Records[models.SubscriptionType]: ...
@overload
def read(
    folder: _Folder, stream: Literal["away_status_reasons"]
) -> Records[models.AwayStatusReason]: ...
@overload
def read(
    folder: _Folder, stream: Literal["office_hours"]
) -> Records[models.OfficeHoursSchedule]: ...
@overload
def read(folder: _Folder, stream: Literal["brands"]) -> Records[models.Brand]: ...
@overload
def read(folder: _Folder, stream: Literal["emails"]) -> Records[models.EmailSetting]: ...
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
