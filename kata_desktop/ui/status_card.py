"""The card at the foot of the sidebar: how the scheduler is, and the pause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from kata_desktop.ui.scheduler_words import Condition, PauseFor, StatusWords, pause_texts
from kata_desktop.ui.widgets.buttons import Button, ButtonKind, MenuButton
from kata_desktop.ui.widgets.frames import Card
from kata_desktop.ui.widgets.labels import ElidedLabel, IconLabel, TextRole, plain_tip
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.theme.tokens import ColorRole

_MARKS: dict[Condition, tuple[str, ColorRole]] = {
    Condition.TROUBLE: ("circle-x", "bad"),
    Condition.PAUSED: ("pause", "warn"),
    Condition.OFFLINE: ("wifi-off", "warn"),
    Condition.FINE: ("circle-check", "ok"),
}


class StatusCard(Card):
    """Two lines and a button that pauses or resumes.

    Signals:
        pause_wanted: a `PauseFor`.
        resume_wanted: everything is to go on.
    """

    pause_wanted = Signal(object)
    resume_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._icon = IconLabel(theme, "circle-check", "ok", 17)
        self._head = ElidedLabel("", TextRole.TITLE)
        self._sub = ElidedLabel("", TextRole.SMALL)
        self._words = boxed(column(self._head, self._sub, spacing=0))
        self._pause = MenuButton(theme, icon="pause")
        self._resume = Button(theme, kind=ButtonKind.GHOST, icon="play", name=" ")
        self._line = row(self._icon, (self._words, 1), self._pause, self._resume, margins=(10, 8, 4, 8), spacing=9)
        super().__init__(self._line, "soft")
        self._pause.setAccessibleName(self.tr("Pause all schedules"))
        self._pause.setToolTip(self.tr("Pause all schedules"))
        self._resume.setAccessibleName(self.tr("Resume all schedules"))
        self._resume.setToolTip(self.tr("Resume all schedules"))
        self._resume.hide()
        self._pause.about_to_show.connect(self._offer)
        self._resume.clicked.connect(self._go_on)

    def set_words(self, words: StatusWords) -> None:
        """Show how the scheduler is."""
        icon, role = _MARKS[words.condition]
        self._icon.set_icon(icon, role, name="")
        self._head.set_text(words.head)
        self._sub.set_text(words.sub)
        self.setAccessibleName(f"{words.head}. {words.sub}")
        self._icon.setToolTip(plain_tip(f"{words.head}\n{words.sub}"))
        paused = words.condition is Condition.PAUSED
        self._pause.setVisible(not paused)
        self._resume.setVisible(paused)

    def set_narrow(self, *, narrow: bool) -> None:
        """Show icons alone, or words as well."""
        self._words.setVisible(not narrow)
        self._icon.setVisible(not narrow)
        self._line.setContentsMargins(*((4, 8, 4, 8) if narrow else (10, 8, 4, 8)))

    def _offer(self, menu: QMenu) -> None:
        for kind, text in pause_texts().items():
            action = menu.addAction(text)
            action.setData(kind.value)
            action.triggered.connect(self._take)

    def _take(self) -> None:
        action: QAction = self.sender()  # type: ignore[assignment]
        self.pause_wanted.emit(PauseFor(action.data()))

    def _go_on(self) -> None:
        self.resume_wanted.emit()
