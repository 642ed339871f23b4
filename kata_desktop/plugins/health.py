"""How one object of a plugin fares: its own state, and what its code did wrong since."""

from __future__ import annotations

from kata_desktop.domain.channel import ChannelStatus
from kata_desktop.domain.command import ServerStatus
from kata_desktop.domain.errors import KataError
from kata_desktop.domain.events import PluginsChanged
from kata_desktop.domain.plugin import PluginState
from kata_desktop.plugins.containment import explained
from kata_desktop.plugins.equipment import Equipment
from kata_desktop.plugins.errors import PluginFault
from kata_desktop.plugins.standing import Standing, together


class Health:
    """Tells with every change that the plugin's row is to be read again; holds no secret.

    Attributes:
        own: Its state, whatever its channel and server make of it.
    """

    def __init__(self, equipment: Equipment, workspace_id: str, plugin_id: str) -> None:
        self._equipment = equipment
        self._workspace_id = workspace_id
        self._plugin_id = plugin_id
        self._faults: dict[str, str] = {}
        self.own = Standing(state=PluginState.STARTING, sentence="Starting …", since=equipment.clock.now())

    def stand(self, state: PluginState, sentence: str) -> None:
        """It is in that state from now on."""
        told = self._equipment.hide(sentence)
        self.own = Standing(state=state, sentence=told, since=self._equipment.clock.now())
        self.changed()

    def note(self, where: str, error: Exception | None) -> None:
        """Remember what its code did wrong at some place, or that it went well there again."""
        if error is None or (isinstance(error, KataError) and not isinstance(error, PluginFault)):
            if self._faults.pop(where, None) is not None:
                self.changed()
            return
        self.fault(where, explained(error, where))

    def fault(self, where: str, sentence: str) -> None:
        """Remember a sentence about some place."""
        self._faults[where] = self._equipment.hide(sentence)
        self.changed()

    def standing(self, channel: ChannelStatus | None, server: ServerStatus | None) -> Standing:
        """All of it in one state, with what its channel and server make of it."""
        return together(self.own, channel, server, list(self._faults.values()))

    def changed(self) -> None:
        """Tell that its row is to be read again."""
        self._equipment.bus.publish(PluginsChanged(workspace_id=self._workspace_id, plugin_id=self._plugin_id))
