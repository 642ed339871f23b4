"""What channels are called and which icon they have, for lists of messages and conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kata_desktop.domain.plugin import PluginKind
from kata_desktop.domain.task import DESKTOP

if TYPE_CHECKING:
    from kata_desktop.ui.services import Services


class ChannelFaces:
    """Knows the channels of bundled plugins once it has read them; before, it guesses from their ids.

    Attributes:
        connected: ids of the channels that are switched on in the workspace that was read last, in their order.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._names: dict[str, str] = {}
        self._icons: dict[str, str] = {}
        self._read_for = ""
        self.connected: tuple[str, ...] = ()

    async def read(self, workspace_id: str) -> None:
        """Read the channels of a workspace."""
        rows = [row for row in await self._services.plugins.rows(workspace_id) if row.kind is PluginKind.CHANNEL]
        self._names = {row.id: row.name for row in rows}
        self._icons = {row.id: row.icon for row in rows}
        self._read_for = workspace_id
        self.connected = tuple(row.id for row in rows if row.on)

    async def know(self, workspace_id: str) -> None:
        """Read them unless they were read for this workspace; names and icons do not change while Kata runs."""
        if workspace_id and workspace_id != self._read_for:
            await self.read(workspace_id)

    def name(self, channel: str) -> str:
        """What people call it."""
        if channel == DESKTOP.kind:
            return QCoreApplication.translate("Channels", "This computer")
        return self._names.get(channel) or channel.replace("-", " ").capitalize()

    def icon(self, channel: str) -> str:
        """The name of its icon."""
        return "monitor" if channel == DESKTOP.kind else self._icons.get(channel, "message-circle")

    def target(self, channel: str, address: str) -> str:
        """Where something goes, such as “Slack #growth”."""
        return f"{self.name(channel)} {address}".strip()
