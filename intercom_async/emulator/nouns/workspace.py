"""Admins, teams, tags, segments and data attributes: their operations, and how they look."""

from typing import Final

from intercom_async.emulator.bodies import Body
from intercom_async.emulator.collection import Collection, Noun
from intercom_async.emulator.documents import Record
from intercom_async.emulator.operations.admins import measure_team, set_away
from intercom_async.emulator.operations.attributes import (
    create_attribute,
    list_attributes,
    read_options,
)
from intercom_async.emulator.operations.tags import save_tag
from intercom_async.emulator.routes import Request


def _with_avatar(_: Collection, admin: Record, request: Request) -> Record:
    """Show the avatar: a list on demand only, 2.11 as an object."""
    url = admin.pop("avatar", None)
    if "id" in request.parameters or request.query.get("display_avatar") == "true":
        admin["avatar"] = {"image_url": url} if url and request.version == (2, 11) else url
    return admin


def _with_count(_: Collection, segment: Record, request: Request) -> Record:
    if request.query.get("include_count") != "true":
        segment.pop("count", None)
    return segment


WORKSPACE: Final = (
    Noun(
        "/admins",
        {
            "GET ": Collection.list_all,
            "GET /{id}": Collection.retrieve,
            "PUT /{id}/away": set_away,
        },
        list=("admin.list", "admins"),
        missing=("admin_not_found", "Admin not found"),
        since={"away_status_reason_id": (2, 14), "role": (2, 16)},
        show=_with_avatar,
    ),
    Noun(
        "/teams",
        {
            "GET ": Collection.list_all,
            "GET /{id}": Collection.retrieve,
            "GET /{id}/metrics": measure_team,
        },
        list=("team.list", "teams"),
        missing=("team_not_found", "Team not found"),
        since={
            "assignment_limit": (2, 14),
            "distribution_method": (2, 14),
        },
    ),
    Noun(
        "/tags",
        {
            "GET ": Collection.list_all,
            "POST ": save_tag,
            "GET /{id}": Collection.retrieve,
            "DELETE /{id}": Collection.delete,
        },
    ),
    Noun(
        "/segments",
        {"GET ": Collection.list_all, "GET /{id}": Collection.retrieve},
        list=("segment.list", "segments"),
        show=_with_count,
    ),
    Noun(
        "/data_attributes",
        {"GET ": list_attributes, "POST ": create_attribute, "PUT /{id}": Collection.update},
        missing=("field_not_found", "We couldn't find that data attribute to update"),
        writable={
            "archived": Body.flag,
            "description": Body.text,
            "messenger_writable": Body.flag,
            "options": read_options,
        },
    ),
)
