"""The data generator: seeded records, as templates in which a server fills in whose they are.

The emulator makes the records, so that they have the shapes, the languages and the size of real
ones: some 2.1 kB listed, which makes a page of 150 some 320 kB. Ids are numbers where the API sends
numbers: those of assignees (0 among them), and some of ratings, teammates, tags and parts.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any, Final

import msgspec

from intercom_async import AsyncIntercom
from intercom_async.emulator import Emulator

PER_PAGE: Final = 150
_USUAL: Final = 20
PARTS: Final = (0, _USUAL, 500)
_SEED: Final = 7
# What the places of a conversation's id, creation and update hold until they are templates.
_ID, _CREATED, _UPDATED = 1111111111, 1111111112, 1111111113
_PART: Final = 430000844000


class Data(msgspec.Struct, frozen=True):
    """Templates of ``bytes`` to be formatted with an id and two times, in unix seconds.

    Attributes:
        listed: Those of a full page.
        whole: Those of one conversation with its parts, by how many.
    """

    listed: list[bytes]
    whole: dict[int, bytes]


def save(path: Path, *, numeric_ids: bool = True) -> None:
    """Generate the data into a file, which ``load`` reads; the same on every machine.

    Args:
        path: The file.
        numeric_ids: Whether some ids are numbers; without, they are text, and all else is the same.
    """
    path.write_bytes(msgspec.msgpack.encode(asyncio.run(_generate(numeric_ids=numeric_ids))))


def load(path: Path) -> Data:
    return msgspec.msgpack.decode(path.read_bytes(), type=Data)


async def _generate(*, numeric_ids: bool) -> Data:
    async with (
        Emulator(conversations=PER_PAGE, seed=_SEED, numeric_ids=numeric_ids) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom,
    ):
        page = await intercom.conversations.list(per_page=PER_PAGE, raw=True)
        listed = [msgspec.json.decode(raw) for raw in page.items]
        longest = max(listed, key=_messages)
        whole = msgspec.json.decode(await intercom.conversations.retrieve(longest["id"], raw=True))
    return Data(
        listed=[_template(_with_few_parts(record)) for record in listed],
        whole={parts: _template(_with_parts(whole, parts)) for parts in PARTS},
    )


def _with_parts(record: dict[str, Any], number: int) -> dict[str, Any]:
    given = record["conversation_parts"]["conversation_parts"]
    parts = [given[each % len(given)] for each in range(number)]
    parts = [part | {"id": type(part["id"])(_PART + each)} for each, part in enumerate(parts)]
    held = {"type": "conversation_part.list", "conversation_parts": parts, "total_count": number}
    statistics = record["statistics"] | {"count_conversation_parts": number + 1}
    return record | {"conversation_parts": held, "statistics": statistics}


def _with_few_parts(record: dict[str, Any]) -> dict[str, Any]:
    """Have a record tell of no more parts than are retrieved, 20, which an export would miss."""
    if not record["statistics"]:
        return record
    messages = min(_messages(record), _USUAL + 1)
    return record | {"statistics": record["statistics"] | {"count_conversation_parts": messages}}


def _messages(record: dict[str, Any]) -> int:
    statistics = record["statistics"] or {}  # sometimes null, as the API's own
    number: int = statistics.get("count_conversation_parts", 0)
    return number


def _template(record: dict[str, Any]) -> bytes:
    times = {"created_at": _CREATED, "updated_at": _UPDATED}
    encoded = msgspec.json.encode(record | {"id": str(_ID)} | times)
    encoded = encoded.replace(b"%", b"%%")
    for place in (_ID, _CREATED, _UPDATED):  # in the order in which they stand
        encoded = encoded.replace(b"%d" % place, b"%d", 1)
    return encoded


if __name__ == "__main__":
    save(Path(sys.argv[1]))
