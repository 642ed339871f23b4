"""What a page shows when there is nothing to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.tile import Tile

if TYPE_CHECKING:
    from kata_desktop.ui.theme.theme import Theme


class EmptyState(QWidget):
    """A tile, a title, a sentence and perhaps a button in the middle of the room there is.

    Attributes:
        button: the way on; hidden while there is no action.

    Signals:
        acted: the button was pressed.
    """

    acted = Signal()

    def __init__(
        self,
        theme: Theme,
        icon: str,
        title: str,
        text: str,
        *,
        action: str = "",
        action_icon: str = "",
        below: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Make an empty state.

        Args:
            theme: what it is drawn with.
            icon: the name of the icon in the tile.
            title: what is not there yet, said kindly.
            text: what to do to have it.
            action: what the button says; empty for none.
            action_icon: the icon of the button.
            below: something more, such as templates.
            parent: the widget it is shown in.
        """
        super().__init__(parent)
        self._title = Label(title, TextRole.H1, wrap=True)
        self._text = Label(text, TextRole.MUTED, wrap=True)
        self.button = Button(theme, action, ButtonKind.PRIMARY, icon=action_icon)
        self.button.setVisible(bool(action))
        self.button.clicked.connect(self._act)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setMaximumWidth(theme.px(520))
        self._theme = theme
        tile = row(None, Tile(theme, icon, size=60), None)
        button = row(None, self.button, None)
        more = row(None, below if below is not None else boxed(row()), None)
        lines = (row(self._title), row(self._text))
        boxed(column(None, tile, 4, *lines, 10, button, more, None, None, spacing=6), self)
        theme.changed.connect(self._rescale)

    def set_message(self, title: str, text: str) -> None:
        """Say something else."""
        self._title.setText(title)
        self._text.setText(text)

    def _rescale(self) -> None:
        for label in (self._title, self._text):
            label.setMaximumWidth(self._theme.px(520))

    def _act(self, _down: bool) -> None:
        self.acted.emit()
