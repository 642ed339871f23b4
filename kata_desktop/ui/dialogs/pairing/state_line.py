"""How a linking stands, in one line with a sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.labels import IconLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, row
from kata_desktop.ui.widgets.spinner import Spinner

if TYPE_CHECKING:
    from kata_desktop.domain.plugin import PairingStep
    from kata_desktop.ui.theme.theme import Theme

_SIGNS = {
    "linked": ("circle-check", Tone.OK),
    "expired": ("clock", Tone.WARN),
    "failed": ("circle-x", Tone.BAD),
}


class PairingLine(QWidget):
    """A spinner or a sign, and what is waited for."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._spinner = Spinner(theme, self.tr("Waiting"))
        self._sign = IconLabel(theme, "circle-check", Tone.OK.ink)
        self._words = Label("", TextRole.MUTED, wrap=True)
        boxed(row(self._spinner, self._sign, (self._words, 1), spacing=9), self)

    @property
    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def show_step(self, step: PairingStep, left: int | None) -> None:
        """Tell about a step; `left` are the seconds until there is a new code."""
        icon, tone = _SIGNS.get(step.state, ("", Tone.MUTED))
        self._spinner.setVisible(not icon)
        self._sign.setVisible(bool(icon))
        if icon:
            self._sign.set_icon(icon, tone.ink)
        if self._words.property("tone") != tone.value:
            self._words.set_tone(tone)
        text = self._text(step, left)
        self._words.setText(text)
        self.setAccessibleName(text)

    def _text(self, step: PairingStep, left: int | None) -> str:
        match step.state:
            case "waiting" if step.is_phone_code:
                waits = self.tr("Waiting for the phone")
            case "waiting":
                waits = self.tr("Waiting for the scan")
            case "scanned":
                return step.sentence or self.tr("Scanned; the phone is linking this computer…")
            case "linked":
                return step.sentence or self.tr("The phone is linked.")
            case "expired":
                return step.sentence or self.tr("The code ran out before it was used.")
            case "failed":
                return step.sentence or self.tr("The phone could not be linked.")
            case _:
                return step.sentence or self.tr("Getting a code…")
        if left is None:
            return waits
        return self.tr("{waits} · new code in {seconds} s").format(waits=waits, seconds=left)
