"""Object storage as the mirror uses it: whole objects, conditional puts, errors without secrets."""

import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from intercom_async.errors import ConfigurationError, IntercomError
from intercom_async.export.store import disk

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_SCHEMES: Final = ("s3", "gs", "az", "file")
_WORDS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_STATUS: Final = re.compile(r"status code: (\d{3})")
# What the client's account of a generic error has in it, and what that means.
_CAUSES: Final = {
    "BadScheme": "plain http, which AWS_ALLOW_HTTP=true would allow",
    "ConnectionRefused": "connection refused",
    "dns error": "the host's name leads nowhere",
    "InvalidCertificate": "the host's certificate is not trusted",
    "TimedOut": "no answer in time",
}


class MirrorFailed(IntercomError):
    """The bucket of a mirror does not answer, or refuses what is asked of it."""


class MirrorLocked(IntercomError):
    """Another exporter keeps the mirror; nothing was changed."""


class MirrorMismatch(IntercomError):
    """The folder and the mirror have gone separate ways; nothing was changed in either."""


class Taken(Exception):
    """Another one wrote the object since it was read."""


class Bucket:
    """A prefix of a bucket, or a folder. Its methods block.

    Args:
        url: ``s3://``, ``gs://`` or ``az://`` with bucket and prefix, or ``file://`` with a folder.
            Credentials come from the environment, as the clouds' own tools have them.
        name: What the prefix ends with, beside what the URL says.

    Raises:
        ConfigurationError: The URL is none of these, or holds credentials; or obstore is missing.
    """

    def __init__(self, url: str, name: str = "") -> None:
        parts = None
        with suppress(ValueError):  # which may quote credentials
            parts = urlsplit(url)
        if (
            parts is None
            or parts.scheme not in _SCHEMES
            or not (parts.netloc or parts.path.strip("/"))
        ):
            known = ", ".join(f"{each}://" for each in _SCHEMES)
            raise ConfigurationError(f"object storage is a URL of {known}, with a bucket or folder")
        if "@" in parts.netloc or parts.query or parts.fragment:
            raise ConfigurationError(
                "a URL of object storage has bucket and prefix only; credentials belong into the "
                "environment"
            )
        try:
            from obstore.store import LocalStore, from_url  # noqa: PLC0415  # of an extra
        except ImportError:
            raise ConfigurationError(
                "object storage needs obstore; install it with: pip install 'intercom-async[cloud]'"
            ) from None
        self.url: str = f"{url.rstrip('/')}/{name}".rstrip("/")
        # A local folder has no conditional replacement: there, what is read just before decides.
        self._is_local = parts.scheme == "file"
        self._store: ObjectStore
        with _translated(self.url):
            if self._is_local:
                folder = Path(unquote(parts.path)) / name
                disk.make_folder(folder)
                self._store = LocalStore(folder)
            else:
                self._store = from_url(self.url)

    def read(self, key: str) -> tuple[bytes, Any] | None:
        """Return an object and the version that a replacement names; ``None`` if not there."""
        with _translated(self.url), suppress(FileNotFoundError):
            found = self._store.get(key)
            told = {name: found.meta[name] for name in ("e_tag", "version")}
            return bytes(found.bytes()), {name: each for name, each in told.items() if each}
        return None

    def replace(self, key: str, data: bytes, version: Any | None) -> None:
        """Write an object, if it is still as it was read.

        Args:
            key: The object.
            data: What it is to hold.
            version: The version read; ``None`` if it was not there.

        Raises:
            Taken: It is not.
        """
        from obstore.exceptions import AlreadyExistsError, PreconditionError  # noqa: PLC0415

        mode: Any = "create" if version is None else version
        if self._is_local and version is not None:
            there = self.read(key)
            if there is None or there[1] != version:
                raise Taken
            mode = "overwrite"
        try:
            with _translated(self.url):
                self._store.put(key, data, mode=mode)
        except (AlreadyExistsError, PreconditionError):
            # The answer to a put that went through may be lost, and the client repeat it.
            there = self.read(key)
            if there is None or there[0] != data:
                raise Taken from None

    def upload(self, key: str, chunks: Iterable[bytes]) -> None:
        """Write an object of many bytes; it appears whole or not at all."""
        with _translated(self.url):
            self._store.put(key, iter(chunks))

    def download(self, key: str, path: Path) -> None:
        """Write an object to a file, under a temporary name until it is whole."""
        with _translated(self.url):
            disk.write_partial(path, (bytes(each) for each in self._store.get(key)))
        disk.rename(path)

    def copy(self, key: str, to: str) -> None:
        """Give what an object holds another name too."""
        with _translated(self.url):
            self._store.copy(key, to)

    def delete(self, keys: Iterable[str]) -> None:
        """Remove objects, those that are there."""
        for key in keys:
            with _translated(self.url), suppress(FileNotFoundError):
                self._store.delete(key)
                if self._is_local:
                    self._tidy(key)

    def names(self, under: str | None = None) -> list[str]:
        """Return the names of all objects, or of those under a prefix."""
        with _translated(self.url):
            return [each["path"] for batch in self._store.list(under) for each in batch]

    def _tidy(self, key: str) -> None:
        """Remove the folders that a removed file leaves empty; a bucket has none."""
        folder = Path(str(getattr(self._store, "prefix", ""))) / key
        for parent in folder.parents[: key.count("/")]:
            if any(parent.iterdir()):
                return
            shutil.rmtree(parent)


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """Raise ``MirrorFailed`` for what goes wrong; what the client says may quote credentials."""
    from obstore.exceptions import (  # noqa: PLC0415  # of an extra
        AlreadyExistsError,
        BaseError,
        PreconditionError,
    )

    try:
        yield
    except (AlreadyExistsError, PreconditionError):
        raise
    except FileNotFoundError:  # what must be there
        raise MirrorFailed(f"the bucket of {url}, or an object in it, is not there") from None
    except BaseError as error:
        kind = _WORDS.sub(" ", type(error).__name__.removesuffix("Error")).lower()
        if kind == "generic":
            kind = _cause(str(error))
        raise MirrorFailed(f"{url} cannot be reached or refuses: {kind}") from None


def _cause(account: str) -> str:
    status = _STATUS.search(account)
    if status is not None:
        return f"status {status[1]}"
    return next((said for cause, said in _CAUSES.items() if cause in account), "no cause is told")
