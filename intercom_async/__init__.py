"""Asyncio client for Intercom conversations: cursor streams, msgspec structs, bulk export."""

from importlib import import_module

from intercom_async._version import __version__

TYPE_CHECKING = False  # as type checkers know it; typing itself would be half of the import
if TYPE_CHECKING:
    from intercom_async.attachments import Attachable, AttachmentFile
    from intercom_async.changes import Change, Changes
    from intercom_async.client import AsyncIntercom
    from intercom_async.core.codec import Page
    from intercom_async.core.download import Chunks, Download
    from intercom_async.core.fetch_many import Many, Result
    from intercom_async.core.pages import Pages
    from intercom_async.core.query import Filter, Group, Query
    from intercom_async.core.rate_window import RateHeaders
    from intercom_async.core.raw import RawResponse, raw_response
    from intercom_async.core.retry import RetryPolicy
    from intercom_async.errors import (
        BadRequest,
        ConfigurationError,
        Conflict,
        ConnectionFailed,
        CursorLoopError,
        DecodeError,
        ErrorDetail,
        Forbidden,
        Gone,
        IntercomError,
        JobFailed,
        NotFound,
        PoolError,
        QueryError,
        RateLimited,
        RequestError,
        ServerError,
        SignatureError,
        StatusError,
        TimedOut,
        TooManyJobs,
        Unauthorized,
        UnprocessableEntity,
    )
    from intercom_async.models.conversation_fields import F
    from intercom_async.net.events import OnEvent, RequestEvent, log_events
    from intercom_async.net.limiter import Limiter, WindowLimiter
    from intercom_async.net.pool import SessionPool
    from intercom_async.net.settings import Region, Timeouts, Token
    from intercom_async.resources.export_job import ExportJob
    from intercom_async.scan.stream import Scan

__all__ = [
    "AsyncIntercom",
    "Attachable",
    "AttachmentFile",
    "BadRequest",
    "Change",
    "Changes",
    "Chunks",
    "ConfigurationError",
    "Conflict",
    "ConnectionFailed",
    "CursorLoopError",
    "DecodeError",
    "Download",
    "ErrorDetail",
    "ExportJob",
    "F",
    "Filter",
    "Forbidden",
    "Gone",
    "Group",
    "IntercomError",
    "JobFailed",
    "Limiter",
    "Many",
    "NotFound",
    "OnEvent",
    "Page",
    "Pages",
    "PoolError",
    "Query",
    "QueryError",
    "RateHeaders",
    "RateLimited",
    "RawResponse",
    "Region",
    "RequestError",
    "RequestEvent",
    "Result",
    "RetryPolicy",
    "Scan",
    "ServerError",
    "SessionPool",
    "SignatureError",
    "StatusError",
    "TimedOut",
    "Timeouts",
    "Token",
    "TooManyJobs",
    "Unauthorized",
    "UnprocessableEntity",
    "WindowLimiter",
    "__version__",
    "log_events",
    "raw_response",
]

# A name is loaded when it is first asked for: a signature check, a struct or the command's
# --help need no client, and Ctrl-C at the start of the command meets no half-loaded package.
_NAMES = {
    "attachments": ("Attachable", "AttachmentFile"),
    "changes": ("Change", "Changes"),
    "client": ("AsyncIntercom",),
    "errors": (
        "BadRequest",
        "ConfigurationError",
        "Conflict",
        "ConnectionFailed",
        "CursorLoopError",
        "DecodeError",
        "ErrorDetail",
        "Forbidden",
        "Gone",
        "IntercomError",
        "JobFailed",
        "NotFound",
        "PoolError",
        "QueryError",
        "RateLimited",
        "RequestError",
        "ServerError",
        "SignatureError",
        "StatusError",
        "TimedOut",
        "TooManyJobs",
        "Unauthorized",
        "UnprocessableEntity",
    ),
    "net.events": ("OnEvent", "RequestEvent", "log_events"),
    "net.limiter": ("Limiter", "WindowLimiter"),
    "core.fetch_many": ("Many", "Result"),
    "models.conversation_fields": ("F",),
    "core.download": ("Chunks", "Download"),
    "core.pages": ("Pages",),
    "net.pool": ("SessionPool",),
    "core.codec": ("Page",),
    "core.rate_window": ("RateHeaders",),
    "core.query": ("Filter", "Group", "Query"),
    "core.retry": ("RetryPolicy",),
    "core.raw": ("RawResponse", "raw_response"),
    "resources.export_job": ("ExportJob",),
    "scan.stream": ("Scan",),
    "net.settings": ("Region", "Timeouts", "Token"),
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names}

if not TYPE_CHECKING:  # which would take it for a promise that every name exists

    def __getattr__(name: str) -> object:
        if name in _HOMES:
            value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
            globals()[name] = value
            return value
        from importlib.util import find_spec  # noqa: PLC0415  # seldom needed

        if not name.startswith("_") and find_spec(f"{__name__}.{name}") is not None:
            return import_module(f"{__name__}.{name}")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
