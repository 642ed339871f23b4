"""The window around the pages: keys, banners, workspaces, palette, names for everything."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QScrollBar, QWidget

from kata_desktop.domain.task_input import TaskInput
from kata_desktop.ui.banners import Banners
from kata_desktop.ui.dialogs.command_palette import CommandPalette
from kata_desktop.ui.dialogs.question import Question
from kata_desktop.ui.dialogs.shortcuts_help import ShortcutsHelp
from kata_desktop.ui.dialogs.task_dialog.dialog import TaskDialog
from kata_desktop.ui.dialogs.workspace_dialog import WorkspaceDialog
from kata_desktop.ui.pages.tasks.row_widget import TaskRowWidget
from kata_desktop.ui.theme.theme import Theme
from kata_desktop.ui.widgets.banner import Banner
from tests.support.acme_tasks import Row, cron, fill
from tests.support.eventually import eventually
from tests.support.window import Stage

CTRL = Qt.KeyboardModifier.ControlModifier


def unnamed(window: QWidget) -> list[str]:
    """Everything a person can reach that a screen reader has no name for."""
    found = []
    for widget in window.findChildren(QWidget):
        reachable = widget.isVisible() and (
            widget.focusPolicy() != Qt.FocusPolicy.NoFocus or isinstance(widget, QAbstractButton)
        )
        if not reachable or isinstance(widget, QScrollBar):
            continue
        told = QAccessible.queryAccessibleInterface(widget)
        if not told.text(QAccessible.Text.Name).strip():
            found.append(f"{type(widget).__name__} {widget.objectName()} in {type(widget.parent()).__name__}")
    return found


async def test_everything_has_a_name(still: Stage) -> None:
    assert unnamed(still.window) == []


async def test_everything_has_a_name_before_the_first_task(stage: Stage) -> None:
    await eventually("the templates", stage.window.tasks.first.isVisible)
    assert unnamed(stage.window) == []


async def test_small_windows_leave_out_the_lesser_things(still: Stage, theme: Theme) -> None:
    still.window.resize(theme.px(700), theme.px(460))
    await eventually("the narrow sidebar", lambda: still.window.sidebar.width() < theme.px(100))
    assert not still.window.tasks.strip.isVisible()
    assert unnamed(still.window) == []
    row = still.row("inbox")
    assert row.switch.geometry().right() < row.menu_button.geometry().left()


async def test_large_text_still_fits_a_small_screen(still: Stage, theme: Theme) -> None:
    theme.set_text_scale(200)
    still.window.resize(1366, 768)
    await eventually("the layout", lambda: still.window.width() == 1366)
    row = still.row("inbox")
    menu = row.menu_button
    assert menu.mapTo(still.window, menu.rect().bottomRight()).x() <= 1366
    theme.set_text_scale(100)


async def test_a_thousand_tasks_need_a_handful_of_widgets(still: Stage) -> None:
    many = tuple(
        Row(ident=f"t{n}", name=f"Task {n:04}", trigger=cron(f"{n % 60} 9 * * *"), last=still.kata.clock.now())
        for n in range(1000)
    )
    still.kata.database.write_now(lambda db: fill(db, many))
    still.window.tasks.refresh()
    view = still.window.tasks.table.view
    await eventually("the first hundred", lambda: still.window.tasks.model.rowCount() == 100)
    view.setFocus()
    for _ in range(6):
        stage_key(still, Qt.Key.Key_End)
        await eventually("more", lambda: not still.window.tasks.busy)
    assert still.window.tasks.model.rowCount() == 1006
    widgets = still.window.findChildren(TaskRowWidget)
    assert len(widgets) < 40
    assert still.row(view.choice.current).hasFocus()


def stage_key(stage: Stage, key: Qt.Key) -> None:
    stage.key(key)


async def test_pausing_is_shown_everywhere_and_ends(stage: Stage) -> None:
    await stage.add("Inbox triage")
    await stage.kata.scheduling.pause_all()
    shown = stage.window.findChildren(Banners)[0].findChildren(Banner)
    await eventually("the banner", lambda: any(each.isVisible() for each in shown))
    task_id = stage.window.tasks.model.rows[0].task.id
    await eventually("the held row", lambda: "held: all is paused" in stage.row(task_id).accessibleName())
    stage.button("Resume all schedules").click()
    await eventually("its end", lambda: not any(each.isVisible() for each in shown))


async def test_a_pause_ends_by_itself_at_its_time(still: Stage) -> None:
    until = still.kata.clock.now() + timedelta(hours=3)
    await still.kata.scheduling.pause_all(until)
    card = still.window.sidebar.status
    await eventually("the words", lambda: card.accessibleName().startswith("Paused until 13:42"))


async def test_saying_a_task_opens_the_dialog_for_review(stage: Stage) -> None:
    asked: list[TaskInput] = []
    stage.window.tasks.task_wanted.disconnect()
    stage.window.tasks.task_wanted.connect(lambda _task, raw: asked.append(raw))
    line = stage.window.tasks.first.say.field
    QTest.keyClicks(line, "every weekday at 9 summarise my unread mail")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert asked[0].when == "every weekday at 9"
    assert asked[0].prompt == "Summarise my unread mail"
    stage.button("Use template: Meeting prep").click()
    assert asked[1].cron == ("30 8 * * *",)


async def test_the_dialog_of_a_task_opens_once(stage: Stage) -> None:
    task = await stage.add("Inbox triage")
    stage.window.open_task(task)
    stage.window.open_task(task)
    dialogs = stage.window.findChildren(TaskDialog)
    assert len(dialogs) == 1
    dialogs[0].close()


async def test_the_palette_finds_tasks_and_makes_new_ones(still: Stage) -> None:
    QTest.keyClick(still.window, Qt.Key.Key_K, CTRL)
    await eventually("the palette", lambda: still.window.findChildren(CommandPalette))
    palette = still.window.findChildren(CommandPalette)[0]
    chosen: list[str] = []
    palette.chosen.disconnect()
    palette.chosen.connect(lambda command: chosen.append(command.text))
    field = palette.findChildren(QLineEdit)[0]
    assert unnamed(palette) == []
    field.setText("run triage")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert chosen == ["Run now: Inbox triage"]


async def test_help_is_a_key_away(still: Stage) -> None:
    QTest.keyClick(still.window, Qt.Key.Key_F1)
    sheet = still.window.findChildren(ShortcutsHelp)[0]
    assert unnamed(sheet) == []
    sheet.close()


async def test_ctrl_f_goes_to_the_search(still: Stage) -> None:
    QTest.keyClick(still.window, Qt.Key.Key_F, CTRL)
    assert still.window.tasks.header.search.hasFocus()


async def test_a_workspace_is_made_renamed_and_shown(stage: Stage) -> None:
    stage.switching.start("new", "", stage.window)
    await eventually("the dialog", lambda: stage.window.findChildren(WorkspaceDialog))
    dialog = stage.window.findChildren(WorkspaceDialog)[0]
    assert unnamed(dialog) == []
    name, folder = dialog.findChildren(QLineEdit)[:2]
    name.setText("Acme Research")
    folder.setText(str(stage.kata.paths.data_dir / "new"))
    button = next(each for each in dialog.findChildren(QAbstractButton) if each.text() == "Create workspace")
    button.click()
    await eventually("the refusal", lambda: "Another workspace" in name.accessibleDescription())
    name.setText("Garden")
    button.click()
    await eventually(
        "the new one", lambda: stage.switching.current is not None and stage.switching.current.name == "Garden"
    )
    assert stage.button("Workspace: Garden. Switch workspace").isVisible()
    assert stage.kata.settings.current.last_workspace in {each.id for each in stage.switching.all}


async def test_what_the_tasks_of_a_workspace_share_is_set_in_its_settings(stage: Stage) -> None:
    assert stage.switching.current is not None
    ident = stage.switching.current.id
    stage.switching.start("edit", ident, stage.window)
    await eventually("the dialog", lambda: stage.window.findChildren(WorkspaceDialog))
    dialog = stage.window.findChildren(WorkspaceDialog)[0]
    assert unnamed(dialog) == []
    model, thinking = dialog.findChildren(QComboBox)
    model.setCurrentIndex(model.findData("Reminder"))
    thinking.setCurrentIndex(thinking.findText("High"))
    cost, runs = dialog.findChildren(QLineEdit)[-2:]
    assert runs.text() == "120"
    runs.setText("")
    cost.setText("much")
    save = next(each for each in dialog.findChildren(QAbstractButton) if each.text() == "Save")
    save.click()
    await eventually("the refusal", lambda: "an amount" in cost.accessibleDescription())
    assert cost.accessibleDescription().startswith("Daily limit in US dollars: "), "no key of the command line"
    errors = [each for each in dialog.findChildren(QLabel) if each.text() == cost.accessibleDescription()]
    assert len(errors) == 1
    await eventually("all of it to be seen", lambda: errors[0].height() >= errors[0].heightForWidth(errors[0].width()))
    assert (await stage.kata.workspaces.get(ident)).model == "", "all or nothing"
    cost.setText("$2,5")
    with_end = asyncio.Event()
    dialog.finished.connect(with_end.set)
    save.click()
    await asyncio.wait_for(with_end.wait(), 30)
    kept = await stage.kata.workspaces.get(ident)
    assert (kept.model, kept.thinking) == ("Reminder", "high")
    assert kept.quotas.cost_per_day_microdollars == 2_500_000
    assert kept.quotas.runs_per_hour is None


async def test_large_letters_leave_the_settings_of_a_workspace_on_the_screen(stage: Stage, theme: Theme) -> None:
    theme.set_text_scale(200)
    assert stage.switching.current is not None
    stage.switching.start("edit", stage.switching.current.id, stage.window)
    await eventually("the dialog", lambda: stage.window.findChildren(WorkspaceDialog))
    dialog = stage.window.findChildren(WorkspaceDialog)[0]
    assert dialog.frameGeometry().height() <= dialog.screen().availableGeometry().height()
    save = next(each for each in dialog.findChildren(QAbstractButton) if each.text() == "Save")
    await eventually("its button", lambda: save.visibleRegion().boundingRect() == save.rect())
    runs = dialog.findChildren(QLineEdit)[-1]
    runs.setText("many")
    save.click()
    await eventually("the refused field", lambda: runs.visibleRegion().boundingRect() == runs.rect())


async def test_removing_a_workspace_asks_first(stage: Stage) -> None:
    assert stage.switching.current is not None
    stage.switching.start("remove", stage.switching.current.id, stage.window)
    await eventually("the question", lambda: stage.window.findChildren(Question))
    question = stage.window.findChildren(Question)[0]
    assert unnamed(question) == []
    next(each for each in question.findChildren(QAbstractButton) if each.text() == "Remove workspace").click()
    await eventually("the end", lambda: [each.name for each in stage.switching.all] == ["Personal"])


async def test_page_and_place_are_remembered(still: Stage) -> None:
    still.window.open_page("activity")
    await eventually("the page", lambda: still.kata.settings.current.last_page == "activity")
    still.window.hide()
    await eventually("the place", lambda: still.kata.settings.current.window_geometry)


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
async def test_rows_mirror(still: Stage, direction: Qt.LayoutDirection) -> None:
    still.window.setLayoutDirection(direction)
    row = still.row("inbox")
    mirrored = direction is Qt.LayoutDirection.RightToLeft
    assert (row.switch.x() > row.menu_button.x()) == mirrored
