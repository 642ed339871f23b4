"""Every key there is, on one sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QScrollArea, QWidget

from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.frames import Card, Panel
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from kata_desktop.ui.theme.theme import Theme

translate = QCoreApplication.translate


def groups() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return the keys by where they work: (keys, what they do)."""
    return (
        (
            translate("Keys", "Everywhere"),
            (
                ("Ctrl+N", translate("Keys", "New scheduled prompt")),
                ("Ctrl+K", translate("Keys", "Find a task, a page or a command")),
                ("Ctrl+F", translate("Keys", "Search this page")),
                ("Ctrl+1", translate("Keys", "Tasks; Ctrl+2, Ctrl+3 and so on for the other pages")),
                ("Ctrl+,", translate("Keys", "Settings")),
                ("F1", translate("Keys", "This sheet")),
                ("Ctrl+W", translate("Keys", "Close the window; Kata goes on in the tray")),
                ("Ctrl+Q", translate("Keys", "Quit")),
            ),
        ),
        (
            translate("Keys", "In the list of tasks"),
            (
                ("Up", translate("Keys", "The row above; Down, Page Up, Page Down, Home and End likewise")),
                ("Return", translate("Keys", "Edit")),
                ("Space", translate("Keys", "Switch on or off")),
                ("Ctrl+R", translate("Keys", "Run now")),
                ("Ctrl+D", translate("Keys", "Duplicate")),
                ("Del", translate("Keys", "Delete; can be undone for ten seconds with Ctrl+Z")),
                ("Shift+Down", translate("Keys", "Choose several; Ctrl+click adds one, Ctrl+A takes all")),
                ("Menu", translate("Keys", "More actions")),
            ),
        ),
        (
            translate("Keys", "In the list of plugins"),
            (
                ("Up", translate("Keys", "The row above; Down likewise")),
                ("Space", translate("Keys", "Switch on or off in this workspace")),
                ("Return", translate("Keys", "Configure")),
                ("Menu", translate("Keys", "More actions")),
            ),
        ),
        (
            translate("Keys", "In Sessions and in the Outbox"),
            (
                ("Return", translate("Keys", "Go on to what is chosen in the list")),
                ("Ctrl+Return", translate("Keys", "Send the reply")),
                ("R", translate("Keys", "Send a message again that was not delivered")),
                ("Del", translate("Keys", "Drop a message; can be undone for ten seconds with Ctrl+Z")),
            ),
        ),
    )


class ShortcutsHelp(QDialog):
    """The sheet of keys."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        parts: list[QWidget] = [Label(self.tr("Keyboard shortcuts"), TextRole.H1)]
        for title, keys in groups():
            parts += [Label(title, TextRole.SECTION), Card(_table(keys))]
        close = Button(theme, self.tr("Close"), ButtonKind.PRIMARY)
        close.clicked.connect(self.accept)
        body = boxed(column(*parts, None, margins=(24, 20, 24, 18), spacing=9))
        body.setProperty("scrollbody", "true")
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(body)
        area.setAccessibleName(self.tr("Keyboard shortcuts"))
        footer = Panel(row(None, close, margins=(20, 11, 20, 11)), "footer")
        boxed(column((area, 1), footer, spacing=0), self)
        self.resize(theme.px(620), theme.px(610))
        close.setFocus()


def _table(keys: tuple[tuple[str, str], ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(14, 10, 14, 10)
    grid.setHorizontalSpacing(18)
    grid.setColumnStretch(1, 1)
    for line, (key, text) in enumerate(keys):
        shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        grid.addWidget(Label(shown, TextRole.MONO), line, 0)
        grid.addWidget(Label(text, wrap=True), line, 1)
    return grid
