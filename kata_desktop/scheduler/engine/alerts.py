"""What people are told about failing tasks, and how often: one incident, one telling, one recovery."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from kata_desktop.domain.events import TaskChange, TaskChanged
from kata_desktop.domain.ids import new_id
from kata_desktop.domain.notification import NotificationKind, OutboxItem
from kata_desktop.domain.run import Reason, Run, Source
from kata_desktop.domain.task import DESKTOP, Target, Task, TaskState
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.scheduler.policy.decision import Spent
from kata_desktop.store import incidents, outbox, tasks
from kata_desktop.store.connection import Connection

ALERT_AFTER = 2
"""Failures in a row after which a person is told."""
PAUSE_AFTER = 5
"""Failures in a row after which the task is paused."""
COOL_DOWN = timedelta(hours=1)
SOON = timedelta(hours=24)
"""A task whose next run is further away than this is told about at its first failure: there is no second one to wait
for.
"""


def message(
    kind: NotificationKind,
    key: str,
    title: str,
    body: str,
    world: World,
    *,
    target: Target = DESKTOP,
    task: Task | None = None,
    run: Run | None = None,
) -> OutboxItem:
    """A message for the outbox."""
    return OutboxItem(
        id=new_id("msg"),
        key=key,
        kind=kind,
        target_kind=target.kind,
        target_address=target.address,
        title=title,
        body=body,
        workspace_id=task.spec.workspace_id if task else run.workspace_id if run else "",
        task_id=task.id if task else run.task_id if run else "",
        run_id=run.id if run else "",
        next_at=world.now,
        created_at=world.now,
    )


def queue(db: Connection, item: OutboxItem, told: Told) -> None:
    """Put a message into the outbox, once."""
    if outbox.add(db, item):
        told.message(item.id, item.run_id)


def count_failure(db: Connection, task: Task, run: Run, sentence: str, world: World, told: Told) -> None:
    """A run failed for good: tell people, or pause the task, when it has happened often enough."""
    failures = tasks.count_failure(db, task.id)
    asked_for = run.source is Source.MESSAGE  # whoever writes must not be able to switch it off for the others
    if failures >= PAUSE_AFTER and task.state is TaskState.ACTIVE and not asked_for:
        reason = f"It failed {failures} times in a row, so it was paused. Last time: {sentence}"
        tasks.set_state(db, task.id, TaskState.PAUSED, reason=reason, at=world.now)
        told.task(task, TaskChange.PAUSED)
        tell(db, task, run, f"{task.spec.name} was paused", reason, world, told)
        return
    lonely = task.next_slot is None or task.next_slot - world.now > SOON
    due = failures >= ALERT_AFTER or lonely
    if due and incidents.open_once(db, _key(task), world.now, COOL_DOWN):
        times = f"{failures} times in a row: " if failures > 1 else ""
        tell(db, task, run, f"{task.spec.name} failed", f"{times}{sentence}", world, told)


def tell_paused(db: Connection, task_id: str, label: tuple[str, str], reason: str, world: World, told: Told) -> None:
    """A task was paused that cannot be read, or whose next run cannot be worked out: say so on the desktop.

    `label` is its name and its workspace.
    """
    name, workspace_id = label
    told.events.append(TaskChanged(task_id=task_id, workspace_id=workspace_id, change=TaskChange.PAUSED))
    item = message(
        NotificationKind.FAILURE, f"{task_id}:stuck:{world.now.isoformat()}", f"{name} was paused", reason, world
    )
    queue(db, replace(item, workspace_id=workspace_id, task_id=task_id), told)


def tell(db: Connection, task: Task, run: Run, title: str, body: str, world: World, told: Told) -> None:
    """Queue a failure message to the task's targets, to the desktop when it has none."""
    for target in task.spec.targets or (DESKTOP,):
        key = f"{run.id}:failure:{target.kind}:{target.address}"
        item = message(NotificationKind.FAILURE, key, title, body, world, target=target, task=task, run=run)
        queue(db, item, told)


def tell_writer(db: Connection, run: Run, world: World, told: Told) -> None:
    """A message from a channel gets no answer: tell whoever wrote it, once; the cause is for the owner alone."""
    writer = writer_of(run)
    if writer is None or run.reason in {None, Reason.COMPLETED, Reason.CANCELLED}:
        return
    from kata_desktop.domain.channel import NO_ANSWER  # most runs answer nobody

    key = f"{run.id}:sorry:{writer.kind}:{writer.address}"
    title = f"{run.task_name}: no answer"
    item = message(NotificationKind.ANSWER, key, title, NO_ANSWER, world, target=writer, run=run)
    queue(db, item, told)


def writer_of(run: Run) -> Target | None:
    """Where the answer to a channel's message goes; None when the run answers none."""
    if run.source is not Source.MESSAGE:
        return None
    arguments = json.loads(run.arguments or "{}")
    to = arguments.get("to") if isinstance(arguments, dict) else None
    match to:
        case {"kind": str(kind), "address": str(address)}:
            return Target(kind=kind, address=address)
        case _:
            return None


def count_success(db: Connection, task: Task, run: Run, world: World, told: Told) -> None:
    """A run succeeded: forget the failures, and say once that it works again if people were told that it did not."""
    tasks.clear_failures(db, task.id)
    if incidents.close(db, _key(task), world.now):
        body = (
            f"It failed {task.failures_in_row} times before."
            if task.failures_in_row > 1
            else "Its last run had failed."
        )
        key = f"{run.id}:recovery"
        item = message(NotificationKind.RECOVERY, key, f"{task.spec.name} works again", body, world, task=task, run=run)
        queue(db, item, told)


def tell_once_over_budget(db: Connection, task: Task, spent: Spent, world: World, told: Told) -> None:
    """A quota stopped a run: say so once, until there was room again, and at most once a day."""
    if incidents.open_once(db, f"{_BUDGET}{spent.whose}", world.now, timedelta(days=1)):
        key = f"{_BUDGET}{spent.whose}:{world.now.isoformat()}"
        title = f"{spent.name}: skipped, over budget"
        queue(db, message(NotificationKind.ATTENTION, key, title, spent.sentence, world, task=task), told)


def within_budget(db: Connection, task: Task, world: World) -> None:
    """There is room again for runs of a task."""
    incidents.close_all(db, [f"{_BUDGET}{whose}" for whose in (task.id, task.spec.workspace_id)], world.now)


_BUDGET = "budget:"


def _key(task: Task) -> str:
    return f"failing:{task.id}"
