"""Folders: ``intercom.folders``.

Source: API reference Preview, "Folders".
"""

from typing import Any, Literal, TypeVar, Unpack, overload

from intercom_async.core.inputs import Id, checked
from intercom_async.core.pages import Pages
from intercom_async.core.resource import Listing, PageOptions, Retrievable
from intercom_async.core.versions import PREVIEW
from intercom_async.models.deleted import Deleted
from intercom_async.models.folder import Folder, FolderChanges, NewFolder

S = TypeVar("S")


class FolderOptions(PageOptions, total=False):
    """What the list of folders can be narrowed by; else as ``PageOptions``.

    Attributes:
        parent_folder_id: The folder they are in.
    """

    parent_folder_id: str | int


class Folders(Listing[Folder], Retrievable[Folder]):
    """The folders of a workspace's content: in Preview only."""

    _model = Folder
    _all = "/folders"
    _one = "/folders/{id}"
    _per_page = _max_per_page = 150
    _options = FolderOptions
    _numbered = True
    _since = PREVIEW

    @overload
    def list(self, **page: Unpack[FolderOptions]) -> Pages[Folder]: ...
    @overload
    def list(self, *, type: type[S], **page: Unpack[FolderOptions]) -> Pages[S]: ...
    @overload
    def list(self, *, raw: Literal[True], **page: Unpack[FolderOptions]) -> Pages[bytes]: ...
    def list(self, *, type: Any = None, raw: bool = False, **page: Any) -> Pages[Any]:
        """Walk all folders, or those within one; see ``FolderOptions``."""
        return self._list(type, raw, **page)

    async def create(self, **new: Unpack[NewFolder]) -> Folder:
        """Create a folder; see ``NewFolder``."""
        body = {"folder": checked("create", NewFolder, new)}
        return await self._send("POST /folders", Folder, body=body)

    async def update(self, id: Id, **changes: Unpack[FolderChanges]) -> Folder:
        """Change what is given of a folder; see ``FolderChanges``."""
        body = {"folder": checked("update", FolderChanges, changes)}
        return await self._send("PUT /folders/{id}", Folder, id, body=body)

    async def delete(self, id: Id) -> Deleted:
        """Delete a folder, which must be empty."""
        return await self._send("DELETE /folders/{id}", Deleted, id)
