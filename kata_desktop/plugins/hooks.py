"""Hooks: plugins are told what happens to the tasks of their workspace, one after the other, beside everything else."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from kata_desktop.domain.errors import KataError
from kata_desktop.domain.events import RunChanged, TaskChange, TaskChanged
from kata_desktop.domain.run import FAILURES, Reason, RunState
from kata_desktop.plugins.contract import Hook, HookEvent, HookPoint
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.clock import Clock
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.scheduler.core import Core
from kata_desktop.store import runs, tasks

LIMIT = 10.0
"""Seconds that one hook may take."""
MOST_WAITING = 1000
"""Moments that wait for a slow plugin; further ones are dropped with one warning."""
_REMEMBERED = 10_000

_POINTS = {
    TaskChange.CREATED: HookPoint.TASK_CREATED,
    TaskChange.PAUSED: HookPoint.TASK_PAUSED,
    TaskChange.RESUMED: HookPoint.TASK_RESUMED,
    TaskChange.DELETED: HookPoint.TASK_DELETED,
}
_log = logging.getLogger(__name__)


@dataclass(kw_only=True, slots=True)
class _Listener:
    """The hooks of one plugin in one workspace, and what they are still to be told."""

    workspace_id: str
    plugin_id: str
    hooks: list[tuple[HookPoint, Hook]] = field(default_factory=list)
    waiting: deque[_Moment] = field(default_factory=deque)
    telling: bool = False
    dropping: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Moment:
    """What happened, before its names are looked up."""

    point: HookPoint
    task_id: str
    run_id: str = ""
    at: datetime


class Hooks:
    """Tells hooks; a hook that raises or takes too long is logged and harms nobody, not even the same plugin's next."""

    def __init__(self, core: Core, spawner: Spawner) -> None:
        self._core = core
        self._clock: Clock = core.clock
        self._spawner = spawner
        self._listeners: dict[tuple[str, str], _Listener] = {}
        self._started: OrderedDict[str, None] = OrderedDict()
        self._listen(core.bus)

    def _listen(self, bus: EventBus) -> None:
        bus.subscribe(TaskChanged, self._task_changed)
        bus.subscribe(RunChanged, self._run_changed)

    def add(self, workspace_id: str, plugin_id: str, point: HookPoint, hook: Hook) -> Callable[[], None]:
        """Tell a hook from now on; returns the way to stop that (harmless when repeated)."""
        key = workspace_id, plugin_id
        listener = self._listeners.setdefault(key, _Listener(workspace_id=workspace_id, plugin_id=plugin_id))
        entry = point, hook
        listener.hooks.append(entry)

        def remove() -> None:
            if entry in listener.hooks:
                listener.hooks.remove(entry)
            if not listener.hooks and self._listeners.get(key) is listener:
                del self._listeners[key]

        return remove

    def _task_changed(self, event: TaskChanged) -> None:
        if (point := _POINTS.get(event.change)) is not None:
            self._note(event.workspace_id, _Moment(point=point, task_id=event.task_id, at=self._clock.now()))

    def _run_changed(self, event: RunChanged) -> None:
        point = self._point_of(event)
        if point is not None:
            moment = _Moment(point=point, task_id=event.task_id, run_id=event.run_id, at=self._clock.now())
            self._note(event.workspace_id, moment)

    def _point_of(self, event: RunChanged) -> HookPoint | None:
        if event.state is RunState.RUNNING and event.run_id not in self._started:  # progress is told as well
            self._started[event.run_id] = None
            if len(self._started) > _REMEMBERED:
                self._started.popitem(last=False)
            return HookPoint.TASK_STARTED
        if event.state is RunState.DONE and event.reason is Reason.COMPLETED:
            return HookPoint.TASK_COMPLETED
        failed = event.state is RunState.DONE and event.reason in FAILURES
        return HookPoint.TASK_FAILED if failed else None

    def _note(self, workspace_id: str, moment: _Moment) -> None:
        for listener in self._listeners.values():
            if listener.workspace_id != workspace_id or all(point is not moment.point for point, _ in listener.hooks):
                continue
            if len(listener.waiting) >= MOST_WAITING:
                self._drop(listener)
                continue
            listener.waiting.append(moment)
            if not listener.telling:
                listener.telling = True
                self._spawner.spawn(self._tell(listener), name=f"hooks of {listener.plugin_id}")

    def _drop(self, listener: _Listener) -> None:
        if not listener.dropping:
            listener.dropping = True
            text = "The hooks of plugin %s are too slow: what happens to tasks is not told until they have caught up"
            _log.warning(text, listener.plugin_id)

    async def _tell(self, listener: _Listener) -> None:
        try:
            while listener.waiting:
                moment = listener.waiting.popleft()
                event = await self._event(moment)
                for point, hook in tuple(listener.hooks):
                    if event is not None and point is event.point and (point, hook) in listener.hooks:
                        await self._call(listener.plugin_id, hook, event)
            listener.dropping = False
        finally:
            listener.telling = False

    async def _event(self, moment: _Moment) -> HookEvent | None:
        """With its names; None for test runs, which are nobody's business, and for what is gone."""
        try:
            run = await self._core.read(lambda db: runs.find(db, moment.run_id)) if moment.run_id else None
            task = await self._core.read(lambda db: tasks.find(db, moment.task_id))
        except KataError as error:
            _log.warning("What happened to task %s cannot be told: %s", moment.task_id, error)
            return None
        if task is None or (moment.run_id and (run is None or run.test)):
            return None
        return HookEvent(
            point=moment.point,
            task_id=moment.task_id,
            task_name=task.spec.name,
            run_id=moment.run_id,
            error=run.detail if run is not None and moment.point is HookPoint.TASK_FAILED else "",
            at=moment.at,
        )

    async def _call(self, plugin_id: str, hook: Hook, event: HookEvent) -> None:
        work = self._spawner.spawn(_guarded(plugin_id, hook, event), name=f"hook of {plugin_id}")
        limit = self._spawner.spawn(self._clock.sleep(LIMIT), name=f"time limit of a hook of {plugin_id}")
        try:
            await asyncio.wait({work, limit}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                work.cancel()
                _log.warning("A hook of plugin %s took longer than %g s and was stopped", plugin_id, LIMIT)
        finally:
            limit.cancel()
            work.cancel()


async def _guarded(plugin_id: str, hook: Hook, event: HookEvent) -> None:
    """The top handler for hooks."""
    try:
        await hook(event)
    except Exception:  # noqa: BLE001
        _log.exception("A hook of plugin %s failed on %s", plugin_id, event.point.value)
