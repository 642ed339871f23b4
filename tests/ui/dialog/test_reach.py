"""What plugins add to a task: a real channel to deliver to, with the rooms people wrote from, and events of plugins."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.plugin import PluginState
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.domain.trigger import Event
from kata_desktop.store import conversations
from kata_desktop.store.connection import Connection
from kata_desktop.ui.theme.theme import Theme
from tests.support.fake_channel import FarEnd, in_room
from tests.support.faulty.far_ends import FAR_ENDS
from tests.support.plugin_shelf import FAULTY, Shelf
from tests.support.running_plugins import ACME, HOME, row_when, running
from tests.ui.dialog.driving import named, opened, saved_id, until, write

MANIFEST = """
name = "Fake"
version = "1.0"
description = "A channel that tells of news."
kind = "channel"
[event_types]
new-entry = "Fake finds something new"
"""


@pytest_asyncio.fixture
async def talking(tmp_path: Path) -> AsyncIterator[Kata]:
    """The program with a channel that is connected in both workspaces; people wrote in two rooms of one."""
    FAR_ENDS.update({ACME: FarEnd(account="A1"), HOME: FarEnd(account="A2")})
    shelf = Shelf(tmp_path / "shelf")
    shelf.add("fake", FAULTY / "channel.py", MANIFEST, plain=False)
    async with running(tmp_path / "data", shelf.source()) as kata:
        await row_when(kata, ACME, "fake", PluginState.READY)
        await row_when(kata, HOME, "fake", PluginState.READY)
        await kata.database.write(partial(_people_wrote, now=kata.clock.now()))
        yield kata
    FAR_ENDS.clear()


def _people_wrote(db: Connection, now: datetime) -> None:
    for number, room in enumerate(("R1", "R2")):
        message = in_room(f"m{number}", "hi", room=room, conversation_name=f"#room{number}")
        conversations.heard(db, ACME, message, f"ses_{number}", now + timedelta(seconds=number))


async def test_a_room_that_somebody_wrote_from_becomes_a_target(talking: Kata, theme: Theme) -> None:
    async with opened(talking, theme) as dialog:
        more = dialog.form.delivery.more
        assert more.channel.current == "fake"
        assert [more.address.itemText(row) for row in range(more.address.count())] == ["#room1", "#room0"]
        write(dialog, "Prompt", "Say hello")
        QTest.keyClicks(more.field, "#room0")
        await until(lambda: dialog.form.delivery.words() == "Notifies you and goes to Fake #room0")
        QTest.keyClick(more.field, Qt.Key.Key_Return)
        assert named(dialog, "Fake #room0", QCheckBox).isChecked()
        assert more.field.text() == ""
        task = await talking.scheduling.get(await saved_id(dialog))
        assert [(target.kind, target.address) for target in task.spec.targets] == [("desktop", ""), ("fake", "R1")]


async def test_an_address_that_was_typed_and_not_added_counts(talking: Kata, theme: Theme) -> None:
    async with opened(talking, theme) as dialog:
        write(dialog, "Prompt", "Say hello")
        QTest.keyClicks(dialog.form.delivery.more.field, "somewhere else")
        task = await talking.scheduling.get(await saved_id(dialog))
        assert task.spec.targets[-1].address == "somewhere else"


async def test_a_target_of_a_task_has_the_name_of_its_room_and_is_no_change(talking: Kata, theme: Theme) -> None:
    raw = TaskInput(prompt="Hi", name="Hi", workspace=ACME, every="1h", targets=("fake:R2",))
    task = await talking.scheduling.create(raw)
    async with opened(talking, theme, task) as dialog:
        assert named(dialog, "Fake #room1", QCheckBox).isChecked()
        assert not dialog.review.dirty


async def test_another_workspace_has_its_own_rooms(talking: Kata, theme: Theme) -> None:
    async with opened(talking, theme) as dialog:
        dialog.form.what.workspace.set_current(HOME)
        await until(lambda: dialog.form.delivery.more.address.count() == 0)


async def test_a_channel_that_is_switched_off_is_not_offered(talking: Kata, theme: Theme) -> None:
    async with opened(talking, theme) as dialog:
        assert dialog.form.delivery.more.isVisible()
        await talking.plugins.switch(ACME, "fake", on=False)
        await until(lambda: not dialog.form.delivery.more.isVisible())


async def test_an_event_of_a_plugin_is_chosen_in_plain_words(talking: Kata, theme: Theme) -> None:
    async with opened(talking, theme) as dialog:
        write(dialog, "Prompt", "Read it")
        dialog.form.when.choose("event")
        events = dialog.form.when.event_form
        events.type.setCurrentIndex(events.type.findText("Fake finds something new"))
        assert events.narrowing.source.isVisible()
        write(dialog, "From", "https://feeds.example:8443/a")
        write(dialog, "Only when a line says", "*invoice*")
        task = await talking.scheduling.get(await saved_id(dialog))
        assert isinstance(task.spec.trigger, Event)
        assert (task.spec.trigger.type, task.spec.trigger.source, task.spec.trigger.filter) == (
            "fake.new-entry", "https://feeds.example:8443/a", "*invoice*",
        )  # fmt: skip
    async with opened(talking, theme, task) as again:
        events = again.form.when.event_form
        assert events.type.currentText() == "Fake finds something new"
        assert events.narrowing.source.text() == "https://feeds.example:8443/a"
        assert events.narrowing.pattern.text() == "*invoice*"
        assert not again.review.dirty


async def test_a_message_in_a_channel_starts_a_task(talking: Kata, theme: Theme) -> None:
    async with opened(talking, theme) as dialog:
        write(dialog, "Prompt", "File it")
        dialog.form.when.choose("event")
        events = dialog.form.when.event_form
        events.type.set_current("channel-message")
        assert not events.narrowing.source.isVisible()
        events.narrowing.channel.set_current("fake")
        task = await talking.scheduling.get(await saved_id(dialog))
        assert isinstance(task.spec.trigger, Event)
        assert (task.spec.trigger.type, task.spec.trigger.source) == ("channel-message", "fake")


@pytest.mark.parametrize("text", ["conversation:fake", "gone.new-entry:here:*x*"])
async def test_events_that_nobody_can_choose_are_kept_as_they_are(talking: Kata, theme: Theme, text: str) -> None:
    async with opened(talking, theme) as dialog:
        events = dialog.form.when.event_form
        events.show_input(TaskInput(on=text))
        assert events.collect(TaskInput()).on == text
        assert not events.narrowing.isVisible()
