"""Who keeps a mirror: one exporter at a time, for as long as it renews its lease."""

import os
import socket
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from intercom_async.export.mirror.bucket import Bucket, MirrorFailed, MirrorLocked, Taken

LEASE: Final = "lease.json"
RENEWAL: Final = 20.0  # seconds
_SECONDS: Final = 90  # for which a lease is good; four renewals may fail


class _Held(msgspec.Struct, frozen=True):
    holder: str
    id: str
    until: int


class Lease:
    """The lease of a mirror.

    Clocks that differ by more than a minute may let two exporters in. Even then nothing is lost: of
    two that name a round, the conditional put refuses the one who did not see the other's.

    Args:
        bucket: The mirror.
        id: What tells this holder from others.
        former: The id of a holder known to be dead, whose lease need not be waited for.

    Raises:
        MirrorLocked: Another holds it.
    """

    def __init__(self, bucket: Bucket, id: str, former: str | None) -> None:
        self._bucket = bucket
        self._id = id
        held, version = self._read()
        if held is not None and held.until > time.time() and held.id != former:
            raise _locked(bucket.url, held)
        try:
            self._put(version)
        except Taken:
            now, _ = self._read()
            if now is None:
                raise MirrorLocked(f"another export has just left {bucket.url}") from None
            raise _locked(bucket.url, now) from None

    def renew(self) -> None:
        """Hold it for longer.

        Raises:
            MirrorLocked: Another has it by now, since it could not be renewed for too long.
        """
        held, version = self._read()
        with suppress(Taken):
            if held is not None and held.id == self._id:
                self._put(version)
                return
        raise MirrorLocked(f"another export has taken {self._bucket.url} over")

    def release(self) -> None:
        """Let another have it, unless one has it already."""
        held, _ = self._read()
        if held is not None and held.id == self._id:
            self._bucket.delete([LEASE])

    def _read(self) -> tuple[_Held | None, Any]:
        """Return who holds it, and the version that a replacement names."""
        there = self._bucket.read(LEASE)
        if there is None:
            return None, None
        data, version = there
        try:
            return msgspec.json.decode(data, type=_Held), version
        except msgspec.DecodeError:
            raise MirrorFailed(
                f"{self._bucket.url}/{LEASE} is no lease of an export; remove it"
            ) from None

    def _put(self, version: object) -> None:
        holder = f"process {os.getpid()} on {socket.gethostname()}"
        held = _Held(holder, self._id, int(time.time()) + _SECONDS)
        self._bucket.replace(LEASE, msgspec.json.encode(held), version)


def _locked(url: str, held: _Held) -> MirrorLocked:
    until = datetime.fromtimestamp(held.until, UTC)
    return MirrorLocked(
        f"{held.holder} exports to the mirror {url}, and holds it until {until:%Y-%m-%d %H:%M:%S} "
        "UTC unless it renews that. Run this again after that, if it is gone"
    )
