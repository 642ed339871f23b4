"""One more place that a result goes to: a channel, and an address there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit

from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.fields import Choice
from kata_desktop.ui.widgets.frames import Row
from kata_desktop.ui.widgets.labels import IconLabel
from kata_desktop.ui.widgets.layout import row

if TYPE_CHECKING:
    from kata_desktop.ui.dialogs.task_dialog.reach import Reach
    from kata_desktop.ui.theme.theme import Theme

_LONGEST = 280


class TargetRow(Row):
    """A channel and an address, with those that somebody wrote from as suggestions; Enter adds it.

    What stands in it counts as a target even before it was added: nothing that was typed is lost.

    Attributes:
        channel: which channel.
        address: where in it, with suggestions.
        field: the line in which the address is typed.

    Signals:
        added: a target as people type it, such as ``slack:#growth``.
        edited: something was typed or chosen.
    """

    added = Signal(str)
    edited = Signal()

    def __init__(self, theme: Theme) -> None:
        self.channel = Choice({}, self.tr("Channel"))
        self.address, self.field = QComboBox(), QLineEdit()
        self.address.setEditable(True)
        self.address.setLineEdit(self.field)
        self.address.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.address.setAccessibleName(self.tr("Address in the channel"))
        self._add = Button(theme, self.tr("Add"), icon="plus")
        self._targets: dict[str, str] = {}
        self._reach: Reach | None = None
        line = row(IconLabel(theme, "send", size=17), self.channel, (self.address, 1), self._add,
                   margins=(13, 7, 11, 7), spacing=10)  # fmt: skip
        super().__init__(line)
        self.field.setMaxLength(_LONGEST)
        self.field.setAccessibleName(self.address.accessibleName())
        self.field.setPlaceholderText(self.tr("#channel, person or address"))
        self._add.setEnabled(False)
        self.hide()
        self.channel.currentIndexChanged.connect(self._suggest)
        self.address.currentTextChanged.connect(self._typed)
        self.field.returnPressed.connect(self._take)
        self._add.clicked.connect(self._take)

    @property
    def target(self) -> str:
        """What stands in it, as people type targets; empty for nothing."""
        text = self.address.currentText().strip()
        if not text or not self.channel.current:
            return ""
        return self._targets.get(text) or f"{self.channel.current}:{text}"

    def offer(self, reach: Reach) -> None:
        """Offer these channels; what is typed stays."""
        self._reach = reach
        typed = self.address.currentText()
        self.channel.set_options(reach.channels)
        self._suggest()
        self.address.setEditText(typed)
        self.setVisible(bool(reach.channels))

    def _suggest(self) -> None:
        self.address.blockSignals(True)
        self.address.clear()
        self._targets = {}
        for each in self._reach.suggestions if self._reach is not None else ():
            if each.target.partition(":")[0] == self.channel.current and each.label not in self._targets:
                self._targets[each.label] = each.target
                self.address.addItem(each.label)
        self.address.setCurrentIndex(-1)
        self.address.clearEditText()
        self.address.blockSignals(False)
        self._typed()

    def _typed(self) -> None:
        self._add.setEnabled(bool(self.target))
        self.edited.emit()

    def _take(self) -> None:
        if target := self.target:
            self.address.setCurrentIndex(-1)
            self.address.clearEditText()
            self.added.emit(target)
