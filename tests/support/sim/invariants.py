"""What must hold on a computer at rest, whatever happened before."""

from __future__ import annotations

from datetime import datetime, timedelta

from kata_desktop.domain.task import TaskState
from kata_desktop.store import agenda, leases, pauses, tasks
from kata_desktop.store.connection import Connection
from kata_desktop.store.times import to_us
from tests.support.sim.computer import SimComputer, SimProcess
from tests.support.sim.ledger import Ledger, promise

_UNATTENDED = "('schedule', 'catch-up', 'event', 'dependency', 'heartbeat')"


def check(computer: SimComputer, ledger: Ledger) -> None:
    """Everything that must hold; some of it only while a process lives that can write."""
    live = [process for process in computer.boots if process.boot.id in computer.living]

    def work(db: Connection) -> None:
        _check_always(computer, db)
        well = [process for process in live if not process.database.full and not process.engine.trouble]
        if well and len(well) == len(live):
            _check_at_rest(computer, db, well, ledger)
            ledger.check(computer, db)

    computer.read(work)


def _check_always(computer: SimComputer, db: Connection) -> None:
    busy = db.all(
        "SELECT r.workspace_id, w.concurrency, count(*) FROM runs r JOIN workspaces w ON w.id = r.workspace_id "
        "WHERE r.state = 'running' AND r.limited = 1 GROUP BY r.workspace_id"
    )
    promise(sum(row[2] for row in busy) <= computer.settings.concurrency, f"more runs at once than allowed: {busy}")
    promise(all(row[2] <= row[1] for row in busy), f"more runs at once than a workspace allows: {busy}")
    wrong = db.all(
        "SELECT t.id, t.started_runs, count(r.id) FROM tasks t LEFT JOIN runs r ON r.task_id = t.id "
        "AND r.started_at IS NOT NULL AND r.source IN ('schedule', 'catch-up', 'event', 'dependency') "
        "GROUP BY t.id HAVING t.started_runs != count(r.id)"
    )
    promise(not wrong, f"started runs are miscounted: {wrong}")
    again = db.all(
        "SELECT s.run_id, s.attempt, r.attempt FROM steps s JOIN runs r ON r.id = s.run_id "
        "WHERE s.kind = 'effect' AND r.attempt > s.attempt"
    )
    promise(not again, f"tried again after an effect: {again}")
    doubled = db.all(
        "SELECT run_id, target_kind, count(*) FROM outbox WHERE kind = 'result' GROUP BY 1, 2 HAVING count(*) > 1"
    )
    promise(not doubled, f"results queued twice: {doubled}")
    unfounded = db.all(
        "SELECT o.run_id FROM outbox o JOIN runs r ON r.id = o.run_id WHERE o.kind = 'result' "
        "AND r.reason IS NOT 'completed'"
    )
    promise(not unfounded, f"results of runs that did not complete: {unfounded}")
    silent = db.all(
        "SELECT r.id FROM runs r WHERE r.reason = 'completed' AND r.delivery = 'pending' "
        "AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.run_id = r.id AND o.kind = 'result')"
    )
    promise(not silent, f"results that are never sent: {silent}")
    open_end = db.all("SELECT id FROM runs WHERE state = 'done' AND finished_at IS NULL")
    promise(not open_end, f"ended without an end: {open_end}")
    attempts = db.all(
        "SELECT r.id FROM runs r WHERE r.attempt != (SELECT count(*) FROM attempts a WHERE a.run_id = r.id)"
    )
    promise(not attempts, f"attempts are miscounted: {attempts}")
    calls = [(call.run, call.attempt) for work in computer.work if not work.sliced for call in work.calls]
    promise(len(calls) == len(set(calls)), "an attempt was started twice")


def _check_at_rest(computer: SimComputer, db: Connection, live: list[SimProcess], ledger: Ledger) -> None:
    now = computer.clock.now()
    late = [
        row[0]
        for row in db.all("SELECT id FROM tasks WHERE state IN ('active', 'paused') AND due_at <= ?", (to_us(now),))
    ]
    promise(not late, f"due and not recorded: {late}")
    stuck = db.all("SELECT id FROM tasks WHERE state_reason LIKE 'Its next run could not%'")
    promise(not stuck, f"could not be worked out: {stuck}")
    endless = db.all("SELECT id FROM tasks WHERE state = 'active' AND due_at IS NULL AND trigger_kind != 'event'")
    promise(not endless, f"active without a next occurrence: {endless}")
    running: dict[str, str] = dict(db.all("SELECT id, boot_id FROM runs WHERE state = 'running'"))
    held = {run_id: process.boot.id for process in live for run_id in process.engine.running}
    promise(running == held, f"running {running}, but driven {held}")
    waiting = leases.claimable(db, now, 100, places=computer.settings.concurrency)
    paused = pauses.active(db, now)
    idle = [run for run in waiting if not (run.attempt and (paused or _is_paused(db, run.task_id)))]
    promise(not idle, f"could start and does not: {idle}")
    if not ledger.set_back:  # times of a clock that was set back cannot be compared
        _check_pauses(db, paused)
    planned = [agenda.next_due(db), leases.next_available(db, now), *(until for until in paused.values() if until)]
    next_at = min((at for at in planned if at is not None), default=None)
    waits = [process.alarm for process in live if process.alarm.waiting]
    if next_at is not None:
        soon = next_at - now <= timedelta(seconds=60)
        awake = any(alarm.until is not None and alarm.until <= next_at for alarm in waits)
        promise(awake or not soon or not waits, f"nobody wakes for {next_at}")


def _is_paused(db: Connection, task_id: str) -> bool:
    task = tasks.find(db, task_id)
    return task is not None and task.state is TaskState.PAUSED


def _check_pauses(db: Connection, paused: dict[str, datetime | None]) -> None:
    for pause in pauses.listed(db):
        if pause.scope in paused:
            started = db.all(
                "SELECT r.id FROM attempts a JOIN runs r ON r.id = a.run_id WHERE a.started_at > ? "
                f"AND (? = 'all' OR r.workspace_id = ?) AND r.source IN {_UNATTENDED}",
                (to_us(pause.since), pause.scope, pause.scope),
            )
            promise(not started, f"started in a pause of {pause.scope}: {started}")
    started = db.all(
        "SELECT r.id FROM attempts a JOIN runs r ON r.id = a.run_id JOIN tasks t ON t.id = r.task_id "
        f"WHERE t.state = 'paused' AND a.started_at > t.state_since AND r.source IN {_UNATTENDED}"
    )
    promise(not started, f"started while its task was paused: {started}")
