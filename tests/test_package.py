"""What importing the package gives, and what it leaves alone."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import intercom_async


def _imported(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return set(done.stdout.split())


def test_importing_the_package_does_not_import_aiohttp() -> None:
    statement = "from intercom_async import *; AsyncIntercom(token='x')"
    assert not {"aiohttp", "click", "rich", "pytest"} & _imported(statement)


@pytest.mark.long
def test_the_emulator_takes_nothing_from_the_client_that_is_tried_on_it() -> None:
    statement = (
        "import importlib, pkgutil, intercom_async.emulator as e\n"
        "found = pkgutil.walk_packages(e.__path__, 'intercom_async.emulator.')\n"
        "for module in found: importlib.import_module(module.name)"
    )
    added = _imported(statement) - _imported("import intercom_async")
    ours = {name for name in added if name.startswith("intercom_async.")}
    assert "intercom_async.emulator.faults.pages" in ours
    assert {name for name in ours if not name.startswith("intercom_async.emulator")} == set()


def test_modules_and_names_are_loaded_when_asked_for() -> None:
    _imported("import intercom_async as i; i.errors.NotFound; i.SessionPool; dir(i)")
    assert "msgspec" not in _imported("import intercom_async")


def test_public_names_are_sorted_and_there() -> None:
    package = import_module("intercom_async")
    names = package.__all__
    assert names == sorted(set(names))
    assert {*names, "errors"} <= set(dir(package))
    for name in names:
        assert getattr(intercom_async, name) is not None


def test_structs_are_names_of_the_package() -> None:
    assert intercom_async.Conversation is intercom_async.models.Conversation
    assert set(intercom_async.models.__all__) <= set(import_module("intercom_async").__all__)
    with pytest.raises(AttributeError, match="no attribute 'Konversation'"):
        intercom_async.Konversation  # type: ignore[attr-defined]  # noqa: B018  # raises


def test_checkers_see_the_names_that_are_there() -> None:
    source = Path(intercom_async.__file__).read_text(encoding="utf-8")
    starred = re.findall(r"from intercom_async\.(\S+) import \*", source)
    assert starred == sorted([*intercom_async._NAMES, *intercom_async._WHOLE])
    for module, names in intercom_async._NAMES.items():
        assert list(names) == sorted(import_module(f"intercom_async.{module}").__all__)
