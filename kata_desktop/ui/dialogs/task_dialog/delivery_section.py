"""Where the result goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox

from kata_desktop.ui.dialogs.task_dialog.reach import Reach
from kata_desktop.ui.dialogs.task_dialog.section import Section
from kata_desktop.ui.dialogs.task_dialog.target_row import TargetRow
from kata_desktop.ui.widgets.fields import Choice
from kata_desktop.ui.widgets.form_row import FormRow
from kata_desktop.ui.widgets.frames import Row, RowList
from kata_desktop.ui.widgets.labels import IconLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import row

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.ui.theme.theme import Theme

_DESKTOP = ("desktop", "desktop:title")


class DeliverySection(Section):
    """The desktop, any other target that the task has, and a row to add one in a channel that is set up.

    Attributes:
        desktop: whether it notifies here.
        detail: how much of it a notification shows.
        more: where another target is named.
    """

    def __init__(self, theme: Theme, history_days: int, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.desktop = QCheckBox(self.tr("Desktop notification"))
        self.desktop.setAccessibleName(self.desktop.text())
        self.detail = Choice({"desktop": self.tr("Title and first lines"), "desktop:title": self.tr("Title only")},
                             self.tr("Notification detail"))  # fmt: skip
        self._others: dict[str, QCheckBox] = {}
        self._reach = Reach()
        self.more = TargetRow(theme)
        self._desktop_row = Row(row(IconLabel(theme, "bell", size=17), self.desktop, None, self.detail,
                                    margins=(13, 7, 11, 7), spacing=10))  # fmt: skip
        self._list = RowList([self._desktop_row, self.more])
        self._show_rows()
        wrapped = FormRow(theme, self.tr("Deliver to"), self._list, target=self.desktop, headed=False)
        self._rows = {"targets": wrapped}
        kept = self.tr("Every result is also kept in Activity for {days} days.").format(days=history_days)
        forever = self.tr("Every result is also kept in Activity.")
        self._arrange(self.tr("Where should the result go?"), wrapped,
                      Label(kept if history_days else forever, TextRole.SMALL))  # fmt: skip
        self.desktop.toggled.connect(self._changed)
        self.detail.currentIndexChanged.connect(self._tell)
        self.more.added.connect(self._add)
        self.more.edited.connect(self._tell)

    def offer(self, reach: Reach) -> None:
        """Offer the channels that are set up, and call targets by the names of their rooms."""
        self._reach = reach
        self.more.offer(reach)
        for target, box in self._others.items():
            self._name(box, target)
        self._show_rows()

    def show_input(self, raw: TaskInput) -> None:
        """Show the targets; those that are not the desktop get a row each."""
        targets = raw.targets or ()
        on = next((each for each in targets if each in _DESKTOP), "")
        for widget in (self.desktop, self.detail):
            widget.blockSignals(True)
        self.desktop.setChecked(bool(on))
        self.detail.set_current(on or "desktop")
        for widget in (self.desktop, self.detail):
            widget.blockSignals(False)
        self.detail.setEnabled(bool(on))
        self._others = {each: self._box(each) for each in targets if each not in _DESKTOP}
        self._set_rows()

    def collect(self, raw: TaskInput) -> TaskInput:
        """Return the targets that are ticked."""
        desktop = [self.detail.current] if self.desktop.isChecked() else []
        return replace(raw, targets=(*desktop, *self._chosen()))

    def words(self) -> str:
        """Return where results go, for the panel at the side."""
        others = [self._reach.label(target) for target in self._chosen()]
        if not self.desktop.isChecked() and not others:
            return self.tr("Is only kept in Activity")
        if not others:
            return self.tr("Notifies you on this computer")
        names = ", ".join(others)
        if not self.desktop.isChecked():
            return self.tr("Goes to {targets}").format(targets=names)
        return self.tr("Notifies you and goes to {targets}").format(targets=names)

    def _chosen(self) -> list[str]:
        ticked = [target for target, box in self._others.items() if box.isChecked()]
        typed = self.more.target
        return [*ticked, typed] if typed and typed not in ticked else ticked

    def _add(self, target: str) -> None:
        if target in self._others:
            self._others[target].setChecked(True)
        else:
            self._others[target] = self._box(target)
            self._set_rows()
        self._tell()

    def _box(self, target: str) -> QCheckBox:
        box = QCheckBox()
        self._name(box, target)
        box.setChecked(True)
        box.toggled.connect(self._tell)
        return box

    def _name(self, box: QCheckBox, target: str) -> None:
        box.setText(self._reach.label(target).replace("&", "&&"))
        box.setAccessibleName(self._reach.label(target))

    def _set_rows(self) -> None:
        rows = [self._other_row(target, box) for target, box in self._others.items()]
        self._list.set_rows([self._desktop_row, *rows, self.more])
        self._show_rows()

    def _show_rows(self) -> None:
        """The row to add one is left out while no channel is set up."""
        wanted = [each for each in self._list.rows if each is not self.more or self._reach.channels]
        self._list.show_only(wanted)

    def _other_row(self, target: str, box: QCheckBox) -> Row:
        icon = self._reach.icons.get(target.partition(":")[0], "send")
        return Row(row(IconLabel(self._theme, icon, size=17), box, None, margins=(13, 10, 11, 10), spacing=10))

    def _changed(self) -> None:
        self.detail.setEnabled(self.desktop.isChecked())
        self._tell()
