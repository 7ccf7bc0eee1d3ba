"""SECURITY.md names tests that are there, and each of its promises has a guard to take out."""

import ast
import re
import runpy
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
POLICY: Final = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
TABLE: Final = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in POLICY.splitlines()
    if line.startswith("| ") and not line.startswith("| Promise")
]
GUARDS: Final = runpy.run_path(str(Path(__file__).with_name("guards.py")))["GUARDS"]
GUARDED: Final = {f"tests/{guard.test}" for guard in GUARDS}


def named(cell: str) -> list[str]:
    return re.findall(r"`(tests/[^`]+)`", cell)


def defined(path: Path) -> set[str]:
    """The tests of a file, those of classes with the class's name in front."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
        found |= {
            prefix + each.name
            for each in inside
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
        }
    return found


def test_there_are_promises() -> None:
    assert len(TABLE) >= 25
    assert all(len(row) == 3 for row in TABLE)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_a_promise_names_tests_that_are_there(row: list[str]) -> None:
    tests = named(row[2])
    assert tests
    for test in tests:
        file, _, name = test.partition("::")
        assert name in defined(ROOT / file), test


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_a_promise_names_code_that_is_there(row: list[str]) -> None:
    for name in re.findall(r"`([a-z_.]+)", row[1]):
        path = ROOT / "intercom_async" / name.split("._")[0].rstrip(".").replace(".", "/")
        assert (
            path.with_suffix(".py").exists()
            or path.is_dir()
            or path.parent.with_suffix(".py").exists()
        ), name


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_every_test_of_a_promise_has_a_guard_to_take_out(row: list[str]) -> None:
    assert set(named(row[2])) <= GUARDED


def test_no_guard_goes_without_a_promise() -> None:
    promised = {test for row in TABLE for test in named(row[2])}
    assert promised >= GUARDED
