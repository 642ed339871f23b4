"""A plugin's place at the scheduler of a simulated computer: its desk, with handlers that are switched on and off."""

from __future__ import annotations

from collections.abc import Callable

from kata_desktop.domain.handler import HandlerSpec
from kata_desktop.plugins.handlers import PluginWork, adapted
from kata_desktop.plugins.ports import handler_address
from kata_desktop.plugins.scheduler_access import PluginScheduler
from kata_desktop.plugins.scheduler_api import TaskDeclaration
from kata_desktop.plugins.task_desk import SchedulerDesk
from tests.support.sim.computer import SimComputer


class PluginDesk:
    """One plugin in one workspace, on the newest process of the computer.

    Attributes:
        desk: What the manager works with.
    """

    def __init__(self, computer: SimComputer, plugin_id: str = "rss", workspace_id: str = "home") -> None:
        process = computer.process
        self.plugin_id, self.workspace_id = plugin_id, workspace_id
        self.desk = SchedulerDesk(process.core, process.scheduling, process.spawner)
        self._handlers: dict[str, Callable[[], None]] = {}

    @property
    def api(self) -> PluginScheduler:
        """What the plugin has in its context."""
        return self.desk.scheduler(self.workspace_id, self.plugin_id, self._more)

    def _more(self, name: str, run: PluginWork, *, sliced: bool, limited: bool) -> Callable[[], None]:  # noqa: ARG002
        self.on(sliced=sliced, **{name: run})
        return self._handlers[name]

    def on(self, *, sliced: bool = False, **work: PluginWork) -> None:
        """Register its handlers."""
        for name, run in work.items():
            spec = HandlerSpec(
                name=handler_address(self.plugin_id, name, self.workspace_id),
                run=adapted(run, plugin_id=self.plugin_id, sliced=sliced),
                sliced=sliced,
                limited=False,
                plugin_id=self.plugin_id,
            )
            self._handlers[name] = self.desk.register(spec)

    def take_back(self) -> tuple[str, ...]:
        """Take its handlers back; returns their names."""
        names = tuple(self._handlers)
        for unregister in self._handlers.values():
            unregister()
        self._handlers.clear()
        return names

    async def off(self) -> None:
        """A person switches it off."""
        names = self.take_back()
        await self.desk.switched_off(self.workspace_id, self.plugin_id, names)

    async def declare(self, **tasks: TaskDeclaration) -> None:
        """What its code says at a start."""
        await self.desk.declare(self.workspace_id, self.plugin_id, tasks)
