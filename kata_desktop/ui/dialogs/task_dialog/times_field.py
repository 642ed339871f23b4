"""Several times of day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTime, Signal
from PySide6.QtWidgets import QWidget

from kata_desktop.ui.dialogs.task_dialog.calendar_forms import MOST_TIMES, Clock
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.fields import TimeField
from kata_desktop.ui.widgets.layout import FlowLayout, boxed, row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kata_desktop.ui.theme.theme import Theme

_HOUR = 3600


class TimesField(QWidget):
    """One time of day or more; the first is named "Time", the others "Time 2" and so on.

    Attributes:
        add: the button that adds a time an hour after the last.

    Signals:
        edited: a person changed, added or removed a time.
    """

    edited = Signal()

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fields: list[TimeField] = []
        self._holders: list[QWidget] = []
        self._removers: list[Button] = []
        self.add = Button(theme, self.tr("Add time"), ButtonKind.LINK)
        self.add.clicked.connect(self._add)
        self._flow = FlowLayout(self, spacing=8)
        self.set_times([Clock(hour=9, minute=0)])

    @property
    def first(self) -> TimeField:
        """The first time."""
        return self._fields[0]

    @property
    def times(self) -> tuple[Clock, ...]:
        """The times as they are typed."""
        return tuple(Clock(hour=field.time().hour(), minute=field.time().minute()) for field in self._fields)

    def set_times(self, times: Iterable[Clock]) -> None:
        """Show other times without a signal."""
        wanted = list(times)
        while len(self._fields) > max(len(wanted), 1):
            self._drop(len(self._fields) - 1)
        while len(self._fields) < len(wanted):
            self._grow()
        for field, time in zip(self._fields, wanted, strict=False):
            field.blockSignals(True)
            field.setTime(QTime(time.hour, time.minute))
            field.blockSignals(False)
        self._arrange()

    def _grow(self) -> None:
        number = len(self._fields) + 1
        name = self.tr("Time") if number == 1 else self.tr("Time {number}").format(number=number)
        field = TimeField(self._theme, name)
        field.timeChanged.connect(self._tell)
        remover = Button(self._theme, kind=ButtonKind.GHOST, icon="x",
                         name=self.tr("Remove time {number}").format(number=number))  # fmt: skip
        remover.clicked.connect(self._remove)
        holder = boxed(row(field, remover, spacing=0))
        self._fields.append(field)
        self._removers.append(remover)
        self._holders.append(holder)

    def _drop(self, index: int) -> None:
        self._fields.pop(index)
        self._removers.pop(index)
        holder = self._holders.pop(index)
        holder.hide()
        holder.deleteLater()

    def _arrange(self) -> None:
        while self._flow.takeAt(0) is not None:
            pass
        before: QWidget | None = None
        for holder, field, remover in zip(self._holders, self._fields, self._removers, strict=True):
            remover.setVisible(len(self._fields) > 1)
            self._flow.addWidget(holder)
            holder.show()
            if before is not None:
                QWidget.setTabOrder(before, field)
            QWidget.setTabOrder(field, remover)
            before = remover
        self._flow.addWidget(self.add)
        if before is not None:
            QWidget.setTabOrder(before, self.add)
        self.add.setVisible(len(self._fields) < MOST_TIMES)
        self.updateGeometry()

    def _add(self) -> None:
        last = self._fields[-1].time()
        self._grow()
        self._fields[-1].setTime(last.addSecs(_HOUR))
        self._arrange()
        self._fields[-1].setFocus(Qt.FocusReason.TabFocusReason)  # selects the hours
        self._tell()

    def _remove(self) -> None:
        index = next(index for index, remover in enumerate(self._removers) if remover is self.sender())
        times = list(self.times)
        del times[index]
        self.set_times(times)
        self._fields[min(index, len(times) - 1)].setFocus(Qt.FocusReason.TabFocusReason)  # selects the hours
        self._tell()

    def _tell(self) -> None:
        self.edited.emit()
