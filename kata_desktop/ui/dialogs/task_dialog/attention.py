"""Which fields need attention: the error at each of them, and the links that lead there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from kata_desktop.ui.dialogs.task_dialog.drafts import TRIGGER_FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.domain.errors import FieldError
    from kata_desktop.ui.dialogs.task_dialog.section import Section
    from kata_desktop.ui.widgets.form_row import Correctable, ErrorLinks

_PATIENCE_MS = 500
"""An error in a field that is being typed in is shown after this pause; one that is mended goes at once."""


class Attention(QObject):
    """Keeps the errors at the fields in step with what is typed."""

    def __init__(self, sections: Sequence[Section], links: ErrorLinks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sections, self._links = tuple(sections), links
        self._wanted: tuple[FieldError, ...] = ()
        self._linked: list[Correctable] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PATIENCE_MS)
        self._timer.timeout.connect(self._show_wanted)

    def expect(self, errors: Sequence[FieldError], touched: set[str], *, all_of_them: bool) -> None:
        """Take the errors of what is typed now; unless `all_of_them`, only those in `touched` fields are told."""
        self._wanted = tuple(error for error in errors if all_of_them or _name(error) in touched)
        told = {row for row in self._rows() if row.error}
        self._show([error for error in self._wanted if self._row_of(error) in told])
        self._timer.start()

    def show(self, errors: Sequence[FieldError]) -> tuple[FieldError, ...]:
        """Show errors now; returns those that belong to no field."""
        self._timer.stop()
        self._wanted = tuple(errors)
        self._show(errors)
        return tuple(error for error in errors if self._row_of(error) is None)

    def focus_first(self) -> None:
        """Bring the keyboard to the first field that needs attention."""
        for row in self._rows():
            if row.error:
                row.focus_field()
                return

    def _show_wanted(self) -> None:
        self._show(self._wanted)

    def _show(self, errors: Sequence[FieldError]) -> None:
        said: dict[Correctable, str] = {}
        for error in errors:
            row = self._row_of(error)
            if row is not None:
                said[row] = " ".join(filter(None, (said.get(row, ""), said_at_field(error))))
        rows = self._rows()
        changed = [row for row in rows if row.error != said.get(row, "")]
        for row in changed:
            row.set_error(said.get(row, ""))
        for section in self._sections:
            section.note_error(next((error for error in errors if section.row_of(error) is not None), None))
        wrong = [row for row in rows if row.error]
        if wrong != self._linked:
            self._linked = wrong
            self._links.set_rows(wrong)

    def _rows(self) -> list[Correctable]:
        return [row for section in self._sections for row in section.rows()]

    def _row_of(self, error: FieldError) -> Correctable | None:
        return next((row for section in self._sections if (row := section.row_of(error)) is not None), None)


def said_at_field(error: FieldError) -> str:
    """Return reason and example without the label, which stands beside them."""
    return error.sentence.removeprefix(f"{error.label}: ")


def _name(error: FieldError) -> str:
    return "when" if error.field in {*TRIGGER_FIELDS, "days"} else error.field
