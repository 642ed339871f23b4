"""The head of the page: its name, how many are on, and a look at all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.fields import SearchField
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.domain.plugin import PluginRow
    from kata_desktop.ui.theme.theme import Theme


class PluginsHeader(QWidget):
    """Name, summary, search and Check all.

    Attributes:
        search: words to look for.
        check: the button.

    Signals:
        check_wanted: every plugin is to be looked at anew.
    """

    check_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._summary = Label("", TextRole.MUTED, wrap=True)
        self.search = SearchField(theme, self.tr("Search plugins  (Ctrl+F)"))
        self.check = Button(theme, self.tr("Check all"), icon="refresh-cw")
        self.check.setToolTip(self.tr("Look at connections, credentials and programs anew"))
        title = Label(self.tr("Plugins"), TextRole.H1)
        boxed(column(row((title, 3), (self.search, 2), self.check, spacing=8), self._summary, spacing=2), self)
        self.check.clicked.connect(self._press)

    def set_rows(self, rows: Sequence[PluginRow], workspace: str) -> None:
        """Say how many are on, and where the switches and the credentials belong."""
        template = self.tr(
            "{on} of {count} on in {workspace} · switches apply to this workspace only · "
            "credentials stay in your system keyring"
        )
        on = sum(each.on for each in rows)
        self._summary.setText(template.format(on=on, count=len(rows), workspace=workspace) if rows else workspace)

    def _press(self) -> None:
        self.check_wanted.emit()
