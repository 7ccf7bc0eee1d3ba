"""What every program measures by; it needs nothing but Python."""

import json
import sys
import time
from collections.abc import Callable
from typing import Final

PER_PAGE: Final = 150  # as everywhere in the benchmarks, which tools' own Pythons do not have


def measured(work: Callable[[str, str], None]) -> None:
    """Do the work, from a URL to a file, and print its seconds of CPU and of time."""
    url, out = sys.argv[1:]
    begun, cpu = time.perf_counter(), time.process_time()
    work(url, out)
    cost = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - begun}
    print(json.dumps(cost), file=sys.__stdout__)
