"""Folders, which content is kept in."""

from typing import Required, TypedDict

from intercom_async.core.inputs import NumericId
from intercom_async.models.base import Id, Record, Timestamp


class Folder(Record, frozen=True):
    """A folder.

    Attributes:
        id: The folder's id.
        name: Its name.
        description: What is in it.
        emoji: The emoji it is shown with.
        parent_folder_id: The folder it is in; ``None`` at the top.
        content_count: How many pieces of content are in it.
        created_at: When it was created.
        updated_at: When it was last changed.

    Source: API reference, preview, "Folders".
    """

    id: Id
    name: str | None = None
    description: str | None = None
    emoji: str | None = None
    parent_folder_id: Id | None = None
    content_count: int | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None


class FolderPlace(TypedDict, total=False):
    """What can be set of any folder.

    Attributes:
        description: What is in it.
        emoji: The emoji it is shown with.
        parent_folder_id: The folder it goes into; ``None`` for the top.
    """

    description: str
    emoji: str
    parent_folder_id: NumericId | None


class NewFolder(FolderPlace, total=False):
    """A folder to create.

    Attributes:
        name: Its name.
    """

    name: Required[str]


class FolderChanges(FolderPlace, total=False):
    """What can be changed of a folder: its name, and as in ``FolderPlace``."""

    name: str
