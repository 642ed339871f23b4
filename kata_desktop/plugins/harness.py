"""For tests of plugins: a plugin switched on in a world of its own, where time passes only when the test says so.

The engine, the store and the plugin's bounds are the real ones; credentials are in memory, what would be delivered is
kept for looking at, and nothing connects. For tests only: nothing of the program imports this.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Generic, TypeVar

from kata_desktop.channels.adapter import ChannelAdapter
from kata_desktop.domain.channel import Message
from kata_desktop.domain.command import CommandSpec
from kata_desktop.domain.errors import NotFound, Refused
from kata_desktop.domain.events import Event
from kata_desktop.domain.plugin import PluginState, SettingValue
from kata_desktop.domain.run import Run, RunState
from kata_desktop.domain.task import Task
from kata_desktop.domain.workspace import Workspace
from kata_desktop.plugins.activation import Activation
from kata_desktop.plugins.contract import Plugin, PluginContext
from kata_desktop.plugins.errors import PluginFault
from kata_desktop.plugins.harness_brought import built_adapter, pressed, tool_called
from kata_desktop.plugins.harness_channel import Received, receiving
from kata_desktop.plugins.harness_given import checked, manifest_of
from kata_desktop.plugins.harness_time import START, HarnessClock
from kata_desktop.plugins.harness_world import CapturedOutbox, Emitted, Notified, Sent, World
from kata_desktop.plugins.ports import handler_address
from kata_desktop.plugins.scheduler_api import TaskDeclaration
from kata_desktop.store import plugins, workspaces

P = TypeVar("P", bound=Plugin)
PATIENCE = 20.0
"""Real seconds that work may take which does not wait for the clock."""
_CALM = 3
_WORKSPACE = "home"


class PluginHarness(Generic[P]):
    """A plugin at work.

    Attributes:
        plugin: The object under test.
        context: What it was given.
        clock: Its clock.
    """

    def __init__(self, world: World, activation: Activation, plugin: P) -> None:
        self._world = world
        self._activation = activation
        self._events = 0
        self._received = Received()
        world.bus.subscribe(Event, self._count)
        self.plugin = plugin
        self.context: PluginContext = plugin.context
        self.clock: HarnessClock = world.clock

    @property
    def notifications(self) -> list[Notified]:
        """What it told the owner, oldest first; the same key counts once."""
        return self._outbox.notifications

    @property
    def messages(self) -> list[Sent]:
        """What it sent through channels, oldest first."""
        return self._outbox.messages

    @property
    def received(self) -> list[Message]:
        """What its channel handed on while it was `connected`, oldest first, each message once."""
        return self._received.messages

    @property
    def events(self) -> list[Emitted]:
        """What it told of, oldest first, whether a task waited for it or not."""
        return self._world.scheduling.emitted

    @property
    def credentials(self) -> dict[str, str]:
        """Its credentials; changes hold at once."""
        return self._world.credentials.values

    async def tasks(self) -> list[Task]:
        """Its tasks, by name."""
        return await self.context.scheduler.list_tasks()

    async def runs(self, name: str) -> list[Run]:
        """The runs of a task (by its name or its handler's), newest first."""
        return await self.context.scheduler.executions((await self._task(name)).id)

    async def run(self, name: str, args: Mapping[str, Any] | None = None, *, event: str = "") -> Run:
        """Have a task or handler do its work now, retries included, and return the run with its whole output.

        `args` replace the task's arguments; `event` are the lines of an event that started it. Time passes as far as
        the work waits for it.
        """
        task = await self._task_or_new(name)
        given = {"event": event} if event else args
        run = await self.context.scheduler.run_now(task.id, given)
        while (await self._settled_run(run)).state is not RunState.DONE:
            await self._step(timedelta(hours=1).total_seconds())
        return await self._settled_run(run)

    async def advance(self, seconds: float = 0.0, **units: float) -> None:
        """Let time pass (seconds, or what `timedelta` takes); what comes due meanwhile is done at its time."""
        left = seconds + timedelta(**units).total_seconds()
        await self._rest()
        while left > 1e-9:
            left -= await self._step(left)
        await self._rest()

    async def call_tool(self, name: str, **args: Any) -> str:
        """Call one of its tools as a model would; what it raises is raised.

        Raises:
            Refused: the arguments do not fit its schema; with what the model would be told.
        """
        return await tool_called(self._activation.brought, name, args)

    async def press(self, action: str) -> str:
        """Press one of its buttons; returns what is said then, and raises what it raises."""
        return await pressed(self._activation.brought, action)

    def adapter(self) -> ChannelAdapter:
        """Build its channel's adapter; connect it by hand, or let `connected` do that."""
        return built_adapter(self._activation.brought, self.context)

    def connected(self) -> AbstractAsyncContextManager[ChannelAdapter]:
        """Connect its channel and let it receive, as Kata does; `received` has what it hands on."""
        return receiving(self.adapter(), self._received, self._world.spawner)

    @property
    def _outbox(self) -> CapturedOutbox:
        return self._world.outbox

    async def _task(self, name: str) -> Task:
        address = handler_address(self.context.plugin_id, name, _WORKSPACE)
        for task in await self.tasks():
            if task.spec.name == name or task.spec.handler == address:
                return task
        raise NotFound("task", name)

    async def _task_or_new(self, name: str) -> Task:
        try:
            return await self._task(name)
        except NotFound:
            only_by_hand = TaskDeclaration(name=f"Test of {name}", handler=name, event="app-started")
            return await self.context.scheduler.create_task(only_by_hand)

    async def _settled_run(self, run: Run) -> Run:
        await self._rest()
        return await self.context.scheduler.execution(run.id)

    async def _step(self, most: float) -> float:
        """Go on to the next moment at which anything happens; returns how many seconds passed."""
        ahead = self.clock.next_wake()
        seconds = most if ahead is None else min(most, max(ahead, 1e-6))
        self.clock.pass_time(seconds)
        await self._rest()
        return seconds

    async def _rest(self) -> None:
        """Return when nothing goes on that does not wait for the clock."""
        loop = asyncio.get_running_loop()
        end, calm, seen = loop.time() + PATIENCE, 0, (-1, -1)
        while calm < _CALM:
            await self._world.database.write(lambda _: None)
            for _ in range(10):
                await asyncio.sleep(0)
            busy = not self._world.alarm.is_idle or len(self._world.engine.running) > self.clock.sleepers()
            now = self._events, self._world.alarm.rounds
            calm = 0 if busy or now != seen else calm + 1
            seen = now
            if busy:
                await asyncio.sleep(0.002)
            if loop.time() > end:
                raise AssertionError(f"its work has not ended after {PATIENCE:g} s, and does not wait for the clock")

    def _count(self, _: Event) -> None:
        self._events += 1


@asynccontextmanager
async def harness(
    plugin_class: type[P],
    *,
    settings: Mapping[str, SettingValue] | None = None,
    credentials: Mapping[str, str] | None = None,
    memory: Mapping[str, str] | None = None,
    event_types: tuple[str, ...] = (),
    at: datetime = START,
    zone: str = "UTC",
) -> AsyncIterator[PluginHarness[P]]:
    """Switch a plugin on in a workspace of its own, and off again at the end.

    The manifest beside the class counts; where there is none, what is given here is what it declares (`event_types`
    is for that case alone). Lists among the settings are tuples.

    Raises:
        PluginFault: it did not come up, with the sentence that its row would show; or the test gives what nobody could.
    """
    secrets = dict(credentials or {})
    manifest = manifest_of(plugin_class, settings or {}, secrets, event_types)
    given = checked(manifest, settings or {})
    with TemporaryDirectory(prefix="kata-plugin-") as name:
        folder = Path(name)
        world = World(folder, HarnessClock(at, zone), secrets)
        try:
            space = Workspace(id=_WORKSPACE, name="Home", folder=name, created_at=at)
            await world.database.write(lambda db: workspaces.insert(db, space))
            keep = partial(plugins.keep_settings, workspace_id=_WORKSPACE, plugin_id=manifest.id, values=given)
            await world.database.write(keep)
            for key, text in (memory or {}).items():
                remember = partial(plugins.remember, workspace_id=_WORKSPACE, plugin_id=manifest.id, key=key, text=text)
                await world.database.write(remember)
            equipment = world.equipment(plugin_class, manifest, folder / "data")
            activation = Activation(manifest, lambda: space, equipment, _no_step)
            await activation.prepare()
            await world.engine.start()
            await activation.begin()
            try:
                yield PluginHarness(world, activation, _ready(activation, plugin_class))
            finally:
                await activation.end()
        finally:
            await world.close()


async def _no_step(workspace_id: str, plugin_id: str, step: str) -> CommandSpec | None:  # noqa: ARG001
    raise Refused(f"The step “{step}” is not run in a plugin's test; test it by itself.")


def _ready(activation: Activation, plugin_class: type[P]) -> P:
    standing, plugin = activation.standing, activation.plugin
    if standing.state is not PluginState.READY or not isinstance(plugin, plugin_class):
        raise PluginFault(f"It is “{standing.state.value}”", standing.sentence.removesuffix(".") or "it has no object")
    return plugin
