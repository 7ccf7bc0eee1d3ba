"""The routing table: which method and path leads to which handler."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
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
    address: str = ""  # what the client asked, without the query


Handler: TypeAlias = Callable[[Request], Reply]


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path))


class Routes:
    """Finds handlers. Of patterns that match a path, those with words go before those with ids."""

    def __init__(self, table: Mapping[str, Handler]) -> None:
        # By the first word of the path, so that few patterns are tried.
        self._handlers: dict[str, dict[re.Pattern[str], dict[str, Handler]]] = {}
        for line in sorted(table, key=lambda line: line.partition(" ")[2].replace("{", "~")):
            method, _, path = line.partition(" ")
            pattern = _pattern(path)
            patterns = self._handlers.setdefault(path.split("/")[1], {})
            patterns.setdefault(pattern, {})[method] = table[line]

    def find(self, method: str, raw_path: str) -> tuple[Handler, dict[str, str]]:
        """Find the handler of a request."""
        known = False
        patterns = self._handlers.get(raw_path.split("/")[1] if "/" in raw_path else "", {})
        for pattern, handlers in patterns.items():
            found = pattern.fullmatch(raw_path)
            known = known or found is not None
            if found is not None and method in handlers:
                return handlers[method], {k: unquote(v) for k, v in found.groupdict().items()}
        if known:
            raise ApiError(405, "method_not_allowed", "Method Not Allowed")
        raise ApiError(404, "not_found", "Resource Not Found")
