"""Notes on contacts and companies."""

from typing import Final

from intercom_async.emulator.bodies import Body
from intercom_async.emulator.collection import Collection, Noun
from intercom_async.emulator.documents import Record
from intercom_async.emulator.html import as_html
from intercom_async.emulator.listing import by_number
from intercom_async.emulator.lookups import require_admin
from intercom_async.emulator.routes import Request
from intercom_async.emulator.workspace import Workspace

_SHOWN_OF_ADMIN = ("type", "id", "name", "email", "away_mode_enabled", "away_mode_reassign")


def notes_on(workspace: Workspace, name: str, id: str) -> list[Record]:
    """Find the notes on a ``contact`` or a ``company``, the latest first."""
    notes = reversed(workspace.collections["notes"])
    return [note for note in notes if note.get(name, {}).get("id") == id]


def list_notes(collection: Collection, request: Request) -> Record:
    """Answer a numbered page of the notes on a record."""
    id_ = collection.asked(request)["id"]
    notes = notes_on(collection.workspace, _holder(collection), id_)
    page = by_number(notes, request.query, request)
    return {"type": "list", "data": page.records, **page.around}


def create_note(collection: Collection, request: Request) -> Record:
    """Answer a note on a record with the note."""
    holder, workspace, body = collection.asked(request), collection.workspace, Body(request.body)
    text = body.text("body")
    # Who has a token may write in its own name.
    admin = require_admin(workspace, body) if "admin_id" in body else workspace.admins[0]
    name = _holder(collection)
    note = {
        "type": "note",
        "id": workspace.fresh_id(),
        "created_at": workspace.now,
        name: {"type": name, "id": holder["id"]},
        "author": {each: admin.get(each) for each in _SHOWN_OF_ADMIN},
        "body": as_html(text),
    }
    workspace.collections["notes"].append(note)
    return note


def _holder(collection: Collection) -> str:
    return {"contacts": "contact", "companies": "company"}[collection.noun.name]


NOTES: Final = (Noun("/notes", {"GET /{id}": Collection.retrieve}),)
