"""python-intercom: its client's list, each record written as its model makes JSON of it."""

from importlib import import_module
from pathlib import Path

from benchmarks.clients.base import TOKEN
from benchmarks.peers.meter import PER_PAGE, measured

intercom = import_module("intercom")


def work(url: str, out: str) -> None:
    client = intercom.Intercom(token=TOKEN, base_url=url, timeout=60)
    listed = client.conversations.list(per_page=PER_PAGE)
    with Path(out).open("w", encoding="utf-8") as file:
        file.writelines(conversation.json() + "\n" for conversation in listed)


measured(work)
