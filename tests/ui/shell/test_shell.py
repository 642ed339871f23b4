"""Tray and window together: nothing is built before it is wanted, and events from outside bring it up or end it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from PySide6.QtWidgets import QApplication, QMenu

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.events import NEW_TASK, QuitRequested, ShowWindow
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.ui.dialogs.first_start.dialog import FirstStart
from kata_desktop.ui.dialogs.task_dialog.dialog import TaskDialog
from kata_desktop.ui.main_window import MainWindow
from kata_desktop.ui.shell import Shell
from kata_desktop.ui.theme.theme import Theme, ThemeMode
from tests.support.eventually import eventually
from tests.support.window import quiet


@pytest_asyncio.fixture
async def shell(qapp: QApplication, kata: Kata, theme: Theme) -> AsyncIterator[Shell]:
    await kata.settings.change("onboarding_done", value=True)
    made = Shell(qapp, kata, theme)
    made.start(hidden=True)
    await quiet(made.bridge, made.menu)
    yield made
    made.stop()
    await kata.spawner.close()
    made.delete()


async def test_a_hidden_start_builds_no_window(shell: Shell) -> None:
    assert shell.window is None


async def test_a_second_start_brings_the_window_up(shell: Shell, kata: Kata) -> None:
    kata.bus.publish(ShowWindow())
    assert shell.window is not None
    assert shell.window.isVisible()
    assert shell.window.page == "tasks"
    first = shell.window
    shell.window.hide()
    kata.bus.publish(ShowWindow(page="settings"))
    assert shell.window is first
    assert shell.window.isVisible()
    assert shell.window.page == "settings"


async def test_the_wish_for_a_new_task_opens_its_dialog(shell: Shell, kata: Kata) -> None:
    kata.bus.publish(ShowWindow(page=NEW_TASK))
    window = shell.window
    assert window is not None
    dialog = await eventually_dialog(window)
    assert dialog.windowTitle() == "New scheduled prompt"
    assert dialog.form.collect().workspace, "also when the program has just been started"


async def eventually_dialog(window: MainWindow) -> TaskDialog:
    await eventually("the dialog", lambda: [each for each in window.findChildren(TaskDialog) if each.isVisible()])
    dialog = window.findChild(TaskDialog)
    assert dialog is not None
    return dialog


async def test_a_new_window_begins_with_the_first_steps(shell: Shell, kata: Kata) -> None:
    await kata.settings.change("onboarding_done", value=False)
    await kata.settings.change("onboarding_step", 2)
    shell.show_window()
    window = shell.window
    assert window is not None
    await eventually("the first steps", lambda: window.findChildren(FirstStart))
    found = window.findChild(FirstStart)
    assert found is not None
    assert found.isVisible()
    assert found.place == 2, "where they were left"
    window.open_first_steps()
    assert len(window.findChildren(FirstStart)) == 1


async def test_who_has_tasks_already_is_not_welcomed(shell: Shell, kata: Kata) -> None:
    await kata.settings.change("onboarding_done", value=False)
    await kata.scheduling.create(TaskInput(prompt="Look", name="Look", every="2h"))
    shell.show_window()
    await eventually("the note", lambda: kata.settings.current.onboarding_done)
    assert shell.window is not None
    assert not shell.window.findChildren(FirstStart)


async def test_a_click_shows_and_hides(shell: Shell) -> None:
    shell.toggle_window()
    assert shell.window is not None
    shell.window.activateWindow()
    await eventually("the window in front", shell.window.isActiveWindow)
    shell.toggle_window()
    assert not shell.window.isVisible()
    shell.toggle_window()
    assert shell.window.isVisible()


async def test_somebody_ends_the_program(shell: Shell, kata: Kata) -> None:
    ended: list[int] = []
    shell.ended.connect(lambda: ended.append(1))
    kata.bus.publish(QuitRequested())
    assert ended == [1]


async def test_looks_follow_the_settings_at_once(shell: Shell, kata: Kata, theme: Theme) -> None:
    shell.show_window()
    await kata.settings.change("theme", "dark")
    await eventually("the dark look", lambda: theme.mode is ThemeMode.DARK)
    await kata.settings.change("text_scale", 150)
    await eventually("the large text", lambda: theme.text_scale == 150)
    await kata.settings.change("theme", "contrast")
    await eventually("the strong look", lambda: theme.mode is ThemeMode.HIGH_CONTRAST)


async def test_the_pause_of_the_tray_menu_pauses(shell: Shell, kata: Kata) -> None:
    pauses = next(action.menu() for action in shell.menu.menu.actions() if action.text() == "Pause schedules")
    assert isinstance(pauses, QMenu)
    pauses.actions()[-1].trigger()
    resume = next(action for action in shell.menu.menu.actions() if action.text() == "Resume schedules")
    await eventually("the way back", resume.isVisible)
    assert (await kata.scheduling.status()).paused_all
