"""What Intercom's documents say of every operation: versions, statuses and examples of answers.

The data, ``examples.json``, is drawn from the documents by ``tools/examples.py``; it names its
source and licence.
"""

import copy
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from intercom_async.emulator.documents import Record
from intercom_async.emulator.versions import Version, read_version


class Documented(msgspec.Struct, frozen=True):
    """One operation."""

    status: int = 200  # of an answer that goes well
    kind: str = "record"  # what is answered: "list" for records under a key
    key: str | None = None  # where a list has its records; a path if it holds a dot
    cursor: bool = False  # whether pages of a list are asked for by a cursor, else by a number
    missing: tuple[str, str] | None = None  # the code and message of its 404
    since: str | None = None  # the first version; None is before all
    until: str | None = None  # the last version
    example: Any = None  # an answer; None where the emulator makes its own

    def is_in(self, version: Version) -> bool:
        """Tell whether a version has the operation."""
        since, until = self.since, self.until
        if since is not None and version < read_version(since):
            return False
        return until is None or version <= read_version(until)


class _Data(msgspec.Struct):
    operations: dict[str, Documented]


@cache
def documented() -> dict[str, Documented]:
    """Read the operations, by method and path with ``{}`` for every id."""
    data = files("intercom_async.emulator").joinpath("examples.json").read_bytes()
    return msgspec.json.decode(data, type=_Data).operations


@cache
def normal(line: str) -> str:
    """Take the names of the ids out of a method and path."""
    return "/".join("{}" if part.startswith("{") else part for part in line.split("/"))


def example(line: str) -> Record:
    """Copy the example of an operation's answer; what has none reads as empty."""
    operation = documented().get(line)
    return {} if operation is None else copy.deepcopy(operation.example) or {}


def full(path: str, record: Record) -> Record:
    """Add to a listed record what the documents show only of one that is retrieved."""
    return example(f"GET {path}/{{}}") | record


@cache
def listed() -> dict[str, Documented]:
    """Find the lists whose records the documents show, by path."""
    return {
        line.split(" ")[1]: operation
        for line, operation in documented().items()
        if line.startswith("GET ") and "{}" not in line and _has_records(operation)
    }


def _has_records(of_list: Documented) -> bool:
    records: list[Record] = (of_list.example or {}).get(of_list.key) or []
    return bool(records) and all("id" in record for record in records)


def seeds(name: str) -> list[Record]:
    """Make the records of a noun that its list shows; a noun without a list has none."""
    for path, of_list in listed().items():
        if path.rpartition("/")[2] == name:
            return [full(path, record) for record in copy.deepcopy(of_list.example[of_list.key])]
    return []
