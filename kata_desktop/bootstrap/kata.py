"""The whole program: every part is built here, when it is first asked for, and handed the others it needs."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kata_desktop.bootstrap.foundation import (
    Foundation,
    forgetting_in,
    news_of_the_computer,
    settings_on,
    vault_on,
)
from kata_desktop.bootstrap.process import is_alive
from kata_desktop.desktop.paths import APP_NAME
from kata_desktop.domain.errors import Bug
from kata_desktop.domain.handler import HandlerSpec, Result, RunContext
from kata_desktop.domain.settings import Settings
from kata_desktop.domain.task import PROMPT_HANDLER
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.version import __version__

if TYPE_CHECKING:  # what a start does without, or most commands never need; each is imported where its part is built
    from kata_desktop.agent.models import Models
    from kata_desktop.agent.prompts import PromptHandler
    from kata_desktop.agent.sessions import Sessions
    from kata_desktop.bootstrap.housekeeping import Housekeeping
    from kata_desktop.bootstrap.plugin_source import PluginSource, Source
    from kata_desktop.channels.host import ChannelHost
    from kata_desktop.channels.service import ChannelService
    from kata_desktop.credentials.vault import Vault
    from kata_desktop.desktop.power import KeepAwake
    from kata_desktop.domain.trigger import EventKind
    from kata_desktop.notifications.desktop import DesktopSender
    from kata_desktop.notifications.messages import Messages
    from kata_desktop.notifications.outbox import OutboxWorker
    from kata_desktop.plugins.service import Plugins
    from kata_desktop.plugins.switchboard import Switchboard
    from kata_desktop.scheduler.core import Core
    from kata_desktop.scheduler.engine.engine import Engine
    from kata_desktop.scheduler.exchange import Exchange
    from kata_desktop.scheduler.files import FileWatcher
    from kata_desktop.scheduler.service import Scheduling
    from kata_desktop.scheduler.workspaces import Workspaces

APP_TITLE = "Kata Desktop"


class Kata:
    """The services, and the parts that work by themselves; to be used on one loop.

    Building a part starts nothing.
    """

    def __init__(self, on: Foundation, plugin_source: PluginSource | None = None) -> None:
        self._on = on
        self._plugin_source = plugin_source
        self.paths = on.paths
        self.role = on.role
        self.notice = on.notice
        self.clock = on.clock
        self._began = on.clock.now()
        self.database = on.database
        self.boot = on.boot
        self.redactor = on.redactor
        self.bus = EventBus()
        self.spawner = Spawner()
        self.settings = settings_on(on.database, on.settings, self.bus)

    def _settings(self) -> Settings:
        return self.settings.current

    def _held(self) -> str:
        from kata_desktop.desktop.power import on_battery

        if self._settings().pause_on_battery and on_battery():
            return "The computer runs on battery."
        return ""

    @cached_property
    def awake(self) -> KeepAwake:
        """Keeps the computer from sleeping while something runs, if the person wants that."""
        from kata_desktop.desktop.power import KeepAwake

        return KeepAwake(
            bus=self.bus,
            spawner=self.spawner,
            wanted=lambda: self._settings().keep_awake,
            running=lambda: bool(self.engine.running),
        )

    async def _answer(self, context: RunContext) -> Result:
        return await self.prompts(context)

    async def backup(self) -> Path:
        """Write a verified backup now and return its file."""
        return await self.housekeeping.backup_now()

    @cached_property
    def housekeeping(self) -> Housekeeping:
        """Called every hour by the engine."""
        from kata_desktop.bootstrap.housekeeping import Housekeeping

        on = self._on
        return Housekeeping(database=on.database, paths=on.paths, clock=on.clock, settings=self._settings, logs=on.logs)

    @cached_property
    def engine(self) -> Engine:
        """Runs tasks; commands that only read do without."""
        from kata_desktop.runtime.alarm import SystemAlarm
        from kata_desktop.scheduler.engine.engine import Engine
        from kata_desktop.scheduler.engine.tools import Tools

        on = self._on
        engine = Engine(
            tools=Tools(
                database=on.database,
                clock=on.clock,
                bus=self.bus,
                spawner=self.spawner,
                boot_id=on.boot.id,
                hide=self.redactor.hide,
                settled=self.redactor.settled,
            ),
            boot=on.boot,
            alarm=SystemAlarm(on.clock),
            settings=self._settings,
            watch=news_of_the_computer(on.clock),
            is_alive=is_alive,
            housekeeping=self.housekeeping,
            held=self._held,
        )
        engine.register(HandlerSpec(name=PROMPT_HANDLER, run=self._answer))
        return engine

    @cached_property
    def core(self) -> Core:
        """What the scheduler's groups of verbs share."""
        from kata_desktop.scheduler.core import Core

        return Core(
            engine_of=lambda: self.engine,
            database=self.database,
            bus=self.bus,
            clock=self.clock,
            settings=self._settings,
            channels=self._channels_on,
            event_kinds=self._event_kinds_on,
            channel_names=self._channel_names,
            learn=self._learn,
        )

    def _learn(self) -> None:
        """Look up the plugins: reading their manifests is nothing that every command should wait for."""
        _ = self._plugins_there

    def _channels_on(self) -> tuple[str, ...]:
        return self._board.channels()

    def _channel_names(self) -> tuple[tuple[str, str], ...]:
        return self._board.channel_names()

    def _event_kinds_on(self) -> tuple[EventKind, ...]:
        return self._board.event_kinds()

    @property
    def _board(self) -> Switchboard:
        """What is switched on where. It is asked within readings of the store, and to be built there would wait for
        the reading that it is part of: who did not `learn` before is told so at once.
        """
        if "_plugins_there" not in vars(self):
            raise Bug("plugins were asked about before they were looked up")
        return self._plugins_there.board

    @cached_property
    def scheduling(self) -> Scheduling:
        """Tasks, runs and pauses. With a window, the first who asks waits for one short reading of the store."""
        from kata_desktop.scheduler.service import Scheduling

        made = Scheduling(self.core)
        if self.role != "command":
            made.learn()
        return made

    @cached_property
    def workspaces(self) -> Workspaces:
        """Places for tasks."""
        from kata_desktop.scheduler.workspaces import Workspaces

        return Workspaces(self.core, forgetting_in(lambda: self.vault))

    @cached_property
    def exchange(self) -> Exchange:
        """Exported and imported tasks."""
        from kata_desktop.scheduler.exchange import Exchange

        return Exchange(self.core, self.scheduling, f"{APP_NAME} {__version__}", hide=self.redactor.hide)

    @cached_property
    def files(self) -> FileWatcher:
        """Turns changes of files into events."""
        from kata_desktop.scheduler.files import FileWatcher

        return FileWatcher(
            database=self.database,
            scheduling=self.scheduling,
            bus=self.bus,
            spawner=self.spawner,
            clock=self.clock,
            began=self._began,
        )

    @cached_property
    def vault(self) -> Vault:
        """Credentials."""
        return vault_on(self.database, self.redactor, self.bus)

    def close_vault(self) -> None:
        """End the vault's thread, if there is one."""
        if "vault" in self.__dict__:
            self.vault.close()

    @cached_property
    def models(self) -> Models:
        """Configured models."""
        from kata_desktop.agent.models import Models

        return Models(database=self.database, bus=self.bus, clock=self.clock, vault=self.vault)

    @cached_property
    def sessions(self) -> Sessions:
        """Conversations."""
        from kata_desktop.agent.sessions import Sessions

        return Sessions(self.database, self.scheduling.reply)

    @cached_property
    def prompts(self) -> PromptHandler:
        """The handler of prompt tasks."""
        from kata_desktop.agent.prices import PriceTable
        from kata_desktop.agent.prompts import PromptHandler
        from kata_desktop.bootstrap.plugin_tools import toolsets_of

        return PromptHandler(
            database=self.database,
            clock=self.clock,
            models=self.models,
            sessions=self.sessions,
            prices=PriceTable.load(self.paths.prices),
            toolsets=toolsets_of(self.plugins.tools),
        )

    @cached_property
    def channel_host(self) -> ChannelHost:
        """Keeps channels connected."""
        from kata_desktop.channels.host import ChannelHost

        return ChannelHost(database=self.database, bus=self.bus, clock=self.clock, link=self.scheduling)

    @cached_property
    def channels(self) -> ChannelService:
        """People who write, and what came in."""
        from kata_desktop.channels.service import ChannelService

        return ChannelService(
            database=self.database, bus=self.bus, clock=self.clock, link=self.scheduling, host=self.channel_host
        )

    @cached_property
    def _plugins_there(self) -> Source:
        from kata_desktop.bootstrap.bundled import BUNDLED
        from kata_desktop.bootstrap.plugin_source import PluginSource, looked_up

        source = self._plugin_source or PluginSource(bundled=BUNDLED)
        return looked_up(source, clock=self.clock, spawner=self.spawner, database=self.database)

    @cached_property
    def plugins(self) -> Plugins:
        """Plugins, per workspace."""
        from kata_desktop.bootstrap.plugin_parts import plugins_on

        return plugins_on(
            self._on,
            self._plugins_there,
            bus=self.bus,
            spawner=self.spawner,
            vault=lambda: self.vault,
            core=self.core,
            scheduling=self.scheduling,
            channels=self.channel_host,
        )

    @cached_property
    def messages(self) -> Messages:
        """What people do with the outbox."""
        from kata_desktop.notifications.messages import Messages

        return Messages(self.database, self.bus, self.clock)

    @cached_property
    def desktop(self) -> DesktopSender:
        """Where results for the desktop go."""
        from kata_desktop.bootstrap.actions import NoteActions
        from kata_desktop.desktop.resources import resources_dir
        from kata_desktop.notifications.desktop import DesktopSender, native_service

        actions = NoteActions(bus=self.bus, spawner=self.spawner, scheduling=self.scheduling, messages=self.messages)
        logo = str(resources_dir() / "logo.svg")  # a name would need the program to be installed
        return DesktopSender(native_service(app_name=APP_TITLE, icon=logo), actions)

    @cached_property
    def outbox(self) -> OutboxWorker:
        """Delivers messages."""
        from kata_desktop.bootstrap.senders import Senders
        from kata_desktop.channels.host import START_GRACE
        from kata_desktop.notifications.outbox import OutboxWorker

        return OutboxWorker(
            self.database,
            self.bus,
            self.clock,
            self.boot.id,
            Senders(self.desktop, self.channel_host),
            settings=self._settings,
            is_alive=is_alive,
            grace=START_GRACE,
        )
