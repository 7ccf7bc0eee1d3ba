"""Reads what a request names, or refuses it."""

from intercom_async.emulator.bodies import Body, invalid
from intercom_async.emulator.documents import Record
from intercom_async.emulator.people import find_by_id
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.workspace import Workspace

# The names under which a body may give a contact, with what each is on the contact.
CONTACT_KEYS = {"intercom_user_id": "id", "user_id": "external_id", "email": "email"}


def require_conversation(
    workspace: Workspace, id: str, message: str = "Resource Not Found"
) -> Record:
    """Find a conversation."""
    conversation = workspace.get(id)
    if conversation is None:
        raise not_found(message)
    return conversation.record()


def require_admin(workspace: Workspace, body: Body, name: str = "admin_id") -> Record:
    """Find the teammate whom a field of the body names."""
    admin = find_by_id(workspace.admins, body.identifier(name))
    if admin is None:
        raise not_found("Admin Not Found", name)
    return admin


def require_contact(workspace: Workspace, body: Body) -> Record:
    """Find the contact whom one of the body's identifiers names."""
    contact = find_contact(workspace, body)
    if contact is None:
        raise not_found("User Not Found")
    return contact


def find_contact(workspace: Workspace, body: Body) -> Record | None:
    """Find the contact whom one of the body's identifiers names, if there is one."""
    name = body.only_one(CONTACT_KEYS)
    wanted, key = body.identifier(name), CONTACT_KEYS[name]
    return find_by_id(workspace.contacts, wanted, key)


def read_created_at(workspace: Workspace, body: Body) -> int:
    """Read ``created_at``, which is now unless it is given, and must not lie in the future."""
    at = body.second("created_at") if "created_at" in body else workspace.now
    if at > workspace.now:
        raise invalid("created_at", "must not lie in the future")
    return at


def not_found(message: str, field: str | None = None) -> ApiError:
    """Make the refusal of something that is not there."""
    return ApiError(404, "not_found", message, field)
