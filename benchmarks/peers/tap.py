"""tap-intercom, Singer's: its stream of conversations, of which the address alone is another."""

import logging
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.peers.meter import measured

client = import_module("tap_intercom.client").IntercomClient
discover = import_module("tap_intercom.discover").discover
sync = import_module("tap_intercom.sync").sync

_CONFIG = {
    "access_token": "benchmark",
    "start_date": "2015-01-01T00:00:00Z",
    "user_agent": "benchmark",
}


def work(url: str, out: str) -> None:
    logging.disable(logging.INFO)
    made = client.__init__

    def elsewhere(self: Any, *given: Any, **named: Any) -> None:
        made(self, *given, **named)
        self.base_url = url

    client.__init__ = elsewhere
    catalog = discover()
    for stream in catalog.streams:
        if stream.tap_stream_id == "conversations":
            (of_stream,) = (each for each in stream.metadata if not each["breadcrumb"])
            of_stream["metadata"]["selected"] = True
    with Path(out).open("w", encoding="utf-8") as sys.stdout:
        sync(_CONFIG, {}, catalog)


measured(work)
