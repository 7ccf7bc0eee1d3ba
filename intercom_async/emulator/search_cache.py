"""Answers searches, and remembers the latest answers for as long as nothing changes."""

from collections.abc import Collection
from functools import partial
from typing import Final

import msgspec

from intercom_async.emulator.query import compile_query
from intercom_async.emulator.stored import StoredConversation
from intercom_async.emulator.versions import Version, shape_document
from intercom_async.emulator.workspace import Workspace

_REMEMBERED: Final = 64  # searches that are walked side by side, each page of which asks again


class SearchCache:
    """Finds the conversations of a workspace that match a query."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        inclusive_bounds: bool = False,
        whole_days: bool = False,
        unindexed: Collection[str] = (),
    ) -> None:
        self._workspace = workspace
        self._unindexed = unindexed
        self._compile = partial(
            compile_query, inclusive_bounds=inclusive_bounds, whole_days=whole_days
        )
        self._revision = workspace.revision
        self._found: dict[bytes, list[StoredConversation]] = {}

    def find(self, query: object, version: Version) -> list[StoredConversation]:
        """List the matches in the order of search answers."""
        conversations = self._workspace.ordered  # looking wakes those whose time has come
        if self._revision != self._workspace.revision:
            self._revision = self._workspace.revision
            self._found.clear()
        key = msgspec.json.encode((version, query))
        found = self._found.pop(key, None)
        if found is None:
            predicate = self._compile(query)
            found = [
                each for each in conversations if predicate(shape_document(each.document, version))
            ]
        self._found[key] = found  # last in the dict is latest used
        if len(self._found) > _REMEMBERED:
            del self._found[next(iter(self._found))]
        if not self._unindexed:
            return found
        return [each for each in found if each.id not in self._unindexed]
