"""The plugins of the workspace that is shown, read once for page, sidebar and command palette."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from kata_desktop.domain.channel import SenderState
from kata_desktop.domain.errors import KataError
from kata_desktop.domain.plugin import NEEDS_CARE, PluginState
from kata_desktop.ui.slots import Slots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.domain.channel import Sender
    from kata_desktop.domain.plugin import PluginRow
    from kata_desktop.domain.workspace import Workspace
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services

_LONGEST_WAIT = 3600.0
"""Seconds; a code holds for an hour, and a clock may be set meanwhile."""
_A_MOMENT_MS = 200
_NOT_BEGUN = frozenset({PluginState.NEEDS_SETUP, PluginState.NEEDS_PAIRING})
Pair = tuple[str, str]


class PluginList(QObject):
    """Reads rows again after every change while somebody looks; a switch shows at once what was wished.

    Attributes:
        workspace: whose plugins these are; None before the first.
        waiting: people who wait to be let in.
        loaded: they were read for this workspace.
        trouble: why they cannot be read; empty when all is well.
        slots: starts what takes time.

    Signals:
        changed: rows, people or trouble are different.
        switched_off: (name, tasks) something was switched off on which these tasks depend.
    """

    changed = Signal()
    switched_off = Signal(str, str, object)

    def __init__(self, services: Services, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self.slots = Slots(services.spawner, bridge.told.emit)
        self._rows: tuple[PluginRow, ...] = ()
        self._wishes: dict[Pair, bool] = {}
        self._sending: set[Pair] = set()
        self._watched = self._reading = self._stale = False
        self._turn = 0
        self._running_out = QTimer(self)
        self._running_out.setSingleShot(True)
        self._running_out.timeout.connect(self.refresh)
        self.workspace: Workspace | None = None
        self.waiting: tuple[Sender, ...] = ()
        self.loaded = False
        self.trouble = ""
        bridge.plugins_changed.connect(self._heard)
        for signal in (bridge.senders_changed, bridge.vault_changed):
            signal.connect(self.refresh)

    @property
    def rows(self) -> tuple[PluginRow, ...]:
        """Every plugin, with what was wished and is not known to be done."""
        return tuple(self._as_wished(row) for row in self._rows)

    @property
    def busy(self) -> bool:
        """Whether it reads or switches now."""
        return self._reading or bool(self._sending)

    @property
    def needs_care(self) -> tuple[PluginRow, ...]:
        """Those that a person should look at; one that nobody has touched yet is none."""
        return tuple(
            row for row in self.rows
            if row.on and row.state in NEEDS_CARE and (row.chosen or row.state not in _NOT_BEGUN)
        )  # fmt: skip

    def row(self, plugin_id: str) -> PluginRow | None:
        """One of them; None when it is not there."""
        return next((row for row in self.rows if row.id == plugin_id), None)

    def set_workspace(self, workspace: Workspace) -> None:
        """Show the plugins of a workspace."""
        if self.workspace is None or self.workspace.id != workspace.id:
            self._rows, self.waiting = (), ()
            self.loaded = False
        self.workspace = workspace
        self.refresh()

    def set_watched(self, *, watched: bool) -> None:
        """Whether somebody looks; nothing is read otherwise."""
        self._watched = watched
        if watched:
            self.refresh()

    def refresh(self) -> None:
        """Read again; what is asked for while reading is read afterwards, once."""
        self._stale = True
        if self._watched and not self._reading and self.workspace is not None:
            self._reading = self.slots.start(self._read(), name="read the plugins") is not None

    def switch(self, plugin_id: str, *, on: bool) -> None:
        """Switch one on or off; it shows at once, and goes back with a message where it is refused."""
        if self.workspace is None:
            return
        pair = self.workspace.id, plugin_id
        self._wishes[pair] = on
        self.changed.emit()
        if pair not in self._sending:
            self._sending.add(pair)
            if self.slots.start(self._send(pair), name="switch a plugin") is None:
                self._sending.discard(pair)

    async def check(self) -> None:
        """Have every plugin looked at anew."""
        if self.workspace is not None:
            await self._services.plugins.check(self.workspace.id)
            self.refresh()

    async def _send(self, pair: Pair) -> None:
        """One wish after the other, so that the last one holds; what was changed meanwhile is left out."""
        sent: bool | None = None
        plugins = self._services.plugins
        try:
            while self._wishes[pair] is not sent:
                sent = self._wishes[pair]
                names = () if sent else tuple(task.spec.name for task in await plugins.dependants(*pair))
                row = await plugins.switch(*pair, on=sent)
                self._put(row)
                if names and self._wishes[pair] is sent:
                    self.switched_off.emit(row.id, row.name, names)
        finally:
            del self._wishes[pair]
            self._sending.discard(pair)
            self.changed.emit()
            self.refresh()

    def _put(self, fresh: PluginRow) -> None:
        self._turn += 1
        if self.workspace is not None and fresh.workspace_id == self.workspace.id:
            self._rows = tuple(fresh if row.id == fresh.id else row for row in self._rows)

    def _as_wished(self, row: PluginRow) -> PluginRow:
        wish = self._wishes.get((row.workspace_id, row.id), row.on)
        if wish == row.on:
            return row
        state = PluginState.STARTING if wish else PluginState.OFF
        return replace(row, on=wish, state=state, sentence="")

    def _heard(self, pairs: frozenset[Pair]) -> None:
        if self.workspace is not None and any(workspace_id == self.workspace.id for workspace_id, _ in pairs):
            self.refresh()

    async def _read(self) -> None:
        try:
            while self._stale and self._watched and self.workspace is not None:
                self._stale = False
                await self._read_once(self.workspace.id)
        except KataError as error:
            self.trouble = error.sentence
            self.changed.emit()
        finally:
            self._reading = False

    async def _read_once(self, workspace_id: str) -> None:
        turn = self._turn
        rows = tuple(await self._services.plugins.rows(workspace_id))
        senders = await self._services.channels.senders(workspace_id)
        if self.workspace is None or self.workspace.id != workspace_id:
            return
        if turn != self._turn:  # something was switched meanwhile: this may be how it was before
            self._stale = True
            return
        waiting = tuple(each for each in senders if each.state is SenderState.PENDING)
        self._look_when_one_runs_out(waiting)
        before = self._rows, self.waiting, self.trouble, self.loaded
        self._rows, self.waiting, self.trouble, self.loaded = rows, waiting, "", True
        if before != (rows, waiting, "", True):
            self.changed.emit()

    def _look_when_one_runs_out(self, waiting: Sequence[Sender]) -> None:
        """Nobody says that somebody's code has run out."""
        ends = [each.expires_at for each in waiting if each.expires_at is not None]
        if not ends:
            self._running_out.stop()
            return
        left = (min(ends) - self._services.clock.now()).total_seconds()
        self._running_out.start(round(min(max(left, 0.0), _LONGEST_WAIT) * 1000) + _A_MOMENT_MS)


def care_words(plugins: PluginList) -> str:
    """Say in a few words what needs a person; empty when nothing does."""
    translate, care = QCoreApplication.translate, plugins.needs_care
    if plugins.waiting:
        one = translate("Plugins", "Somebody waits to be let in")
        count = len(plugins.waiting)
        return one if count == 1 else translate("Plugins", "%n people wait to be let in", None, count)
    if len(care) == 1:
        return translate("Plugins", "{name} needs care").format(name=care[0].name)
    return translate("Plugins", "%n plugins need care", None, len(care)) if care else ""
