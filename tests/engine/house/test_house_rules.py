"""What the linters cannot say of the source: names of modules, Qt's timers and nested loops, empty packages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "kata_desktop"
VAGUE = {"util", "utils", "helper", "helpers", "common", "misc"}
LOOP_OWNER = Path("kata_desktop/ui/app.py")


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for file in sorted(PACKAGE.rglob("*.py")):
        yield file.relative_to(ROOT), ast.parse(file.read_text(encoding="utf-8"))


def names_in(tree: ast.Module) -> set[str]:
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    return imported | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_modules_are_named_for_what_they_hold() -> None:
    assert not [path for path, _ in sources() if path.stem in VAGUE or path.parent.name in VAGUE]


def test_package_files_hold_a_docstring_only() -> None:
    for path, tree in sources():
        if path.name == "__init__.py":
            assert ast.get_docstring(tree), f"{path} says nothing of its room"
            assert len(tree.body) == 1, f"{path} holds more than a docstring"


def test_timers_of_qt_stay_in_the_interface() -> None:
    assert not [path for path, tree in sources() if "QTimer" in names_in(tree) and path.parts[1] != "ui"]


def test_no_dialog_runs_a_loop_of_its_own() -> None:
    # A nested loop inside a coroutine kills other tasks: dialogs open() and give a future.
    calls = [
        f"{path}:{node.lineno}"
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"exec", "exec_"}
        if path.parts[1] == "ui" and path != LOOP_OWNER
    ]
    assert not calls


def test_annotations_are_not_evaluated() -> None:
    for path, tree in sources():
        if len(tree.body) > 1:
            futures = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
            assert futures, f"{path} lacks `from __future__ import annotations`"
