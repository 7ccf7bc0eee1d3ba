"""The records of one noun, and the operations that nouns have in common."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from intercom_async.emulator.bodies import Body
from intercom_async.emulator.documents import Record
from intercom_async.emulator.lookups import find_by_id
from intercom_async.emulator.replies import ApiError, Reply, reply_json
from intercom_async.emulator.routes import Handler, Request
from intercom_async.emulator.versions import Version
from intercom_async.emulator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Noun:
    """What the emulator has to know of one noun."""

    path: str  # where its records are; its last word is their name in `Workspace.collections`
    # What can be done, by the method and what follows the path: ``"GET /{id}"``.
    operations: Mapping[str, "Operation"]
    list: tuple[str, str] = ("list", "data")  # the type of a list, and its array
    missing: tuple[str, str] = ("not_found", "Resource Not Found")  # of a 404
    # The first version of operations and fields that earlier ones lack.
    since: Mapping[str, Version] = field(default_factory=dict)
    # Makes the answer of a copy of a record.
    show: Callable[[Record, Request], Record] = lambda record, _: record
    # How to read the fields that an update can change.
    writable: Mapping[str, Callable[[Body, str], Any]] = field(default_factory=dict)


class Collection:
    """The records of one noun, and what can be done to them."""

    def __init__(self, noun: Noun, workspace: Workspace) -> None:
        self.noun: Noun = noun
        self.workspace: Workspace = workspace

    @property
    def records(self) -> list[Record]:
        """The records themselves, in the order of their list."""
        return self.workspace.collections[self.noun.path.rpartition("/")[2]]

    def routes(self) -> dict[str, Handler]:
        """Make the part of the routing table that leads to these records."""
        return {
            line.replace(" ", f" {self.noun.path}"): partial(self._operate, line)
            for line in self.noun.operations
        }

    def find(self, id: str) -> Record:
        """Find the record of an id."""
        record = find_by_id(self.records, id)
        if record is None:
            raise ApiError(404, *self.noun.missing)
        return record

    def shown(self, record: Record, request: Request) -> Record:
        """Bring a record into the form that a request is answered with."""
        since = self.noun.since
        kept = {
            name: value for name, value in record.items() if request.version >= since.get(name, ())
        }
        return self.noun.show(kept, request)

    def page(self, records: Iterable[Record], request: Request) -> Record:
        """Make the list of some of the records."""
        type_, key = self.noun.list
        return {"type": type_, key: [self.shown(record, request) for record in records]}

    def changes(self, body: Body) -> Record:
        """Read the fields of a body that can be changed, and the time of the change."""
        readers = self.noun.writable.items()
        changes = {name: read(body, name) for name, read in readers if name in body}
        return changes | {"updated_at": self.workspace.now}

    def list_all(self, request: Request) -> Record:
        """Answer the list of all records."""
        return self.page(self.records, request)

    def retrieve(self, request: Request) -> Record:
        """Answer one record."""
        return self.shown(self.find(request.parameters["id"]), request)

    def update(self, request: Request) -> Record:
        """Change the fields that the body names, and answer the record."""
        record = self.find(request.parameters["id"])
        record |= self.changes(Body(request.body))
        return self.shown(record, request)

    def delete(self, request: Request) -> None:
        """Remove a record, and answer nothing."""
        self.records.remove(self.find(request.parameters["id"]))

    def _operate(self, line: str, request: Request) -> Reply:
        if request.version < self.noun.since.get(line, ()):
            message = "Requested resource is not available in current API version"
            raise ApiError(400, "intercom_version_invalid", message)
        answer = self.noun.operations[line](self, request)
        return Reply(200, b"") if answer is None else reply_json(answer)


Operation: TypeAlias = Callable[[Collection, Request], Record | None]
