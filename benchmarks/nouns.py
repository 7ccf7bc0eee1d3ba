"""A page of each list of the official documents' examples, and the function that decodes it."""

import json
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Final

import msgspec

from benchmarks.data import PER_PAGE
from intercom_async import resources
from intercom_async.core import codec

_FACTS: Final = Path(__file__).parent.parent / "tests" / "contract" / "facts.json"


def pages() -> Iterator[tuple[Callable[[bytes], Any], bytes]]:
    """Yield the decoding function of each list with a page, 150 of an example's records long."""
    decoders = {_unfilled(noun._all): noun for noun in _nouns()}  # noqa: SLF001  # what is decoded
    for path, key, example in _examples():
        if noun := decoders.get(path):
            decode = codec.page_decoder(noun._model, noun._key, numbered=noun._numbered)  # noqa: SLF001
            records = example
            for step in filter(None, key.split(".")):
                records = records[step]
            records *= PER_PAGE // len(records)
            yield decode, msgspec.json.encode(example)


def _nouns() -> Iterator[Any]:
    for module in iter_modules(resources.__path__, f"{resources.__name__}."):
        for noun in vars(import_module(module.name)).values():
            if isinstance(noun, type) and {"_model", "_all"} <= vars(noun).keys():
                yield noun


def _examples() -> Iterator[tuple[str, str, Any]]:
    """Yield the path, the list's key and the answer of each example of a list."""
    operations = json.loads(_FACTS.read_text(encoding="utf-8"))["operations"]
    for operation in operations.values():
        facts: dict[str, Any] = {}
        for differing in operation["documents"].values():
            facts = facts | differing
            if facts["answer"]["kind"] == "list":
                for example in facts["examples"]:
                    yield operation["path"], facts["answer"]["key"], example


def _unfilled(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)
