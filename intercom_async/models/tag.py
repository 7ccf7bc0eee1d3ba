"""Tags on conversations, contacts, companies and tickets."""

from collections.abc import Sequence
from typing import ClassVar, Required, TypedDict

from intercom_async.models.base import JSON, NUMBER, Identified, Timestamp, serve_ids
from intercom_async.models.reference import Reference


class Tag(Identified, frozen=True):
    """A tag.

    Attributes:
        type: Always ``tag``.
        id: The tag's id.
        name: The tag's name.
        applied_at: When it was put on this object.
        applied_by: The admin who put it there.
    """

    noun: ClassVar[str | None] = "tag"

    name: str | None = None
    applied_at: Timestamp | None = None
    applied_by: Reference | None = None

    def __post_init__(self) -> None:
        """Serve numeric ids as ``str``."""
        if type(self.id) is NUMBER:
            serve_ids(self)
        if self.applied_by is not None and type(self.applied_by.id) is NUMBER:
            serve_ids(self.applied_by)


class TaggedObjects(Tag, frozen=True):
    """A tag, with what it was put on or taken off.

    Attributes:
        users: The contacts, each with ``id`` and whether it is ``tagged``, as sent. From version
            2.16.
        companies: The companies, likewise.
    """

    users: JSON = None
    companies: JSON = None


class CompanyRef(TypedDict, total=False):
    """A company, by one of its ids.

    Attributes:
        id: The id Intercom gave.
        company_id: The id the workspace gave.
    """

    id: str
    company_id: str


class UserRef(TypedDict):
    """A contact.

    Attributes:
        id: The id Intercom gave.
    """

    id: str


class NewTag(TypedDict, total=False):
    """A tag to create, or to give another name."""

    name: Required[str]
    id: str | int | None


class TaggedCompanies(TypedDict):
    """Companies to tag or untag."""

    name: str
    companies: Sequence[CompanyRef]


class TaggedUsers(TypedDict):
    """Contacts to tag."""

    name: str
    users: Sequence[UserRef]
