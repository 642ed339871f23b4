"""The panel tells what the runs of a month are likely to cost, from what runs cost before."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.model import ModelConfig, Provider
from kata_desktop.domain.run import Usage
from kata_desktop.domain.task import Task
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.ui.dialogs.task_dialog.dialog import TaskDialog
from kata_desktop.ui.widgets.labels import Label
from tests.support.history_rows import a_run, put_run
from tests.ui.dialog.conftest import OpenDialog
from tests.ui.dialog.driving import choose, press, until

DAILY = TaskInput(prompt="Look", name="Look", workspace="ws_acme", cron=("0 9 * * *",))


async def paid(kata: Kata, task_id: str, model: str, *dollars: float) -> None:
    """Runs that cost so much, the newest last."""
    begin = kata.clock.now() - timedelta(days=30, minutes=len(model))
    for number, cost in enumerate(dollars):
        usage = Usage(input_tokens=10, cost_microdollars=round(cost * 1e6))
        slot = begin + timedelta(hours=number)
        run = a_run(f"r-{task_id}-{model}-{number}", task_id, "Look", slot, model=model, usage=usage)
        await kata.database.write(partial(put_run, run=run))


@pytest.fixture
async def task(kata: Kata) -> Task:
    for name in ("Claude", "Mistral"):
        await kata.models.add(ModelConfig(name=name, provider=Provider.OPENAI, model_id="m"))
    return await kata.scheduling.create(DAILY)


def said(dialog: TaskDialog) -> list[str]:
    return [each.text() for each in dialog._panel.findChildren(Label) if "a month" in each.text()]


async def test_nothing_is_said_about_money_that_nobody_knows(task: Task, open_dialog: OpenDialog) -> None:
    async with open_dialog(task) as dialog:
        await until(lambda: said(dialog))
        assert said(dialog) == ["About 30 runs a month"]


async def test_the_last_ten_paid_runs_of_the_task_tell(task: Task, kata: Kata, open_dialog: OpenDialog) -> None:
    await paid(kata, task.id, "Claude", 9, *[0.5] * 5, *[0.25] * 5, 0)
    async with open_dialog(task) as dialog:
        await until(lambda: said(dialog) == ["About 30 runs and $11.25 a month"])


async def test_a_new_task_goes_by_the_workspaces_model(task: Task, kata: Kata, open_dialog: OpenDialog) -> None:
    await paid(kata, task.id, "Claude", 0.1, 0.3)
    async with open_dialog(raw=DAILY) as dialog:
        await until(lambda: said(dialog) == ["About 30 runs and $6.00 a month"])


async def test_another_model_costs_something_else(task: Task, kata: Kata, open_dialog: OpenDialog) -> None:
    await paid(kata, task.id, "Claude", 0.1)
    await paid(kata, task.id, "Mistral", 0.01)
    async with open_dialog(task) as dialog:
        await until(lambda: said(dialog) == ["About 30 runs and $1.65 a month"])
        press(dialog, "Advanced")
        choose(dialog, "Model", "Mistral")
        await until(lambda: said(dialog) == ["About 30 runs and $0.30 a month"])
