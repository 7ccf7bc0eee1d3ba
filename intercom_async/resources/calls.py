"""Calls: ``intercom.calls``.

Source: API reference 2.14, "Calls".
"""

from collections.abc import Collection
from typing import Any, Final, Literal, TypeVar, Unpack, overload

from intercom_async.core import codec
from intercom_async.core.download import Download
from intercom_async.core.inputs import Id
from intercom_async.core.pages import Pages
from intercom_async.core.plain import identifier
from intercom_async.core.resource import Listable, Listing, ListOptions, Retrievable
from intercom_async.errors import QueryError
from intercom_async.models.call import Call

S = TypeVar("S")

_MANY: Final = range(1, 21)


class CallSearch(ListOptions):
    """How to walk the calls of some conversations.

    Attributes:
        conversation_ids: The conversations, from 1 to 20.
    """

    conversation_ids: Collection[Id]


class Calls(Listable[Call], Retrievable[Call]):
    """The calls of a workspace (from version 2.14)."""

    _model = Call
    _all = "/calls"
    _one = "/calls/{call_id}"
    _numbered = True
    _per_page = _max_per_page = 25
    _since = "2.14"

    @overload
    def search(self, **options: Unpack[CallSearch]) -> Pages[Call]: ...
    @overload
    def search(self, *, type: type[S], **options: Unpack[CallSearch]) -> Pages[S]: ...
    @overload
    def search(self, *, raw: Literal[True], **options: Unpack[CallSearch]) -> Pages[bytes]: ...
    def search(
        self,
        *,
        type: Any = None,
        raw: bool = False,
        conversation_ids: Collection[Id],
        **options: Any,
    ) -> Pages[Any]:
        """Walk the calls of some conversations, with their transcripts; see ``CallSearch``."""
        given = conversation_ids
        if isinstance(given, str) or not isinstance(given, Collection) or len(given) not in _MANY:
            raise QueryError("search: conversation_ids must be from 1 to 20 ids")
        ids = [identifier("conversation_ids", id) for id in given]
        return _Search(self._client)._list(type, raw, conversation_ids=ids, **options)  # noqa: SLF001

    async def retrieve_transcript(self, id: Id) -> str:
        """Fetch what was said in a call, a line an utterance."""
        path = "GET /calls/{call_id}/transcript"
        return await self._send(path, str, id, decode=codec.text, accept="text/plain")

    def download_recording(self, id: Id) -> Download:
        """Return the recording of a call."""
        return self._download("GET /calls/{call_id}/recording", id, accept="*/*")


class _Search(Listing[Call]):
    _model = Call
    _all = "/calls/search"
    _method = "POST"
    _in_body = _numbered = True
    _options = CallSearch
    _since = "2.14"
