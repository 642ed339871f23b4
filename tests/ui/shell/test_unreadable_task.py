"""The page of tasks goes on when one of them cannot be read, says so in its row, and lets a person delete it."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from kata_desktop.ui.pages.tasks.row_menu import fill_row_menu
from tests.support.corruptions import CORRUPTIONS, corrupt
from tests.support.eventually import eventually
from tests.support.window import Stage


async def broken(stage: Stage, how: str) -> str:
    """Two tasks, of which one is changed behind the page's back."""
    task = await stage.add("Inbox triage")
    stage.kata.database.write_now(lambda db: corrupt(db, task.id, how))
    await stage.add("Weekly report")
    await eventually("the sentence", lambda: "cannot read" in stage.row(task.id).accessibleName())
    return task.id


@pytest.mark.parametrize("how", ["no JSON", "an unknown choice", "a missing key", "an unknown key", "a wrong type"])
async def test_its_row_says_why_and_the_others_stand(stage: Stage, how: str) -> None:
    task_id = await broken(stage, how)
    words = stage.row(task_id).accessibleName()
    assert words.startswith("Inbox triage. Kata cannot read this task (")
    assert CORRUPTIONS[how][1] in words
    assert sorted(stage.names()) == ["Inbox triage", "Weekly report"]
    assert "cannot read" not in stage.row(next(row.task.id for row in stage.window.tasks.model.rows
                                               if row.task.id != task_id)).accessibleName()  # fmt: skip
    assert not stage.button("Inbox triage enabled").isEnabled()
    assert not stage.button("Inbox triage enabled").isChecked()


async def test_its_button_leads_to_the_backups(stage: Stage) -> None:
    await broken(stage, "a missing key")
    wanted: list[tuple[str, str]] = []
    stage.bridge.page_wanted.connect(lambda page, part: wanted.append((page, part)))
    stage.button("Fix: Inbox triage").click()
    assert wanted == [("settings", "storage")]


async def test_it_can_be_deleted_and_nothing_else(stage: Stage) -> None:
    task_id = await broken(stage, "a missing key")
    told: list[str] = []
    stage.bridge.told.connect(told.append)
    row = stage.window.tasks.model.row(task_id)
    assert row is not None
    menu = QMenu()
    fill_row_menu(menu, stage.window.tasks._theme, row, stage.window.tasks.actions_)
    assert [action.text().partition("\t")[0] for action in menu.findChildren(QAction) if action.text()] == ["Delete"]
    stage.window.tasks.actions_.start("edit", [task_id])
    assert told == [row.task.unreadable]
    stage.window.tasks.actions_.start("run", [task_id])
    await eventually("the refusal", lambda: len(told) == 2)
    assert told[1] == row.task.unreadable
    stage.window.tasks.actions_.start("delete", [task_id])
    await eventually("its end", lambda: stage.names() == ["Weekly report"])
