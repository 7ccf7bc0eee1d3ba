"""The reader of an export: it decodes structs while other tasks of the event loop go on."""

import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from pathlib import Path
from typing import Any, Final, Literal, Self, TypeVar, overload

import anyio
import anyio.to_thread

from intercom_async.core import codec
from intercom_async.errors import ConfigurationError, DecodeError
from intercom_async.export.records import CONVERSATIONS
from intercom_async.export.tables.lines import Batch, batches, shards
from intercom_async.export.tables.nouns import MODELS
from intercom_async.models import (
    Admin,
    AwayStatusReason,
    Brand,
    Company,
    Contact,
    Conversation,
    DataAttribute,
    EmailSetting,
    Macro,
    Segment,
    SubscriptionType,
    Tag,
    Team,
    Ticket,
    TicketState,
    TicketType,
)

__all__ = ["InvalidLine", "Records", "read"]

T = TypeVar("T")

# Bytes of lines in a batch of the thread: decoding them all takes less than a millisecond.
_BATCH: Final = 2**17


class InvalidLine(DecodeError):
    """A line of an export that could not be decoded.

    Attributes:
        file: Its file.
        line: Its number there, from 1.
    """

    def __init__(self, error: DecodeError, file: Path, line: int) -> None:
        super().__init__(error.reason, body=error.body, json_path=error.json_path)
        self.file = file
        self.line = line

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {super().__str__()}"


class Records(AsyncIterator[T]):
    """An iterator over the records of a stream of an export.

    A worker thread reads and decompresses the files, a little at a time. Nothing is read ahead.

    Raises:
        InvalidLine: A line could not be decoded; iterating again goes on after it.
        ExportCorrupted: A file is not as it was written; what it holds before the damage was
            delivered. Iterating again goes on with the next file.
        OSError: The folder holds no such stream, or a file cannot be read; as above.
    """

    def __init__(self, folder: Path, stream: str, decode: Callable[[bytes], T]) -> None:
        self._source = _Source(folder, stream)
        self._decode = decode
        self._file = folder
        self._lines: Iterator[tuple[int, bytes]] = iter(())

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        """Return the next record."""
        while True:
            for number, line in self._lines:
                return self._record(number, line)
            batch = await self._source.next()
            self._file, self._lines = batch.file, batch.records()

    def _record(self, number: int, line: bytes) -> T:
        try:
            return self._decode(line)
        except DecodeError as error:
            raise InvalidLine(error, self._file, number) from None

    async def aclose(self) -> None:
        """Close the file; the iterator ends."""
        self._lines = iter(())
        await self._source.aclose()


class _Source:
    """Batches of lines, read by one worker thread at a time.

    A thread cannot be cancelled. Its batch is kept here, so that a cancelled wait loses nothing.
    The lock makes the next thread wait for it.
    """

    def __init__(self, folder: Path, stream: str) -> None:
        self._folder = folder
        self._stream = stream
        self._files: Iterator[Path] | None = None
        self._batches: Generator[Batch] | None = None
        self._ready: deque[Batch | Exception] = deque()
        self._lock = threading.Lock()
        self._exhausted = False

    async def next(self) -> Batch:
        while not self._ready:
            if self._exhausted:
                raise StopAsyncIteration
            await anyio.to_thread.run_sync(self._fill)
        batch = self._ready.popleft()
        if isinstance(batch, Exception):
            raise batch
        return batch

    def _fill(self) -> None:
        with self._lock:
            if self._ready or self._exhausted:
                return
            try:
                self._ready.append(self._next_batch())
            except StopIteration:
                self._exhausted = True
            except Exception as error:  # noqa: BLE001  # the consumer gets it
                self._ready.append(error)

    def _next_batch(self) -> Batch:
        if self._files is None:
            self._files = iter(shards(self._folder, self._stream))
        while self._batches is None or (batch := next(self._batches, None)) is None:
            self._batches = batches(next(self._files), _BATCH)
        return batch

    async def aclose(self) -> None:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(self._close)

    def _close(self) -> None:
        with self._lock:
            self._exhausted = True
            self._ready.clear()
            if self._batches is not None:
                self._batches.close()


@overload
def read(folder: Path, stream: Literal["conversations"] = ...) -> Records[Conversation]: ...


@overload
def read(folder: Path, stream: Literal["contacts"]) -> Records[Contact]: ...


@overload
def read(folder: Path, stream: Literal["tickets"]) -> Records[Ticket]: ...


@overload
def read(folder: Path, stream: Literal["companies"]) -> Records[Company]: ...


@overload
def read(folder: Path, stream: Literal["macros"]) -> Records[Macro]: ...


@overload
def read(folder: Path, stream: Literal["admins"]) -> Records[Admin]: ...


@overload
def read(folder: Path, stream: Literal["teams"]) -> Records[Team]: ...


@overload
def read(folder: Path, stream: Literal["tags"]) -> Records[Tag]: ...


@overload
def read(folder: Path, stream: Literal["segments"]) -> Records[Segment]: ...


@overload
def read(folder: Path, stream: Literal["data_attributes"]) -> Records[DataAttribute]: ...


@overload
def read(folder: Path, stream: Literal["ticket_types"]) -> Records[TicketType]: ...


@overload
def read(folder: Path, stream: Literal["ticket_states"]) -> Records[TicketState]: ...


@overload
def read(folder: Path, stream: Literal["subscription_types"]) -> Records[SubscriptionType]: ...


@overload
def read(folder: Path, stream: Literal["away_status_reasons"]) -> Records[AwayStatusReason]: ...


@overload
def read(folder: Path, stream: Literal["brands"]) -> Records[Brand]: ...


@overload
def read(folder: Path, stream: Literal["emails"]) -> Records[EmailSetting]: ...


@overload
def read(folder: Path, stream: str = ..., *, type: type[T]) -> Records[T]: ...


@overload
def read(folder: Path, stream: str = ..., *, raw: Literal[True]) -> Records[bytes]: ...


def read(
    folder: Path,
    stream: str = CONVERSATIONS,
    *,
    type: type[Any] | None = None,
    raw: bool = False,
) -> Records[Any]:
    """Read the records of a stream of a workspace's export: conversations, with their parts.

    The first record opens the first file. An iterator left early holds a file open until it is
    dropped or its ``aclose`` is awaited.

    Example::

        import asyncio
        from pathlib import Path

        from intercom_async.export.tables import read

        async def main() -> None:
            async for conversation in read(Path("exported/8e8185e9")):
                print(conversation.id, conversation.state, len(conversation.conversation_parts))

        asyncio.run(main())

    Args:
        folder: The workspace's folder of an export, ``OUT/<workspace>``.
        stream: The stream, such as ``contacts``.
        type: A struct (or any type msgspec decodes) of your own to decode into, in place of the
            noun's.
        raw: Give each record as the API's own bytes, undecoded.

    Returns:
        An iterator, to be iterated once. ``Records`` says what iterating raises.

    Raises:
        ConfigurationError: There is no such stream.
    """
    if stream not in MODELS:
        raise ConfigurationError(f"there is no stream {stream!r}, only {', '.join(MODELS)}")
    return Records(folder, stream, _as_is if raw else codec.one(type or MODELS[stream]))


def _as_is(line: bytes) -> bytes:
    return line
