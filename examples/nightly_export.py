"""Export a workspace and make Parquet of it, to be run every night.

::

    python examples/nightly_export.py /srv/intercom

It ends after five hours at most, and goes on the next night where it was; later nights fetch only
what changed. Needs ``pip install 'intercom-async[export]'``.
"""

import asyncio
import sys
from pathlib import Path

from intercom_async import AsyncIntercom
from intercom_async.export import Export, LimitReached, Limits, Options
from intercom_async.export.tables import convert

FIVE_HOURS = 5 * 60 * 60


async def export(out: Path) -> Path | None:
    """Export to a folder; return the workspace's own, or None if it is not finished."""
    options = Options(streams=("all",), redact=("email", "phone"))
    async with AsyncIntercom(budget=0.8) as intercom:  # a fifth stays for others
        job = Export(intercom, out, options, Limits(seconds=FIVE_HOURS))
        try:
            summary = await job.run()
        except LimitReached:
            print(job.kept(), "The next night goes on.")
            return None
    for name, stream in summary.streams.items():
        print(f"{name:24} {stream.counts.records:>10,}")
    if not summary.complete:
        print("Something is missing; the next night tries again.")
        return None
    return job.folder


def main(out: Path) -> int:
    """Export, then make tables; return an exit code."""
    folder = asyncio.run(export(out))
    if folder is None:
        return 1
    made = convert(folder, out / "tables", "parquet", overwrite=True)
    print(f"{len(made.files)} tables in {out / 'tables'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
