"""The records of one noun, and the operations that nouns have in common."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from intercom_async.emulator.bodies import Body, read_object
from intercom_async.emulator.documented import documented, normal
from intercom_async.emulator.documents import Record
from intercom_async.emulator.listing import (
    LATEST_FIRST,
    Order,
    Page,
    by_cursor,
    by_number,
    read_order,
)
from intercom_async.emulator.lookups import find_by_id, require
from intercom_async.emulator.query import Rules
from intercom_async.emulator.replies import ApiError, Reply, reply_json
from intercom_async.emulator.routes import Handler, Request
from intercom_async.emulator.versions import Version
from intercom_async.emulator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Noun:
    """What the emulator has to know of one noun."""

    path: str  # where its records are; its last word is their name in `Workspace.collections`
    # What can be done, by the method and what follows the path: ``"GET /{id}"``. In which versions,
    # the documents tell.
    operations: Mapping[str, "Operation"]
    list: tuple[str | None, str] = ("list", "data")  # the type of a list, and its array
    missing: tuple[str, str] = ("not_found", "Resource Not Found")  # of a 404
    absent: "Callable[[Collection, Request], ApiError]" = lambda here, _: here.not_found()
    since: Mapping[str, Version] = field(default_factory=dict)  # the first version of later fields
    # Makes the answer of a copy of a record.
    show: "Callable[[Collection, Record, Request], Record]" = lambda _, record, __: record
    # How to read the fields that a body can set.
    writable: Mapping[str, Callable[[Body, str], Any]] = field(default_factory=dict)
    per_page: int = 15  # of a list in pages
    order: Order = LATEST_FIRST  # of a list that is walked by a cursor, and of a search
    # Tells whether a list shows a record to who asks for it by a parameter of the query.
    filters: Mapping[str, Callable[[Record, str], bool]] = field(default_factory=dict)
    is_listed: Callable[[Record], bool] = lambda _: True  # whether lists and searches show it
    rules: "Callable[[Collection, Version], Rules] | None" = None  # of its search

    @property
    def name(self) -> str:
        """The name of its records in `Workspace.collections`."""
        return self.path.rpartition("/")[2]


class Collection:
    """The records of one noun, and what can be done to them."""

    def __init__(self, noun: Noun, workspace: Workspace) -> None:
        self.noun: Noun = noun
        self.workspace: Workspace = workspace

    @property
    def records(self) -> list[Record]:
        """The records themselves, in the order of their list."""
        return self.workspace.collections[self.noun.name]

    def routes(self) -> dict[str, Handler]:
        """Make the part of the routing table that leads to these records."""
        return {
            line.replace(" ", f" {self.noun.path}"): partial(self._operate, line)
            for line in self.noun.operations
        }

    def find(self, id: str) -> Record:
        """Find the record of an id."""
        return require(self.records, id, self.not_found())

    def asked(self, request: Request) -> Record:
        """Find the record that the path names."""
        record = find_by_id(self.records, request.parameters["id"])
        if record is None:
            raise self.noun.absent(self, request)
        return record

    def not_found(self) -> ApiError:
        """Make the refusal of an id that no record has."""
        return ApiError(404, *self.noun.missing)

    def shown(self, record: Record, request: Request) -> Record:
        """Bring a record into the form that a request is answered with."""
        since = self.noun.since
        kept = {
            name: value for name, value in record.items() if request.version >= since.get(name, ())
        }
        return self.noun.show(self, kept, request)

    def page(self, records: Iterable[Record], request: Request) -> Record:
        """Make the list of some of the records."""
        type_, key = self.noun.list
        listed = {key: [self.shown(record, request) for record in records]}
        return listed if type_ is None else {"type": type_, **listed}

    def paged(self, page: Page, request: Request) -> Record:
        """Make one page of a list."""
        return self.page(page.records, request) | page.around

    def numbered(self, records: list[Record], request: Request) -> Record:
        """Make the numbered page that a query asks for."""
        return self.paged(by_number(records, request.query, request, self.noun.per_page), request)

    def changes(self, body: Body) -> Record:
        """Read the fields of a body that can be set, and the time of the change."""
        readers = self.noun.writable.items()
        changes = {name: read(body, name) for name, read in readers if body.mentions(name)}
        return changes | {"updated_at": self.workspace.now}

    def kept(self, request: Request) -> list[Record]:
        """List the records that lists show, and that the query's filters leave."""
        query, filters = request.query, self.noun.filters
        asked = [(filters[name], query[name]) for name in filters if name in query]
        listed = filter(self.noun.is_listed, self.records)
        return [record for record in listed if all(fits(record, value) for fits, value in asked)]

    def list_all(self, request: Request) -> Record:
        """Answer the list of all records."""
        return self.page(self.kept(request), request)

    def list_numbered(self, request: Request) -> Record:
        """Answer a numbered page of the list."""
        return self.numbered(self.kept(request), request)

    def list_by_cursor(self, request: Request) -> Record:
        """Answer a page of the list by its cursor."""
        page = by_cursor(self.kept(request), request.query, self.noun.order, self.noun.per_page)
        return self.paged(page, request)

    def search(self, request: Request) -> Record:
        """Answer a page of the records that match a query."""
        body = read_object(request.body, "the body")
        pagination = read_object(body.get("pagination") or {}, "pagination")
        assert self.noun.rules is not None  # noqa: S101  # a noun with this operation has them
        rules = self.noun.rules(self, request.version)
        holds = rules.compile(body.get("query"))
        order = self.noun.order._replace(read=rules.read)
        order = read_order(body.get("sort"), order, request.version)
        unindexed = self.workspace.unindexed
        indexed = [each for each in self.kept(request) if str(each["id"]) not in unindexed]
        found = [record for record in indexed if holds(record)]
        return self.paged(by_cursor(found, pagination, order, self.noun.per_page), request)

    def retrieve(self, request: Request) -> Record:
        """Answer one record."""
        return self.shown(self.asked(request), request)

    def update(self, request: Request) -> Record:
        """Change the fields that the body names, and answer the record."""
        record = self.asked(request)
        record |= self.changes(Body(request.body))
        return self.shown(record, request)

    def delete(self, request: Request) -> None:
        """Remove a record, and answer nothing."""
        self.records.remove(self.asked(request))

    def delete_and_tell(self, request: Request) -> Record:
        """Remove a record, and answer that it is gone."""
        record = self.asked(request)
        self.records.remove(record)
        return {"id": record["id"], "object": self.noun.name.removesuffix("s"), "deleted": True}

    def _operate(self, line: str, request: Request) -> Reply:
        answer = self.noun.operations[line](self, request)
        of_line = documented().get(normal(line.replace(" ", f" {self.noun.path}")))
        status = 200 if of_line is None else of_line.status
        return Reply(status, b"") if answer is None else reply_json(answer, status)


Operation: TypeAlias = Callable[[Collection, Request], Record | None]
