"""What most tests need, and a watch for tokens where none may be: in logs and errors."""

import asyncio
import gc
import logging
import pickle
from collections.abc import AsyncIterator, Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest
from blockbuster import blockbuster_ctx
from hypothesis import settings

from intercom_async import AsyncIntercom, IntercomError
from intercom_async.emulator import Emulator
from intercom_async.net.settings import Secret

REMEMBERED = 64
SHORTEST = 8  # a token of tests that is a common word would be found everywhere


# No test may depend on how fast the machine is.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_finish() -> None:
    """Leave what is there for good out of garbage collections, which took tenths of a second."""
    gc.collect()
    gc.freeze()


class _Watch(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.tokens: dict[str, None] = {}  # in order, so that old ones can be forgotten
        self.errors: list[IntercomError] = []
        self.logged: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.logged.append(self.format(record))

    def leaks(self) -> list[str]:
        """Return the texts of the last test that hold a token it used, or one of those before."""
        texts = self.logged
        for error in self.errors:
            texts += [str(error), repr(error), repr(vars(error))]
            texts.append(pickle.dumps(error).decode("latin-1"))
            if error.__context__ is not None:
                texts += [repr(error.__context__), str(vars(error.__context__))]
        tokens = [token for token in self.tokens if len(token) >= SHORTEST]
        found = [text for text in texts if any(token in text for token in tokens)]
        self.errors, self.logged = [], []
        # To look for all there ever were takes longer than the tests.
        self.tokens = dict.fromkeys(list(self.tokens)[-REMEMBERED:])
        return found


@pytest.fixture(scope="session")
def _watched() -> Iterator[_Watch]:
    watch = _Watch()
    secret_init, error_init, resolve = Secret.__init__, IntercomError.__init__, Secret.resolve

    def remember_token(self: Secret, token: object) -> None:
        secret_init(self, token)  # type: ignore[arg-type]  # as given
        if isinstance(token, str):
            watch.tokens[token] = None

    async def remember_resolved(self: Secret) -> str:
        token = await resolve(self)
        watch.tokens[token] = None
        return token

    def remember_error(self: IntercomError, *args: object) -> None:
        error_init(self, *args)
        watch.errors.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Secret, "__init__", remember_token)
        patch.setattr(Secret, "resolve", remember_resolved)
        patch.setattr(IntercomError, "__init__", remember_error)
        root = logging.getLogger()
        level = root.level
        root.setLevel(logging.DEBUG)
        root.addHandler(watch)
        yield watch
        root.removeHandler(watch)
        root.setLevel(level)


@pytest.fixture(autouse=True)
def no_token_leaks(_watched: _Watch) -> Iterator[None]:
    """Fail a test after which a token stands in a log or an error."""
    yield
    leaks = _watched.leaks()
    assert not leaks, f"a token stands in: {leaks[0][:200]}"


@pytest.fixture(scope="session", autouse=True)
def nothing_blocks() -> Iterator[None]:
    """Fail whatever blocks the event loop: files, SQLite, sockets, locks, sleep.

    Modules without a coroutine may block, as long as none of the package's calls them: a test calls
    them as they are. And the emulator reads its own tables when they are first needed.
    """
    tables = import_module("intercom_async.export.tables").__path__
    names = {module.name for module in iter_modules(tables)} - {"reader", "reading"}
    without = [
        "emulator",
        "export.store",
        "report",
        *(f"export.tables.{name}" for name in sorted(names)),
    ]
    modules = [import_module(f"intercom_async.{name}") for name in without]
    with blockbuster_ctx("intercom_async", excluded_modules=modules) as blocking:
        for function in ("io.TextIOWrapper.write", "io.BufferedWriter.write"):
            # Where log lines go is up to who configures logging; with pytest, to /dev/null.
            blocking.functions[function].can_block_in("logging/__init__.py", "handle")
        for function in ("os.path.abspath", "os.unlink"):
            # A thread that makes the file of a call that is cut off would leave it behind.
            blocking.functions[function].can_block_in("core/download.py", "_made_beside")
        for function in (
            "os.stat",
            "os.listdir",
            "io.TextIOWrapper.read",
            "io.BufferedReader.read",
        ):
            # redis-py looks up its own version for each connection.
            blocking.functions[function].can_block_in("redis/utils.py", "get_lib_version")
        yield


@pytest.fixture
async def rounds() -> AsyncIterator[Callable[[], int]]:
    """Count the rounds of the event loop."""
    loop = asyncio.get_running_loop()
    now, ended = 0, False

    def count() -> None:
        nonlocal now
        now += 1
        if not ended:
            loop.call_soon(count)

    count()
    yield lambda: now
    ended = True


@pytest.fixture(params=["direct", "by session"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How requests go: the short way, or the one that is taken with an unknown aiohttp."""
    if request.param == "by session":
        monkeypatch.setattr("intercom_async.net.fast_path.SUPPORTED", False)
    return str(request.param)


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator(conversations=300) as emulator:
        yield emulator


@pytest.fixture
async def intercom(emulator: Emulator) -> AsyncIterator[AsyncIntercom]:
    async with AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom:
        yield intercom
