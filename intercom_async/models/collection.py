"""Collections, which articles of a help center are in."""

from collections.abc import Mapping
from typing import Required, TypedDict

from intercom_async.core.inputs import NumericId
from intercom_async.models.base import ByLocale, Id, Record, Timestamp


class CollectionContent(Record, frozen=True):
    """What a collection is called in one language.

    Attributes:
        type: Always ``group_content``.
        name: Its name.
        description: What is in it.
    """

    type: str | None = None
    name: str | None = None
    description: str | None = None


class Collection(Record, frozen=True):
    """A collection of articles; what it is called is told in the default language.

    Attributes:
        id: The collection's id.
        workspace_id: The workspace it belongs to.
        name: Its name.
        description: What is in it.
        created_at: When it was created.
        updated_at: When it was last changed.
        url: Where it can be read.
        icon: The name of its icon.
        order: Where it stands among others, from 0.
        default_locale: The default language of a help center that has several.
        translated_content: What it is called in each language, of a help center that has several.
        parent_id: The collection it is in; ``None`` at the top.
        help_center_id: The help center it is in.

    Source: API reference 2.10, "Help center".
    """

    id: Id
    workspace_id: Id | None = None
    name: str | None = None
    description: str | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    url: str | None = None
    icon: str | None = None
    order: int | None = None
    default_locale: str | None = None
    translated_content: ByLocale[CollectionContent] = {}
    parent_id: Id | None = None
    help_center_id: Id | None = None


class CollectionTranslation(TypedDict, total=False):
    """What to call a collection in one language; the attributes as in ``CollectionContent``."""

    name: str
    description: str


class CollectionPlace(TypedDict, total=False):
    """What can be set of any collection.

    Attributes:
        description: What is in it.
        translated_content: What it is called in each language, by the language, such as ``en``.
        parent_id: The collection it goes into; ``None`` for the top.
    """

    description: str
    translated_content: Mapping[str, CollectionTranslation] | None
    parent_id: str | int | None


class NewCollection(CollectionPlace, total=False):
    """A collection to create.

    Attributes:
        name: Its name.
        help_center_id: The help center it goes into, if not the default one.
    """

    name: Required[str]
    help_center_id: NumericId | None


class CollectionChanges(CollectionPlace, total=False):
    """What can be changed of a collection: its name, and as in ``CollectionPlace``."""

    name: str
