"""What channels are called and which icon they have, for lists of messages and conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kata_desktop.domain.plugin import PluginKind
from kata_desktop.domain.task import DESKTOP
from kata_desktop.ui.pages.plugins.plugin_view import plugin_icon

if TYPE_CHECKING:
    from kata_desktop.ui.services import Services


class ChannelFaces:
    """Knows channels, and the rooms in them that people wrote from, once it has read them; before, it guesses."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._names: dict[str, str] = {}
        self._icons: dict[str, str] = {}
        self._rooms: dict[str, str] = {}
        self._read_for = ""

    async def know(self, workspace_id: str) -> None:
        """Read the rooms of a workspace, and its channels unless they are known: these do not change meanwhile."""
        if not workspace_id:
            return
        if workspace_id != self._read_for:
            rows = [row for row in await self._services.plugins.rows(workspace_id) if row.kind is PluginKind.CHANNEL]
            self._names = {row.id: row.name for row in rows}
            self._icons = {row.id: plugin_icon(row.icon) for row in rows}
            self._read_for = workspace_id
        self._rooms = {each.target: each.label for each in await self._services.channels.targets(workspace_id)}

    def name(self, channel: str) -> str:
        """What people call it."""
        if channel == DESKTOP.kind:
            return QCoreApplication.translate("Channels", "This computer")
        return self._names.get(channel) or channel.replace("-", " ").capitalize()

    def icon(self, channel: str) -> str:
        """The name of its icon."""
        return "monitor" if channel == DESKTOP.kind else self._icons.get(channel, "message-circle")

    def target(self, channel: str, address: str) -> str:
        """Where something goes, such as “Slack #growth”: the room's name where somebody wrote from it."""
        return f"{self.name(channel)} {self._room(channel, address)}".strip()

    def _room(self, channel: str, address: str) -> str:
        """The name of a room; an address of a thread begins with the one of its room."""
        whole = f"{channel}:{address}"
        if whole in self._rooms:
            return self._rooms[whole]
        known = [target for target in self._rooms if _is_within(whole, target)]
        return self._rooms[max(known, key=len)] if known else address


def _is_within(target: str, room: str) -> bool:
    return target.startswith(room) and not target[len(room)].isalnum()
