"""Where an export goes."""

import re
from pathlib import Path
from typing import Final

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_-]")
_PRIVATE_FOLDER: Final = 0o700


def workspace_folder(out: Path, workspace: str) -> Path:
    """Make the folder of a workspace, readable by its owner alone.

    The workspace's id comes from the API, so nothing in it may lead elsewhere.
    """
    folder = out / (_UNSAFE.sub("_", workspace) or "workspace")
    folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    return folder
