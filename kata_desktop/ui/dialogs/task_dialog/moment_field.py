"""A date and a time, typed or picked; asks which copy is meant where the clocks go through an hour twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale, Qt, Signal
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QButtonGroup, QCalendarWidget, QLineEdit, QMenu, QRadioButton, QWidget, QWidgetAction

from kata_desktop.domain.trigger import SYSTEM_ZONE
from kata_desktop.ui.dialogs.task_dialog.moments import copies, joined, offset_at, split_moment
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.step_field import StepField, Times

if TYPE_CHECKING:
    from kata_desktop.runtime.clock import Clock
    from kata_desktop.ui.theme.theme import Theme

_ISO = "yyyy-MM-dd"


class DateField(QLineEdit):
    """A date, year first; the local short form is understood as well. What is typed is kept."""

    @property
    def raw(self) -> str:
        """The date as it is checked."""
        text = self.text().strip()
        if re.fullmatch(r"\d{4}-.*", text, re.ASCII):
            return text
        date = QLocale().toDate(text, QLocale.FormatType.ShortFormat, 2000)
        return date.toString(_ISO) if date.isValid() else text

    @property
    def date(self) -> QDate:
        """The date; not valid while the text is none."""
        return QDate.fromString(self.raw, _ISO)


class MomentField(QWidget):
    """A date and a time.

    Attributes:
        date: the line for the date.
        time: the field for the time.

    Signals:
        edited: a person changed it.
    """

    edited = Signal()

    def __init__(
        self, theme: Theme, clock: Clock, date_name: str, time_name: str, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._clock = theme, clock
        self._zone = SYSTEM_ZONE
        self._copies: tuple[str, str] | None = None
        self.date = DateField()
        self.date.setAccessibleName(date_name)
        self.date.setPlaceholderText(_ISO.upper())
        self.time = StepField(theme, time_name, Times())
        self._pick = Button(theme, kind=ButtonKind.GHOST, icon="calendar",
                            name=self.tr("Pick {name}").format(name=date_name.lower()))  # fmt: skip
        self._words = Label("", TextRole.SMALL, wrap=True)
        self._first, self._second = QRadioButton(), QRadioButton()
        self._which = QButtonGroup(self)
        for button in (self._first, self._second):
            self._which.addButton(button)
        question = Label(self.tr("The clocks go back then, so this time comes twice. Which one?"), wrap=True)
        self._question = boxed(column(question, self._first, self._second, spacing=6))
        line = row(self.date, self._pick, self.time, None, spacing=6)
        boxed(column(line, self._words, self._question, spacing=5), self)
        self._pick.clicked.connect(self._open_calendar)
        self.date.textChanged.connect(self._changed)
        self.time.edited.connect(self._changed)
        self._which.buttonClicked.connect(self._tell)
        theme.changed.connect(self._rescale)
        self._rescale()
        self._look()

    @property
    def raw(self) -> str:
        """Date and time as they are checked."""
        return joined(self.date.raw, self.time.raw, self._offset())

    def set_raw(self, raw: str, zone: str = SYSTEM_ZONE) -> None:
        """Show a moment of a zone without a signal."""
        self._zone = zone
        date, time, offset = split_moment(raw)
        own_zone = self._clock.zone_name()
        twice = copies(date, time, zone, own_zone)
        meant = twice.index(offset) if twice and offset in twice else None
        if meant is None and offset == offset_at(date, time, zone, own_zone):
            offset = ""  # the zone says so anyway
        self.blockSignals(True)
        self.date.setText(date)
        self.time.set_raw(time if meant is not None else f"{time}{offset}")
        self._look()
        if meant is not None:
            (self._first, self._second)[meant].setChecked(True)
        self.blockSignals(False)

    def set_zone(self, zone: str) -> None:
        """Read the wall clock of another zone."""
        self._zone = zone
        self._look()

    def _offset(self) -> str:
        if self._copies is None:
            return ""
        chosen = self._which.checkedButton()
        return "" if chosen is None else self._copies[0 if chosen is self._first else 1]

    def _look(self) -> None:
        date = self.date.date
        self._words.setText(QLocale().toString(date, QLocale.FormatType.LongFormat) if date.isValid() else "")
        self._words.setVisible(date.isValid())
        twice = copies(self.date.raw, self.time.raw, self._zone, self._clock.zone_name())
        if twice != self._copies:
            self._copies = twice
            self._ask(twice)
        self._question.setVisible(twice is not None)

    def _ask(self, twice: tuple[str, str] | None) -> None:
        self._which.setExclusive(False)
        for button in (self._first, self._second):
            button.setChecked(False)
        self._which.setExclusive(True)
        if twice is not None:
            first = self.tr("The first, before the clocks go back (UTC{offset})")
            second = self.tr("The second, after they went back (UTC{offset})")
            self._first.setText(first.format(offset=twice[0]))
            self._second.setText(second.format(offset=twice[1]))

    def _open_calendar(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        calendar = QCalendarWidget(menu)
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.setFirstDayOfWeek(QLocale().firstDayOfWeek())
        plain = QTextCharFormat()
        plain.setForeground(self._theme.color("text"))
        for day in Qt.DayOfWeek:
            calendar.setWeekdayTextFormat(day, plain)  # Qt's red of weekends is hard to read
        if self.date.date.isValid():
            calendar.setSelectedDate(self.date.date)
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(calendar)
        menu.addAction(holder)
        calendar.activated.connect(self._picked)
        calendar.clicked.connect(self._picked)
        calendar.activated.connect(menu.close)
        calendar.clicked.connect(menu.close)
        menu.popup(self._pick.mapToGlobal(self._pick.rect().bottomLeft()))
        calendar.setFocus()

    def _picked(self, date: QDate) -> None:
        self.date.setText(date.toString(_ISO))

    def _rescale(self) -> None:
        self.date.setFixedWidth(self._theme.px(118))

    def _changed(self) -> None:
        self._look()
        self._tell()

    def _tell(self) -> None:
        self.edited.emit()
