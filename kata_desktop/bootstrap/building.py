"""Builds every part and hands each the others it needs; starts nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from kata_desktop.agent.models import Models
from kata_desktop.agent.prices import PriceTable
from kata_desktop.agent.prompts import PromptHandler
from kata_desktop.agent.sessions import Sessions
from kata_desktop.bootstrap.actions import NoteActions
from kata_desktop.bootstrap.housekeeping import Housekeeping
from kata_desktop.bootstrap.kata import Kata
from kata_desktop.bootstrap.process import is_alive
from kata_desktop.credentials.vault import Vault
from kata_desktop.desktop.logs import Logs
from kata_desktop.desktop.network import NetworkWatch
from kata_desktop.desktop.paths import APP_NAME, Paths
from kata_desktop.desktop.redaction import Redactor
from kata_desktop.desktop.wake import WakeWatch
from kata_desktop.domain.events import Event
from kata_desktop.domain.handler import HandlerSpec
from kata_desktop.domain.settings import Settings
from kata_desktop.domain.task import DESKTOP, PROMPT_HANDLER
from kata_desktop.notifications.desktop import DesktopSender, native_service
from kata_desktop.notifications.messages import Messages
from kata_desktop.notifications.outbox import OutboxWorker
from kata_desktop.runtime.alarm import SystemAlarm
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.clock import Clock
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.scheduler.context import Tools
from kata_desktop.scheduler.core import Core
from kata_desktop.scheduler.engine import Engine
from kata_desktop.scheduler.exchange import Exchange
from kata_desktop.scheduler.service import Scheduling
from kata_desktop.scheduler.workspaces import Workspaces
from kata_desktop.settings.rules import Value
from kata_desktop.settings.service import SettingsService
from kata_desktop.store import credentials as stored_credentials
from kata_desktop.store import settings as stored_settings
from kata_desktop.store.boots import Boot
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from kata_desktop.version import __version__

APP_TITLE = "Kata Desktop"


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """What is there before anything is built on it."""

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


def build(on: Foundation) -> Kata:
    """Build the whole program on a foundation; to be called on the loop that it will run on."""
    bus, spawner = EventBus(), Spawner()
    settings = _settings(on, bus)
    vault = _vault(on)
    housekeeping = Housekeeping(
        database=on.database, paths=on.paths, clock=on.clock, settings=lambda: settings.current, logs=on.logs
    )
    engine = _engine(on, bus, spawner, settings, housekeeping)
    core = Core(
        engine=engine,
        database=on.database,
        bus=bus,
        clock=on.clock,
        settings=lambda: settings.current,
        channels=_no_channels,
    )
    scheduling = Scheduling(core)
    models = Models(database=on.database, bus=bus, clock=on.clock, vault=vault)
    sessions = Sessions(on.database, scheduling.reply)
    scheduling.register(HandlerSpec(name=PROMPT_HANDLER, run=_prompts(on, models, sessions)))
    messages = Messages(on.database, bus, on.clock)
    actions = NoteActions(bus=bus, spawner=spawner, scheduling=scheduling, messages=messages)
    desktop = DesktopSender(native_service(app_name=APP_TITLE, icon=APP_NAME), actions)
    return Kata(
        paths=on.paths,
        role=on.role,
        clock=on.clock,
        bus=bus,
        spawner=spawner,
        database=on.database,
        scheduling=scheduling,
        workspaces=Workspaces(core, _forget_credentials(vault)),
        exchange=Exchange(core, scheduling, f"{APP_NAME} {__version__}"),
        settings=settings,
        models=models,
        sessions=sessions,
        messages=messages,
        vault=vault,
        backup=housekeeping.backup_now,
        redactor=on.redactor,
        notice=on.notice,
        engine=engine,
        outbox=OutboxWorker(
            on.database, bus, on.clock, on.boot.id, {DESKTOP.kind: desktop}, settings=lambda: settings.current
        ),
        desktop=desktop,
    )


def _engine(
    on: Foundation, bus: EventBus, spawner: Spawner, settings: SettingsService, housekeeping: Housekeeping
) -> Engine:
    return Engine(
        tools=Tools(database=on.database, clock=on.clock, bus=bus, spawner=spawner, boot_id=on.boot.id),
        boot=on.boot,
        alarm=SystemAlarm(on.clock),
        settings=lambda: settings.current,
        watch=_watch(on.clock),
        is_alive=is_alive,
        housekeeping=housekeeping,
    )


def _prompts(on: Foundation, models: Models, sessions: Sessions) -> PromptHandler:
    return PromptHandler(
        database=on.database,
        clock=on.clock,
        models=models,
        sessions=sessions,
        prices=PriceTable.load(on.paths.prices),
    )


def _watch(clock: Clock) -> Callable[[], Sequence[Event]]:
    """What the engine asks at each look: did the computer sleep, was the clock set, is there a network?"""
    wake, network = WakeWatch(clock), NetworkWatch()

    def news() -> Sequence[Event]:
        changed = network.check()
        return (*wake.check(), changed) if changed is not None else wake.check()

    return news


def _settings(on: Foundation, bus: EventBus) -> SettingsService:
    async def load() -> Settings:
        return await on.database.read(stored_settings.load)

    async def save(values: Mapping[str, Value]) -> None:
        def work(db: Connection) -> None:
            for key, value in values.items():
                stored_settings.save(db, key, value)

        await on.database.write(work)

    return SettingsService(on.settings, load=load, save=save, bus=bus)


def _vault(on: Foundation) -> Vault:
    async def load_names() -> stored_credentials.Names:
        return await on.database.read(stored_credentials.names)

    async def save_names(names: stored_credentials.Names) -> None:
        await on.database.write(partial(stored_credentials.keep_names, kept=names))

    return Vault(load_names=load_names, save_names=save_names, on_secret=on.redactor.add)


def _forget_credentials(vault: Vault) -> Callable[[str], Awaitable[None]]:
    """A workspace's credentials are kept under its id."""

    async def forget(workspace_id: str) -> None:
        await vault.delete_all(workspace_id)

    return forget


def _no_channels() -> tuple[str, ...]:
    """Kinds of targets besides the desktop: none is set up."""
    return ()
