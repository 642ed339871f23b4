"""The next 24 hours on the page of tasks."""

from __future__ import annotations

from kata_desktop.domain.task import TaskState
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.store import agenda, tasks
from kata_desktop.store.connection import Connection
from kata_desktop.ui.widgets.day_strip import DayStrip
from tests.support.eventually import eventually
from tests.support.window import Stage


def words(stage: Stage) -> str:
    strip = stage.window.tasks.strip.findChild(DayStrip)
    assert strip is not None
    return strip.accessibleName()


async def test_finished_tasks_leave_the_strip_also_when_no_other_is_left(still: Stage) -> None:
    await eventually("the plan", lambda: "Inbox triage" in words(still))
    now = still.kata.clock.now()

    def finish(db: Connection) -> None:
        for row in still.window.tasks.model.rows:
            tasks.set_state(db, row.task.id, TaskState.FINISHED, reason="It has no further run.", at=now)
            agenda.set_next(db, row.task.id, None, None)

    still.kata.database.write_now(finish)
    still.window.tasks.refresh()
    await eventually("its end", lambda: words(still) == "Next 24 hours: nothing planned")


async def test_a_task_of_every_minute_is_told_for_the_whole_day(still: Stage) -> None:
    await still.kata.scheduling.create(TaskInput(prompt="Look", name="Look", workspace="ws_acme", every="1m"))
    still.window.tasks.refresh()
    await eventually("the plan", lambda: "Look, 12 times from" in words(still))
    assert words(still).count("Look, 12 times from") >= 119
