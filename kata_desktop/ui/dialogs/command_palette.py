"""Ctrl+K: type a few letters to find a task, a page or a command; or say a whole new task."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QListView, QWidget

from kata_desktop.ui.widgets.fields import SearchField
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from kata_desktop.ui.theme.theme import Theme

_MOST = 50


@dataclass(frozen=True, kw_only=True)
class Command:
    """One thing that can be done."""

    text: str
    do: Callable[[], object]
    icon: str
    hint: str = ""
    """Beside the text: the keys, or what it belongs to."""
    words: str = ""
    """Further words to find it by."""


class CommandModel(QAbstractListModel):
    """The commands that fit what was typed, the best first."""

    def __init__(self, theme: Theme, commands: Sequence[Command], parent: QObject) -> None:
        super().__init__(parent)
        self._theme, self._all = theme, tuple(commands)
        self._shown = self._all[:_MOST]

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """How many fit."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text and icon."""
        command = self._shown[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{command.text}    {command.hint}" if command.hint else command.text
            case Qt.ItemDataRole.DecorationRole:
                return self._theme.icon(command.icon)
            case Qt.ItemDataRole.SizeHintRole:
                return QSize(0, self._theme.px(32))
            case _:
                return None

    def command(self, place: int) -> Command:
        """The command in a row."""
        return self._shown[place]

    def narrow(self, text: str, extra: Command | None = None) -> None:
        """Show what fits; `extra` comes last, whatever was typed."""
        found = sorted(
            ((rank, place) for place, each in enumerate(self._all) if (rank := fit(text, each)) is not None)
        )  # fmt: skip
        self.beginResetModel()
        self._shown = tuple(self._all[place] for _, place in found[:_MOST]) + ((extra,) if extra else ())
        self.endResetModel()


def fit(text: str, command: Command) -> int | None:
    """Return how well a command fits, 0 best, None when a word of the text is nowhere in it."""
    haystack = f"{command.text} {command.words}".casefold()
    name = command.text.casefold()
    rank = 0
    for word in text.casefold().split():
        if word not in haystack:
            return None
        rank += 0 if name.startswith(word) else 1 if f" {word}" in f" {haystack}" else 2
    return rank


class CommandPalette(QDialog):
    """A line to type in and what fits below it.

    Signals:
        chosen: the `Command` to do; the palette has closed.
    """

    chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        commands: Sequence[Command],
        make: Callable[[str], Command],
        parent: QWidget | None = None,
    ) -> None:
        """Show commands; `make` turns what was typed into the command that makes a task of it."""
        super().__init__(parent)
        self._make = make
        self.setWindowTitle(self.tr("Find or do"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._field = SearchField(theme, self.tr("Find a task or command, or say a new task"), icon="command")
        self._field.setMinimumHeight(theme.px(38))
        self._model = CommandModel(theme, commands, self)
        self._list = QListView()
        self._list.setModel(self._model)
        self._list.setUniformItemSizes(True)
        self._list.setAccessibleName(self.tr("What fits"))
        self._list.setIconSize(QSize(theme.px(16), theme.px(16)))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        hint = Label(self.tr("Up and Down choose, Enter does it, Escape closes"), TextRole.SMALL)
        boxed(column(self._field, (self._list, 1), hint, margins=(14, 14, 14, 12), spacing=9), self)
        self.resize(theme.px(600), theme.px(420))
        self._field.textChanged.connect(self._narrow)
        self._field.returnPressed.connect(self._do)
        self._list.clicked.connect(self._clicked)
        self._choose(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the choice while the keyboard stays in the line."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        if event.key() in steps:
            self._choose(self._list.currentIndex().row() + steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def _narrow(self, text: str) -> None:
        typed = text.strip()
        self._model.narrow(typed, self._make(typed) if len(typed.split()) > 1 else None)
        self._choose(0)

    def _choose(self, place: int) -> None:
        count = self._model.rowCount()
        if count:
            index = self._model.index(min(max(place, 0), count - 1))
            self._list.setCurrentIndex(index)
            self._field.setAccessibleDescription(str(index.data()))

    def _clicked(self, index: QModelIndex) -> None:
        self._choose(index.row())
        self._do()

    def _do(self) -> None:
        index = self._list.currentIndex()
        if index.isValid():
            command = self._model.command(index.row())
            self.accept()
            self.chosen.emit(command)
