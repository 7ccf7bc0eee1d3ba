"""Tags on content: one way for articles, internal articles and content snippets."""

from typing import ClassVar

from intercom_async.core.inputs import Id
from intercom_async.core.plain import identifier
from intercom_async.core.resource import Resource
from intercom_async.models.tag import Tag


class Taggable(Resource):
    """A noun whose records bear tags (from version 2.16)."""

    _one: ClassVar[str]

    async def add_tag(self, id: Id, *, tag_id: Id, admin_id: Id | None = None) -> Tag:
        """Put a tag on a record, and return the tag; ``admin_id`` is who puts it there."""
        admin = None if admin_id is None else identifier("admin_id", admin_id)
        fields = {"id": identifier("tag_id", tag_id), "admin_id": admin}
        path = f"POST {self._one}/tags"
        return await self._send(path, Tag, id, body=fields, named=tag_id, since="2.16")

    async def remove_tag(self, id: Id, *, tag_id: Id) -> Tag:
        """Take a tag off a record, and return the tag."""
        path = f"DELETE {self._one}/tags/{{tag_id}}"
        return await self._send(path, Tag, id, tag_id, since="2.16")
