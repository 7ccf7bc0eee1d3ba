"""Replies, which conversations and tickets take alike."""

from collections.abc import Mapping
from typing import Any, Final

from intercom_async.attachments import check_urls, encode_files
from intercom_async.core.inputs import checked, exactly_one
from intercom_async.errors import QueryError

CONTACT_IDS: Final = ("intercom_user_id", "user_id", "email")


async def reply_fields(shape: type[Any], reply: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a reply as they are sent.

    Args:
        shape: The TypedDict that they are checked by.
        reply: What the caller gave.

    Raises:
        QueryError: The author is not told, or not clearly; or a field is no such field.
        OSError: A file to attach cannot be read.
    """
    author = exactly_one("reply", reply, ("admin_id", *CONTACT_IDS))
    fields = {
        "message_type": "comment",
        **reply,
        **author,
        "type": "admin" if "admin_id" in author else "user",
        "attachment_urls": check_urls(reply.get("attachment_urls")),
    }
    if fields["message_type"] == "note" and fields["type"] == "user":
        raise QueryError("reply: a note is written by an admin; give admin_id=")
    fields["attachment_files"] = await encode_files(reply.get("attachment_files"))
    return checked("reply", shape, fields)
