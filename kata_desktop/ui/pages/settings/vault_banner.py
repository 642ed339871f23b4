"""How things stand with the keyring, and the visible choice to do without it for this session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kata_desktop.credentials.credential import VaultState
from kata_desktop.domain.errors import KataError
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme


class VaultBanner(QWidget):
    """Says what is wrong with the keyring; takes no room while it works.

    Attributes:
        banner: what is said, with Unlock or Use the keyring.
        memory: keeps credentials for this session only.

    Signals:
        settled: it is different now; keys may come from elsewhere.
    """

    settled = Signal()

    def __init__(self, theme: Theme, services: Services, slots: Slots) -> None:
        super().__init__()
        self.slots = slots
        self._vault = services.vault
        self.banner = Banner(theme, Tone.WARN, icon="lock")
        self.memory = Button(theme, self.tr("Keep keys in memory for this session only"), ButtonKind.LINK)
        boxed(column(self.banner, row(self.memory, None), spacing=4), self)
        self.hide()
        self.banner.acted.connect(self._act)
        self.memory.clicked.connect(self._use_memory)

    @async_slot
    async def look(self) -> None:
        """Look at the keyring without asking anybody for a password."""
        report = await self._vault.source()
        self._show(report.state, report.sentence)

    def _show(self, state: VaultState, sentence: str) -> None:
        titles = {
            VaultState.LOCKED: self.tr("Your keyring is locked"),
            VaultState.MISSING: self.tr("There is no keyring"),
            VaultState.SILENT: self.tr("Your keyring does not answer"),
            VaultState.FAILING: self.tr("Your keyring has a problem"),
            VaultState.MEMORY: self.tr("Keys are kept in memory for this session only"),
        }
        self.setVisible(state in titles)
        if state not in titles:
            return
        in_memory = state is VaultState.MEMORY
        self.banner.set_tone(Tone.INFO if in_memory else Tone.WARN, icon="lock-open" if in_memory else "lock")
        self.banner.set_message(titles[state], sentence, action=self._action(state))
        self.memory.setVisible(not in_memory)

    def _action(self, state: VaultState) -> str:
        match state:
            case VaultState.MEMORY:
                return self.tr("Use the keyring")
            case VaultState.LOCKED:
                return self.tr("Unlock…")
            case _:
                return self.tr("Try again")

    @async_slot
    async def _act(self) -> None:
        if self._vault.state is VaultState.MEMORY:
            self._vault.use_memory_only(on=False)
        else:
            self.banner.button.setEnabled(False)
            try:
                await self._vault.unlock()
            except KataError as error:
                self._show(self._vault.state, error.sentence)
                return
            finally:
                self.banner.button.setEnabled(True)
        self.look()
        self.settled.emit()

    def _use_memory(self) -> None:
        self._vault.use_memory_only()
        self.look()
        self.settled.emit()
