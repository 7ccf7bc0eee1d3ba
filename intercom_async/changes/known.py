"""Which versions of records were handed out. Pure: what it knows, it was told.

A poll lists again what was updated in the last minutes, since a search index may be behind by so
much; so each version is remembered for as long, and no longer.
"""

from typing import Final, Literal, TypeAlias

import msgspec

from intercom_async.errors import QueryError

__all__ = ["OVERLAP", "UNSURE", "Kind", "Known", "Verdict", "Version", "load", "save"]

OVERLAP: Final = 300
"""Seconds by which the index may be behind."""

Kind: TypeAlias = Literal["created", "updated", "deleted"]
UNSURE: Final = "unsure"
Verdict: TypeAlias = Kind | Literal["unsure"] | None


class Version(msgspec.Struct, frozen=True):
    """A version of a record, as it was met.

    Attributes:
        id: The record's id.
        created_at: When the record was created, in unix seconds, if it tells.
        updated_at: When the version came to be, in unix seconds.
        listed: Whether a search listed it, which may show it otherwise than by itself.
        digest: What tells its content from another's, shown the same way.
        settled: Whether its second was over when it was asked for, so that no other version can
            be of the same.
        deleted: Whether it is the record's end.
    """

    id: str
    created_at: int | None
    updated_at: int
    listed: bool = True
    digest: str = ""
    settled: bool = True
    deleted: bool = False


class _Met(msgspec.Struct, array_like=True, omit_defaults=True):
    """The last version of a record that was met; its content until it is settled."""

    updated_at: int
    listed: bool = True
    digest: str = ""


class Known(msgspec.Struct):
    """What is known of one stream.

    Attributes:
        bound: All that was updated before this unix second was handed out, or is not asked for.
        versions: The versions updated since that were handed out, by id.
        deleted: When which records were deleted, as far as it was since.
    """

    bound: int
    versions: dict[str, _Met] = {}
    deleted: dict[str, int] = {}

    def judge(self, version: Version) -> Verdict:
        """Return what to hand a version out as; ``None`` if it is known or of no interest.

        Unsure is what a search lists of a version that was met by itself before its second was
        over: only by itself can it be told apart from that.
        """
        if version.updated_at < self.bound or version.id in self.deleted:
            return None
        if version.deleted:
            return "deleted"
        met = self.versions.get(version.id)
        if met is None:
            created = version.created_at
            return "updated" if created is None or created < self.bound else "created"
        if version.updated_at != met.updated_at:
            return "updated" if version.updated_at > met.updated_at else None
        if met.digest and met.listed != version.listed:
            return UNSURE if version.listed else None
        return "updated" if met.digest not in {"", version.digest} else None

    def note(self, version: Version) -> None:
        """Remember that a version was handed out, or met again."""
        if version.deleted:
            self.deleted[version.id] = version.updated_at
        else:
            digest = "" if version.settled else version.digest
            self.versions[version.id] = _Met(version.updated_at, version.listed, digest)

    def settles(self, version: Version) -> bool:
        """Tell whether a version that is known is known for good now."""
        met = self.versions.get(version.id)
        return (
            met is not None
            and version.settled
            and (met.updated_at, met.listed, met.digest)
            == (version.updated_at, version.listed, version.digest)
        )

    def advance(self, now: int) -> None:
        """Forget what no poll lists any more, after one that began at this second."""
        self.bound = max(self.bound, now - OVERLAP)
        versions, deleted = self.versions.items(), self.deleted.items()
        self.versions = {id: met for id, met in versions if met.updated_at >= self.bound}
        self.deleted = {id: at for id, at in deleted if at >= self.bound}


_decode: Final = msgspec.json.Decoder(dict[str, Known])


def save(known: dict[str, Known]) -> str:
    """Return what is known of the streams as a text."""
    return msgspec.json.encode(known).decode()


def load(cursor: str) -> dict[str, Known]:
    """Read what ``save`` made.

    Raises:
        QueryError: It is something else.
    """
    try:
        return _decode.decode(cursor)
    except (msgspec.DecodeError, TypeError, UnicodeError) as error:
        raise QueryError(f"resume is no cursor of changes: {error}") from None
