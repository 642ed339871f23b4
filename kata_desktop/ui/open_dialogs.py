"""Dialogs beside a window that stay open while one goes on with it: each is there once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from PySide6.QtWidgets import QDialog


class OpenDialogs:
    """Remembers what is open by what it is about, until it is closed and deleted."""

    def __init__(self) -> None:
        self._shown: dict[Hashable, QDialog] = {}

    def show(self, about: Hashable, make: Callable[[], QDialog]) -> QDialog:
        """Bring the dialog to the front; it is made when it is not open."""
        shown = self._shown.get(about)
        if shown is None:
            shown = make()
            self._shown[about] = shown
            shown.destroyed.connect(partial(self._shown.pop, about, None))
        shown.show()
        shown.raise_()
        shown.activateWindow()
        return shown
