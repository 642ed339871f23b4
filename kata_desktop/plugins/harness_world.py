"""What surrounds a plugin in its test: an engine on its own store, credentials in memory, an outbox to look into."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kata_desktop.domain.command import CommandSpec, ServerSpec
from kata_desktop.domain.errors import Refused
from kata_desktop.domain.settings import Settings
from kata_desktop.domain.trigger import EventKind
from kata_desktop.plugins.catalogue import Catalogue
from kata_desktop.plugins.contract import Plugin
from kata_desktop.plugins.equipment import Equipment
from kata_desktop.plugins.events import event_kinds
from kata_desktop.plugins.harness_time import HarnessAlarm, HarnessClock
from kata_desktop.plugins.loading import SideThreads
from kata_desktop.plugins.manifest import Manifest
from kata_desktop.plugins.ports import ChannelDesk, Server
from kata_desktop.plugins.programs import LinkedProgram, OnLine
from kata_desktop.plugins.task_desk import SchedulerDesk
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.scheduler.core import Core
from kata_desktop.scheduler.engine.engine import Engine
from kata_desktop.scheduler.engine.tools import Tools
from kata_desktop.scheduler.service import Scheduling
from kata_desktop.servers.commands import CommandRunner
from kata_desktop.store.boots import Boot
from kata_desktop.store.database import Database

if TYPE_CHECKING:
    from kata_desktop.credentials.vault import Vault


@dataclass(frozen=True, kw_only=True, slots=True)
class Notified:
    """A notification that the plugin queued."""

    title: str
    body: str
    key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Emitted:
    """An event that the plugin told of."""

    type: str
    """As the manifest declares it, without the plugin's id."""
    source: str
    value: str


class ListeningScheduling(Scheduling):
    """Keeps what was told of; tasks start as always."""

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self.emitted: list[Emitted] = []

    async def emit(self, event_type: str, source: str = "", value: str = "", *, workspace_id: str = "") -> None:
        """Keep it, and go on."""
        self.emitted.append(Emitted(type=event_type.partition(".")[2], source=source, value=value))
        await super().emit(event_type, source, value, workspace_id=workspace_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """A message that the plugin queued for a channel."""

    target: str
    """``CHANNEL:ADDRESS``."""
    text: str
    key: str


@dataclass(kw_only=True)
class CapturedOutbox:
    """Implements `ports.Outgoing`: keeps what would be delivered, each key once."""

    notifications: list[Notified] = field(default_factory=list)
    messages: list[Sent] = field(default_factory=list)
    _keys: set[str] = field(default_factory=set)

    async def notify(self, workspace_id: str, title: str, body: str, key: str) -> None:  # noqa: ARG002 - there is one
        """See `ports.Outgoing`."""
        if self._is_new(key):
            self.notifications.append(Notified(title=title, body=body, key=_own(key)))

    async def send(self, workspace_id: str, channel: str, address: str, text: str, key: str) -> None:  # noqa: ARG002
        """See `ports.Outgoing`."""
        if self._is_new(key):
            self.messages.append(Sent(target=f"{channel}:{address}", text=text, key=_own(key)))

    def _is_new(self, key: str) -> bool:
        is_new = not key or key not in self._keys
        self._keys.add(key)
        return is_new


def _own(key: str) -> str:
    return key.split(":", 3)[-1]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Source:
    value: str = "memory"


@dataclass(frozen=True, kw_only=True)
class CredentialsInMemory:
    """In the place of the vault; every plugin's names are the same ones."""

    values: dict[str, str]

    async def get(self, plugin: str, name: str) -> str | None:  # noqa: ARG002 - there is one plugin
        """The value."""
        return self.values.get(name)

    async def source_of(self, plugin: str, name: str) -> _Source | None:  # noqa: ARG002
        """Where it would come from."""
        return _Source() if name in self.values else None


class _OneClass(Catalogue):
    """The plugin under test, and no other."""

    def __init__(self, plugin_class: type[Plugin], threads: SideThreads) -> None:
        super().__init__((), Path(), threads=threads)
        self._class = plugin_class

    async def load(self, plugin_id: str) -> type[Plugin]:  # noqa: ARG002 - there is one
        return self._class


class World:
    """Everything but the plugin; nothing of it reaches beyond the test's folder."""

    def __init__(self, folder: Path, clock: HarnessClock, credentials: Mapping[str, str]) -> None:
        self.clock = clock
        self.bus = EventBus()
        self.spawner = Spawner()
        self.alarm = HarnessAlarm(clock)
        self.outbox = CapturedOutbox()
        self.credentials = CredentialsInMemory(values=dict(credentials))
        self.database = Database.open(folder / "store.db", clock=clock)
        self.kinds: tuple[EventKind, ...] = ()
        boot = Boot(id="boot_harness", pid=1, pid_started=0.0)
        tools = Tools(database=self.database, clock=clock, bus=self.bus, spawner=self.spawner, boot_id=boot.id)
        self.engine = Engine(
            tools=tools,
            boot=boot,
            alarm=self.alarm,
            settings=Settings,
            watch=tuple,
            is_alive=lambda each: each.id == boot.id,
        )
        self.core = Core(
            engine_of=lambda: self.engine,
            database=self.database,
            bus=self.bus,
            clock=clock,
            settings=Settings,
            channels=tuple,
            event_kinds=lambda: self.kinds,
        )
        self.scheduling = ListeningScheduling(self.core)

    def equipment(self, plugin_class: type[Plugin], manifest: Manifest, data_folder: Path) -> Equipment:
        """What the plugin's object is served with."""
        self.kinds = event_kinds(manifest.id, manifest.name, manifest.event_types, manifest.event_words)
        threads = SideThreads(clock=self.clock, spawner=self.spawner)
        return Equipment(
            catalogue=_OneClass(plugin_class, threads),
            clock=self.clock,
            spawner=self.spawner,
            bus=self.bus,
            database=self.database,
            threads=threads,
            vault=lambda: cast("Vault", self.credentials),
            tasks=SchedulerDesk(self.core, self.scheduling, self.spawner),
            channels=cast("ChannelDesk", None),  # nothing connects in a test; adapters are built by hand
            supervise=_no_server,
            run_command=CommandRunner(clock=self.clock, spawner=self.spawner).run,
            start_linked=_no_program,
            outgoing=self.outbox,
            logger=lambda plugin_id: logging.getLogger(f"kata_desktop.plugin.{plugin_id}"),
            hide=str,
            data_folder=data_folder,
            connects=False,
        )

    async def close(self) -> None:
        """Give everything back."""
        await self.engine.stop()
        await self.spawner.close()
        await self.database.aclose()


def _no_server(spec: ServerSpec, on_line: Callable[[str], None], on_change: Callable[[], None]) -> Server:  # noqa: ARG001
    raise Refused("No server is started in a plugin's test; let the test start its program.")


async def _no_program(spec: CommandSpec, *, on_line: OnLine, on_output: OnLine) -> LinkedProgram:  # noqa: ARG001
    raise Refused("No program is started in a plugin's test; let the test start it and talk with it.")
