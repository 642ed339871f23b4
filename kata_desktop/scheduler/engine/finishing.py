"""How runs end: the transaction that stores the result, the messages it causes and what follows from it, together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kata_desktop.domain.events import SessionsChanged
from kata_desktop.domain.handler import HandlerError, Result
from kata_desktop.domain.notification import NotificationKind
from kata_desktop.domain.run import Delivery, Reason, Run, Usage
from kata_desktop.domain.task import Task, TaskSpec, TaskState
from kata_desktop.domain.trigger import EventType
from kata_desktop.runtime.backoff import doubling
from kata_desktop.scheduler.engine.alerts import count_failure, count_success, message, queue, tell_writer
from kata_desktop.scheduler.engine.listening import start_listeners
from kata_desktop.scheduler.engine.storable import storable
from kata_desktop.scheduler.engine.superseding import beyond_next
from kata_desktop.scheduler.engine.world import Claimed, Told, World
from kata_desktop.store import endings, journal, leases, runs, sessions, stand_ins, tasks
from kata_desktop.store.connection import Connection

RETRY_CAP = timedelta(hours=1)
NETWORK_WAIT = timedelta(minutes=1)
"""How soon a run that waits for the network looks again, besides being woken when it comes back; doubled each time."""
NETWORK_WAIT_MOST = timedelta(minutes=15)
_TITLE_MOST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """An attempt that did not succeed."""

    reason: Reason
    """What the run ends with when nothing more is tried."""
    sentence: str
    kind: str
    retryable: bool
    retry_at: datetime | None = None
    wait_for_network: bool = False
    usage: Usage = field(default_factory=Usage)

    @classmethod
    def of(cls, error: HandlerError) -> Failure:
        """What a handler said about its failure."""
        return cls(
            reason=Reason.FAILED,
            sentence=storable(error.sentence),
            kind=error.kind,
            retryable=error.retryable,
            retry_at=error.retry_at,
            wait_for_network=error.wait_for_network,
            usage=error.usage,
        )


def complete(db: Connection, world: World, claimed: Claimed, result: Result, working: timedelta, told: Told) -> bool:
    """Store a result; False when the fence refused it, and nothing at all is stored then."""
    run, spec = claimed.run, claimed.spec
    if not leases.holds(db, run.id, world.boot_id, run.attempt):
        return False
    suppress = result.suppress
    if not suppress and spec.only_when_changed and result.output == claimed.last_output:
        suppress = "The result is the same as last time."
    if not run.test and not tasks.exists(db, run.task_id):
        suppress = "The task was deleted."
    queued = not suppress and _queue_result(db, run, spec, result, world, told)
    delivery = Delivery.SUPPRESSED if suppress else Delivery.PENDING if queued else Delivery.NONE
    ending = endings.Ending(
        reason=Reason.COMPLETED,
        detail=suppress,
        output=storable(result.output),
        usage=result.usage,
        delivery=delivery,
        session_id=result.session_id,
        model=result.model,
        working=working,
    )
    endings.finish(db, run.id, world.boot_id, run.attempt, ending, world.now)
    endings.end_attempt(db, run.id, run.attempt, outcome="completed", now=world.now)
    journal.add_step(db, run.id, run.attempt, "Completed" if not suppress else f"Completed. {suppress}", at=world.now)
    _save_session(db, run, result, world, told)
    _after(db, run, world, told, succeeded=True)
    return True


def _queue_result(db: Connection, run: Run, spec: TaskSpec, result: Result, world: World, told: Told) -> bool:
    title = storable(result.title or spec.name)[:_TITLE_MOST]
    if run.test:
        title = f"Test: {title}"
    answers = result.targets is not None
    kind = NotificationKind.ANSWER if answers else NotificationKind.RESULT
    targets = spec.targets if result.targets is None else result.targets
    for target in targets:
        body = "" if target.title_only else storable(result.output)
        key = f"{run.id}:{kind.value}:{target.kind}:{target.address}"
        queue(db, message(kind, key, title, body, world, target=target, run=run), told)
    return bool(targets)


def _save_session(db: Connection, run: Run, result: Result, world: World, told: Told) -> None:
    if result.session_id and result.session_state:
        known = sessions.exists(db, result.session_id)
        title = storable(result.session_title or ("" if known else run.task_name))
        sessions.save(db, result.session_id, run.workspace_id, run.task_id, title, result.session_state, world.now)
        told.events.append(SessionsChanged(workspace_id=run.workspace_id, session_id=result.session_id))


def _after(db: Connection, run: Run, world: World, told: Told, *, succeeded: bool, sentence: str = "") -> None:
    """What follows from the end of a run, in its own transaction."""
    ended = runs.get(db, run.id)
    told.run(ended)
    tell_writer(db, ended, world, told)
    task = stand_ins.find(db, run.task_id)
    if task is None or run.test or task.state is TaskState.DELETED:
        return
    if succeeded:
        count_success(db, task, ended, world, told)
    elif sentence:
        count_failure(db, task, ended, sentence, world, told)
    told.task(task)
    start_listeners(db, world, told, EventType.TASK_FINISHED, source=run.task_id, value=ended.status)


def fail(db: Connection, world: World, claimed: Claimed, failure: Failure, working: timedelta, told: Told) -> bool:
    """Store a failed attempt: wait for the network, queue a retry, or end the run; False when the fence refused."""
    run = claimed.run
    if not leases.holds(db, run.id, world.boot_id, run.attempt):
        return False
    task = stand_ins.find(db, run.task_id)
    retry_at = _retry_at(db, task, claimed, failure, world)
    outcome = failure.reason.value
    endings.end_attempt(
        db, run.id, run.attempt, outcome=outcome, now=world.now, error=failure.sentence, error_kind=failure.kind
    )
    journal.add_step(db, run.id, run.attempt, failure.sentence, at=world.now, ok=False)
    if retry_at is not None and not (task is not None and beyond_next(task, run, retry_at)):
        uses_retry = not failure.wait_for_network
        endings.requeue(
            db,
            run.id,
            world.boot_id,
            run.attempt,
            at=retry_at,
            detail=failure.sentence,
            error_kind=failure.kind,
            uses_retry=uses_retry,
            usage=failure.usage,
            working=working,
        )
        told.run(runs.get(db, run.id))
        return True
    reason = failure.reason if retry_at is None else Reason.SUPERSEDED
    tail = _why_no_more(claimed, failure, retry_at, world)
    if retry_at is None and run.attempt > 1:
        journal.add_step(db, run.id, run.attempt, f"Gave up after {run.attempt} attempts", at=world.now, ok=False)
    end(
        db,
        world,
        claimed,
        reason,
        failure.sentence + tail,
        told,
        kind=failure.kind,
        usage=failure.usage,
        working=working,
    )
    return True


def _why_no_more(claimed: Claimed, failure: Failure, retry_at: datetime | None, world: World) -> str:
    """What to add to the sentence of a failure after which nothing more is tried."""
    if retry_at is not None:
        return " Another try would have come after its next occurrence, which takes its place."
    if failure.wait_for_network and _waited_long_enough(claimed, world):
        return " It has waited for as long as the task may be late."
    return ""


def _waited_long_enough(claimed: Claimed, world: World) -> bool:
    return world.now - claimed.run.slot > claimed.spec.window


def _retry_at(db: Connection, task: Task | None, claimed: Claimed, failure: Failure, world: World) -> datetime | None:
    """When to try again; None when not."""
    run, policy = claimed.run, claimed.spec.retry
    if task is None or task.state is TaskState.DELETED or not failure.retryable or journal.effects(db, run.id):
        return None
    if claimed.spec.handler not in world.handlers:
        return None  # its plugin was switched off meanwhile; on again means from then on
    if failure.wait_for_network:
        wait = doubling(run.attempt, base=NETWORK_WAIT, cap=NETWORK_WAIT_MOST)
        return None if _waited_long_enough(claimed, world) else world.now + wait
    if run.test or run.retries_used >= policy.retries:
        return None
    wait = doubling(run.retries_used + 1, base=policy.base_delay, cap=RETRY_CAP)
    return max(world.now + wait, failure.retry_at or world.now)


def end(
    db: Connection,
    world: World,
    claimed: Claimed,
    reason: Reason,
    detail: str,
    told: Told,
    *,
    kind: str = "",
    usage: Usage | None = None,
    working: timedelta = timedelta(0),
) -> bool:
    """End a claimed run without a result; False when the fence refused."""
    run = claimed.run
    ending = endings.Ending(reason=reason, detail=detail, error_kind=kind, usage=usage or Usage(), working=working)
    if not endings.finish(db, run.id, world.boot_id, run.attempt, ending, world.now):
        return False
    endings.end_attempt(db, run.id, run.attempt, outcome=reason.value, now=world.now, error=detail, error_kind=kind)
    blame = reason in {Reason.FAILED, Reason.TIMED_OUT, Reason.ABANDONED, Reason.SUPERSEDED} and bool(kind)
    _after(db, run, world, told, succeeded=False, sentence=detail if blame else "")
    return True
