"""Everything about tasks that plugins are given: implements `ports.TaskDesk` over the scheduler."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from kata_desktop.domain.errors import InvalidInput, Refused
from kata_desktop.domain.handler import HandlerSpec
from kata_desktop.plugins.contract import Hook, HookPoint
from kata_desktop.plugins.declaring import declared, principal_of
from kata_desktop.plugins.events import PluginEvents
from kata_desktop.plugins.hooks import Hooks
from kata_desktop.plugins.ports import handler_address
from kata_desktop.plugins.scheduler_access import PluginScheduler
from kata_desktop.plugins.scheduler_api import RegisterHandler, TaskDeclaration
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.scheduler.core import Core
from kata_desktop.scheduler.declared import Declared, DeclaredTasks
from kata_desktop.scheduler.service import Scheduling


class SchedulerDesk:
    """One for the program. `hide` takes secrets out of what plugins tell and the store keeps."""

    def __init__(
        self, core: Core, scheduling: Scheduling, spawner: Spawner, *, hide: Callable[[str], str] = str
    ) -> None:
        self._hide = hide
        self._core = core
        self._scheduling = scheduling
        self._hooks = Hooks(core, spawner)

    def register(self, handler: HandlerSpec) -> Callable[[], None]:
        """See `TaskDesk`."""
        return self._scheduling.register(handler)

    def scheduler(self, workspace_id: str, plugin_id: str, register: RegisterHandler) -> PluginScheduler:
        """See `TaskDesk`."""
        return PluginScheduler(
            self._core,
            self._scheduling,
            workspace_id=workspace_id,
            plugin_id=plugin_id,
            registered=self._core.engine.handlers.keys,
            register=register,
        )

    def events(self, workspace_id: str, plugin_id: str, event_types: tuple[str, ...]) -> PluginEvents:
        """See `TaskDesk`."""
        return PluginEvents(
            self._scheduling,
            self._core.clock,
            workspace_id=workspace_id,
            plugin_id=plugin_id,
            event_types=event_types,
            hide=self._hide,
        )

    def hook(self, workspace_id: str, plugin_id: str, point: HookPoint, hook: Hook) -> Callable[[], None]:
        """See `TaskDesk`."""
        return self._hooks.add(workspace_id, plugin_id, point, hook)

    async def declare(self, workspace_id: str, plugin_id: str, tasks: Mapping[str, TaskDeclaration]) -> None:
        """See `TaskDesk`."""
        wanted: dict[str, Declared] = {}
        refused: dict[str, Refused] = {}
        for key, declaration in tasks.items():
            try:
                wanted[key] = declared(declaration, plugin_id=plugin_id, workspace_id=workspace_id)
            except InvalidInput as refusal:
                refused[key] = refusal
        own = DeclaredTasks(self._core, self._scheduling, principal_of(plugin_id), workspace_id)
        refused |= await own.settle(wanted, keep=tuple(refused))
        if refused:
            raise _all_of({tasks[key].name: refusal for key, refusal in refused.items()})

    async def switched_off(self, workspace_id: str, plugin_id: str, handlers: tuple[str, ...]) -> None:
        """See `TaskDesk`."""
        await self._scheduling.switch_off(*(handler_address(plugin_id, name, workspace_id) for name in handlers))


def _all_of(refused: Mapping[str, Refused]) -> Refused:
    """The refusals of several tasks as one that names each task."""
    errors = [
        replace(error, label=f"Task “{name}”, {error.label}")
        for name, refusal in refused.items()
        if isinstance(refusal, InvalidInput)
        for error in refusal.errors
    ]
    others = [refusal for refusal in refused.values() if not isinstance(refusal, InvalidInput)]
    return InvalidInput(*errors) if errors else others[0]
