"""A store of conversations alone, as most of its tests have it."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from intercom_async.export import Options
from intercom_async.export.store import Identity, Status, Store, StreamStore, read_status
from intercom_async.export.store.status import StreamStatus

__all__ = ["OneStream", "only", "status_of"]

_NAME: Final = "conversations"


class OneStream:
    """A store whose methods are those of its only stream, too."""

    def __init__(self, store: Store) -> None:
        self.store = store
        if _NAME not in store.streams():
            store.begin(_NAME)
        self.stream: StreamStore = store.streams()[_NAME]

    @classmethod
    def open(cls, folder: Path, identity: Identity, **options: Any) -> Self:
        store = Store.open(folder, identity, **options)
        try:
            return cls(store)
        except BaseException:
            store.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self.store.close()

    def begin_update(self) -> None:
        if self.stream.run.phase != "finished":
            raise ValueError(f"the last run is {self.stream.run.phase}, not finished")
        self.store.begin(_NAME)

    def finish(self, result: Mapping[str, Any]) -> Path:
        return self.store.finish({_NAME: result})

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream if hasattr(self.stream, name) else self.store, name)


def status_of(folder: Path) -> tuple[Status, StreamStatus]:
    """Return the status of an export, and of its only stream."""
    status = read_status(folder)
    assert status is not None
    return status, status.streams[_NAME]


def only(since: datetime | None = None, until: datetime | None = None, **options: Any) -> Options:
    """Options for conversations alone."""
    return Options(since, until, streams=(_NAME,), **options)
