"""Visitors: ``intercom.visitors``.

Source: API reference 2.10, "Visitors".
"""

from typing import Literal, TypedDict, Unpack

from intercom_async.core.inputs import Id, checked, exactly_one
from intercom_async.core.resource import Resource
from intercom_async.errors import QueryError
from intercom_async.models.contact import Contact
from intercom_async.models.visitor import ConvertedTo, ConvertedVisitor, Visitor, VisitorChanges


class Visitors(Resource):
    """People on a website whom nobody knows yet."""

    async def retrieve(self, *, user_id: Id) -> Visitor:
        """Fetch the visitor of a ``user_id``."""
        return await self._send("GET /visitors", Visitor, query={"user_id": user_id})

    async def update(self, **changes: Unpack[VisitorChanges]) -> Visitor:
        """Change what is given of a visitor; see ``VisitorChanges``. Safe to repeat."""
        exactly_one("update", changes, ("id", "user_id"))
        body = checked("update", VisitorChanges, changes)
        named = body.get("id")
        return await self._send("PUT /visitors", Visitor, body=body, named=named, repeatable=True)

    async def convert(
        self, *, visitor: ConvertedVisitor, user: ConvertedTo, type: Literal["user", "lead"]
    ) -> Contact:
        """Make a contact of a visitor, or merge it into one; the visitor is gone.

        Args:
            visitor: Whom to convert.
            user: Whom it becomes; a user that there is already takes the visitor in.
            type: The role of the contact.
        """
        body = checked("convert", _Conversion, {"visitor": visitor, "user": user, "type": type})
        if not body["visitor"] or not body["user"].keys() & {"id", "user_id"}:
            raise QueryError(
                "convert: visitor needs an id, user_id or email, user an id or user_id"
            )
        return await self._send("POST /visitors/convert", Contact, body=body)


class _Conversion(TypedDict):
    visitor: ConvertedVisitor
    user: ConvertedTo
    type: Literal["user", "lead"]
