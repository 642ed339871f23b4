"""Everything that people, programs and windows may ask the engine for, in one place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # a client of the socket needs none of these rooms
    from kata_desktop.agent.models import Models
    from kata_desktop.agent.sessions import Sessions
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
    from kata_desktop.store.database import Database


@dataclass(frozen=True, kw_only=True)
class Services:
    """The engine as the rooms above it see it; made by bootstrap, given to windows, socket and command line."""

    paths: Paths
    role: str
    """``app`` or ``headless`` when an engine runs in this process, ``command`` when none does."""
    clock: Clock
    bus: EventBus
    spawner: Spawner
    database: Database
    """For the rooms that have a say in the store's form; windows and commands go through the services."""
    scheduling: Scheduling
    workspaces: Workspaces
    exchange: Exchange
    settings: SettingsService
    models: Models
    sessions: Sessions
    messages: Messages
    vault: Vault
    desktop: DesktopSender
    """Where results for the desktop go; a window gives it the tray as a way out."""
    backup: Callable[[], Awaitable[Path]]
    """Writes a verified backup now and returns its file."""
    redactor: Redactor
    """Hides secrets in text that a person is about to hand on."""
    notice: str = ""
    """One sentence when something extraordinary happened at start, such as a restored backup; empty otherwise."""


class StartEngine(Protocol):
    """Starts a working engine; bootstrap's `engine_running` is handed to windows as this."""

    def __call__(self, paths: Paths, *, role: str, verbose: bool = False) -> AbstractAsyncContextManager[Services]:
        """Return the way in and out: inside, the engine works; leaving stops it within ten seconds.

        Raises `AlreadyRunning` when another process holds the data folder, `Unavailable` when it cannot be used.
        """
        ...
