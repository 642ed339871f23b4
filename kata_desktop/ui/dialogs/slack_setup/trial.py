"""Something that is tried with the other side, with its answer in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kata_desktop.domain.errors import KataError
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.spinner import Spinner

if TYPE_CHECKING:
    from kata_desktop.ui.dialogs.slack_setup.link import PluginLink
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme


class Trial(QWidget):
    """A button, a spinner while it is tried, and the answer.

    Attributes:
        button: tries it.
        works: whether the last answer was a good one; None before the first.

    Signals:
        ended: there is an answer.
    """

    ended = Signal()

    def __init__(self, theme: Theme, link: PluginLink, slots: Slots, action: str, words: str, waits: str) -> None:
        """Make a trial of one of the plugin's buttons; `waits` is said while there is no answer."""
        super().__init__()
        self.slots = slots
        self._link, self._action = link, action
        self.works: bool | None = None
        self.button = Button(theme, words, icon="plug-zap")
        self._spinner = Spinner(theme, waits)
        self._waits = Label(waits, TextRole.MUTED)
        self._answer = Banner(theme, Tone.OK)
        boxed(column(row(self.button, self._spinner, self._waits, None), self._answer, spacing=10), self)
        for part in (self._spinner, self._waits, self._answer):
            part.hide()
        self.button.clicked.connect(self.start)

    @property
    def answer(self) -> str:
        """What came of it; empty while there is none."""
        return "" if self._answer.isHidden() else self._answer.accessibleName()

    @async_slot
    async def start(self) -> None:
        """Try it now."""
        if not self.button.isEnabled():
            return
        self._set_busy(busy=True)
        try:
            said = await self._link.act(self._action)
            self.works = "lacks" not in said
        except KataError as error:
            said, self.works = error.sentence, False
        finally:
            self._set_busy(busy=False)
        self._answer.set_tone(Tone.OK if self.works else Tone.WARN)
        self._answer.set_message("", said)
        self._answer.show()
        self.ended.emit()

    def _set_busy(self, *, busy: bool) -> None:
        self.button.setEnabled(not busy)
        self._spinner.setVisible(busy)
        self._waits.setVisible(busy)
        if busy:
            self._answer.hide()
