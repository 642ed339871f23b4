"""All channels of all workspaces: attached and detached by the plugin manager, used by outbox and scheduler."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from kata_desktop.channels.accounts import Accounts
from kata_desktop.channels.router import Router
from kata_desktop.channels.runner import Runner
from kata_desktop.channels.scheduler_link import SchedulerLink
from kata_desktop.channels.sender import ChannelSender
from kata_desktop.channels.wanted import Wanted
from kata_desktop.channels.working import WorkingSigns
from kata_desktop.domain.channel import ChannelState, ChannelStatus, TargetSuggestion
from kata_desktop.domain.events import (
    ComputerWoke,
    InboxChanged,
    NetworkChanged,
    OutboxChanged,
    PluginsChanged,
    VaultChanged,
)
from kata_desktop.domain.ids import new_id
from kata_desktop.domain.notification import ABOUT_CHANNEL, NotificationKind, OutboxItem
from kata_desktop.domain.task import DESKTOP
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.clock import Clock
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.store import conversations, outbox
from kata_desktop.store.database import Database
from kata_desktop.store.errors import StoreTrouble
from kata_desktop.store.inbox import Place

START_GRACE = 60.0
"""Seconds after the start in which a channel that is not attached is waited for."""
_log = logging.getLogger(__name__)


@dataclass(kw_only=True, slots=True)
class _Line:
    runner: Runner
    router: Router
    starting: asyncio.Task[None]


class ChannelHost:
    """Keeps channels connected and takes their messages on.

    Attributes:
        senders: What the outbox delivers through, by channel; grows when a channel is attached for the first time.
    """

    def __init__(self, *, database: Database, bus: EventBus, clock: Clock, link: SchedulerLink) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock
        self._link = link
        self._spawner = Spawner()
        self._began = clock.monotonic()
        self._accounts = Accounts()
        self._accounts.on_release(self._account_is_free)
        self._lines: dict[Place, _Line] = {}
        self._senders: dict[str, ChannelSender] = {}
        self.senders: Mapping[str, ChannelSender] = self._senders
        self._signs = WorkingSigns(self.runner, database, bus, self._spawner)
        self._unsubscribe = [
            bus.subscribe(NetworkChanged, self._network_changed),
            bus.subscribe(ComputerWoke, self._computer_woke),
            bus.subscribe(VaultChanged, self._vault_changed),
        ]

    # -- for the plugin manager

    def attach(self, wanted: Wanted) -> None:
        """Begin to keep a channel connected; it replaces one of the same workspace and id.

        What is missing for it shows in its status.
        """
        place = Place(workspace_id=wanted.workspace_id, channel=wanted.channel)
        line = self._line(wanted, place)
        find = partial(self.runner, channel=wanted.channel)
        name = line.runner.traits.name
        sender = ChannelSender(find, self._database, name, starting=self._is_starting)
        self._senders.setdefault(wanted.channel, sender)
        self._lines[place] = line
        self._tell(line.runner.status)

    async def detach(self, workspace_id: str, channel: str) -> None:
        """Close it and forget it; harmless when it is not there."""
        line = self._lines.pop(Place(workspace_id=workspace_id, channel=channel), None)
        if line is not None:
            await self._end(line)

    def status(self, workspace_id: str, channel: str) -> ChannelStatus | None:
        """How it fares; None when it is not attached."""
        runner = self.runner(workspace_id, channel)
        return None if runner is None else runner.status

    def retry(self, workspace_id: str = "", channel: str = "") -> None:
        """Look at connections at once, and try those again that wait: all, or those of a workspace or channel."""
        for place, line in self._lines.items():
            if workspace_id in ("", place.workspace_id) and channel in ("", place.channel):
                line.runner.retry()

    async def stop(self, *, limit: float = 8.0) -> None:
        """Close everything, all at once, within `limit` seconds."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._signs.close()
        lines, self._lines = list(self._lines.values()), {}
        ends = [self._spawner.spawn(self._end(line), name="end of a channel") for line in lines]
        if ends:
            await asyncio.wait(ends, timeout=limit)
        await self._spawner.close(limit=1.0)

    # -- for the outbox, the scheduler and windows

    def runner(self, workspace_id: str, channel: str) -> Runner | None:
        """What keeps a channel connected; None when it is not attached."""
        line = self._lines.get(Place(workspace_id=workspace_id, channel=channel))
        return None if line is None else line.runner

    def route(self, workspace_id: str, channel: str) -> None:
        """Something in the inbox of a channel is to be decided about."""
        line = self._lines.get(Place(workspace_id=workspace_id, channel=channel))
        if line is not None:
            line.router.wake()

    async def targets(self, workspace_id: str) -> list[TargetSuggestion]:
        """Where somebody has written from in a workspace, the last first."""
        found = await self._database.read(lambda db: conversations.recent(db, workspace_id))
        return [
            TargetSuggestion(target=f"{each.channel}:{each.reply_address}", label=each.name or each.reply_address)
            for each in found
        ]

    # -- within

    def _line(self, wanted: Wanted, place: Place) -> _Line:
        before = self._lines.get(place)
        runner = Runner(
            wanted,
            database=self._database,
            clock=self._clock,
            accounts=self._accounts,
            on_new=partial(self._came_in, place),
            on_status=self._status_changed,
        )
        router = Router(
            place, lambda: runner.traits, wanted.rules, database=self._database, link=self._link, clock=self._clock
        )
        starting = self._spawner.spawn(self._begin(before, runner, router), name=f"start of {place.channel}")
        return _Line(runner=runner, router=router, starting=starting)

    def _came_in(self, place: Place) -> None:
        self._bus.publish(InboxChanged(workspace_id=place.workspace_id, channel=place.channel))
        self.route(place.workspace_id, place.channel)

    async def _begin(self, before: _Line | None, runner: Runner, router: Router) -> None:
        if before is not None:
            await self._end(before)
        router.start()
        runner.start()

    async def _end(self, line: _Line) -> None:
        await asyncio.wait({line.starting})
        await line.runner.stop()
        await line.router.stop()

    def _status_changed(self, before: ChannelStatus, after: ChannelStatus) -> None:
        self._tell(after)
        if after.state is ChannelState.REJECTED and before.state is not ChannelState.REJECTED:
            self._spawner.spawn(self._warn(after), name=f"warning about {after.channel}")

    async def _warn(self, status: ChannelStatus) -> None:
        """Nobody looks at the page of plugins all day: say once that no message comes in any more."""
        runner = self.runner(status.workspace_id, status.channel)
        name = status.channel if runner is None else runner.traits.name
        now = self._clock.now()
        item = OutboxItem(
            id=new_id("msg"),
            key=f"{ABOUT_CHANNEL}{status.workspace_id}:{status.channel}:{now.isoformat()}",
            kind=NotificationKind.ATTENTION,
            target_kind=DESKTOP.kind,
            title=f"{name} was disconnected",
            body=status.sentence,
            workspace_id=status.workspace_id,
            created_at=now,
            next_at=now,
        )
        try:
            await self._database.write(lambda db: outbox.add(db, item))
        except StoreTrouble as trouble:
            _log.warning("The disconnection of %s could not be told: %s", status.channel, trouble)
            return
        self._bus.publish(OutboxChanged(item_id=item.id))

    def _is_starting(self) -> bool:
        """Whether plugins may still be on their way up: what is to be sent must not fail for that."""
        return self._clock.monotonic() - self._began < START_GRACE

    def _tell(self, status: ChannelStatus) -> None:
        self._bus.publish(PluginsChanged(workspace_id=status.workspace_id, plugin_id=status.channel))

    def _network_changed(self, event: NetworkChanged) -> None:
        if event.online:
            self._retry_in(ChannelState.RECONNECTING)

    def _vault_changed(self, event: VaultChanged) -> None:
        if event.opened:
            self._retry_in(ChannelState.WAITING_KEYRING)

    def _computer_woke(self, _: ComputerWoke) -> None:
        """A connection from before the sleep may be dead; nobody is asked for a keyring's password for that."""
        self._retry_in(ChannelState.RECONNECTING)
        self._retry_in(ChannelState.CONNECTED)

    def _account_is_free(self) -> None:
        self._retry_in(ChannelState.TAKEN)

    def _retry_in(self, state: ChannelState) -> None:
        for line in self._lines.values():
            if line.runner.status.state is state:
                line.runner.retry()
