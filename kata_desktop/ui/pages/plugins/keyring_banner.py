"""The keyring, where plugins wait for it: unlock it, or visibly do without it for this session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kata_desktop.credentials.credential import VaultState
from kata_desktop.domain.errors import KataError
from kata_desktop.domain.notification import OutboxState
from kata_desktop.domain.plugin import PluginState
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.domain.plugin import PluginRow
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme

_MOST = 100
_ON_ITS_WAY = (OutboxState.PENDING, OutboxState.SENDING)


class KeyringBanner(QWidget):
    """Takes no room while no plugin misses the keyring. Asks for a password only when its button is pressed.

    Attributes:
        banner: what is said, with the button.
        memory: keeps credentials for this session only.

    Signals:
        settled: credentials may come from elsewhere now.
    """

    settled = Signal()

    def __init__(self, services: Services, theme: Theme, slots: Slots) -> None:
        super().__init__()
        self.slots = slots
        self._services, self._vault = services, services.vault
        self._rows: tuple[PluginRow, ...] = ()
        self._looked = self._dismissed = False
        self.banner = Banner(theme, Tone.WARN, icon="lock", action=" ", primary=True)
        self.memory = Button(theme, self.tr("Do without it: keep credentials for this session only"), ButtonKind.LINK)
        boxed(column(self.banner, row(self.memory, None), spacing=2), self)
        self.hide()
        self.banner.acted.connect(self.act)
        self.memory.clicked.connect(self._use_memory)

    def set_rows(self, rows: Sequence[PluginRow]) -> None:
        """Follow how plugins fare; the keyring is looked at when one of them keeps something there."""
        self._rows = tuple(rows)
        if not self._concerned:
            self.hide()
        elif self._waiting or not self._looked or self._vault.state is VaultState.MEMORY:
            self._looked = True
            self.look()

    @async_slot
    async def look(self) -> None:
        """Look at the keyring without asking anybody for a password."""
        report = await self._vault.source()
        await self._show(report.state, report.sentence)

    @async_slot
    async def act(self) -> None:
        """Unlock the keyring, or use it again: a person wants that now."""
        if self._vault.state is VaultState.MEMORY:
            self._vault.use_memory_only(on=False)
        else:
            self.banner.button.setEnabled(False)
            try:
                await self._vault.unlock()
            except KataError as error:
                self._dismissed = True
                await self._show(self._vault.state, error.sentence)
                return
            finally:
                self.banner.button.setEnabled(True)
        self._dismissed = False
        self.look()
        self.settled.emit()

    @property
    def _waiting(self) -> bool:
        return any(each.on and each.state is PluginState.WAITING_KEYRING for each in self._rows)

    @property
    def _concerned(self) -> bool:
        kept = any(status.present for each in self._rows if each.on for status in each.credentials)
        return self._waiting or kept or self._vault.state is VaultState.MEMORY

    async def _show(self, state: VaultState, sentence: str) -> None:
        titles = {
            VaultState.LOCKED: self.tr("Your keyring is still locked")
            if self._dismissed
            else self.tr("Your keyring is locked"),
            VaultState.MISSING: self.tr("There is no keyring"),
            VaultState.SILENT: self.tr("Your keyring does not answer"),
            VaultState.FAILING: self.tr("Your keyring has a problem"),
            VaultState.MEMORY: self.tr("Credentials are kept for this session only"),
        }
        if state not in titles or not self._concerned:
            self.hide()
            return
        in_memory = state is VaultState.MEMORY
        text = sentence
        if state is VaultState.LOCKED:
            text = self.tr("Plugins that need a password continue once it is unlocked.")
            if self._dismissed:
                text = self.tr("It was not opened: its question was closed, or the password was not right.")
        if self._waiting:
            text = f"{text} {await self._lost_nothing()}"
        self.banner.set_tone(Tone.INFO if in_memory else Tone.WARN, icon="lock-open" if in_memory else "lock")
        self.banner.set_message(titles[state], text, action=self._action(state))
        self.memory.setVisible(not in_memory)
        self.show()

    async def _lost_nothing(self) -> str:
        plugins = {each.id for each in self._rows}
        workspace_id = self._rows[0].workspace_id
        found = await self._services.messages.listed(states=_ON_ITS_WAY, workspace_id=workspace_id, limit=_MOST)
        count = sum(each.target_kind in plugins for each in found)
        if not count:
            return self.tr("Nothing is lost.")
        one = self.tr("Nothing is lost; 1 result waits in the outbox.")
        return one if count == 1 else self.tr("Nothing is lost; %n results wait in the outbox.", "", count)

    def _action(self, state: VaultState) -> str:
        match state:
            case VaultState.MEMORY:
                return self.tr("Use the keyring")
            case VaultState.LOCKED:
                return self.tr("Unlock keyring…")
            case _:
                return self.tr("Try again")

    def _use_memory(self) -> None:
        self._vault.use_memory_only()
        self.look()
        self.settled.emit()
