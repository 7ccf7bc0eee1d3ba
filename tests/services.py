"""Servers that tests start for themselves: on a port of their own, gone with the test."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Final, NoReturn, Self

_SECONDS: Final = 20


def skip(reason: str) -> NoReturn:
    """Skip a test that needs what is not here; in CI, where all has to run, fail it."""
    import pytest  # noqa: PLC0415  # which measurements do without

    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def free_port() -> int:
    """Return a port of the loopback interface that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port: int = unused.getsockname()[1]
    return port


class PrivateRedis:
    """A Redis on a free port, which keeps nothing on disk; a context manager."""

    def __init__(self, folder: Path, *, password: str = "") -> None:
        binary = shutil.which("redis-server") or shutil.which("valkey-server")
        self._binary = binary or skip("needs redis-server")
        self._folder = folder
        self._password = password
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        user = f":{password}@" if password else ""
        self.url = f"redis://{user}127.0.0.1:{self.port}/0"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        arguments = f"--port {self.port} --bind 127.0.0.1 --appendonly no --daemonize no".split()
        password = ["--requirepass", self._password] if self._password else []
        self._process = subprocess.Popen(  # noqa: S603  # the binary found
            [self._binary, *arguments, "--save", "", *password],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
        )
        until = time.monotonic() + _SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < until, "redis-server does not start"
                time.sleep(0.01)

    def stop(self) -> None:
        """End it at once; what it held is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(_SECONDS)
            self._process = None

    def freeze(self) -> None:
        """Let it accept connections and answer nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it answer again."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    async def ask(self, *command: str) -> bytes:
        """Send a command as the protocol has it, and return the raw answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        login = [("AUTH", self._password)] if self._password else []
        for words in [*login, command, ("QUIT",)]:
            parts = [f"${len(word.encode())}\r\n{word}\r\n" for word in words]
            writer.write(f"*{len(parts)}\r\n{''.join(parts)}".encode())
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer
