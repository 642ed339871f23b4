"""What a task needs before it is stored: a next occurrence, and a name that no other one has."""

from __future__ import annotations

from dataclasses import replace

from kata_desktop.domain.errors import FieldError, InvalidInput, Refused
from kata_desktop.domain.ids import new_id
from kata_desktop.domain.task import PROMPT_HANDLER, Task, TaskSpec, TaskState
from kata_desktop.domain.trigger import Event, Once
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.scheduler.hours import due_at
from kata_desktop.scheduler.policy.deciding import LATE_BY, upcoming_slot
from kata_desktop.store import pauses, tasks, workspaces
from kata_desktop.store.connection import Connection


def new_task(
    spec: TaskSpec,
    world: World,
    *,
    state: TaskState = TaskState.ACTIVE,
    state_reason: str = "",
    principal: str = "owner",
    owner_key: str = "",
) -> Task:
    """A task in its first revision, which is neither armed nor stored yet."""
    return Task(
        id=new_id("task"),
        spec=spec,
        revision=1,
        state=state,
        state_reason=state_reason,
        created_at=world.now,
        state_since=world.now,
        principal=principal,
        owner_key=owner_key,
    )


def settled(db: Connection, task: Task, world: World, told: Told) -> Task:
    """The task after what has come due of it was recorded, so that no edit makes an occurrence vanish."""
    due = task.due_at is not None and task.due_at <= world.now
    if not due or task.state not in {TaskState.ACTIVE, TaskState.PAUSED}:
        return task
    from kata_desktop.scheduler.engine.firing import fire  # rarely needed, and much

    fire(db, task.id, world, told, tuple(pauses.active(db, world.now)))
    return tasks.get(db, task.id)


def rearmed(before: Task, spec: TaskSpec, world: World) -> Task:
    """The task as edited with its next occurrence; the one that waits for its window stays if its time was not changed.

    Raises `InvalidInput` when there would be none.
    """
    task = replace(before, spec=spec)
    slot = before.next_slot
    if slot is None or spec.trigger != before.spec.trigger or (spec.until is not None and slot > spec.until):
        return armed(task, world)
    if slot > world.now and spec.max_runs != before.spec.max_runs:
        return armed(task, world)
    return replace(task, due_at=due_at(task.id, spec, slot, world.system_zone))


def armed(task: Task, world: World) -> Task:
    """The task with its next occurrence; `InvalidInput` when there is none."""
    # a moment that has just passed still counts as now
    after = world.now - LATE_BY if isinstance(task.spec.trigger, Once) else world.now
    slot, due = upcoming_slot(task, after, world.system_zone)
    if slot is None and not isinstance(task.spec.trigger, Event):
        error = FieldError(
            field="trigger",
            label="When",
            reason="it would never run: no occurrence lies in the future and within its ends",
            example="0 9 * * 1-5",
        )
        raise InvalidInput(error)
    return replace(task, next_slot=slot, due_at=due)


def refuse_full(db: Connection, spec: TaskSpec) -> None:
    """Raise `Refused` when the workspace may not have one more task."""
    workspace = workspaces.get(db, spec.workspace_id)
    most = workspace.quotas.tasks
    if most is not None and workspaces.task_count(db, workspace.id) >= most:
        raise Refused(
            f"The workspace “{workspace.name}” already has the {most} tasks it may have; "
            "delete some or raise its limit."
        )


def refuse_moved(before: Task, spec: TaskSpec) -> None:
    """Raise `InvalidInput` when an edit takes a task to another workspace whose work belongs to this one."""
    belongs = before.spec.handler != PROMPT_HANDLER or before.principal.startswith("channel:")
    if belongs and spec.workspace_id != before.spec.workspace_id:
        reason = (
            "a plugin does the work of this task in its workspace, so it cannot be moved; "
            "switch the plugin on in the other workspace instead"
        )
        raise InvalidInput(FieldError(field="workspace", label="Workspace", reason=reason))


def with_free_name(db: Connection, spec: TaskSpec, task_id: str, *, given: bool) -> TaskSpec:
    """The spec under a name that no other task of the workspace has; a name that a person gave is never changed."""
    name, number = spec.name, 1
    while any(other != task_id for other in tasks.ids_by_name(db, name, spec.workspace_id)):
        if given:
            reason = "Another task of this workspace has that name. Choose another one"
            raise InvalidInput(FieldError(field="name", label="Name", reason=reason, example=f"{spec.name[:100]} 2"))
        number += 1
        name = f"{spec.name[:110]} {number}"
    return replace(spec, name=name)
