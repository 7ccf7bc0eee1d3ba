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
    """Finds a conversation.

    Returns:
        A copy of its record.

    Raises:
        ApiError: If there is none of that id.
    """
    conversation = workspace.get(id)
    if conversation is None:
        raise not_found(message)
    return conversation.record()


def require_admin(workspace: Workspace, body: Body, name: str = "admin_id") -> Record:
    """Finds the teammate whom a field of the body names.

    Raises:
        ApiError: If the field is missing, or there is no such teammate.
    """
    admin = find_by_id(workspace.admins, body.identifier(name))
    if admin is None:
        raise not_found("Admin Not Found", name)
    return admin


def require_contact(workspace: Workspace, body: Body) -> Record:
    """Finds the contact whom one of the body's identifiers names.

    Raises:
        ApiError: If there is no identifier, or more than one, or no such contact.
    """
    contact = find_contact(workspace, body)
    if contact is None:
        raise not_found("User Not Found")
    return contact


def find_contact(workspace: Workspace, body: Body) -> Record | None:
    """Finds the contact whom one of the body's identifiers names, if there is one.

    Raises:
        ApiError: If there is no identifier, or more than one.
    """
    name = body.only_one(CONTACT_KEYS)
    wanted, key = body.identifier(name), CONTACT_KEYS[name]
    return find_by_id(workspace.contacts, wanted, key)


def read_created_at(workspace: Workspace, body: Body) -> int:
    """Reads ``created_at``, which is now unless it is given, and must not lie in the future."""
    at = body.second("created_at") if "created_at" in body else workspace.now
    if at > workspace.now:
        raise invalid("created_at", "must not lie in the future")
    return at


def not_found(message: str, field: str | None = None) -> ApiError:
    """Makes the refusal of something that is not there."""
    return ApiError(404, "not_found", message, field)
