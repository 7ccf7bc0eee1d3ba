"""Asyncio client for Intercom conversations: cursor streams, msgspec structs, bulk export."""

from importlib import import_module
from types import ModuleType

from intercom_async._version import __version__ as __version__

TYPE_CHECKING = False  # as type checkers know it; typing itself would be half of the import
if TYPE_CHECKING:
    from intercom_async.attachments import *
    from intercom_async.changes import *
    from intercom_async.client import *
    from intercom_async.core.codec import *
    from intercom_async.core.download import *
    from intercom_async.core.fetch_many import *
    from intercom_async.core.pages import *
    from intercom_async.core.query import *
    from intercom_async.core.rate_window import *
    from intercom_async.core.raw import *
    from intercom_async.core.retry import *
    from intercom_async.errors import *
    from intercom_async.models import *
    from intercom_async.models.conversation_fields import *
    from intercom_async.net.events import *
    from intercom_async.net.limiter import *
    from intercom_async.net.pool import *
    from intercom_async.net.settings import *
    from intercom_async.resources.export_job import *
    from intercom_async.scan.stream import *

# The public names, besides those of ``errors`` and ``models``. Each is imported when it is first
# used: a signature check, a struct or the command's --help need no client. And Ctrl-C at the start
# of the command meets no half-loaded package.
_NAMES = {
    "attachments": ("Attachable", "AttachmentFile"),
    "changes": ("Change", "Changes", "ChangesOptions", "StreamName"),
    "client": ("AsyncIntercom",),
    "core.codec": ("Page",),
    "core.download": ("Chunks", "Download"),
    "core.fetch_many": ("Many", "Result"),
    "core.pages": ("Pages",),
    "core.query": ("Filter", "Group", "Query"),
    "core.rate_window": ("RateHeaders",),
    "core.raw": ("RawResponse", "raw_response"),
    "core.retry": ("RetryPolicy",),
    "models.conversation_fields": ("F",),
    "net.events": ("LimiterEvent", "OnEvent", "RequestEvent", "log_events"),
    "net.limiter": ("Limiter", "Limiters", "WindowLimiter"),
    "net.pool": ("SessionPool",),
    "net.settings": ("Region", "Timeouts", "Token"),
    "resources.export_job": ("ExportJob",),
    "scan.stream": ("Scan",),
}
_WHOLE = ("errors", "models")
_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}

if not TYPE_CHECKING:  # which would take it for a promise that every name exists

    def __getattr__(name: str) -> object:
        if name == "__all__":
            whole = (each for module in _WHOLE for each in _module(module).__all__)
            return sorted({"__version__", *_MODULE_OF, *whole})
        module = _MODULE_OF.get(name)
        if module is None and not name.startswith("_"):
            from importlib.util import find_spec  # noqa: PLC0415  # seldom needed

            if find_spec(f"{__name__}.{name}") is not None:
                return _module(name)
            module = next((each for each in _WHOLE if name in _module(each).__all__), None)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(_module(module), name)
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__getattr__("__all__")})


def _module(name: str) -> ModuleType:
    return import_module(f"{__name__}.{name}")
