"""Print how many lines each noun and each of its operations takes, docstrings included.

``python tools/lines.py`` reads ``intercom_async/resources``. A noun's lines are those of its file;
an operation's are those of its method with all overloads, or none where a capability has it.
"""

import ast
from collections import Counter
from importlib import import_module
from inspect import getmembers, isclass, isfunction
from pathlib import Path
from typing import Any

from intercom_async.core.resource import Resource

RESOURCES = Path(__file__).parent.parent / "intercom_async" / "resources"


def written(path: Path) -> Counter[str]:
    """Count the lines of the public methods that a file writes out."""
    lines: Counter[str] = Counter()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            for each in node.body:
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                    first = min([each.lineno, *(d.lineno for d in each.decorator_list)])
                    lines[f"{node.name}.{each.name}"] += (each.end_lineno or first) - first + 1
    return lines


def operations(resource: type[Any]) -> list[str]:
    """Return the names of a resource's operations, inherited ones included."""
    return [name for name, _ in getmembers(resource, isfunction) if not name.startswith("_")]


def main() -> None:
    """Print the table."""
    print("| noun | lines | operations | lines an operation |\n|---|---:|---:|---:|")
    for path in sorted(RESOURCES.glob("[!_]*.py")):
        module = import_module(f"intercom_async.resources.{path.stem}")
        classes = {
            each
            for _, each in getmembers(module, isclass)
            if issubclass(each, Resource) and each.__module__ == module.__name__
        }
        if not classes:
            continue
        count = sum(len(operations(each)) for each in classes)
        total = len(path.read_text(encoding="utf-8").splitlines())
        methods = sum(n for name, n in written(path).items() if "._" not in name)
        print(f"| {path.stem} | {total} | {count} | {methods / count:.1f} |")


if __name__ == "__main__":
    main()
