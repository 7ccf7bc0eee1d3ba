"""An iterator over an export, which decodes structs while other tasks of the event loop go on."""

import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from pathlib import Path
from typing import Final, Self, TypeVar

import anyio
import anyio.to_thread

from intercom_async.errors import DecodeError
from intercom_async.export.tables.lines import Batch, batches, shards

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
