"""Every kind of schedule, made with the keyboard, is stored as what it says."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.task import DESKTOP, ActiveHours, CatchUp, Mode, OutsideHours, Overlap, SessionUse, TaskSpec
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.domain.trigger import Cron, Event, Interval, Once
from kata_desktop.ui.dialogs.task_dialog.dialog import TaskDialog
from kata_desktop.ui.pages.tasks.say_line import understood
from tests.support.input_table import NOW
from tests.ui.dialog.conftest import OpenDialog
from tests.ui.dialog.driving import choose, press, saved_id, until, write


async def made(kata: Kata, dialog: TaskDialog) -> TaskSpec:
    return (await kata.scheduling.get(await saved_id(dialog))).spec


async def test_a_prompt_alone_makes_a_weekday_task_named_after_it(kata: Kata, open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        write(dialog, "Prompt", "Summarise the open pull requests. Be short.")
        spec = await made(kata, dialog)
        assert (spec.name, spec.workspace_id) == ("Summarise the open pull requests", "ws_acme")
        assert spec.trigger == Cron(expressions=("0 9 * * 1-5",))
        assert (spec.targets, spec.mode, spec.overlap) == ((DESKTOP,), Mode.ASK, Overlap.SKIP)


async def test_once(kata: Kata, open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        write(dialog, "Prompt", "Call the bank")
        press(dialog, "Once")
        write(dialog, "Date", "2026-12-24")
        write(dialog, "Time", "18:30")
        write(dialog, "Time zone", "Asia/Tokyo")
        spec = await made(kata, dialog)
        assert spec.trigger == Once(local=datetime.fromisoformat("2026-12-24T18:30"), zone="Asia/Tokyo")


async def test_an_hour_that_comes_twice_is_asked_about(kata: Kata, open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        write(dialog, "Prompt", "Look at the clock")
        press(dialog, "Once")
        write(dialog, "Date", "2027-10-31")
        write(dialog, "Time", "02:30")
        press(dialog, "Create task")
        await until(lambda: "comes twice" in dialog.form.when.once.rows()[0].error)
        second = dialog.form.when.once.moment._second
        assert second.isVisible()
        assert "UTC+01:00" in second.text()
        second.click()
        spec = await made(kata, dialog)
        assert isinstance(spec.trigger, Once)
        assert spec.trigger.local.fold == 1
        assert spec.trigger.local.isoformat() == "2027-10-31T02:30:00"


async def test_every(kata: Kata, open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        write(dialog, "Prompt", "Look at the inbox")
        press(dialog, "Every…")
        write(dialog, "Interval", "90")
        choose(dialog, "Unit", "minutes")
        spec = await made(kata, dialog)
        assert spec.trigger == Interval(every=timedelta(minutes=90), anchor=NOW)


async def test_a_day_as_interval_is_offered_as_a_time_of_day(kata: Kata, open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        write(dialog, "Prompt", "Look at the inbox")
        press(dialog, "Every…")
        write(dialog, "Interval", "24")
        press(dialog, "Daily at 09:00 instead")
        spec = await made(kata, dialog)
        assert spec.trigger == Cron(expressions=("0 9 * * *",))


async def test_weekly_on_several_days_at_several_times(kata: Kata, open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        write(dialog, "Prompt", "Digest")
        press(dialog, "Weekly")
        press(dialog, "Tuesday")
        press(dialog, "Thursday")
        press(dialog, "Add time")
        write(dialog, "Time 2", "17:30")
        spec = await made(kata, dialog)
        assert spec.trigger == Cron(expressions=("0 9 * * 1,3,5", "30 17 * * 1,3,5"))


async def test_a_time_can_be_taken_away_again(kata: Kata, open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        write(dialog, "Prompt", "Digest")
        press(dialog, "Every day")
        press(dialog, "Add time")
        press(dialog, "Add time")
        press(dialog, "Remove time 1")
        spec = await made(kata, dialog)
        assert spec.trigger == Cron(expressions=("0 10,11 * * *",))


async def test_monthly_on_days_and_the_last_one(kata: Kata, open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        write(dialog, "Prompt", "Invoice")
        press(dialog, "Monthly")
        press(dialog, "Day 15")
        press(dialog, "Last day")
        spec = await made(kata, dialog)
        assert spec.trigger == Cron(expressions=("0 9 1,15,L * *",))


async def test_monthly_on_a_weekday(kata: Kata, open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        write(dialog, "Prompt", "Invoice")
        press(dialog, "Monthly")
        choose(dialog, "Repeat on", "a weekday")
        choose(dialog, "Which", "second")
        choose(dialog, "Weekday", "Tuesday")
        spec = await made(kata, dialog)
        assert spec.trigger == Cron(expressions=("0 9 * * TUE#2",))


async def test_cron_with_two_expressions(kata: Kata, open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        write(dialog, "Prompt", "Watch")
        press(dialog, "Cron")
        write(dialog, "Cron expression", "*/10 9-17 * * mon-fri")
        press(dialog, "Add expression")
        write(dialog, "Cron expression 2", "@daily")
        spec = await made(kata, dialog)
        assert spec.trigger == Cron(expressions=("*/10 9-17 * * MON-FRI", "0 0 * * *"))


async def test_event_of_another_task(kata: Kata, open_dialog: OpenDialog) -> None:
    async with open_dialog() as first:
        write(first, "Prompt", "Digest")
        other = await saved_id(first)
        async with open_dialog() as dialog:
            write(dialog, "Prompt", "After the digest")
            press(dialog, "Event")
            choose(dialog, "Event type", "another task")
            await until(lambda: dialog.form.when.event_form.task.findText("Digest") >= 0)
            choose(dialog, "Task", "Digest")
            choose(dialog, "Ended", "failed")
            spec = await made(kata, dialog)
            assert spec.trigger == Event(type="task-finished", source=other, filter="failed")


async def test_event_of_a_file(kata: Kata, open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        write(dialog, "Prompt", "Read the notes")
        press(dialog, "Event")
        write(dialog, "Files", "notes/*.md")
        spec = await made(kata, dialog)
        assert spec.trigger == Event(type="file-changed", filter="notes/*.md")


async def test_everything_else(kata: Kata, open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        write(dialog, "Prompt", "Digest")
        write(dialog, "Name", "My digest")
        choose(dialog, "Workspace", "Personal")
        choose(dialog, "Ends", "on a date or")
        write(dialog, "End date", "2027-01-31")
        write(dialog, "Number of runs", "20")
        choose(dialog, "Notification detail", "Title only")
        press(dialog, "Act on its own")
        press(dialog, "Let it act without asking me")
        press(dialog, "Advanced")
        write(dialog, "Retries", "5")
        write(dialog, "Retry delay", "30s")
        write(dialog, "Time limit", "20")
        choose(dialog, "If the computer was off", "Run all")
        write(dialog, "Catch up within", "2 days")
        choose(dialog, "If the last run is still going", "Queue")
        write(dialog, "Random delay", "10 min")
        press(dialog, "Active hours")
        write(dialog, "Active from", "22:00")
        write(dialog, "Active until", "6:00")
        choose(dialog, "Runs outside active hours", "Skip")
        choose(dialog, "Model", "Reminder")
        choose(dialog, "Thinking", "High")
        choose(dialog, "Session", "Go on")
        press(dialog, "Only when changed")
        write(dialog, "Tokens a day", "200000")
        write(dialog, "Cost a day", "0.50")
        write(dialog, "Tags", "work, morning")
        spec = await made(kata, dialog)
        assert (spec.name, spec.workspace_id, spec.mode) == ("My digest", "ws_home", Mode.AUTO)
        assert (spec.until, spec.max_runs) == (datetime(2027, 1, 31, 22, 59, tzinfo=UTC), 20)
        assert [target.title_only for target in spec.targets] == [True]
        assert (spec.retry.retries, spec.retry.base_delay) == (5, timedelta(seconds=30))
        assert (spec.timeout, spec.catch_up, spec.window) == (timedelta(minutes=20), CatchUp.ALL, timedelta(days=2))
        assert (spec.overlap, spec.jitter) == (Overlap.QUEUE, timedelta(minutes=10))
        assert spec.active_hours == ActiveHours(start=time(22), end=time(6), outside=OutsideHours.SKIP)
        assert (spec.model, spec.thinking, spec.session) == ("Reminder", "high", SessionUse.CONTINUE)
        assert (spec.only_when_changed, spec.max_tokens_per_day, spec.max_cost_per_day_microdollars) == (
            True,
            200000,
            500000,
        )
        assert spec.tags == ("work", "morning")


async def test_what_was_said_elsewhere_arrives_with_its_time(kata: Kata, open_dialog: OpenDialog) -> None:
    async with open_dialog(raw=understood("every 20 minutes write an essay")) as dialog:
        spec = await made(kata, dialog)
        assert spec.prompt == "Write an essay"
        assert isinstance(spec.trigger, Interval)
        assert spec.trigger.every == timedelta(minutes=20)


async def test_a_time_that_nobody_understands_is_said_where_it_was_given(open_dialog: OpenDialog) -> None:
    async with open_dialog(raw=TaskInput(when="every blue moon", prompt="Sing")) as dialog:
        assert dialog._quick._row.error
        assert dialog.form.collect().cron == ("0 9 * * 1-5",)


async def test_a_workspace_that_has_just_been_made_takes_a_task(kata: Kata, open_dialog: OpenDialog) -> None:
    kata.scheduling.preview(TaskInput(prompt="Anything"))  # what exists is read, and kept, before
    garden = await kata.workspaces.add("Garden", str(kata.paths.data_dir / "garden"))
    async with open_dialog(raw=TaskInput(prompt="Water the roses", workspace=garden.id)) as dialog:
        assert (await made(kata, dialog)).workspace_id == garden.id
