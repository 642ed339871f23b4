"""The list of tasks does what its rows, keys, filters and search say, on a real engine."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit

from kata_desktop.domain.errors import Unavailable
from kata_desktop.domain.listing import TaskFilter, TaskQuery, TaskRow, TaskSort
from kata_desktop.domain.run import RunState
from kata_desktop.domain.task import TaskState
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.scheduler.service import Scheduling
from kata_desktop.ui.widgets.toast import Toast
from tests.support.eventually import eventually
from tests.support.window import Stage, quiet

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def visible_texts(stage: Stage) -> list[str]:
    return [label.text() for label in stage.window.findChildren(QLabel) if label.isVisible()]


async def test_a_switch_pauses_and_resumes(stage: Stage) -> None:
    task = await stage.add("Inbox triage")
    stage.button("Inbox triage enabled").click()
    assert stage.window.tasks.model.expected == {task.id: False}, "it shows at once"
    await eventually("the answer", lambda: not stage.window.tasks.model.expected)
    assert (await stage.kata.scheduling.get(task.id)).state is TaskState.PAUSED
    assert not stage.button("Inbox triage enabled").isChecked()
    stage.button("Inbox triage enabled").click()
    await eventually("the answer", lambda: not stage.window.tasks.model.expected)
    assert (await stage.kata.scheduling.get(task.id)).state is TaskState.ACTIVE


async def test_a_refused_switch_goes_back_and_says_why(stage: Stage) -> None:
    task = await stage.add("Inbox triage")
    told: list[str] = []
    stage.bridge.told.connect(told.append)
    gone = "UPDATE tasks SET state = 'deleted' WHERE id = ?"
    stage.kata.database.write_now(lambda db: db.execute(gone, (task.id,)).rowcount)
    stage.button("Inbox triage enabled").click()
    assert not stage.button("Inbox triage enabled").isChecked()
    await eventually("the refusal", lambda: told)
    assert task.id in told[0]
    assert stage.button("Inbox triage enabled").isChecked()


async def test_rows_are_live(stage: Stage) -> None:
    task = await stage.add("Inbox triage")
    assert "Never run" in stage.row(task.id).accessibleName()
    stage.button("Run now: Inbox triage").click()
    await eventually("the result", lambda: "Succeeded" in stage.row(task.id).accessibleName())
    await stage.kata.scheduling.edit(task.id, TaskInput(name="Outbox triage"))
    await eventually("the new name", lambda: stage.names() == ["Outbox triage"])


async def test_filters_count_and_narrow(still: Stage) -> None:
    tools = still.window.tasks.tools
    assert len(still.names()) == 6
    assert still.button("Active  5").isVisible()
    still.button("Paused  1").click()
    await eventually("the paused one", lambda: still.names() == ["Morning headlines"])
    assert tools.filter is TaskFilter.PAUSED
    still.button("Needs attention  2").click()
    names = {"Review open pull requests", "Weekly revenue report"}
    await eventually("those that need attention", lambda: set(still.names()) == names)


async def test_search_finds_words_anywhere_and_says_when_there_are_none(still: Stage) -> None:
    search = still.window.tasks.header.search
    QTest.keyClicks(search, "revenue weekly")
    await eventually("the one", lambda: still.names() == ["Weekly revenue report"])
    search.setText("no such thing")
    await eventually("none", lambda: not still.names())
    await eventually("why", lambda: "No task matches" in visible_texts(still))
    still.button("Show all tasks").click()
    await eventually("all", lambda: len(still.names()) == 6)
    assert search.text() == ""


async def test_the_order_is_chosen(still: Stage) -> None:
    tools = still.window.tasks.tools
    assert still.names()[:2] == ["Inbox triage", "Review open pull requests"]
    tools.sort = TaskSort.NAME
    tools.changed.emit()
    await eventually("the order", lambda: still.names() == sorted(still.names()))


async def test_the_keyboard_reaches_every_row_and_verb(stage: Stage) -> None:
    first, second = await stage.add("Alpha"), await stage.add("Beta", cron=("0 9 1 1 *",))
    view = stage.window.tasks.table.view
    view.setFocus()
    assert stage.row(first.id).hasFocus()
    stage.key(Qt.Key.Key_Down)
    assert stage.row(second.id).hasFocus()
    stage.key(Qt.Key.Key_Space)
    await eventually("the pause", lambda: not stage.row(second.id).switch.isChecked())
    stage.key(Qt.Key.Key_D, CTRL)
    await eventually("the copy", lambda: "Beta 2" in stage.names())
    edited: list[object] = []
    stage.window.tasks.task_wanted.disconnect()
    stage.window.tasks.task_wanted.connect(lambda task, _raw: edited.append(task.id))
    stage.window.tasks.table.view.show_task(first.id)
    stage.key(Qt.Key.Key_Return)
    assert edited == [first.id]
    stage.key(Qt.Key.Key_R, CTRL)
    await eventually("the run", lambda: "Succeeded" in stage.row(first.id).accessibleName())


async def test_a_row_that_the_keyboard_pauses_stays_in_sight(stage: Stage) -> None:
    for number in range(20):
        raw = TaskInput(prompt="Look", name=f"Task {number:02}", workspace="ws_acme", every=f"{number + 2}h")
        await stage.kata.scheduling.create(raw)
    view = stage.window.tasks.table.view
    await eventually("all rows", lambda: len(stage.names()) == 20)
    first = (await stage.kata.scheduling.find("Task 00")).id
    view.show_task(first)
    stage.key(Qt.Key.Key_Space)
    await eventually("its new place", lambda: stage.names()[-1] == "Task 00")
    row = stage.row(first)
    assert row.hasFocus()
    assert view.viewport().rect().contains(row.geometry())


async def test_tab_goes_through_the_controls_of_one_row_only(stage: Stage) -> None:
    first = await stage.add("Alpha")
    await stage.add("Beta", cron=("0 9 1 1 *",))
    stage.window.tasks.table.view.setFocus()
    row = stage.row(first.id)
    seen = []
    for _ in range(3):
        stage.key(Qt.Key.Key_Tab)
        focused = stage.window.focusWidget()
        assert focused is not None
        seen.append(focused.accessibleName())
    assert seen == ["Alpha enabled", "Run now: Alpha", "More actions: Alpha"]
    stage.key(Qt.Key.Key_Tab)
    assert not row.isAncestorOf(stage.window.focusWidget())


async def test_deleting_can_be_undone(stage: Stage) -> None:
    task = await stage.add("Inbox triage")
    stage.window.tasks.table.view.show_task(task.id)
    stage.key(Qt.Key.Key_Delete)
    await eventually("the end of the row", lambda: not stage.names())
    await eventually("the message", lambda: stage.window.findChildren(Toast))
    stage.button("Undo").click()
    await eventually("the row again", lambda: stage.names() == ["Inbox triage"])


async def test_a_row_that_comes_back_has_the_keyboard(stage: Stage) -> None:
    first, second = await stage.add("Alpha"), await stage.add("Beta", cron=("0 9 1 1 *",))
    stage.window.tasks.table.view.show_task(first.id)
    stage.key(Qt.Key.Key_Delete)
    await eventually("the neighbour's turn", lambda: stage.names() == ["Beta"] and stage.row(second.id).hasFocus())
    await eventually("the message", lambda: stage.window.findChildren(Toast))
    stage.button("Undo").click()
    await eventually("the row again", lambda: "Alpha" in stage.names() and stage.row(first.id).hasFocus())
    stage.key(Qt.Key.Key_Space)
    await eventually("the answer", lambda: not stage.window.tasks.model.expected)
    assert (await stage.kata.scheduling.get(first.id)).state is TaskState.PAUSED
    assert (await stage.kata.scheduling.get(second.id)).state is TaskState.ACTIVE


async def test_a_row_that_comes_back_out_of_sight_never_takes_the_keyboard(stage: Stage) -> None:
    first = await stage.add("Alpha")
    await stage.add("Beta", cron=("0 9 1 1 *",))
    page = stage.window.tasks
    page.table.view.show_task(first.id)
    stage.key(Qt.Key.Key_Delete)
    await eventually("the message", lambda: stage.window.findChildren(Toast) and stage.names() == ["Beta"])
    page.tools.set_filter(TaskFilter.PAUSED)
    page.tools.changed.emit()
    await eventually("no row", lambda: not stage.names())
    stage.button("Undo").click()
    await eventually("the undo", lambda: page._counts.all == 2)
    await quiet(stage.bridge, page)
    page.focus_search()
    page.tools.set_filter(TaskFilter.ALL)
    page.tools.changed.emit()
    await eventually("both rows", lambda: len(stage.names()) == 2)
    await quiet(stage.bridge, page)
    assert page.header.search.hasFocus()


async def test_several_are_chosen_and_switched_off_together(stage: Stage) -> None:
    tasks = [await stage.add(name, cron=(f"0 {hour} * * *",)) for hour, name in enumerate(("A", "B", "C"))]
    view = stage.window.tasks.table.view
    view.show_task(stage.window.tasks.model.rows[0].task.id)
    stage.key(Qt.Key.Key_Down, SHIFT)
    assert len(view.choice.ids) == 2
    stage.button("Clear").click()
    view.setFocus()
    stage.key(Qt.Key.Key_A, CTRL)
    await eventually("all chosen", lambda: len(view.choice.ids) == 3)
    stage.button("Pause").click()
    await eventually(
        "all paused", lambda: all(row.task.state is TaskState.PAUSED for row in stage.window.tasks.model.rows)
    )
    assert len(tasks) == 3


async def test_a_click_with_ctrl_adds_a_row(still: Stage) -> None:
    for ident in ("inbox", "news"):
        QTest.mouseClick(still.row(ident), Qt.MouseButton.LeftButton, CTRL, QPoint(200, 20))
    assert list(still.window.tasks.table.view.choice.ids) == ["inbox", "news"]
    assert still.button("Delete").isVisible()


async def test_a_running_task_shows_stop_and_is_stopped(stage: Stage) -> None:
    from tests.support.slow_handler import slow_handler

    gate = asyncio.Event()
    unregister = stage.kata.scheduling.register(slow_handler(gate))
    task = await stage.add("Slow")
    stage.button("Run now: Slow").click()
    await eventually("running", lambda: "Running now" in stage.row(task.id).accessibleName())
    stage.button("Stop: Slow").click()
    await eventually("stopped", lambda: "Stopped" in stage.row(task.id).accessibleName())
    gate.set()
    unregister()


async def test_a_burst_of_events_is_read_a_few_times(stage: Stage) -> None:
    from kata_desktop.domain.events import RunChanged

    await stage.add("Inbox triage")
    await quiet(stage.bridge, stage.overview, stage.window.tasks)  # only the burst is counted
    heard: list[object] = []
    stage.bridge.runs_changed.connect(heard.append)
    for number in range(1000):
        stage.kata.bus.publish(
            RunChanged(run_id=f"r{number % 10}", task_id="t", workspace_id="ws_acme", state=RunState.RUNNING)
        )
    await eventually("the telling", lambda: heard)
    await asyncio.sleep(0.2)
    assert len(heard) == 1
    assert len(heard[0]) == 10  # type: ignore[arg-type]


async def test_every_kind_of_result_is_told(still: Stage) -> None:
    told = {ident: still.row(ident).accessibleName() for ident in ("inbox", "pulls", "brief", "dinner", "revenue")}
    assert "Last result: Succeeded, yesterday · 48 s" in told["inbox"]
    assert "Next run: 12:00, in 1 h 18 min" in told["inbox"]
    assert "Last result: Failed, 10:24 · GitHub token expired" in told["pulls"]
    assert "Last result: Running now, 2 min 10 s · step 3" in told["brief"]
    assert "Last result: Never run" in told["dinner"]
    assert "Last result: Waiting for you" in told["revenue"]
    assert "Paused, by you, 12 March" in still.row("news").accessibleName()


async def test_chosen_tasks_are_exported_alone(stage: Stage, tmp_path: Path) -> None:
    for hour, name in enumerate(("A", "B", "C")):
        await stage.add(name, cron=(f"0 {hour} * * *",))
    view = stage.window.tasks.table.view
    view.show_task(stage.window.tasks.model.rows[0].task.id)
    stage.key(Qt.Key.Key_Down, SHIFT)
    stage.button("Export…").click()
    await eventually("the question for a file", lambda: stage.window.findChildren(QFileDialog))
    file = tmp_path / "two.json"
    dialog = stage.window.findChildren(QFileDialog)[0]
    dialog.findChildren(QLineEdit)[0].setText(str(file))
    dialog.accept()
    await eventually("the file", file.exists)
    names = [task["name"] for task in json.loads(file.read_text(encoding="utf-8"))["tasks"]]
    assert len(names) == 2


class Silent:
    """The list of tasks on a disk that does not answer until somebody mends it."""

    def __init__(self, scheduling: Scheduling) -> None:
        self._scheduling = scheduling
        self.mended = False

    async def tasks(self, query: TaskQuery) -> list[TaskRow]:
        if not self.mended:
            raise Unavailable("The disk does not answer; look at it and try again.")
        return await self._scheduling.tasks(query)


async def test_a_list_that_cannot_be_read_is_said_and_tried_again(still: Stage) -> None:
    broken = Silent(still.kata.scheduling)
    still.window.tasks.model._scheduling = broken  # type: ignore[assignment]
    still.window.tasks.refresh()
    await eventually("the sentence", lambda: "The tasks cannot be shown" in visible_texts(still))
    broken.mended = True
    still.button("Try again").click()
    await eventually("the rows", still.window.tasks.table.isVisible)
    assert len(still.names()) == 6
