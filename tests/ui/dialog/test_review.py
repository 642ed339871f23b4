"""What the dialog shows while one types, and what it asks before something is lost."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCalendarWidget, QLineEdit, QPlainTextEdit
from shiboken6 import isValid

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.events import ZoneChanged
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.ui.dialogs.question import Question
from kata_desktop.ui.dialogs.task_dialog.dialog import TaskDialog
from kata_desktop.ui.dialogs.task_dialog.planned_row import PlannedRow
from kata_desktop.ui.dialogs.task_dialog.zone_field import ZoneField
from kata_desktop.ui.widgets.form_row import ErrorLine
from kata_desktop.ui.widgets.labels import Label
from tests.support.hand_clock import HandClock
from tests.ui.dialog.conftest import OpenDialog
from tests.ui.dialog.driving import choose, named, press, until, write

DIGEST = TaskInput(prompt="Digest", cron=("30 8 * * 1,3,5",))


def said(dialog: TaskDialog) -> list[str]:
    """Every text that can be seen."""
    return [label.text() for label in dialog.findChildren(Label) if label.isVisible()]


def planned(dialog: TaskDialog) -> list[str]:
    return [row.accessibleName() for row in dialog.findChildren(PlannedRow) if row.isVisible()]


async def test_the_panel_says_what_will_happen(open_dialog: OpenDialog) -> None:
    async with open_dialog(raw=DIGEST) as dialog:
        await until(lambda: len(planned(dialog)) == 5)
        assert "Every Monday, Wednesday and Friday at 08:30, Berlin time." in said(dialog)
        assert planned(dialog)[0] == "Mon 23 November, 08:30, in 2 days"
        assert said(dialog).count("UTC+1") == 5
        assert "About 13 runs a month" in said(dialog)
        assert "Asks before it sends, writes or runs anything" in said(dialog)
        assert "Notifies you on this computer" in said(dialog)


async def test_the_panel_follows_what_is_typed(open_dialog: OpenDialog) -> None:
    async with open_dialog(raw=DIGEST) as dialog:
        await until(lambda: planned(dialog))
        press(dialog, "Cron")
        write(dialog, "Cron expression", "0 0 13 * 5")
        await until(lambda: planned(dialog)[:1] == ["Fri 27 November, 00:00, in 6 days"])
        write(dialog, "Time zone", "America/New_York")
        await until(lambda: "UTC−5" in said(dialog))
        press(dialog, "Event")
        await until(lambda: not planned(dialog))


async def test_a_prompt_is_not_needed_to_see_the_times(open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        await until(lambda: len(planned(dialog)) == 5)
        assert "No preview" not in said(dialog)
        write(dialog, "Time zone", "tok")
        await until(lambda: "Correct the time zone to see the next runs." in said(dialog))


async def test_a_zone_is_shown_from_its_beginning_when_the_keyboard_has_left(open_dialog: OpenDialog) -> None:
    async with open_dialog(raw=DIGEST) as dialog:
        zone = named(dialog, "Time zone", ZoneField)
        line = zone.findChild(QLineEdit)
        assert line is not None
        zone.setFocus(Qt.FocusReason.TabFocusReason)
        await until(lambda: line.cursorPosition() > 0)  # all is marked
        named(dialog, "Name", QLineEdit).setFocus(Qt.FocusReason.TabFocusReason)
        await until(lambda: line.cursorPosition() == 0)


async def test_clock_changes_and_runs_that_do_not_happen_are_told(open_dialog: OpenDialog) -> None:
    raw = TaskInput(prompt="Digest", cron=("0 9,23 27-31 3 *",), active_hours="08:00-20:00")
    async with open_dialog(raw=raw) as dialog:
        await until(lambda: planned(dialog))
        assert any("Clocks go forward on 28 March" in text for text in said(dialog))
        assert any("outside active hours" in text for text in planned(dialog))
        struck = [row for row in dialog.findChildren(Label) if row.property("struck") == "true"]
        assert struck


async def test_a_wrong_field_is_named_with_reason_and_example(open_dialog: OpenDialog) -> None:
    async with open_dialog(raw=DIGEST) as dialog:
        press(dialog, "Cron")
        write(dialog, "Cron expression", "0 25 * * 1-5")
        await until(lambda: "No preview" in said(dialog))
        await until(lambda: "Hour is 25. Use 0–23, for example “0 9 * * 1-5”." in said(dialog))
        assert "1 field needs attention:" in said(dialog)
        hour = next(label for label in dialog.findChildren(Label) if label.text() == "hour")
        assert hour.property("wrong") == "true"
        assert named(dialog, "Cron expression", QLineEdit).text() == "0 25 * * 1-5"
        write(dialog, "Cron expression", "0 23 * * 1-5")
        await until(lambda: "1 field needs attention:" not in said(dialog))
        assert hour.property("wrong") == "false"


async def test_creating_with_errors_leads_to_the_first(kata: Kata, open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        write(dialog, "Name", "x" * 121)
        press(dialog, "Create task")
        await until(lambda: "2 fields need attention:" in said(dialog))
        assert QApplication.focusWidget() is named(dialog, "Prompt", QPlainTextEdit)
        links = [button.text() for button in dialog._footer.links.findChildren(type(dialog._footer.save))]
        assert links == ["Prompt", "Name"]
        press(dialog, "Name")
        assert QApplication.focusWidget() is named(dialog, "Name", QLineEdit)
        assert dialog._footer.save.isEnabled()
        assert await kata.scheduling.tasks() == []


async def test_an_error_in_a_folded_option_opens_it(open_dialog: OpenDialog) -> None:
    async with open_dialog(raw=TaskInput(prompt="Digest", timeout="30h")) as dialog:
        press(dialog, "Create task")
        await until(lambda: dialog.form.advanced.expanded)
        assert any("too long" in text for text in said(dialog))
        assert QApplication.focusWidget() is named(dialog, "Time limit", QLineEdit).parent()


async def test_a_name_that_is_taken_is_told_at_the_name(kata: Kata, open_dialog: OpenDialog) -> None:
    await kata.scheduling.create(TaskInput(prompt="Digest", name="Digest", every="1h"))
    async with open_dialog() as dialog:
        write(dialog, "Prompt", "Another digest")
        write(dialog, "Name", "DIGEST")
        press(dialog, "Create task")
        await until(lambda: [line for line in dialog.findChildren(ErrorLine) if line.isVisible()])
        assert QApplication.focusWidget() is named(dialog, "Name", QLineEdit)
    assert len(await kata.scheduling.tasks()) == 1


async def test_acting_on_its_own_must_be_confirmed(kata: Kata, open_dialog: OpenDialog) -> None:
    async with open_dialog(raw=DIGEST) as dialog:
        press(dialog, "Act on its own")
        assert "Nobody is asked before it acts" in said(dialog)
        press(dialog, "Create task")
        await until(lambda: any("not confirmed" in text for text in said(dialog)))
        assert await kata.scheduling.tasks() == []


async def test_no_day_chosen(open_dialog: OpenDialog) -> None:
    async with open_dialog(raw=DIGEST) as dialog:
        for day in ("Monday", "Wednesday", "Friday"):
            press(dialog, day)
        await until(lambda: any("No day is chosen" in text for text in said(dialog)))
        assert "No preview" in said(dialog)


async def test_escape_closes_what_was_not_changed(open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await until(lambda: not isValid(dialog) or not dialog.isVisible())


async def test_escape_with_changes_asks(open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        write(dialog, "Prompt", "Digest")
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await until(lambda: dialog.findChildren(Question))
        press(dialog.findChildren(Question)[0], "Keep editing")
        await until(lambda: not dialog.findChildren(Question))
        assert dialog.isVisible()
        assert named(dialog, "Prompt", QPlainTextEdit).toPlainText() == "Digest"
        dialog.close()
        await until(lambda: dialog.findChildren(Question))
        press(dialog.findChildren(Question)[0], "Discard")
        await until(lambda: not isValid(dialog) or not dialog.isVisible())


async def test_saying_it_fills_the_form_and_saves_nothing(kata: Kata, open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        write(dialog, "Say it", "every weekday at 7:30 summarise my inbox")
        QTest.keyClick(named(dialog, "Say it", QLineEdit), Qt.Key.Key_Return)
        assert named(dialog, "Prompt", QPlainTextEdit).toPlainText() == "Summarise my inbox"
        await until(lambda: "Every weekday at 07:30, Berlin time." in said(dialog))
        assert dialog.form.when.kind.current == "weekly"
        assert await kata.scheduling.tasks() == []
        assert dialog.review.dirty


async def test_saying_what_has_no_time_keeps_the_schedule(open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        write(dialog, "Say it", "summarise my inbox")
        press(dialog, "Fill in")
        assert "No time was found in it. Choose one below." in said(dialog)
        assert dialog.form.when.kind.current == "weekly"


async def test_the_summary_of_what_is_folded_away(open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        assert "2 retries · 15 min limit · run once if missed · skip when still running" in said(dialog)
        press(dialog, "Advanced")
        write(dialog, "Retries", "0")
        choose(dialog, "Session", "Go on")
        press(dialog, "Advanced")
        assert "no retries · one conversation" in said(dialog)


async def test_the_last_text_wins(open_dialog: OpenDialog) -> None:
    async with open_dialog(raw=DIGEST) as dialog:
        await until(lambda: planned(dialog))
        press(dialog, "Cron")
        line = named(dialog, "Cron expression", QLineEdit)
        for text in ("*/7 3-9/2 1-31/3 * 1-5", "0 0 29 2 *", "0 0 30 2 1", "59 23 31 12 *"):
            line.setText(text)
        await until(lambda: planned(dialog)[:1] == ["Thu 31 December, 23:59, in 40 days"])


async def test_a_workspace_added_meanwhile_can_be_chosen(kata: Kata, open_dialog: OpenDialog, tmp_path: Path) -> None:
    async with open_dialog(raw=DIGEST) as dialog:
        await kata.workspaces.add("Third", str(tmp_path / "third"))
        await until(lambda: dialog.form.what.workspace.findText("Third") >= 0)
        assert dialog.form.what.workspace.currentText() == "Acme Research"


async def test_the_zone_of_the_computer_is_followed(kata: Kata, clock: HandClock, open_dialog: OpenDialog) -> None:
    async with open_dialog(raw=DIGEST) as dialog:
        await until(lambda: planned(dialog))
        clock.zone = "Asia/Tokyo"
        kata.bus.publish(ZoneChanged(zone=clock.zone))
        await until(lambda: "UTC+9" in said(dialog))
        assert dialog.form.when.zone.currentText() == "Asia/Tokyo  (system, UTC+9)"
        assert dialog.form.collect().zone == "system"


async def test_a_date_can_be_picked(open_dialog: OpenDialog) -> None:
    async with open_dialog(raw=DIGEST) as dialog:
        press(dialog, "Once")
        write(dialog, "Date", "2026-12-24")
        press(dialog, "Pick date")
        calendar = dialog.findChildren(QCalendarWidget)[0]
        assert calendar.selectedDate() == QDate(2026, 12, 24)
        calendar.activated.emit(QDate(2026, 12, 31))
        assert named(dialog, "Date", QLineEdit).text() == "2026-12-31"
        await until(lambda: "Thursday, 31 December 2026" in said(dialog))


async def test_the_keyboard_begins_at_the_prompt(open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        assert dialog.focusWidget() is named(dialog, "Prompt", QPlainTextEdit)
