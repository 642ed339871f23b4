"""The first steps: each does what it says, can be left out, and goes on where it was left."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QRadioButton, QScrollBar, QWidget
from shiboken6 import delete, isValid

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.desktop.autostart import XdgAutostart
from kata_desktop.domain.model import ModelConfig, Provider
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.dialogs.first_start.dialog import FirstStart
from kata_desktop.ui.dialogs.first_start.model_step import ModelStep
from kata_desktop.ui.dialogs.first_start.template_step import TemplateStep
from kata_desktop.ui.pages.settings.model_dialog import ModelDialog
from kata_desktop.ui.theme.theme import Theme
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.switch import Switch
from tests.support.built_kata import built_kata
from tests.support.eventually import eventually
from tests.support.named import named

Steps = Callable[[], AbstractAsyncContextManager[FirstStart]]
LAST = 3


@pytest_asyncio.fixture
async def kata(tmp_path: Path) -> AsyncIterator[Kata]:
    async with built_kata(tmp_path / "data", SystemClock()) as made:
        made.vault.use_memory_only()
        await made.engine.start()
        yield made
        await made.engine.stop(limit=2)


@pytest.fixture
def login(tmp_path: Path) -> XdgAutostart:
    return XdgAutostart(("/usr/bin/kata-desktop", "--hidden"), tmp_path / "config")


@pytest.fixture
def steps(kata: Kata, theme: Theme, login: XdgAutostart) -> Steps:
    """Opens the dialog; it is gone at the end of the block, while the loop still runs."""

    @asynccontextmanager
    async def shown() -> AsyncIterator[FirstStart]:
        bridge = Bridge(kata.bus, kata.clock)
        dialog = FirstStart(kata, theme, bridge, login=login)
        dialog.show()
        try:
            yield dialog
        finally:
            if isValid(dialog):
                delete(dialog)
            bridge.close()

    return shown


async def at(dialog: FirstStart, place: int) -> None:
    await eventually(f"step {place + 1}", lambda: dialog.place == place)


async def filled(dialog: FirstStart) -> QLineEdit:
    """The field for the name, once the workspace was read."""
    name = named(dialog, QLineEdit, "Name")
    await eventually("the workspace", name.text)
    return name


def press(dialog: FirstStart, name: str) -> None:
    named(dialog, Button, name).click()


async def test_from_the_first_step_to_the_last(steps: Steps, kata: Kata, tmp_path: Path) -> None:
    async with steps() as dialog:
        (await filled(dialog)).setText("My work")
        named(dialog, QLineEdit, "Folder").setText(str(tmp_path / "my work"))
        press(dialog, "Next")
        await at(dialog, 1)
        await eventually("the Reminder", lambda: dialog.steps[1].findChildren(QRadioButton))
        press(dialog, "Next")
        await at(dialog, 2)
        press(dialog, "Create task")
        await at(dialog, LAST)
        press(dialog, "Finish")
        await eventually("the end", lambda: kata.settings.current.onboarding_done)
        await eventually("the closed window", lambda: not isValid(dialog) or not dialog.isVisible())
    space = next(each for each in await kata.workspaces.all() if each.name == "My work")
    assert space.folder == str(tmp_path / "my work")
    (task,) = await kata.scheduling.tasks()
    assert (task.task.spec.name, task.task.spec.workspace_id) == ("Inbox triage", space.id)
    assert kata.settings.current.onboarding_step == 0


async def test_a_wrong_name_is_said_at_its_field(steps: Steps) -> None:
    async with steps() as dialog:
        name = await filled(dialog)
        name.clear()
        press(dialog, "Next")
        await eventually("the error", lambda: "Empty" in name.accessibleDescription())
        assert dialog.place == 0


async def test_every_step_can_be_left_out(steps: Steps, kata: Kata) -> None:
    before = await kata.workspaces.all()
    async with steps() as dialog:
        (await filled(dialog)).setText("Unwanted")
        for place in range(LAST):
            await at(dialog, place)
            press(dialog, "Skip this step")
        await at(dialog, LAST)
        press(dialog, "Finish")
        await eventually("the end", lambda: kata.settings.current.onboarding_done)
    assert await kata.workspaces.all() == before
    assert await kata.scheduling.tasks() == []


async def test_closing_keeps_the_place(steps: Steps, kata: Kata) -> None:
    async with steps() as dialog:
        await filled(dialog)
        press(dialog, "Next")
        await eventually("the note", lambda: kata.settings.current.onboarding_step == 1)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()
    assert not kata.settings.current.onboarding_done
    async with steps() as again:
        assert again.place == 1
        press(again, "Back")
        await at(again, 0)


async def test_skipping_all_is_for_good(steps: Steps, kata: Kata) -> None:
    async with steps() as dialog:
        press(dialog, "Skip set-up")
        await eventually("the end", lambda: kata.settings.current.onboarding_done)


async def test_a_model_is_added_tested_and_chosen(steps: Steps, kata: Kata) -> None:
    await kata.models.add(ModelConfig(name="Claude", provider=Provider.ANTHROPIC, model_id="m"))
    await kata.settings.change("onboarding_step", 1)
    async with steps() as dialog:
        step = dialog.steps[1]
        assert isinstance(step, ModelStep)
        await eventually("the models", lambda: step.options.current == "Claude")
        press(dialog, "Add model…")
        added = await eventually("the dialog", lambda: dialog.findChild(ModelDialog))
        named(added, QLineEdit, "Name").setText("Mine")
        named(added, QLineEdit, "Key").setText("canary-key-0123456789")
        named(added, QComboBox, "Model").setCurrentText("gpt-4o-mini")
        named(added, Button, "Add model").click()
        await eventually("the choice", lambda: step.options.current == "Mine")
        named(dialog, QRadioButton, "Reminder").click()
        press(dialog, "Test")
        await eventually("the sentence", lambda: "needs no model" in step.said)
        press(dialog, "Next")
        await at(dialog, 2)
    assert [each.name for each in await kata.models.all() if each.is_default] == ["Reminder"]


async def test_a_template_is_tried_before_it_is_kept(steps: Steps, kata: Kata) -> None:
    await kata.settings.change("onboarding_step", 2)
    async with steps() as dialog:
        step = dialog.steps[2]
        assert isinstance(step, TemplateStep)
        named(dialog, QRadioButton, "Meeting prep").click()
        press(dialog, "Test run")
        await eventually("the result", lambda: "succeeded" in step.card.title)
        assert step.card.text.startswith("Prepare me for today’s meetings")
        assert await kata.scheduling.tasks() == [], "a test keeps nothing"
        press(dialog, "Create task")
        await at(dialog, LAST)
        press(dialog, "Back")
        await at(dialog, 2)
        press(dialog, "Next")
        await at(dialog, LAST)
    assert [each.task.spec.name for each in await kata.scheduling.tasks()] == ["Meeting prep"]


async def test_starting_at_login_is_switched_on(steps: Steps, kata: Kata, login: XdgAutostart) -> None:
    await kata.settings.change("onboarding_step", LAST)
    async with steps() as dialog:
        named(dialog, Switch, "Start at login").click()
        await eventually("the entry", login.enabled)
        named(dialog, Switch, "Results").click()
        await eventually("the setting", lambda: not kata.settings.current.notify_result)


@pytest.mark.parametrize("place", range(LAST + 1))
async def test_everything_has_a_name(steps: Steps, kata: Kata, place: int) -> None:
    await kata.settings.change("onboarding_step", place)
    async with steps() as dialog:
        await eventually("what can be chosen", lambda: [*reachable(dialog)])
        await kata.models.all()
        nameless = [each for each in reachable(dialog) if not spoken(each)]
        assert nameless == []
        assert spoken(dialog.steps[place])


def reachable(dialog: FirstStart) -> list[QWidget]:
    found = [each for each in dialog.findChildren(QWidget) if each.isVisible() and not isinstance(each, QScrollBar)]
    return [each for each in found if each.focusPolicy() != Qt.FocusPolicy.NoFocus or isinstance(each, QAbstractButton)]


def spoken(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name).strip()
