"""Files that the API serves: chunk by chunk, or to a file, and never held whole."""

import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from os import PathLike
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import IO, Final, Protocol, Self

from anyio.to_thread import run_sync
from msgspec.structs import replace

from intercom_async.core.call import Call, OpenReply
from intercom_async.core.usage import Usage
from intercom_async.errors import ConnectionFailed, TimedOut

__all__ = ["Chunks", "Download"]

_TIMES: Final = 3
_SHOWN: Final = 40  # characters of a name, which may be as long as names may be already


class Streamer(Protocol):
    """What a download takes of a client."""

    def stream(self, call: Call[None]) -> AbstractAsyncContextManager[OpenReply]:
        """Send a call and hand out the answer, whose body is still to be read."""
        ...


class Chunks(AsyncIterator[bytes], Usage):
    """The bytes of a file, as they come.

    Attributes:
        headers: The headers of the answer, case-insensitive.

    Raises:
        ConnectionFailed: While iterating: the file broke off.
        TimedOut: While iterating: nothing came for ``timeouts.attempt`` seconds.
    """

    _usage = "the bytes of a file are had with 'async for chunk in chunks:'"

    def __init__(self, reply: OpenReply) -> None:
        self.headers: Mapping[str, str] = reply.headers
        self._chunks = reply.chunks

    @property
    def size(self) -> int | None:
        """How many bytes there are in all; ``None`` if it is not told."""
        told = self.headers.get("Content-Length", "")
        return int(told) if told.isdecimal() else None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        """Return the next bytes."""
        return await self._chunks.__anext__()


class Download(Usage):
    """A file that the API serves, or has another host serve.

    Nothing is sent until it is asked for, each time anew::

        await intercom.calls.download_recording("1").save("1.wav")

        async with intercom.calls.download_recording("1") as chunks:
            async for chunk in chunks: ...

    The token goes to the API alone. Failures before the file begins are tried again, as those of
    any read.

    Raises:
        NotFound: There is no such file, or no more.
        RequestError: It failed; the class tells how.
    """

    _usage = (
        "a file is saved with 'await ….save(path)', or read with 'async with … as chunks:', and "
        "in it 'async for chunk in chunks:'"
    )

    def __init__(self, client: Streamer, call: Call[None], *, accept: str) -> None:
        self._client = client
        self._call = replace(call, accept=accept, streamed=True)
        self._opened: AbstractAsyncContextManager[OpenReply] | None = None

    def __repr__(self) -> str:
        return f"<Download {self._call.template}>"

    async def __aenter__(self) -> Chunks:
        if self._opened is not None:
            raise RuntimeError("this download is under way already")
        self._opened = opened = self._client.stream(self._call)
        try:
            return Chunks(await opened.__aenter__())
        except BaseException:
            self._opened = None
            raise

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        opened, self._opened = self._opened, None
        assert opened is not None  # noqa: S101  # it was entered
        await opened.__aexit__(exc_type, exc_value, traceback)

    async def save(self, path: str | PathLike[str]) -> Path:
        """Write the file to a path, readable by its owner alone, and return the path.

        What was there stays until all has come. A file that breaks off is begun again, twice.

        Raises:
            OSError: The file cannot be written.
        """
        to = Path(path)
        for left in reversed(range(_TIMES)):
            async with self as chunks:
                try:
                    await _write(chunks, to)
                except (ConnectionFailed, TimedOut):
                    if not left:
                        raise
                else:
                    return to
        raise AssertionError  # the last time returns or raises


async def _write(chunks: Chunks, to: Path) -> None:
    with _made_beside(to) as part:
        async for chunk in chunks:
            await run_sync(part.write, chunk)
        part.close()
        await run_sync(os.replace, part.name, to)


@contextmanager
def _made_beside(to: Path) -> Iterator[IO[bytes]]:
    # A file anew, so that a link in its place is not followed; and at once, since one that a
    # thread makes for a call that is cut off meanwhile would be left behind.
    with NamedTemporaryFile(dir=to.parent, prefix=f".{to.name[:_SHOWN]}.", delete=False) as part:
        try:
            yield part
        except BaseException:
            part.close()
            with suppress(OSError):
                Path(part.name).unlink()
            raise
