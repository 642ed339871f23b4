"""One coming run in the panel at the side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt, QTime

from kata_desktop.ui.dialogs.task_dialog.moments import utc_name
from kata_desktop.ui.moments import day_text, until_text, weekday
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.frames import Row
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import column, row

if TYPE_CHECKING:
    from datetime import datetime

    from kata_desktop.domain.preview import PlannedRun

_END = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class PlannedRow(Row):
    """Day and distance at the start, time and offset at the end; struck through when it will not happen then."""

    def __init__(self) -> None:
        self._day, self._far = Label("", TextRole.TITLE), Label("", TextRole.SMALL, wrap=True)
        self._time, self._offset = Label("", TextRole.TITLE), Label("", TextRole.SMALL)
        self._time.setAlignment(_END)
        self._offset.setAlignment(_END)
        words = column(self._day, self._far, spacing=0)
        clock = column(self._time, self._offset, spacing=0)
        super().__init__(row((words, 1), clock, margins=(13, 7, 13, 7)))
        self._struck = False

    def show_run(self, run: PlannedRun, now: datetime) -> None:
        """Show another run."""
        zone = run.local.tzinfo
        assert zone is not None
        self._day.setText(f"{weekday(run.utc, zone)} {day_text(run.utc, zone, now)}")
        parts = [] if run.struck else [until_text(run.utc, now, zone)]
        self._far.setText(" · ".join([*parts, *([run.note] if run.note else [])]))
        local = QTime(run.local.hour, run.local.minute, run.local.second)
        short = QLocale().toString(local, QLocale.FormatType.ShortFormat)
        self._time.setText(local.toString("HH:mm:ss") if run.local.second else short)
        self._offset.setText(utc_name(run.local.utcoffset()))
        self.setAccessibleName(f"{self._day.text()}, {self._time.text()}, {self._far.text()}")
        if run.struck is self._struck:
            return
        self._struck = run.struck
        for label in (self._day, self._time):
            label.setProperty("struck", "true" if run.struck else "false")
            label.set_tone(Tone.MUTED if run.struck else None)
