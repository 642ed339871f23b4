"""What is there before anything is built on it, and the small pieces that join one room to another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from kata_desktop.desktop.logs import Logs
from kata_desktop.desktop.paths import Paths
from kata_desktop.desktop.redaction import Redactor
from kata_desktop.domain.events import Event
from kata_desktop.domain.settings import Settings
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.clock import Clock
from kata_desktop.settings.rules import Value
from kata_desktop.settings.service import SettingsService
from kata_desktop.store import settings as stored_settings
from kata_desktop.store.boots import Boot
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database

if TYPE_CHECKING:
    from kata_desktop.credentials.vault import Vault


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """Opened and looked up at start."""

    paths: Paths
    role: str
    clock: Clock
    database: Database
    logs: Logs
    redactor: Redactor
    boot: Boot
    settings: Settings
    """As stored at start."""
    notice: str


def news_of_the_computer(clock: Clock) -> Callable[[], Sequence[Event]]:
    """What the engine asks at each look: did the computer sleep, was the clock set, is there a network?"""
    from kata_desktop.desktop.network import NetworkWatch  # not for commands that only read
    from kata_desktop.desktop.wake import WakeWatch

    wake, network = WakeWatch(clock), NetworkWatch()

    def news() -> Sequence[Event]:
        changed = network.check()
        return (*wake.check(), changed) if changed is not None else wake.check()

    return news


def settings_on(database: Database, initial: Settings, bus: EventBus) -> SettingsService:
    """The settings, kept in the store."""

    async def load() -> Settings:
        return await database.read(stored_settings.load)

    async def save(values: Mapping[str, Value]) -> None:
        def work(db: Connection) -> None:
            for key, value in values.items():
                stored_settings.save(db, key, value)

        await database.write(work)

    return SettingsService(initial, load=load, save=save, bus=bus)


def vault_on(database: Database, redactor: Redactor, bus: EventBus) -> Vault:
    """The vault; names are kept in the store, values never."""
    from kata_desktop.credentials.listening import SecretServiceSignals
    from kata_desktop.credentials.vault import Vault
    from kata_desktop.store import credentials as stored_credentials

    async def load_names() -> stored_credentials.Names:
        return await database.read(stored_credentials.names)

    async def save_names(names: stored_credentials.Names) -> None:
        await database.write(partial(stored_credentials.keep_names, kept=names))

    return Vault(
        load_names=load_names,
        save_names=save_names,
        on_secret=redactor.add,
        tell=bus.publish,
        listen=SecretServiceSignals.connect,
    )


def forgetting_in(vault: Callable[[], Vault]) -> Callable[[str], Awaitable[None]]:
    """What plugins keep for a workspace is kept under its id, and goes with it."""

    async def forget(workspace_id: str) -> None:
        holders = {entry.plugin for entry in await vault().listing()}
        for holder in sorted(holders):
            if holder.startswith(f"{workspace_id}/"):
                await vault().delete_all(holder)

    return forget
