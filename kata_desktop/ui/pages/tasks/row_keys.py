"""What keys do in the task list."""

from __future__ import annotations

from PySide6.QtCore import Qt

_MOVES = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Home: -(10**9),
    Qt.Key.Key_End: 10**9,
}
_VERBS: dict[tuple[int, Qt.KeyboardModifier], str] = {
    (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier): "edit",
    (Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier): "edit",
    (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier): "switch",
    (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier): "delete",
    (Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier): "run",
    (Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier): "duplicate",
}


def steps_of(key: int, *, page: int) -> int | None:
    """How many rows further down a key leads, up for a negative number; None when it leads nowhere.

    `page` is how many rows fit the window.
    """
    match key:
        case Qt.Key.Key_PageDown:
            return max(page - 1, 1)
        case Qt.Key.Key_PageUp:
            return -max(page - 1, 1)
        case _ if key in _MOVES:
            return _MOVES[Qt.Key(key)]
        case _:
            return None


def verb_of(key: int, modifiers: Qt.KeyboardModifier) -> str:
    """What a key does to the row that the keyboard is on; empty when nothing."""
    return _VERBS.get((key, modifiers), "")
