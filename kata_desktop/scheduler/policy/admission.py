"""Whether a run whose time has come may start now: budget, and what else of its task has not ended."""

from __future__ import annotations

from dataclasses import replace

from kata_desktop.domain.run import Reason
from kata_desktop.domain.task import Overlap, Task
from kata_desktop.scheduler.policy.decision import Decision, Planned, Situation


def admit(task: Task, run: Planned, at: Situation) -> Decision:
    """Apply budget and overlap rules to a run that would start."""
    if at.spent is not None:
        skipped = replace(run, reason=Reason.SKIPPED_BUDGET, detail=at.spent.sentence, spent=at.spent)
        return Decision(rows=(skipped,))
    if not at.open_runs:
        return Decision(rows=(run,))
    running = [other for other in at.open_runs if other.started]
    waiting = [other for other in at.open_runs if not other.started]
    detail = "The run before it was still going." if running else "The run before it had not started yet."
    still = replace(run, reason=Reason.SKIPPED_RUNNING, detail=detail)
    match task.spec.overlap:
        case Overlap.SKIP:
            return Decision(rows=(still,))
        case Overlap.QUEUE if waiting:
            return Decision(rows=(replace(still, detail="Another run of it already waited."),))
        case Overlap.QUEUE:
            return Decision(rows=(replace(run, after_run=running[-1].id),))
        case Overlap.RESTART:
            replaced = tuple(other.id for other in at.open_runs)
            return Decision(rows=(replace(run, after_run=running[-1].id if running else ""),), cancel=replaced)
        case Overlap.PARALLEL:
            return Decision(rows=(run,))
