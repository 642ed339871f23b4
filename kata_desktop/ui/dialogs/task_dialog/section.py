"""What every part of the form does: it shows raw texts, gives them back, and knows where errors belong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from kata_desktop.domain.errors import FieldError
    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.ui.widgets.form_row import Correctable
    from kata_desktop.ui.widgets.layout import Part


class Section(QWidget):
    """One part of the form. A part without fields of its own shows and adds nothing.

    Signals:
        edited: a person changed something in it.
    """

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, Correctable] = {}

    def show_input(self, raw: TaskInput) -> None:
        """Show the raw texts that are this part's, without a signal."""

    def collect(self, raw: TaskInput) -> TaskInput:
        """Return `raw` with the fields that are this part's as they are typed."""
        return raw

    def problems(self) -> tuple[FieldError, ...]:
        """Return what is wrong that raw texts cannot say, such as a list of days with none chosen."""
        return ()

    def rows(self) -> list[Correctable]:
        """Return what can be wrong, from top to bottom."""
        return list(dict.fromkeys(self._rows.values()))

    def row_of(self, error: FieldError) -> Correctable | None:
        """Return where an error belongs, None when it is not this part's."""
        return self._rows.get(error.field)

    def note_error(self, error: FieldError | None) -> None:
        """Show more of an error than its sentence, or no more of it."""

    def _tell(self) -> None:
        self.edited.emit()

    def _arrange(self, title: str, *parts: Part) -> None:
        boxed(column(row(Label(title, TextRole.H2), None), *parts, spacing=9), self)
