"""Where an export goes, and where it is found again."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from intercom_async.errors import ConfigurationError
from intercom_async.export.store import (
    ExportCorrupted,
    ExportMismatch,
    read_manifest,
    read_workspace,
)
from intercom_async.export.store.database import STATE
from intercom_async.export.store.report import MANIFEST

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_-]")
_PRIVATE_FOLDER: Final = 0o700
_DEPTHS: Final = ("*", "*/*")


def workspace_folder(out: Path, workspace: str) -> Path:
    """Return the folder of a workspace, made if need be, readable by its owner alone.

    The workspace's id comes from the API, so nothing in it may lead elsewhere.

    Args:
        out: The folder under which workspaces get their own; or the workspace's own already.
        workspace: The workspace's id.

    Raises:
        ExportMismatch: It is the folder of another workspace.
        ExportCorrupted: It is the folder of a workspace that cannot be told.
    """
    there = _workspace_in(out)
    if there == workspace:
        return out
    if there is not None:
        raise ExportMismatch(out, {"workspace": (there, workspace)})
    folder = out / workspace_name(workspace)
    folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    return folder


def workspace_name(workspace: str) -> str:
    """Return a name of files that is made of a workspace's id."""
    return _UNSAFE.sub("_", workspace) or "workspace"


def find_export(folder: Path) -> Path:
    """Return the one folder of an export that is a folder, or is in it.

    Args:
        folder: A workspace's own folder, or the one under which it got it, or one above.

    Raises:
        ConfigurationError: There is none, or there are several.
        OSError: The folder cannot be read.
    """
    found = find_exports(folder)
    if len(found) > 1:
        named = ", ".join(map(str, found))
        raise ConfigurationError(f"{folder} holds {len(found)} exports: {named}; name one")
    return found[0]


def find_exports(folder: Path) -> list[Path]:
    """Return the folders of exports that a folder is, or that are in it, in their order.

    Args:
        folder: As of ``find_export``.

    Raises:
        ConfigurationError: There is none.
        OSError: The folder cannot be read.
    """
    if _is_export(folder):
        return [folder]
    for depth in _DEPTHS:
        found = sorted(each for each in folder.glob(depth) if each.is_dir() and _is_export(each))
        if found:
            return found
    raise ConfigurationError(f"{folder} holds no export")


def _is_export(folder: Path) -> bool:
    return any((folder / name).exists() for name in (STATE, MANIFEST))


def _workspace_in(folder: Path) -> str | None:
    """Return the id of the workspace whose export a folder is; ``None`` if it is none."""
    with suppress(FileNotFoundError, NotADirectoryError, ExportCorrupted):
        return read_manifest(folder).identity.workspace
    return read_workspace(folder)
