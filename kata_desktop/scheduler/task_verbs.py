"""Verbs on tasks: what the dialog, the command line, an import and plugins all call."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from kata_desktop.domain.errors import KataError, Refused
from kata_desktop.domain.events import TaskChange
from kata_desktop.domain.listing import TaskCounts, TaskQuery, TaskRow
from kata_desktop.domain.preview import Preview, StripEntry
from kata_desktop.domain.task import Task, TaskSpec, TaskState
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.domain.trigger import Event
from kata_desktop.scheduler.core import Core, find_task
from kata_desktop.scheduler.deletions import Deletions
from kata_desktop.scheduler.engine.arming import (
    armed,
    new_task,
    rearmed,
    refuse_full,
    refuse_moved,
    settled,
    with_free_name,
)
from kata_desktop.scheduler.engine.resuming import skip_until
from kata_desktop.scheduler.engine.suspending import settled_before_pause
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.scheduler.inputs.known import Known
from kata_desktop.scheduler.policy.deciding import upcoming_slot
from kata_desktop.scheduler.strip import planned_between
from kata_desktop.store import agenda, listing, stand_ins, tasks
from kata_desktop.store.connection import Connection

_NOTHING = Known()


class TaskVerbs:
    """Creating, editing, switching and listing tasks."""

    _core: Core
    _read: Known | None
    _deletions: Deletions

    @property
    def _known(self) -> Known:
        """What exists; who asks first waits for one short reading of the store. See `refresh_known`."""
        if self._read is None:
            self._read = self._core.known_now()
        return self._read

    def preview(
        self,
        raw: TaskInput,
        current: TaskSpec | None = None,
        task_id: str = "",
        cost_per_run_microdollars: int | None = None,
    ) -> Preview:
        """What a task as typed would do; synchronous, without the store, fit for every keystroke.

        `current` is the spec that is being edited, of the task `task_id`; fields that `raw` leaves out keep its values.
        What a run costs comes from `cost_per_run`; None says nothing about money.
        """
        from kata_desktop.scheduler.words.previews import preview

        known = replace(self._known, editing=task_id)
        checked = self._core.check(raw, known, current)
        if not isinstance(checked, TaskSpec):
            return Preview(errors=checked)
        return preview(
            checked,
            now=self._core.now,
            system_zone=self._core.clock.zone_name(),
            cost_per_run_microdollars=cost_per_run_microdollars,
            task_names=dict(known.tasks),
            event_words=dict(known.event_words),
            channel_names=dict(known.channel_names),
        )

    async def create(
        self,
        raw: TaskInput,
        *,
        paused: bool = False,
        any_channel: bool = False,
        principal: str = "owner",
        owner_key: str = "",
    ) -> Task:
        """Check and store a new task; `any_channel` lets it name channels that are not there yet.

        Raises `InvalidInput` with every refused field.
        """
        await self.refresh_known()
        spec = self._checked(raw, None, "", any_channel=any_channel)

        def work(db: Connection, world: World, told: Told) -> Task:
            refuse_full(db, spec)
            named = with_free_name(db, spec, "", given=raw.name is not None)
            state = TaskState.PAUSED if paused else TaskState.ACTIVE
            task = armed(new_task(named, world, state=state, principal=principal, owner_key=owner_key), world)
            tasks.insert(db, task)
            told.task(task, TaskChange.CREATED)
            return task

        task = await self._core.transact(work)
        await self.refresh_known()
        return task

    async def edit(
        self,
        task_id: str,
        raw: TaskInput,
        *,
        revision: int | None = None,
        any_channel: bool = False,
        pause_because: str = "",
    ) -> Task:
        """Store an edit as a new revision; it applies from the next run. `any_channel` as in `create`.

        With `pause_because` the task is paused by the same transaction, so that nothing of the edit runs before that.
        Raises `StaleRevision` when `revision` is given and somebody else saved first.
        """
        await self.refresh_known()
        current = await self.get(task_id)
        spec = self._checked(raw, current.spec, task_id, any_channel=any_channel)

        def work(db: Connection, world: World, told: Told) -> Task:
            before = settled(db, tasks.get(db, task_id), world, told)
            refuse_moved(before, spec)
            named = with_free_name(db, spec, task_id, given=True)
            tasks.save_spec(db, before, named, expected=revision or before.revision, now=world.now)
            task = rearmed(before, named, world)
            agenda.set_next(db, task_id, task.next_slot, task.due_at)
            if pause_because and before.state is not TaskState.PAUSED:
                tasks.set_state(db, task_id, TaskState.PAUSED, reason=pause_because, at=world.now)
            elif before.state is TaskState.FINISHED:
                tasks.set_state(db, task_id, TaskState.ACTIVE, reason="", at=world.now)
            tasks.clear_failures(db, task_id)
            told.task(task, TaskChange.EDITED)
            return tasks.get(db, task_id)

        task = await self._core.transact(work)
        await self.refresh_known()
        return task

    def _checked(
        self, raw: TaskInput, current: TaskSpec | None, task_id: str, *, any_channel: bool = False
    ) -> TaskSpec:
        known = replace(self._known, editing=task_id)
        return self._core.checked(raw, replace(known, target_kinds=None) if any_channel else known, current)

    async def get(self, task_id: str) -> Task:
        """The task; raises `NotFound`, or `Unavailable` when what is stored of it cannot be read."""
        return await self._core.read(lambda db: tasks.get(db, task_id))

    async def find(self, ident: str) -> Task:
        """The task with that id, or with that name when only one has it, readable or not; raises `NotFound`."""
        return await self._core.read(lambda db: stand_ins.get(db, find_task(db, ident)))

    async def row(self, task_id: str) -> TaskRow:
        """A task with what a list shows beside it."""
        return self._shown(await self._core.read(lambda db: listing.task_row(db, task_id)))

    async def tasks(self, query: TaskQuery | None = None) -> list[TaskRow]:
        """The tasks that a query names, in its order; one that cannot be read is among them, as `Task.unreadable`."""
        wanted = query or TaskQuery()
        return [self._shown(data) for data in await self._core.read(lambda db: listing.task_rows(db, wanted))]

    def _shown(self, data: listing.TaskData) -> TaskRow:
        try:
            words = data.task.unreadable or self._sentence(data.task.spec)
        except KataError as error:  # a zone or an expression that no input let through, such as one stored by a hand
            words = error.sentence
        return TaskRow(
            task=data.task, sentence=words, last_run=data.last_run, active_run=data.active_run, history=data.history
        )

    def _sentence(self, spec: TaskSpec) -> str:
        from kata_desktop.scheduler.words.sentences import sentence

        known = self._known if isinstance(spec.trigger, Event) else _NOTHING  # only events name what is elsewhere
        return sentence(
            spec.trigger,
            system_zone=self._core.clock.zone_name(),
            now=self._core.now,
            hours=spec.active_hours,
            task_names=dict(known.tasks),
            event_words=dict(known.event_words),
            channel_names=dict(known.channel_names),
        )

    async def counts(self, workspace_id: str = "") -> TaskCounts:
        """Numbers for the chips above the list."""
        return await self._core.read(lambda db: listing.task_counts(db, workspace_id))

    async def pause(self, task_id: str, reason: str = "") -> Task:
        """Switch a task off; its occurrences are recorded as skipped, what runs goes on."""

        def work(db: Connection, world: World, told: Told) -> Task:
            task = tasks.get(db, task_id)
            if task.state is TaskState.FINISHED:
                raise Refused(f"“{task.spec.name}” has no further run, so there is nothing to pause.")
            task = settled_before_pause(db, task, world, told)
            if task.state is TaskState.ACTIVE:
                tasks.set_state(db, task_id, TaskState.PAUSED, reason=reason, at=world.now)
                told.task(task, TaskChange.PAUSED)
            return tasks.get(db, task_id)

        return await self._core.transact(work)

    async def resume(self, task_id: str) -> Task:
        """Switch a task on; nothing that came due meanwhile is run."""

        def work(db: Connection, world: World, told: Told) -> Task:
            task = tasks.get(db, task_id)
            if task.state is TaskState.ACTIVE:
                return task
            if task.state is TaskState.PAUSED:
                skip_until(db, task, world.now, "The task was paused.", world, told)
            before, task = task, tasks.get(db, task_id)
            if task.state is not before.state:  # its last occurrence lay in the pause
                return task
            if task.next_slot is None:
                task = armed(task, world)
                agenda.set_next(db, task_id, task.next_slot, task.due_at)
            tasks.set_state(db, task_id, TaskState.ACTIVE, reason="", at=world.now)
            tasks.clear_failures(db, task_id)
            told.task(task, TaskChange.RESUMED)
            return tasks.get(db, task_id)

        return await self._core.transact(work)

    async def delete(self, task_id: str, *, confirm_running: bool = False) -> None:
        """Delete a task: stop its runs, drop what was not sent, keep its history. Can be undone for ten seconds.

        Raises `Refused` while it runs, unless that is confirmed.
        """
        await self._deletions.delete(task_id, confirm_running=confirm_running)
        await self.refresh_known()

    async def restore(self, task_id: str) -> Task:
        """Undo a deletion; raises `NotFound` when that is too long ago or did not happen here."""
        task = await self._deletions.restore(task_id)
        await self.refresh_known()
        return task

    async def duplicate(self, task_id: str) -> Task:
        """Make a paused copy, so that nothing runs twice before somebody has looked at it."""

        def work(db: Connection, world: World, told: Told) -> Task:
            original = tasks.get(db, task_id)
            refuse_full(db, original.spec)
            spec = with_free_name(db, original.spec, "", given=False)
            copy = new_task(spec, world, state=TaskState.PAUSED)
            slot, due = upcoming_slot(copy, world.now, world.system_zone)
            copy = replace(copy, next_slot=slot, due_at=due)
            tasks.insert(db, copy)
            told.task(copy, TaskChange.CREATED)
            return copy

        task = await self._core.transact(work)
        await self.refresh_known()
        return task

    async def strip(self, workspace_id: str = "", *, hours: float = 24) -> tuple[StripEntry, ...]:
        """What is planned in the coming hours, in order."""
        now, zone = self._core.now, self._core.clock.zone_name()
        outlooks = await self._core.read(lambda db: listing.outlooks(db, workspace_id))
        return await asyncio.to_thread(planned_between, outlooks, now, now + timedelta(hours=hours), zone)

    def learn(self) -> None:
        """Read which workspaces, models, tasks and targets exist, blocking the calling thread; for the start."""
        self._read = self._core.known_now()

    async def refresh_known(self) -> None:
        """Read anew which workspaces, models, tasks and targets exist; `preview` relies on it."""
        self._read = await self._core.known()
