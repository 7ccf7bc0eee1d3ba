"""Folders, which no document of a version has."""

import json

import pytest

from intercom_async import ConfigurationError
from tests.test_nouns import Recorder


async def test_folders_are_there_in_the_preview_alone() -> None:
    folder = {"id": 6, "name": "Docs", "parent_folder_id": None, "content_count": 5}
    deleted = {"id": 6, "object": "folder", "deleted": True}
    listed = {"type": "list", "data": [folder], "pages": {"page": 1, "total_pages": 1}}
    intercom = Recorder(listed, folder, folder, folder, deleted, version="Preview")
    folders = intercom.folders
    assert [each.id async for each in folders.list(parent_folder_id=1)] == ["6"]
    assert (await folders.retrieve(6)).content_count == 5
    await folders.create(name="Docs", emoji="📚", parent_folder_id="1")
    await folders.update(6, description="d", parent_folder_id=None)
    assert (await folders.delete(6)).deleted is True
    assert intercom.paths() == [
        "GET /folders?parent_folder_id=1&per_page=150",
        "GET /folders/6",
        "POST /folders",
        "PUT /folders/6",
        "DELETE /folders/6",
    ]
    assert [json.loads(call.body) for call in intercom.asked if call.body is not None] == [
        {"folder": {"name": "Docs", "emoji": "📚", "parent_folder_id": 1}},
        {"folder": {"description": "d", "parent_folder_id": None}},
    ]
    with pytest.raises(ConfigurationError, match="version Preview"):
        Recorder(version="2.16").folders.list()
