"""Storage, notifications and about: files out and in, backups, diagnostics without secrets, a test notification."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLineEdit, QPlainTextEdit

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.events import OutboxChanged, QuitRequested
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.ui.dialogs.question import Question
from kata_desktop.ui.pages.settings.import_dialog import ImportDialog
from kata_desktop.ui.pages.settings.login_command import login_command
from kata_desktop.ui.pages.settings.page import SettingsPage
from kata_desktop.ui.pages.settings.setting_row import SettingRow
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.labels import Label
from tests.support.eventually import eventually
from tests.support.named import named


async def choose(page: SettingsPage, file: Path) -> None:
    """Answer the file dialog that is open."""
    dialog = await eventually("the file dialog", lambda: page.findChild(QFileDialog))
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert line is not None
    line.setText(str(file))
    dialog.accept()


def hint(page: SettingsPage, title: str) -> str:
    row = next(each for each in page.findChildren(SettingRow) if each.isVisible() and each.title == title)
    return " ".join(each.text() for each in row.findChildren(Label) if each.isVisible())


async def test_tasks_go_out_and_come_back_after_the_difference_was_shown(
    page: SettingsPage, kata: Kata, tmp_path: Path
) -> None:
    page.show_section("storage")
    task = await kata.scheduling.create(TaskInput(prompt="Say it", name="Mine", workspace="ws_acme", every="1h"))
    file = tmp_path / "tasks.json"
    named(page, Button, "Export…").click()
    await choose(page, file)
    await eventually("the file", file.is_file)
    assert [each["name"] for each in json.loads(file.read_text(encoding="utf-8"))["tasks"]] == ["Mine"]
    assert file.stat().st_mode & 0o077 == 0

    await kata.scheduling.delete(task.id)
    named(page, Button, "Import…").click()
    await choose(page, file)
    dialog = await eventually("the difference", lambda: page.findChild(ImportDialog))
    await eventually("the row", lambda: dialog.shown)
    assert dialog.shown[0].startswith("New: Mine")
    next(each for each in dialog.findChildren(Button) if each.text() == "Apply 1 change").click()
    rows = await eventually("the task", lambda: kata.scheduling._known.tasks)
    assert [name for _, name in rows] == ["Mine"]
    assert [row.task.state.value for row in await kata.scheduling.tasks()] == ["paused"]


async def test_a_file_that_is_refused_says_why_and_changes_nothing(
    page: SettingsPage, kata: Kata, tmp_path: Path
) -> None:
    page.show_section("storage")
    file = tmp_path / "bad.json"
    file.write_text('{"format": "kata-desktop-tasks", "version": 99, "tasks": []}', encoding="utf-8")
    named(page, Button, "Import…").click()
    await choose(page, file)
    dialog = await eventually("the dialog", lambda: page.findChild(ImportDialog))
    await eventually("the reason", lambda: any("refused" in each.text() for each in dialog.findChildren(Label)))
    assert await kata.scheduling.tasks() == []
    dialog.reject()


async def test_a_backup_is_written_and_counted(page: SettingsPage, kata: Kata) -> None:
    page.show_section("storage")
    named(page, Button, "Back up now").click()
    await eventually("the count", lambda: "Kept now: 1" in hint(page, "Backups"))
    assert len(list(kata.paths.backups.glob("kata-*.db"))) == 1


async def test_restoring_waits_for_the_next_start_and_can_quit(page: SettingsPage, kata: Kata) -> None:
    page.show_section("storage")
    file = await kata.backup()
    quits: list[object] = []
    kata.bus.subscribe(QuitRequested, quits.append)
    named(page, Button, "Restore…").click()
    await choose(page, file)
    question = await eventually("the question", lambda: page.findChild(Question))
    next(each for each in question.findChildren(Button) if each.text() == "Quit Kata now").click()
    await eventually("the wish to quit", lambda: quits)
    assert kata.paths.take_restore_wish() == file
    assert kata.paths.take_restore_wish() is None


async def test_diagnostics_hold_neither_secrets_nor_names(page: SettingsPage, kata: Kata, tmp_path: Path) -> None:
    await kata.scheduling.create(TaskInput(prompt="Secret plan", name="Hush", workspace="ws_acme", every="1h"))
    kata.redactor.add("canary-0123456789")
    kata.paths.logs.mkdir(exist_ok=True)
    (kata.paths.logs / "kata.log").write_text("it said canary-0123456789\n", encoding="utf-8")
    page.show_section("storage")
    file = tmp_path / "diagnostics.txt"
    named(page, Button, "Export diagnostics…").click()
    await choose(page, file)
    await eventually("the file", lambda: file.is_file() and file.stat().st_size)
    text = file.read_text(encoding="utf-8")
    assert "Tasks: 1 (1 active" in text
    assert not [word for word in ("canary-0123456789", "Secret plan", "Hush") if word in text]


async def test_a_test_notification_goes_through_the_outbox_and_its_fate_is_told(page: SettingsPage, kata: Kata) -> None:
    page.show_section("notifications")
    named(page, Button, "Send a test notification").click()
    await eventually("the first word", lambda: "On its way" in hint(page, "Test"))
    item = (await kata.messages.listed())[0]
    await kata.database.write(
        lambda db: (
            db.execute(
                "UPDATE outbox SET state = 'failed', last_error = 'No service.' WHERE id = ?", (item.id,)
            ).rowcount
        )
    )
    kata.bus.publish(OutboxChanged(item_id=item.id))
    row = next(each for each in page.findChildren(SettingRow) if each.isVisible() and each.title == "Test")
    await eventually("the reason", lambda: row.error == "No service.")


async def test_the_licences_are_there(page: SettingsPage) -> None:
    page.show_section("about")
    named(page, Button, "Show third-party licences").click()
    shown = await eventually("the text", lambda: next(iter(page.sections["about"].findChildren(QPlainTextEdit)), None))
    await eventually("the libraries", lambda: "peewee" in shown.toPlainText())
    named(page, Button, "Show the licence").click()
    await eventually("our own", lambda: "MIT License" in shown.toPlainText())


def test_the_login_command_starts_hidden() -> None:
    assert login_command()[-1] == "--hidden"
    assert Path(login_command()[0]).is_absolute()
