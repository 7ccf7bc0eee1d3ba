"""Asyncio client for Intercom conversations: cursor streams, msgspec structs, bulk export."""

from intercom_async._version import __version__
from intercom_async.attachments import Attachable, AttachmentFile
from intercom_async.client import AsyncIntercom
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
    NotFound,
    PoolError,
    QueryError,
    RateLimited,
    RequestError,
    ServerError,
    SignatureError,
    StatusError,
    TimedOut,
    Unauthorized,
    UnprocessableEntity,
)
from intercom_async.events import OnEvent, RequestEvent, log_events
from intercom_async.limiter import Limiter, WindowLimiter
from intercom_async.many import Many, Result
from intercom_async.pages import Pages
from intercom_async.pool import SessionPool
from intercom_async.protocol.codec import Page
from intercom_async.protocol.limits import RateHeaders
from intercom_async.protocol.query import Filter, Group, Query
from intercom_async.protocol.retry import RetryPolicy
from intercom_async.raw import RawResponse
from intercom_async.scan.stream import Scan
from intercom_async.search import F
from intercom_async.settings import Region, Timeouts, Token

__all__ = [
    "AsyncIntercom",
    "Attachable",
    "AttachmentFile",
    "BadRequest",
    "ConfigurationError",
    "Conflict",
    "ConnectionFailed",
    "CursorLoopError",
    "DecodeError",
    "ErrorDetail",
    "F",
    "Filter",
    "Forbidden",
    "Gone",
    "Group",
    "IntercomError",
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
    "Unauthorized",
    "UnprocessableEntity",
    "WindowLimiter",
    "__version__",
    "log_events",
]
