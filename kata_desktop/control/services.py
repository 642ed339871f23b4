"""Everything that people, programs and windows may ask the engine for, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # a client of the socket needs none of these rooms
    from collections.abc import Awaitable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from kata_desktop.agent.models import Models
    from kata_desktop.agent.sessions import Sessions
    from kata_desktop.control.plugin_services import ChannelVerbs, PluginVerbs
    from kata_desktop.credentials.vault import Vault
    from kata_desktop.desktop.paths import Paths
    from kata_desktop.desktop.redaction import Redactor
    from kata_desktop.notifications.desktop import DesktopSender
    from kata_desktop.notifications.messages import Messages
    from kata_desktop.runtime.bus import EventBus
    from kata_desktop.runtime.clock import Clock
    from kata_desktop.runtime.spawn import Spawner
    from kata_desktop.scheduler.exchange import Exchange
    from kata_desktop.scheduler.service import Scheduling
    from kata_desktop.scheduler.workspaces import Workspaces
    from kata_desktop.settings.service import SettingsService


class Services(Protocol):
    """The engine as the rooms above it see it; made by bootstrap, given to windows, socket and command line."""

    @property
    def paths(self) -> Paths: ...
    @property
    def role(self) -> str:
        """``app`` or ``headless`` when an engine runs in this process, ``command`` when none does."""
        ...

    @property
    def notice(self) -> str:
        """One sentence when something extraordinary happened at start, such as a restored backup; empty otherwise."""
        ...

    @property
    def clock(self) -> Clock: ...
    @property
    def bus(self) -> EventBus: ...
    @property
    def spawner(self) -> Spawner: ...
    @property
    def scheduling(self) -> Scheduling: ...
    @property
    def workspaces(self) -> Workspaces: ...
    @property
    def exchange(self) -> Exchange: ...
    @property
    def settings(self) -> SettingsService: ...
    @property
    def models(self) -> Models: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def messages(self) -> Messages: ...
    @property
    def plugins(self) -> PluginVerbs: ...
    @property
    def channels(self) -> ChannelVerbs: ...
    @property
    def vault(self) -> Vault: ...
    @property
    def desktop(self) -> DesktopSender:
        """Where results for the desktop go; a window gives it the tray as a way out."""
        ...

    @property
    def redactor(self) -> Redactor:
        """Hides secrets in text that a person is about to hand on."""
        ...

    def backup(self) -> Awaitable[Path]:
        """Write a verified backup now and return its file. Raises `StoreTrouble`."""
        ...


class StartEngine(Protocol):
    """Starts a working engine; bootstrap's `engine_running` is handed to windows as this."""

    def __call__(self, paths: Paths, *, role: str, verbose: bool = False) -> AbstractAsyncContextManager[Services]:
        """Return the way in and out: inside, the engine works; leaving stops it within ten seconds.

        Raises `AlreadyRunning` when another process holds the data folder, `Unavailable` when it cannot be used.
        """
        ...
