"""What a plugin is given in one workspace: everything bound, nothing of others within reach."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kata_desktop.domain.errors import Refused
from kata_desktop.domain.workspace import Workspace
from kata_desktop.plugins.commands import BoundCommands
from kata_desktop.plugins.contract import EventsApi
from kata_desktop.plugins.credentials import BoundCredentials
from kata_desktop.plugins.manifest import Manifest
from kata_desktop.plugins.memory import BoundMemory
from kata_desktop.plugins.ports import Outgoing
from kata_desktop.plugins.programs import BoundPrograms
from kata_desktop.plugins.scheduler_api import SchedulerApi
from kata_desktop.plugins.settings import SettingsValues
from kata_desktop.runtime.clock import Clock

_LONGEST_TITLE = 200
_LONGEST_BODY = 20_000
_LONGEST_MESSAGE = 100_000


@dataclass(frozen=True, kw_only=True)
class BoundNotifier:
    """See `NotifierApi`."""

    outgoing: Outgoing
    workspace_id: str
    plugin_id: str

    async def notify(self, title: str, body: str, *, key: str = "") -> None:
        """Queue a notification."""
        own_key = f"plugin:{self.plugin_id}:{self.workspace_id}:{key}" if key else ""
        await self.outgoing.notify(self.workspace_id, title[:_LONGEST_TITLE], body[:_LONGEST_BODY], own_key)


@dataclass(frozen=True, kw_only=True)
class BoundSender:
    """See `ChannelSenderApi`."""

    outgoing: Outgoing
    workspace_id: str
    plugin_id: str

    async def send(self, target: str, text: str, *, key: str) -> None:
        """Queue a message. Raises `Refused` for a target that is none, or an empty or overlong text."""
        channel, _, address = target.partition(":")
        if not channel or not address.strip() or not key:
            raise Refused(f"“{target[:100]}” is no target; use CHANNEL:ADDRESS, and give the message a key.")
        if not text.strip() or len(text) > _LONGEST_MESSAGE:
            raise Refused(f"A message must have text, at most {_LONGEST_MESSAGE:,} characters.")
        own_key = f"plugin:{self.plugin_id}:{self.workspace_id}:{key}"
        await self.outgoing.send(self.workspace_id, channel, address, text, own_key)


@dataclass(frozen=True, kw_only=True)
class BoundContext:
    """Bound to one workspace and plugin; see `PluginContext`."""

    manifest: Manifest
    workspace: Callable[[], Workspace]
    data_folder: Path
    values: Callable[[], SettingsValues]
    """Read anew each time, so that a changed setting holds at once."""
    credentials: BoundCredentials
    memory: BoundMemory
    log: logging.LoggerAdapter[logging.Logger]
    scheduler: SchedulerApi
    events: EventsApi
    notifier: BoundNotifier
    channels: BoundSender
    commands: BoundCommands
    programs: BoundPrograms
    clock: Clock
    spawn_beside: Callable[[Coroutine[Any, Any, None], str], None]
    tell_pairing: Callable[[], None]
    connect_again: Callable[[], None]

    @property
    def plugin_id(self) -> str:
        """The plugin's id."""
        return self.manifest.id

    @property
    def workspace_id(self) -> str:
        """The workspace's id."""
        return self.workspace().id

    @property
    def workspace_name(self) -> str:
        """What people call the workspace."""
        return self.workspace().name

    @property
    def folder(self) -> Path:
        """The workspace's folder."""
        return Path(self.workspace().folder)

    @property
    def settings(self) -> SettingsValues:
        """The plugin's settings here."""
        return self.values()

    def spawn(self, work: Coroutine[Any, Any, None], *, name: str) -> None:
        """Run something beside."""
        self.spawn_beside(work, name)

    def pairing_changed(self) -> None:
        """The pairing has a new step."""
        self.tell_pairing()

    def reconnect(self) -> None:
        """Connect its channel now."""
        self.connect_again()
