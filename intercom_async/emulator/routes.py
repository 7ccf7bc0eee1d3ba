"""The routing table: which method and path leads to which handler."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import unquote

from intercom_async.emulator.replies import Refused, Reply
from intercom_async.emulator.versions import Version


@dataclass(frozen=True, slots=True)
class Request:
    """A request as handlers see it.

    Attributes:
        parameters: The values of the path's ``{names}``.
        query: The query string.
        body: The parsed JSON body, or None.
        version: The version of the API that the client speaks.
    """

    parameters: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    version: Version


Handler: TypeAlias = Callable[[Request], Reply]


@dataclass(frozen=True, slots=True)
class _Route:
    segments: tuple[str, ...]
    handlers: dict[str, Handler]

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """Returns the path's parameters, or None if the path is another."""
        parameters: dict[str, str] = {}
        for pattern, segment in zip(self.segments, segments, strict=True):
            if pattern.startswith("{"):
                if not segment:
                    return None
                parameters[pattern[1:-1]] = unquote(segment)
            elif pattern != segment:
                return None
        return parameters


class Routes:
    """Finds handlers. A path is matched against patterns in the order they were given.

    Args:
        table: Handlers by method and pattern, such as ``"GET /conversations/{id}"``.
    """

    def __init__(self, table: Mapping[str, Handler]) -> None:
        self._by_length: dict[int, dict[str, _Route]] = {}
        for line, handler in table.items():
            method, _, pattern = line.partition(" ")
            segments = tuple(pattern.split("/"))
            routes = self._by_length.setdefault(len(segments), {})
            routes.setdefault(pattern, _Route(segments, {})).handlers[method] = handler

    def find(self, method: str, raw_path: str) -> tuple[Handler, dict[str, str]]:
        """Finds the handler of a request.

        Args:
            method: The HTTP method.
            raw_path: The path as it stands in the request, still escaped, without the query.

        Returns:
            The handler and the path's parameters.

        Raises:
            Refused: With 404 if no pattern matches, with 405 if only other methods do.
        """
        segments = raw_path.split("/")
        known = False
        for route in self._by_length.get(len(segments), {}).values():
            parameters = route.match(segments)
            if parameters is None:
                continue
            known = True
            handler = route.handlers.get(method)
            if handler is not None:
                return handler, parameters
        if known:
            raise Refused(405, "method_not_allowed", "Method Not Allowed")
        raise Refused(404, "not_found", "Resource Not Found")
