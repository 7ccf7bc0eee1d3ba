"""Audiences: groups of contacts that Fin tells apart."""

from collections.abc import Sequence
from typing import ClassVar, Required, TypedDict

from intercom_async.models.base import Id, ListOf, Record, Timestamp


class AudiencePredicate(Record, frozen=True):
    """A condition for contacts to belong to an audience.

    Attributes:
        attribute: The attribute that is compared, such as ``company.name``.
        type: Its type, such as ``string``.
        comparison: How it is compared, such as ``contains``.
        value: What it is compared with.
    """

    attribute: str | None = None
    type: str | None = None
    comparison: str | None = None
    value: str | None = None


class Audience(Record, frozen=True):
    """A group of contacts that Fin tells apart.

    Attributes:
        id: The audience's id.
        type: Always ``audience``.
        name: Its name.
        predicates: The conditions for contacts to belong to it.
        role_predicates: The conditions for their roles.
        created_at: When it was created.
        updated_at: When it was last changed.

    Source: API reference 2.16, "Audiences".
    """

    noun: ClassVar[str | None] = "audience"

    id: Id
    type: str | None = None
    name: str | None = None
    predicates: ListOf[AudiencePredicate] = []
    role_predicates: ListOf[AudiencePredicate] = []
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None


class NewPredicate(TypedDict, total=False):
    """A condition to set; the attributes as in ``AudiencePredicate``."""

    attribute: str
    type: str
    comparison: str
    value: str


class AudiencePredicates(TypedDict, total=False):
    """Who belongs to an audience.

    Attributes:
        predicates: The conditions for contacts to belong to it.
        role_predicates: The conditions for their roles.
    """

    predicates: Sequence[NewPredicate]
    role_predicates: Sequence[NewPredicate]


class NewAudience(AudiencePredicates, total=False):
    """An audience to create.

    Attributes:
        name: Its name.
    """

    name: Required[str]


class AudienceChanges(AudiencePredicates, total=False):
    """What can be changed of an audience: its name, and as in ``AudiencePredicates``."""

    name: str
