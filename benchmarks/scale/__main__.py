"""``python -m benchmarks.scale`` prints two tables, and leaves with 1 if anything is amiss."""

import argparse
import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import report
from benchmarks.scale import agency, windows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--only", choices=("windows", "workspaces"), help="one of the tables")
    only = parser.parse_args().only
    print(report.heading(report.machine(), datetime.now(UTC)), flush=True)
    is_well = True
    with tempfile.TemporaryDirectory(prefix="scale-") as name:
        folder = Path(name)
        if only != "workspaces":
            rows = asyncio.run(windows.measure(windows.SCENARIOS, folder))
            print(f"\n{windows.table(rows)}", flush=True)
            is_well &= all(row.is_well for row in rows)
        if only != "windows":
            runs = asyncio.run(agency.measure(folder))
            print(f"\n{agency.table(*runs)}", flush=True)
            is_well &= agency.is_well(*runs)
    sys.exit(not is_well)


if __name__ == "__main__":
    main()
