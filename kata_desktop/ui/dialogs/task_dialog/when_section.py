"""When it runs: one of six forms, and the time zone they are read in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kata_desktop.domain.trigger import SYSTEM_ZONE
from kata_desktop.ui.dialogs.task_dialog.drafts import TRIGGER_FIELDS
from kata_desktop.ui.dialogs.task_dialog.section import Section
from kata_desktop.ui.dialogs.task_dialog.when_cron import CronForm
from kata_desktop.ui.dialogs.task_dialog.when_event import EventForm
from kata_desktop.ui.dialogs.task_dialog.when_interval import IntervalForm
from kata_desktop.ui.dialogs.task_dialog.when_monthly import MonthlyForm
from kata_desktop.ui.dialogs.task_dialog.when_once import OnceForm
from kata_desktop.ui.dialogs.task_dialog.when_weekly import WeeklyForm
from kata_desktop.ui.dialogs.task_dialog.zone_field import ZoneField
from kata_desktop.ui.widgets.chips import Segmented
from kata_desktop.ui.widgets.form_row import FormRow
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from kata_desktop.domain.errors import FieldError
    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.runtime.clock import Clock
    from kata_desktop.ui.dialogs.task_dialog.when_form import WhenForm
    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.widgets.form_row import Correctable

_CALENDAR = ("weekly", "monthly", "cron")


class WhenSection(Section):
    """The kinds as segments; the chosen form and the zone below.

    Signals:
        repeats: whether the kind that is shown now comes again.
    """

    repeats = Signal(bool)

    def __init__(self, theme: Theme, clock: Clock, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.once, self.interval = OnceForm(theme, clock, self), IntervalForm(theme, self)
        self.weekly, self.monthly = WeeklyForm(theme, self), MonthlyForm(theme, self)
        self.cron, self.event_form = CronForm(theme, self), EventForm(theme, self)
        self._forms: dict[str, WhenForm] = {
            "once": self.once, "every": self.interval, "weekly": self.weekly, "monthly": self.monthly,
            "cron": self.cron, "event": self.event_form,
        }  # fmt: skip
        self.kind = Segmented(theme, {
            "once": self.tr("Once"), "every": self.tr("Every…"), "weekly": self.tr("Weekly"),
            "monthly": self.tr("Monthly"), "cron": self.tr("Cron"), "event": self.tr("Event"),
        }, self.tr("When"))  # fmt: skip
        self.zone = ZoneField(clock, self.tr("Time zone"))
        self._zone_row = FormRow(theme, self.tr("Time zone"), self.zone)
        self._shown = ""
        self._lay_out()
        self.choose("weekly")
        self.kind.chosen.connect(self._switched)
        self.interval.daily_wanted.connect(self._make_daily)
        self.zone.edited.connect(self._zone_changed)
        for form in self._forms.values():
            form.edited.connect(self._tell)

    @property
    def form(self) -> WhenForm:
        """The form that is shown."""
        return self._forms[self._shown]

    def choose(self, kind: str) -> None:
        """Show another form, as if nobody had touched it."""
        self._shown = kind
        self.kind.set_current(kind)
        for each in self._forms.values():
            each.set_shown(each is self.form)
        self._zone_row.setVisible(self.form.zoned)
        self.repeats.emit(kind != "once")

    def show_input(self, raw: TaskInput) -> None:
        """Show the trigger in the plainest form that can say it."""
        zone = SYSTEM_ZONE if raw.zone is None else raw.zone
        self.zone.set_raw(zone)
        for form in self._forms.values():
            form.set_zone(zone)
            form.show_input(raw)
        if raw.cron is not None:
            self.choose(next(kind for kind in _CALENDAR if self._forms[kind].take(raw.cron)))
        else:
            given = {"every": raw.every, "once": raw.at, "event": raw.on}
            self.choose(next((kind for kind, text in given.items() if text is not None), "weekly"))

    def collect(self, raw: TaskInput) -> TaskInput:
        """Return the trigger as the shown form says it."""
        empty: dict[str, None] = dict.fromkeys(TRIGGER_FIELDS)
        raw = self.form.collect(replace(raw, **empty))
        return replace(raw, zone=self.zone.raw) if self.form.zoned else raw

    def problems(self) -> tuple[FieldError, ...]:
        """Return what is wrong with the shown form."""
        return self.form.problems()

    def rows(self) -> list[Correctable]:
        """Return the rows of the shown form, and the zone."""
        return [*self.form.rows(), *([self._zone_row] if self.form.zoned else [])]

    def row_of(self, error: FieldError) -> Correctable | None:
        """Return the zone, or a row of the shown form."""
        if error.field == "zone":
            return self._zone_row if self.form.zoned else None
        if error.field in {*TRIGGER_FIELDS, "days"}:
            return self.form.row_of(error) or self.form.rows()[-1]
        return None

    def note_error(self, error: FieldError | None) -> None:
        """Show which part is wrong."""
        self.form.note_error(error)

    def _lay_out(self) -> None:
        forms = self._forms.values()
        sides = boxed(column(*(form.side for form in forms), spacing=0))
        zone = boxed(column(self._zone_row, None, spacing=0))
        middle = row((boxed(column(sides, None, spacing=0)), 7), (zone, 6), spacing=18)
        tops = QVBoxLayout()
        for form in forms:
            if form.top is not None:
                tops.addWidget(form.top)
        bottoms = [form.bottom for form in forms if form.bottom is not None]
        self._arrange(self.tr("When?"), self.kind, tops, middle, *bottoms)

    def _switched(self, kind: str) -> None:
        """Show the form that a person chose, with what the one before said where it can say it too."""
        expressions = self.form.expressions()
        if expressions and kind in _CALENDAR:
            self._forms[kind].take(expressions)
        self.choose(kind)
        self._tell()

    def _make_daily(self) -> None:
        self.weekly.take(("0 9 * * *",))
        self.choose("weekly")
        self.weekly.times.first.setFocus()
        self._tell()

    def _zone_changed(self) -> None:
        for form in self._forms.values():
            form.set_zone(self.zone.raw)
        self._tell()
