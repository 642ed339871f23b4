"""What came out of an execution is stored, together with all that it has not stored yet."""

from __future__ import annotations

from kata_desktop.domain.handler import Result
from kata_desktop.scheduler.engine import finishing
from kata_desktop.scheduler.engine.executor import Ended, Execution
from kata_desktop.scheduler.engine.finishing import Failure
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.store.connection import Connection


def close(db: Connection, world: World, told: Told, *, execution: Execution, outcome: Result | Failure | Ended) -> bool:
    """End the run of an execution; False when the run is not this process's any more."""
    claimed, working = execution.claimed, execution.working
    execution.context.store(execution.rest, db)
    if execution.last_step is not None:
        execution.store_step(db, execution.last_step, world.now)
    match outcome:
        case Result():
            return finishing.complete(db, world, claimed, outcome, working, told)
        case Failure():
            return finishing.fail(db, world, claimed, outcome, working, told)
        case Ended(reason=reason, sentence=sentence, kind=kind):
            return finishing.end(db, world, claimed, reason, sentence, told, kind=kind, working=working)
