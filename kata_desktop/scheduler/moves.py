"""What other rooms may do in one transaction with their own rows: channels take a message and start its run at once."""

from __future__ import annotations

from dataclasses import replace

from kata_desktop.domain.events import Event, TaskChange
from kata_desktop.domain.ids import new_id
from kata_desktop.domain.notification import OutboxItem
from kata_desktop.domain.run import Reason, Run, RunState, Source
from kata_desktop.domain.task import Task, TaskSpec
from kata_desktop.scheduler.engine.alerts import count_failure, queue
from kata_desktop.scheduler.engine.arming import new_task, with_free_name
from kata_desktop.scheduler.engine.listening import start_listeners
from kata_desktop.scheduler.engine.starting import start_run, stop_run
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.store import journal, runs, stand_ins, tasks
from kata_desktop.store.connection import Connection


class EngineMoves:
    """The scheduler's part of one transaction; nothing is told before it is durable."""

    def __init__(self, db: Connection, world: World, told: Told) -> None:
        self._db = db
        self._world = world
        self._told = told

    def declare(self, spec: TaskSpec, *, principal: str, owner_key: str) -> Task:
        """The task that `principal` owns under that key, made from `spec` when there is none yet."""
        task = stand_ins.find_owned(self._db, principal, owner_key)
        if task is not None:
            return task
        named = with_free_name(self._db, spec, "", given=False)
        task = new_task(named, self._world, principal=principal, owner_key=owner_key)
        tasks.insert(self._db, task)
        self._told.task(task, TaskChange.CREATED)
        return task

    def start(self, task: Task, *, arguments: str, session_id: str) -> Run:
        """Queue a run that answers a message. Raises `Refused` when it may not be."""
        return start_run(
            self._db, task, Source.MESSAGE, self._world, self._told, arguments=arguments, session_id=session_id
        )

    def record_failure(self, task: Task, sentence: str, *, arguments: str, session_id: str) -> Run:
        """Put a run that never began into the history, as failed for the reason that is given."""
        now = self._world.now
        run = Run(
            id=new_id("run"),
            task_id=task.id,
            task_name=task.spec.name,
            workspace_id=task.spec.workspace_id,
            revision=task.revision,
            slot=runs.free_slot(self._db, task.id, now),
            source=Source.MESSAGE,
            state=RunState.DONE,
            reason=Reason.FAILED,
            detail=sentence,
            created_at=now,
            finished_at=now,
            session_id=session_id,
            arguments=arguments,
        )
        runs.insert(self._db, run, runs.Placement())
        journal.add_step(self._db, run.id, 0, sentence, at=now, ok=False)
        self._told.run(run)
        count_failure(self._db, task, run, sentence, self._world, self._told)
        return run

    def stop(self, run: Run, why: str) -> None:
        """Stop a run because a person said so; harmless when it has ended. `why` is the sentence that its row shows."""
        stop_run(self._db, run, self._world, self._told, why)

    def emit(self, event_type: str, *, source: str, value: str, workspace_id: str) -> None:
        """Start the tasks of a workspace that wait for this event."""
        start_listeners(
            self._db, self._world, self._told, event_type, source=source, value=value, workspace_id=workspace_id
        )

    def tell(self, event: Event) -> None:
        """Publish an event once everything is durable."""
        self._told.events.append(event)

    def queue(self, item: OutboxItem) -> None:
        """Put a message into the outbox, due now; nothing happens when its key was queued before."""
        now = self._world.now
        queue(self._db, replace(item, created_at=item.created_at or now, next_at=item.next_at or now), self._told)
