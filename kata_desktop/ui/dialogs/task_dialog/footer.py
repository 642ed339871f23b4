"""The buttons below the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.form_row import ErrorLinks
from kata_desktop.ui.widgets.frames import Panel
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.widgets.form_row import Correctable


class Footer(Panel):
    """Test run and its note, or the fields that need attention; Cancel and the main button, which is always on.

    Attributes:
        test: runs what is typed once.
        cancel: closes the dialog.
        save: stores the task.
    """

    def __init__(self, theme: Theme, save: str, *, parent: QWidget | None = None) -> None:
        translate = QCoreApplication.translate
        self.test = Button(theme, translate("Footer", "Test run"), icon="play")
        self.cancel = Button(theme, translate("Footer", "Cancel"))
        self.save = Button(theme, save, ButtonKind.PRIMARY)
        self._note = Label(translate("Footer", "runs once now, does not save"), TextRole.SMALL)
        self._links = _Links(theme, self._note)
        line = row(self.test, self._note, (self._links, 1), None, self.cancel, self.save, margins=(20, 11, 20, 11),
                   spacing=10)  # fmt: skip
        super().__init__(line, "footer", parent=parent)

    @property
    def links(self) -> ErrorLinks:
        """The list of fields that need attention."""
        return self._links


class _Links(ErrorLinks):
    """Takes the place of a note while there is something to list."""

    def __init__(self, theme: Theme, instead: QWidget) -> None:
        super().__init__(theme)
        self._instead = instead

    def set_rows(self, rows: Sequence[Correctable]) -> None:
        """List the rows that have an error now."""
        super().set_rows(rows)
        self._instead.setVisible(self.isHidden())
