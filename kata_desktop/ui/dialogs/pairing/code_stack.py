"""The square at the start of the window: a code to scan, letters to type, or the sign that it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget

from kata_desktop.ui.dialogs.pairing.qr_view import QrView
from kata_desktop.ui.widgets.frames import Card
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import column, row
from kata_desktop.ui.widgets.tile import Tile

if TYPE_CHECKING:
    from kata_desktop.domain.plugin import PairingStep
    from kata_desktop.ui.theme.theme import Theme


class CodeStack(QStackedWidget):
    """As large as a code, whatever it shows.

    Attributes:
        qr: the code to scan.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.qr = QrView(theme, self.tr("Code to scan with your phone"))
        self._letters = Label("", TextRole.H1, selectable=True)
        self._letters.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._typed = Card(column(None, self._letters, None, margins=(10, 10, 10, 10)))
        done = Tile(theme, "circle-check", ink="ok", ground="ok_soft", size=96)
        self._done = Card(column(None, row(None, done, None), None))
        for part in (self.qr, self._typed, self._done):
            self.addWidget(part)
        self.setFixedSize(self.qr.sizeHint())

    def show_step(self, step: PairingStep) -> None:
        """Show what fits a step; a code that is of no use any more fades."""
        waiting = step.state == "waiting"
        code = self._typed if waiting and step.is_phone_code else self.qr
        self.setCurrentWidget(self._done if step.state == "linked" else code)
        if not waiting:
            self.qr.fade()
            self._letters.setText("")
        elif step.is_phone_code:
            self._letters.setText(step.code)
            self._letters.setAccessibleName(self.tr("Code to type: {code}").format(code=" ".join(step.code)))
        else:
            self.qr.set_text(step.code)
