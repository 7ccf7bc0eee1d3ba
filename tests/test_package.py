"""What importing the package gives, and what it leaves alone."""

import subprocess
import sys

import intercom_async


def _imported(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return set(done.stdout.split())


def test_importing_the_package_does_not_import_aiohttp() -> None:
    statement = "from intercom_async import *; AsyncIntercom(token='x')"
    assert not {"aiohttp", "click", "rich", "pytest"} & _imported(statement)


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
    names = intercom_async.__all__
    assert names == sorted(names)
    assert len(set(names)) == len(names)
    for name in names:
        assert getattr(intercom_async, name) is not None
