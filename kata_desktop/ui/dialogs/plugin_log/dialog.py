"""The end of a plugin's log, as it grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QDialog, QStackedWidget, QWidget

from kata_desktop.ui.pages.activity.output_view import LiveText
from kata_desktop.ui.slots import Slots, async_slot
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.frames import Panel
from kata_desktop.ui.widgets.labels import ElidedLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.domain.plugin import PluginRow
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme

_LINES = 400
_AGAIN_MS = 1500


class PluginLog(QDialog):
    """Reads the log again while it is open; secrets were taken out before they were written.

    Attributes:
        text: the lines.
    """

    def __init__(
        self, services: Services, theme: Theme, bridge: Bridge, plugin: PluginRow, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._services, self._plugin = services, plugin
        self.slots = Slots(services.spawner, bridge.told.emit)
        self._lines: list[str] | None = None
        title = self.tr("Log of {name}").format(name=plugin.name)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._file = services.plugins.log_file(plugin.id)
        self.text = LiveText(theme, title, lines=0)
        self.text.setProperty("mono", "true")
        self._none = Label(self.tr("Nothing was logged yet."), TextRole.MUTED)
        self._open = Button(theme, self.tr("Open file"), icon="external-link")
        self._copy = Button(theme, self.tr("Copy"), icon="copy")
        close = Button(theme, self.tr("Close"), ButtonKind.PRIMARY)
        place = ElidedLabel(str(self._file), TextRole.SMALL)
        head = column(Label(title, TextRole.H2), place, spacing=2)
        nothing = boxed(column(self._none, None))
        self._states = QStackedWidget()
        for part in (nothing, self.text):
            self._states.addWidget(part)
        body = boxed(column(head, (self._states, 1), margins=(22, 18, 22, 16), spacing=10))
        foot = Panel(row(self._open, self._copy, None, close, margins=(20, 11, 20, 11), spacing=9), "footer")
        boxed(column((body, 1), foot, spacing=0), self)
        self.resize(theme.px(760), theme.px(520))
        self._open.clicked.connect(self._open_file)
        self._copy.clicked.connect(self._take)
        close.clicked.connect(self.accept)
        self._follow()

    def _follow(self) -> None:
        """Read now, and again and again while the dialog is open."""
        timer = QTimer(self)
        timer.setInterval(_AGAIN_MS)
        timer.timeout.connect(self._read)
        self.finished.connect(timer.stop)
        timer.start()
        self._read()

    @async_slot
    async def _read(self) -> None:
        lines = await self._services.plugins.log_tail(self._plugin.id, _LINES)
        if lines == self._lines:
            return
        before, self._lines = self._lines or [], lines
        if known := _overlap(before, lines):
            self.text.add("".join(f"\n{line}" for line in lines[known:]))
        else:
            self.text.clear()
            self.text.add("\n".join(lines))
        self._states.setCurrentIndex(1 if lines else 0)
        self._copy.setEnabled(bool(lines))

    def _open_file(self) -> None:
        there = self._file if self._file.exists() else self._file.parent
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(there)))

    def _take(self) -> None:
        QApplication.clipboard().setText("\n".join(self._lines or ()))
        self._copy.set_icon("check", "ok")


def _overlap(before: Sequence[str], lines: Sequence[str]) -> int:
    """How many lines at the beginning were the end before: a full window only moves on."""
    return next((len(before) - cut for cut in range(len(before)) if before[cut:] == lines[: len(before) - cut]), 0)
