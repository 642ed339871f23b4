"""Paused before the engine has looked: what came due earlier was missed, it was not skipped by the pause."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kata_desktop.domain.notification import NotificationKind
from kata_desktop.domain.task import CatchUp, TaskState
from kata_desktop.domain.trigger import Once
from tests.support.sim.computer import SimComputer
from tests.support.sim.tasks import add, at, brief, history, hourly, messages, task


def jump(computer: SimComputer) -> None:
    """From 08:00 to 12:30; the engine has had no time to notice."""
    computer.clock.set_wall(timedelta(hours=4, minutes=30))


async def pause(computer: SimComputer, scope: str) -> None:
    match scope:
        case "task":
            await computer.scheduling.pause("task")
        case "workspace":
            await computer.scheduling.pause_all(workspace_id="home")
        case _:
            await computer.scheduling.pause_all()


@pytest.mark.parametrize("scope", ["task", "workspace", "everything"])
async def test_what_came_due_before_the_pause_follows_the_catch_up_rule(computer: SimComputer, scope: str) -> None:
    await add(computer, hourly())
    jump(computer)
    await pause(computer, scope)
    await computer.run(hours=1)
    rows = brief(history(computer))
    assert rows[0] == ("11:00", "schedule", "missed", 3), "09:00, 10:00 and 11:00"
    assert rows[1] == ("12:00", "catch-up", "skipped: paused", 1), "its turn came in the pause"
    assert [row[2] for row in rows[2:]] == ["skipped: paused"]
    assert computer.work[0].calls == []


async def test_a_task_that_skips_what_it_missed(computer: SimComputer) -> None:
    await add(computer, hourly(), catch_up=CatchUp.SKIP)
    jump(computer)
    await computer.scheduling.pause("task")
    await computer.run(hours=1)
    assert brief(history(computer))[0] == ("12:00", "schedule", "missed", 4)


async def test_the_digest_counts_what_the_pause_found(computer: SimComputer) -> None:
    await add(computer, hourly(), catch_up=CatchUp.SKIP)
    jump(computer)
    await computer.scheduling.pause("task")
    await computer.run(5)
    assert [item.body for item in messages(computer, NotificationKind.MISSED)], "nothing is silent"


async def test_the_last_occurrence_does_not_run_into_the_pause(computer: SimComputer) -> None:
    await add(computer, Once(local=at(9).replace(tzinfo=None), zone="UTC"))
    jump(computer)
    await computer.scheduling.pause("task")
    await computer.run(hours=1)
    assert brief(history(computer)) == [("09:00", "catch-up", "skipped: paused", 1)]
    assert task(computer).state is TaskState.FINISHED
    assert computer.work[0].calls == []


async def test_another_workspace_goes_on(computer: SimComputer) -> None:
    computer.add_workspace("other")
    await add(computer, hourly(), ident="away", workspace_id="other")
    jump(computer)
    await computer.scheduling.pause_all(workspace_id="home")
    await computer.run(hours=1)
    assert [call.prompt for call in computer.work[0].calls] == ["Do away", "Do away"]
