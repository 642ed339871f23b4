"""What the interface is given to work with: the services of a running engine, and nothing below them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kata_desktop.agent.models import Models
    from kata_desktop.agent.sessions import Sessions
    from kata_desktop.credentials.vault import Vault
    from kata_desktop.desktop.paths import Paths
    from kata_desktop.notifications.outbox import OutboxWorker
    from kata_desktop.runtime.bus import EventBus
    from kata_desktop.runtime.clock import Clock
    from kata_desktop.runtime.spawn import Spawner
    from kata_desktop.scheduler.service import Scheduling
    from kata_desktop.scheduler.workspaces import Workspaces
    from kata_desktop.settings.service import SettingsService


class Services(Protocol):
    """The engine as windows see it; they reach it through these and never through the store."""

    @property
    def scheduling(self) -> Scheduling: ...
    @property
    def workspaces(self) -> Workspaces: ...
    @property
    def settings(self) -> SettingsService: ...
    @property
    def models(self) -> Models: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def vault(self) -> Vault: ...
    @property
    def outbox(self) -> OutboxWorker: ...
    @property
    def bus(self) -> EventBus: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def spawner(self) -> Spawner: ...
    @property
    def paths(self) -> Paths: ...
    @property
    def notice(self) -> str:
        """One sentence about what happened while opening the store, such as a restored backup; empty otherwise."""
        ...
