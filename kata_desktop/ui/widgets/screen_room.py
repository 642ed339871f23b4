"""The room that a screen has for a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.theme.theme import Theme

_AROUND = QSize(40, 60)
"""Pixels left to the title bar and the borders of the window manager."""


def room_for(window: QWidget) -> QSize:
    """What a window may take of the screen: panels and the window's own frame have their places."""
    return window.screen().availableGeometry().size() - _AROUND


def fit_on_screen(window: QWidget, theme: Theme, size: tuple[int, int], least: tuple[int, int]) -> None:
    """Give a window the size of the design at the text size that is set, as far as the screen has it.

    It can be made as small as `least`.
    """
    wanted = QSize(*map(theme.px, size)).boundedTo(room_for(window))
    window.setMinimumSize(QSize(*map(theme.px, least)).boundedTo(wanted))
    window.resize(wanted)
