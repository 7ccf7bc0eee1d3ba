"""Print what changes in a workspace as it changes, and go on after a restart.

::

    python examples/live_feed.py feed.cursor

The file keeps where the feed is. It is written after each change was dealt with, so that none is
lost: after a crash the last one may come once more. Ctrl-C ends it; a second argument ends it after
so many changes.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from intercom_async import AsyncIntercom


def save(cursor: str, to: Path) -> None:
    """Put a cursor in the place of the one before, wholly or not at all."""
    beside = to.with_suffix(".new")
    beside.write_text(cursor, encoding="utf-8")
    os.replace(beside, to)  # noqa: PTH105  # which says what it does


def tell(stream: str, error: Exception) -> None:
    """Say what could not be had; the feed asks for it again."""
    print(f"{stream}: {error}", file=sys.stderr)


async def feed(kept: Path, resume: str | None, most: int | None) -> None:
    """Print changes, from where a cursor says, or else of the last day."""
    since = datetime.now(UTC) - timedelta(days=1)
    done = 0
    async with (
        AsyncIntercom(budget=0.5) as intercom,
        intercom.changes(since=since, resume=resume, on_error=tell) as changes,
    ):
        async for change in changes:
            print(f"{change.at:%H:%M:%S} {change.stream} {change.id} {change.kind}", flush=True)
            save(changes.cursor, kept)
            done += 1
            if done == most:
                return


def main(kept: Path, most: int | None = None) -> None:
    """Go on from where the file says."""
    resume = kept.read_text(encoding="utf-8") if kept.exists() else None
    asyncio.run(feed(kept, resume, most))


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
    except KeyboardInterrupt:
        sys.exit(130)
