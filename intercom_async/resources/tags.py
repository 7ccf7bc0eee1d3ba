"""Tags: ``intercom.tags``.

Source: API reference 2.10, "Tags".
"""

from collections.abc import Sequence

from intercom_async.core.inputs import Id, checked
from intercom_async.core.resource import ListableWhole, Retrievable
from intercom_async.models.tag import (
    CompanyRef,
    NewTag,
    Tag,
    TaggedCompanies,
    TaggedObjects,
    TaggedUsers,
    UserRef,
)


class Tags(ListableWhole[Tag], Retrievable[Tag]):
    """The tags of a workspace; ``conversations.add_tag`` and its like put them on something."""

    _model = Tag
    _all = "/tags"
    _one = "/tags/{id}"

    async def create(self, *, name: str, id: Id | None = None) -> TaggedObjects:
        """Create a tag, or give the one of an id another name. Safe to repeat."""
        body = checked("create", NewTag, {"name": name, "id": id})
        return await self._send("POST /tags", TaggedObjects, body=body, named=id, repeatable=True)

    async def tag_companies(self, *, name: str, companies: Sequence[CompanyRef]) -> TaggedObjects:
        """Put a tag on companies; it is created if there is none of the name. Safe to repeat."""
        body = checked("tag_companies", TaggedCompanies, {"name": name, "companies": companies})
        return await self._send("POST /tags", TaggedObjects, body=body, repeatable=True)

    async def untag_companies(self, *, name: str, companies: Sequence[CompanyRef]) -> TaggedObjects:
        """Take a tag off companies. Safe to repeat."""
        body = checked("untag_companies", TaggedCompanies, {"name": name, "companies": companies})
        body["companies"] = [{**company, "untag": True} for company in body["companies"]]
        return await self._send("POST /tags", TaggedObjects, body=body, repeatable=True)

    async def tag_users(self, *, name: str, users: Sequence[UserRef]) -> TaggedObjects:
        """Put a tag on contacts; it is created if there is none of the name. Safe to repeat."""
        body = checked("tag_users", TaggedUsers, {"name": name, "users": users})
        return await self._send("POST /tags", TaggedObjects, body=body, repeatable=True)

    async def delete(self, id: Id) -> None:
        """Delete a tag; it comes off whatever bears it.

        Raises:
            BadRequest: It is used elsewhere, in an automation, say.
        """
        await self._send("DELETE /tags/{id}", type(None), id)
