"""The records of whatever noun that a fault changes behind a client's back."""

from typing import TypeAlias

from intercom_async.emulator.workspace import Workspace


class _Conversations:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def ids(self) -> list[str]:
        return self._workspace.ids()

    def delete(self, id: str) -> None:
        self._workspace.delete(id)

    def touch(self, id: str) -> None:
        self._workspace.update(id, read=not self._workspace.record(id)["read"])

    def add(self) -> str:
        return self._workspace.add(title="Created meanwhile")


class _Records:
    def __init__(self, workspace: Workspace, noun: str) -> None:
        self._workspace = workspace
        self._records = workspace.collections[noun]

    def ids(self) -> list[str]:
        return [str(record["id"]) for record in self._records if "id" in record]

    def delete(self, id: str) -> None:
        del self._records[self.ids().index(id)]

    def touch(self, id: str) -> None:
        record = self._records[self.ids().index(id)]
        if isinstance(record.get("updated_at"), int):
            record["updated_at"] = self._workspace.now

    def add(self) -> str:
        like, id_ = self._records[-1], self._workspace.fresh_id()
        made = like | {"id": type(like["id"])(id_)}
        if isinstance(like.get("created_at"), int):
            made |= dict.fromkeys(("created_at", "updated_at"), self._workspace.now)
        self._records.append(made)
        return id_


Target: TypeAlias = _Conversations | _Records
"""The records of one noun, to list by their ids, delete, touch (they are updated now) or add."""


def target(workspace: Workspace, noun: str) -> Target:
    """Find the records of a noun."""
    return _Conversations(workspace) if noun == "conversations" else _Records(workspace, noun)
