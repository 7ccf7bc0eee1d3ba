"""The routing table: which method and path leads to which handler."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import unquote

from intercom_async.emulator.replies import ApiError, Reply
from intercom_async.emulator.versions import Version


@dataclass(frozen=True, slots=True)
class Request:
    """A request as handlers see it."""

    parameters: Mapping[str, str]  # the values of the path's ``{names}``
    query: Mapping[str, str]
    body: Any
    version: Version


Handler: TypeAlias = Callable[[Request], Reply]


class Routes:
    """Finds handlers. A path is matched against patterns in the order they were given."""

    def __init__(self, table: Mapping[str, Handler]) -> None:
        self._handlers: dict[re.Pattern[str], dict[str, Handler]] = {}
        for line, handler in table.items():
            method, _, path = line.partition(" ")
            pattern = re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path))
            self._handlers.setdefault(pattern, {})[method] = handler

    def find(self, method: str, raw_path: str) -> tuple[Handler, dict[str, str]]:
        """Find the handler of a request."""
        known = False
        for pattern, handlers in self._handlers.items():
            found = pattern.fullmatch(raw_path)
            known = known or found is not None
            if found is not None and method in handlers:
                return handlers[method], {k: unquote(v) for k, v in found.groupdict().items()}
        if known:
            raise ApiError(405, "method_not_allowed", "Method Not Allowed")
        raise ApiError(404, "not_found", "Resource Not Found")
