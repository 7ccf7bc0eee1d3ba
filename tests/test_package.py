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


def test_modules_and_names_are_loaded_when_asked_for() -> None:
    _imported("import intercom_async as i; i.errors.NotFound; i.SessionPool; dir(i)")
    assert "msgspec" not in _imported("import intercom_async")


def test_public_names_are_sorted_and_there() -> None:
    names = intercom_async.__all__
    assert names == sorted(names)
    assert len(set(names)) == len(names)
    for name in names:
        assert getattr(intercom_async, name) is not None
