"""From a run that needs another task: the button of its cause opens the task's dialog."""

from __future__ import annotations

from datetime import timedelta

from kata_desktop.domain.run import Reason
from kata_desktop.domain.task import TaskState
from kata_desktop.store import tasks
from kata_desktop.ui.dialogs.task_dialog.dialog import TaskDialog
from kata_desktop.ui.widgets.buttons import Button
from tests.support.eventually import eventually
from tests.support.history_rows import a_run, put_run
from tests.support.window import Stage


async def _timed_out(stage: Stage) -> Button:
    """Show a run that took too long; gives the button of its cause."""
    slot = stage.kata.clock.now() - timedelta(minutes=7)
    run = a_run("r-slow", "inbox", "Inbox triage", slot, reason=Reason.TIMED_OUT, detail="It took too long.")
    stage.kata.database.write_now(lambda db: put_run(db, run))
    stage.window.open_page("activity", run.id)

    def button() -> list[Button]:
        found = stage.window.findChildren(Button)
        return [each for each in found if each.text() == "Edit task…" and each.isVisible()]

    await eventually("the button", button)
    return button()[0]


async def test_edit_task_opens_the_dialog(still: Stage) -> None:
    (await _timed_out(still)).click()
    await eventually("the dialog", lambda: still.window.findChildren(TaskDialog))
    dialog = still.window.findChild(TaskDialog)
    assert dialog is not None
    assert dialog.isVisible()
    assert "Inbox triage" in dialog.windowTitle()
    assert still.window.page == "activity", "the page stays where the person was"


async def test_a_task_that_is_gone_is_not_edited(still: Stage) -> None:
    now, told = still.kata.clock.now(), list[str]()
    still.bridge.told.connect(told.append)
    button = await _timed_out(still)
    still.kata.database.write_now(lambda db: tasks.set_state(db, "inbox", TaskState.DELETED, reason="", at=now))
    button.click()
    await eventually("the sentence", lambda: told)
    assert not still.window.findChildren(TaskDialog)
