"""Finding what is on the screen by the names that a screen reader says."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QWidget

W = TypeVar("W", bound=QWidget)


def named(within: QWidget, kind: type[W], name: str) -> W:
    """The one visible widget of that kind and name."""
    found = [each for each in within.findChildren(kind) if each.isVisible() and each.accessibleName() == name]
    assert len(found) == 1, f"{len(found)} visible {kind.__name__} are called {name!r}"
    return found[0]
