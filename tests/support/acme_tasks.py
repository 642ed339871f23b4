"""The task list of a Tuesday morning in March: every kind of row once. For pictures and for tests of the window."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta

from kata_desktop.domain.run import Delivery, Reason, Run, RunState
from kata_desktop.domain.task import DESKTOP, ActiveHours, Target, Task, TaskSpec, TaskState
from kata_desktop.domain.trigger import Cron, Once, Trigger
from kata_desktop.scheduler.policy.deciding import upcoming_slot
from kata_desktop.store import agenda, tasks
from kata_desktop.store.connection import Connection
from tests.support.history_rows import a_run, put_run

NOW = datetime(2026, 3, 24, 9, 42, tzinfo=UTC)
"""10:42 in Berlin."""
ZONE = "Europe/Berlin"
HASH, PHONE = Target(kind="slack", address="#growth"), Target(kind="whatsapp", address="Ada")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One task and how its runs went, oldest first: o succeeded, x failed, - skipped."""

    ident: str
    name: str
    trigger: Trigger
    prompt: str = "Do it."
    targets: tuple[Target, ...] = (DESKTOP,)
    history: str = ""
    every: timedelta = timedelta(days=1)
    last: datetime
    took: float = 48
    state: TaskState = TaskState.ACTIVE
    hours: ActiveHours | None = None
    going: Run | None = None
    failure: tuple[str, str] = ("", "")
    """Kind and sentence of its failures."""
    delivery: Delivery = Delivery.DELIVERED
    since: datetime = field(default_factory=lambda: datetime(2026, 3, 2, 8, tzinfo=UTC))


def cron(*expressions: str) -> Cron:
    """A trigger that follows the computer's zone."""
    return Cron(expressions=expressions)


def morning() -> tuple[Row, ...]:
    """The rows of the picture."""
    started = datetime(2026, 3, 24, 9, 39, 50, tzinfo=UTC)
    going = a_run(
        "r-brief", "brief", "Competitor brief", started, state=RunState.RUNNING, reason=None, finished_at=None,
        working_seconds=0, progress_text="step 3", workspace_id="ws_acme",
    )  # fmt: skip
    parked = a_run(
        "r-revenue", "revenue", "Weekly revenue report", datetime(2026, 3, 24, 9, 31, tzinfo=UTC),
        state=RunState.PARKED, reason=None, finished_at=None, workspace_id="ws_acme",
        detail="It wants to post a message to #leadership.",
    )  # fmt: skip
    return (
        Row(ident="inbox", name="Inbox triage", trigger=cron("0 12 * * 1-5"), history="oooooxoooo",
            prompt="Sort my unread mail.", last=datetime(2026, 3, 23, 11, tzinfo=UTC)),
        Row(ident="pulls", name="Review open pull requests", trigger=cron("24 8-20/2 * * *"), history="oooooooxxx",
            every=timedelta(hours=2), took=6, last=datetime(2026, 3, 24, 9, 24, tzinfo=UTC),
            failure=("bad-key", "GitHub token expired")),
        Row(ident="brief", name="Competitor brief", trigger=cron("40 10 * * 1-5"), targets=(HASH,),
            history="oooooooooo", last=datetime(2026, 3, 23, 9, 40, tzinfo=UTC), going=going),
        Row(ident="dinner", name="Family dinner reminder", targets=(PHONE,), last=NOW,
            trigger=Once(local=datetime(2026, 3, 28, 17))),  # noqa: DTZ001 - a wall-clock time
        Row(ident="revenue", name="Weekly revenue report", trigger=cron("30 10 * * 2"), targets=(HASH, DESKTOP),
            history="ooooo-oooo", every=timedelta(days=7), last=datetime(2026, 3, 17, 9, 30, tzinfo=UTC), going=parked),
        Row(ident="news", name="Morning headlines", trigger=cron("15 7 * * *"), history="ooo-oooooo", took=31,
            last=datetime(2026, 3, 12, 6, 15, tzinfo=UTC), state=TaskState.PAUSED,
            since=datetime(2026, 3, 12, 8, tzinfo=UTC)),
    )  # fmt: skip


def fill(db: Connection, rows: tuple[Row, ...] | None = None) -> None:
    """Store tasks and runs in the workspace ``ws_acme``."""
    for row in morning() if rows is None else rows:
        _fill_row(db, row)


def _fill_row(db: Connection, row: Row) -> None:
    spec = TaskSpec(
        name=row.name, prompt=row.prompt, trigger=row.trigger, workspace_id="ws_acme", targets=row.targets,
        active_hours=row.hours,
    )  # fmt: skip
    task = Task(
        id=row.ident, spec=spec, revision=1, state=row.state, created_at=row.since, state_since=row.since,
        failures_in_row=len(row.history) - len(row.history.rstrip("x")),
    )  # fmt: skip
    slot, due = upcoming_slot(task, NOW, ZONE)
    tasks.insert(db, task)
    agenda.set_next(db, task.id, slot, due)
    for _ in range(task.failures_in_row):
        tasks.count_failure(db, task.id)
    count = len(row.history)
    for place, letter in enumerate(row.history):
        at = row.last - row.every * (count - 1 - place)
        put_run(db, _run(row, letter, at, last=place == count - 1))
    if row.going is not None:
        put_run(db, row.going)


def _run(row: Row, letter: str, at: datetime, *, last: bool) -> Run:
    ident = f"r-{row.ident}-{int(at.timestamp())}"
    run = a_run(
        ident, row.ident, row.name, at, workspace_id="ws_acme", working_seconds=row.took,
        finished_at=at + timedelta(seconds=row.took), delivery=row.delivery if last else Delivery.DELIVERED,
    )  # fmt: skip
    match letter:
        case "x":
            kind, sentence = row.failure
            return _with(run, reason=Reason.FAILED, error_kind=kind, detail=sentence, delivery=Delivery.NONE)
        case "-":
            return _with(run, reason=Reason.SKIPPED_RUNNING, detail="It was still running.", delivery=Delivery.NONE)
        case _:
            return run


def _with(run: Run, **changes: object) -> Run:

    return replace(run, **changes)  # type: ignore[arg-type]


QUIET = (time(22), time(7))
"""The quiet hours of the picture."""
