"""Cron expressions, with the names of their five fields."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QMenu

from kata_desktop.ui.dialogs.task_dialog.when_form import WhenForm
from kata_desktop.ui.widgets.buttons import Button, ButtonKind, MenuButton
from kata_desktop.ui.widgets.form_row import FormRow
from kata_desktop.ui.widgets.labels import Label, TextRole, repolish
from kata_desktop.ui.widgets.layout import boxed, column, flow, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.errors import FieldError
    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.ui.theme.theme import Theme

PARTS = ("minute", "hour", "day", "month", "weekday")


class CronForm(WhenForm):
    """One line for each expression; several run at the union of their times."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.line = self._new_line(1)
        self._lines = [self.line]
        self._column = column(self.line, spacing=6)
        self.side = FormRow(theme, self.tr("Cron expression"), boxed(self._column), target=self.line)
        self._rows = {"cron": self.side}
        self._names = [Label(each, TextRole.MONO) for each in self._part_words()]
        self._add = Button(theme, self.tr("Add expression"), ButtonKind.LINK)
        examples = MenuButton(theme, self.tr("Insert example…"), ButtonKind.LINK, icon="")
        self.bottom = boxed(row((flow(*self._names, spacing=14), 1), self._add, examples, spacing=14))
        self.line.setText("0 9 * * 1-5")
        examples.about_to_show.connect(self._offer_examples)
        self._add.clicked.connect(self._add_line)

    def take(self, expressions: Sequence[str]) -> bool:
        """Show any expressions."""
        wanted = list(expressions) or [""]
        while len(self._lines) > len(wanted):
            line = self._lines.pop()
            line.hide()
            line.deleteLater()
        while len(self._lines) < len(wanted):
            self._grow()
        for line, text in zip(self._lines, wanted, strict=True):
            line.blockSignals(True)
            line.setText(text)
            line.blockSignals(False)
        return True

    def expressions(self) -> tuple[str, ...] | None:
        """Return what is typed; further lines that are empty do not count."""
        first, *more = [line.text() for line in self._lines]
        return (first, *(text for text in more if text.strip()))

    def collect(self, raw: TaskInput) -> TaskInput:
        """Return the expressions."""
        return replace(raw, cron=self.expressions())

    def note_error(self, error: FieldError | None) -> None:
        """Underline the name of the field that is wrong."""
        faulty = error.part.casefold() if error is not None else ""
        for part, label in zip(PARTS, self._names, strict=True):
            wrong = part == faulty
            if wrong is (label.property("wrong") == "true"):
                continue
            label.setProperty("wrong", "true" if wrong else "false")
            repolish(label)

    def _part_words(self) -> list[str]:
        return [self.tr("minute"), self.tr("hour"), self.tr("day"), self.tr("month"), self.tr("weekday")]

    def _new_line(self, number: int) -> QLineEdit:
        line = QLineEdit()
        name = self.tr("Cron expression")
        line.setAccessibleName(name if number == 1 else f"{name} {number}")
        line.setProperty("mono", "true")
        line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        line.textChanged.connect(self._tell)
        return line

    def _grow(self) -> None:
        line = self._new_line(len(self._lines) + 1)
        self._lines.append(line)
        self._column.addWidget(line)
        line.show()
        QLineEdit.setTabOrder(self._lines[-2], line)

    def _add_line(self) -> None:
        self._grow()
        self._lines[-1].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _offer_examples(self, menu: QMenu) -> None:
        for expression, words in (
            ("0 9 * * 1-5", self.tr("Weekdays at 09:00")),
            ("*/15 * * * *", self.tr("Every 15 minutes")),
            ("0 8-18/2 * * 1-5", self.tr("Every two hours from 08:00 to 18:00, weekdays")),
            ("30 8 1,15 * *", self.tr("1st and 15th of the month at 08:30")),
            ("0 17 L * *", self.tr("Last day of the month at 17:00")),
            ("0 10 * * MON#2", self.tr("Second Monday of the month at 10:00")),
            ("0 6 1 1,4,7,10 *", self.tr("First day of every quarter at 06:00")),
        ):
            action = menu.addAction(f"{words}\t{expression}")
            action.setData(expression)
            action.triggered.connect(self._insert)

    def _insert(self) -> None:
        line = next((each for each in self._lines if each.hasFocus()), self._lines[-1])
        line.setText(str(self.sender().property("data") or ""))
        line.setFocus(Qt.FocusReason.OtherFocusReason)
