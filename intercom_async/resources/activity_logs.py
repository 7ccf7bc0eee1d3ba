"""Activity logs: ``intercom.activity_logs``.

Source: API reference 2.10, "Admins"; 2.16 for the search.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, Required, TypeVar, Unpack, overload

import msgspec

from intercom_async.core import codec
from intercom_async.core.pages import Pages
from intercom_async.core.resource import Listing, PageOptions
from intercom_async.models.activity_log import ActivityLog

S = TypeVar("S")


class ActivityLogOptions(PageOptions, total=False):
    """Which activities to list; else as ``PageOptions``.

    Attributes:
        created_at_after: The beginning of the time they were done in.
        created_at_before: Its end; now, if it is left out.
    """

    created_at_after: Required[datetime | int]
    created_at_before: datetime | int


class ActivityLogSearch(ActivityLogOptions, total=False):
    """Which activities to search for; else as ``ActivityLogOptions``.

    Attributes:
        event_types: What was done, in words of ``list_event_types``; whatever it was, if it is left
            out.
    """

    event_types: list[str]


class ActivityLogs(Listing[ActivityLog]):
    """What admins did, the latest first."""

    _model = ActivityLog
    _all = "/admins/activity_logs"
    _key = "activity_logs"
    _numbered = True
    _options = ActivityLogOptions

    @overload
    def list(self, **page: Unpack[ActivityLogOptions]) -> Pages[ActivityLog]: ...
    @overload
    def list(self, *, type: type[S], **page: Unpack[ActivityLogOptions]) -> Pages[S]: ...
    @overload
    def list(self, *, raw: Literal[True], **page: Unpack[ActivityLogOptions]) -> Pages[bytes]: ...
    def list(self, *, type: Any = None, raw: bool = False, **page: Any) -> Pages[Any]:
        """Walk what was done within a time; see ``ActivityLogOptions``."""
        return self._list(type, raw, **page)

    @overload
    def search(self, **page: Unpack[ActivityLogSearch]) -> Pages[ActivityLog]: ...
    @overload
    def search(self, *, type: type[S], **page: Unpack[ActivityLogSearch]) -> Pages[S]: ...
    @overload
    def search(self, *, raw: Literal[True], **page: Unpack[ActivityLogSearch]) -> Pages[bytes]: ...
    def search(self, *, type: Any = None, raw: bool = False, **page: Any) -> Pages[Any]:
        """Walk what was done of some types (from version 2.16); see ``ActivityLogSearch``."""
        return _Search(self._client)._list(type, raw, **page)  # noqa: SLF001

    async def list_event_types(self) -> Sequence[str]:
        """List the types of what can be done (from version 2.16)."""
        path = "GET /admins/activity_log_event_types"
        answer: type[Sequence[str]] = list
        return await self._send(path, answer, decode=_event_types, since="2.16")


class _Search(Listing[ActivityLog]):
    _model = ActivityLog
    _all = "/admins/activity_logs/search"
    _key = "activity_logs"
    _method = "POST"
    _in_body = _numbered = True
    _options = ActivityLogSearch
    _per_page = _max_per_page = 250
    _since = "2.16"


class _EventTypes(msgspec.Struct):
    event_types: list[str]


def _event_types(body: bytes) -> list[str]:
    return codec.record_decoder(_EventTypes)(body).event_types
