"""What most people never change, folded away behind one line that says what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy

from kata_desktop.ui.dialogs.task_dialog.advanced_limits import LimitRows
from kata_desktop.ui.dialogs.task_dialog.advanced_model import ModelRows
from kata_desktop.ui.dialogs.task_dialog.advanced_runs import RunRows
from kata_desktop.ui.dialogs.task_dialog.advanced_summary import summary
from kata_desktop.ui.dialogs.task_dialog.section import Section
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.form_row import Correctable
from kata_desktop.ui.widgets.frames import RowList
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.errors import FieldError
    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.ui.theme.theme import Theme


class AdvancedSection(Section):
    """A button that opens and closes a list of options.

    Signals:
        opened: the list was opened by a person.
    """

    opened = Signal()

    def __init__(self, theme: Theme, defaults: TaskInput, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._defaults = defaults
        self._groups = (RunRows(theme, self), ModelRows(theme, self), LimitRows(theme, self))
        self.toggle = Button(theme, self.tr("Advanced"), ButtonKind.LINK, icon="chevron-right")
        self._summary = Label("", TextRole.SMALL, wrap=True)
        self._summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._list = RowList([each for group in self._groups for each in group.option_rows()],
                             name=self.tr("Advanced options"))  # fmt: skip
        self._list.hide()
        boxed(column(row(self.toggle, 6, (self._summary, 1)), self._list, spacing=9), self)
        self.toggle.clicked.connect(self._flip)
        for group in self._groups:
            group.edited.connect(self._tell)
            group.edited.connect(self._sum_up)
        self.show_input(defaults)
        self._defaults = self.collect(defaults)
        self._sum_up()

    @property
    def expanded(self) -> bool:
        """Whether the list is open."""
        return not self._list.isHidden()

    def set_expanded(self, expanded: bool) -> None:
        """Open or close the list."""
        self._list.setVisible(expanded)
        self._summary.setVisible(not expanded)
        self.toggle.set_icon("chevron-down" if expanded else "chevron-right")
        self.toggle.setAccessibleDescription("" if expanded else self._summary.text())

    def set_models(self, names: Mapping[str, str]) -> None:
        """Offer the models there are."""
        self._groups[1].set_models(names)

    def show_input(self, raw: TaskInput) -> None:
        """Show every option."""
        for group in self._groups:
            group.show_input(raw)
        self._sum_up()

    def collect(self, raw: TaskInput) -> TaskInput:
        """Return every option."""
        for group in self._groups:
            raw = group.collect(raw)
        return raw

    def rows(self) -> list[Correctable]:
        """Return every option that can be wrong."""
        return [each for group in self._groups for each in group.rows()]

    def row_of(self, error: FieldError) -> Correctable | None:
        """Return the option that an error belongs to."""
        return next((found for group in self._groups if (found := group.row_of(error)) is not None), None)

    def _sum_up(self) -> None:
        self._summary.setText(summary(self.collect(self._defaults), self._defaults))

    def _flip(self) -> None:
        self.set_expanded(not self.expanded)
        if self.expanded:
            self.opened.emit()
