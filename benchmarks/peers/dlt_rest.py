"""dlt: a REST source as its documentation declares one, to files of lines, nothing unnested."""

import os
from importlib import import_module
from pathlib import Path

from benchmarks.clients.base import TOKEN
from benchmarks.peers.meter import PER_PAGE, measured

# Read when it is imported.
os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "CRITICAL"}
os.environ |= {"NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION": "true"}

dlt = import_module("dlt")
rest_api_source = import_module("dlt.sources.rest_api").rest_api_source


def work(url: str, out: str) -> None:
    source = rest_api_source(
        {
            "client": {
                "base_url": url,
                "auth": {"type": "bearer", "token": TOKEN},
                "paginator": {
                    "type": "cursor",
                    "cursor_path": "pages.next.starting_after",
                    "cursor_param": "starting_after",
                },
            },
            "resources": [
                {
                    "name": "conversations",
                    "endpoint": {
                        "path": "conversations",
                        "params": {"per_page": PER_PAGE},
                        "data_selector": "conversations",
                    },
                }
            ],
        },
        max_table_nesting=0,
    )
    folder = Path(f"{out}.dlt").absolute()
    pipeline = dlt.pipeline(
        "benchmark",
        pipelines_dir=str(folder / "state"),
        destination=dlt.destinations.filesystem(folder.joinpath("files").as_uri()),
        dataset_name="benchmark",
    )
    pipeline.run(source, loader_file_format="jsonl")
    parts = sorted(folder.glob("files/benchmark/conversations/*.jsonl*"))
    with Path(out).open("wb") as file:
        file.writelines(part.read_bytes() for part in parts)


measured(work)
