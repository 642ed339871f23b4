"""Joins the room of plugins to the others: tasks, channels, servers, outbox, vault and logs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from kata_desktop.bootstrap.plugin_source import Source
from kata_desktop.domain.command import ServerSpec
from kata_desktop.domain.events import OutboxChanged
from kata_desktop.domain.ids import new_id
from kata_desktop.domain.notification import NotificationKind, OutboxItem
from kata_desktop.domain.task import DESKTOP
from kata_desktop.plugins.equipment import Equipment
from kata_desktop.plugins.loading import SideThreads
from kata_desktop.plugins.log_files import LogFiles
from kata_desktop.plugins.manager import PluginManager
from kata_desktop.plugins.service import Plugins
from kata_desktop.plugins.task_desk import SchedulerDesk
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.clock import Clock
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.servers.commands import CommandRunner
from kata_desktop.servers.linked import LinkedChild
from kata_desktop.servers.supervisor import Supervisor
from kata_desktop.store import outbox
from kata_desktop.store.database import Database

if TYPE_CHECKING:
    from kata_desktop.bootstrap.foundation import Foundation
    from kata_desktop.channels.host import ChannelHost
    from kata_desktop.credentials.vault import Vault
    from kata_desktop.scheduler.core import Core
    from kata_desktop.scheduler.service import Scheduling

_TITLE_MOST = 80


class PluginPost:
    """What plugins send, on its way into the outbox, which stays on the disk: `hide` takes secrets out."""

    def __init__(self, database: Database, bus: EventBus, clock: Clock, hide: Callable[[str], str]) -> None:
        self._hide = hide
        self._database = database
        self._bus = bus
        self._clock = clock

    async def notify(self, workspace_id: str, title: str, body: str, key: str) -> None:
        """See `Outgoing`."""
        await self._queue(NotificationKind.RESULT, DESKTOP.kind, "", workspace_id, title, body, key)

    async def send(self, workspace_id: str, channel: str, address: str, text: str, key: str) -> None:
        """See `Outgoing`."""
        title = " ".join(text.split())[:_TITLE_MOST]  # for the outbox's list alone
        await self._queue(NotificationKind.ANSWER, channel, address, workspace_id, title, text, key)

    async def _queue(
        self, kind: NotificationKind, channel: str, address: str, workspace_id: str, title: str, body: str, key: str
    ) -> None:
        ident, now = new_id("out"), self._clock.now()
        item = OutboxItem(
            id=ident,
            key=key or f"plugin:{ident}",
            kind=kind,
            target_kind=channel,
            target_address=address,
            title=self._hide(title),
            body=self._hide(body),
            workspace_id=workspace_id,
            created_at=now,
            next_at=now,
        )
        if await self._database.write(lambda db: outbox.add(db, item)):
            self._bus.publish(OutboxChanged(item_id=ident))


def plugins_on(
    on: Foundation,
    source: Source,
    *,
    bus: EventBus,
    spawner: Spawner,
    vault: Callable[[], Vault],
    core: Core,
    scheduling: Scheduling,
    channels: ChannelHost,
) -> Plugins:
    """Build the room of plugins; starts nothing."""

    def supervise(spec: ServerSpec, on_line: Callable[[str], None], on_change: Callable[[], None]) -> Supervisor:
        return Supervisor(spec, clock=on.clock, spawner=spawner, on_line=on_line, on_change=on_change)

    def logger(plugin_id: str) -> logging.Logger:
        return on.logs.add_plugin(plugin_id)

    equipment = Equipment(
        catalogue=source.catalogue,
        clock=on.clock,
        spawner=spawner,
        bus=bus,
        database=on.database,
        threads=SideThreads(clock=on.clock, spawner=spawner),
        vault=vault,
        tasks=SchedulerDesk(core, scheduling, spawner, hide=on.redactor.hide),
        channels=channels,
        supervise=supervise,
        run_command=CommandRunner(clock=on.clock, spawner=spawner).run,
        start_linked=LinkedChild.start,
        outgoing=PluginPost(on.database, bus, on.clock, on.redactor.hide),
        logger=logger,
        hide=on.redactor.hide,
        data_folder=on.paths.plugins,
        connects=on.role != "command",
        limits=source.limits,
    )

    return Plugins(
        PluginManager(source.board, equipment),
        equipment,
        LogFiles(on.logs.plugins_folder),
        known_changed=scheduling.refresh_known,
    )
