"""What concerns every page, above it: nothing can be stored, a backup was restored, offline, all paused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kata_desktop.ui.moments import when_text
from kata_desktop.ui.scheduler_words import paused_until
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner
from kata_desktop.ui.widgets.layout import boxed, column

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from kata_desktop.domain.preview import SchedulerStatus
    from kata_desktop.ui.theme.theme import Theme


class Banners(QWidget):
    """Shows only what is so now, the worst first; takes no room otherwise.

    Signals:
        resume_wanted: everything is to go on.
    """

    resume_wanted = Signal()

    def __init__(self, theme: Theme, notice: str) -> None:
        """Make the banners; `notice` is what happened at start, empty for nothing."""
        super().__init__()
        self._trouble = Banner(theme, Tone.BAD, icon="hard-drive")
        self._notice = Banner(
            theme, Tone.WARN, self.tr("Your data was restored"), notice, icon="archive", action=self.tr("Got it")
        )
        self._paused = Banner(theme, Tone.WARN, icon="pause")
        self._offline = Banner(
            theme,
            Tone.INFO,
            self.tr("Offline"),
            self.tr("Runs that need the network wait and start by themselves when it is back."),
            icon="wifi-off",
        )
        self._told = bool(notice)
        parts = (self._trouble, self._notice, self._paused, self._offline)
        boxed(column(*parts, margins=(26, 14, 26, 0), spacing=8), self)
        self._notice.acted.connect(self._read)
        self._paused.acted.connect(self.resume_wanted)
        for part in parts:
            part.hide()
        self.hide()

    def set_status(self, status: SchedulerStatus, now: datetime, zone: tzinfo, workspace_id: str) -> None:
        """Show what is so now."""
        self._trouble.set_message(self.tr("Kata cannot save"), status.trouble)
        paused = paused_until(status, workspace_id)
        self._show_pause(status, None if paused is None else paused[0], now, zone)
        self._trouble.setVisible(bool(status.trouble))
        self._notice.setVisible(self._told)
        self._paused.setVisible(paused is not None)
        self._offline.setVisible(status.offline)
        self.setVisible(bool(status.trouble) or self._told or paused is not None or status.offline)

    def _show_pause(self, status: SchedulerStatus, until: datetime | None, now: datetime, zone: tzinfo) -> None:
        title = self.tr("All schedules are paused") if status.paused_all else self.tr("This workspace is paused")
        text = self.tr("Nothing starts by itself until you resume. Run now still works.")
        if until is not None:
            text = self.tr("Nothing starts by itself until {time}. Run now still works.")
            text = text.format(time=when_text(until, zone, now))
        self._paused.set_message(title, text, action=self.tr("Resume"))

    def _read(self) -> None:
        self._told = False
        self._notice.hide()
        self.setVisible(any(not part.isHidden() for part in (self._trouble, self._paused, self._offline)))
