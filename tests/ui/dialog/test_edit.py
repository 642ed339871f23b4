"""A stored task comes back into the form as it is, and only what was changed is stored."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.domain.trigger import Cron
from kata_desktop.ui.dialogs.task_dialog.dialog import TaskDialog
from kata_desktop.ui.dialogs.task_dialog.preview_panel import PreviewPanel
from tests.ui.dialog.conftest import OpenDialog
from tests.ui.dialog.driving import named, press, saved_id, until, write

BASE = TaskInput(prompt="Digest", name="Digest", workspace="ws_acme")
FULL = replace(
    BASE, cron=("0 9 * * 1",), zone="Asia/Tokyo", targets=("desktop:title",), mode="auto", approval_timeout="1h30m",
    approval_fallback="fail", session="continue", only_when_changed=True, retries="4", retry_delay="90s",
    timeout="1h1m",
    catch_up="all", window="36h", overlap="parallel", jitter="1m30s", active_hours="22:00-06:00", outside_hours="skip",
    until="2027-03-01T12:00:30+09:00", max_runs="7", max_tokens_per_day="1000", max_cost_per_day="0.123456",
    tags=("a b", "c"), model="Reminder", thinking="low",
)  # fmt: skip
KINDS = {
    "once": replace(BASE, at="2026-12-24T18:30", zone="Asia/Tokyo"),
    "once to the second": replace(BASE, at="2026-12-24T18:30:15"),
    "once in the second copy of an hour": replace(BASE, at="2027-10-31T02:30+01:00"),
    "every": replace(BASE, every="1h30m"),
    "every odd span": replace(BASE, every="1h30m1s"),
    "weekly": replace(BASE, cron=("30 8,17 * * MON-FRI",)),
    "monthly": replace(BASE, cron=("0 9 1,15,L * *",)),
    "monthly by weekday": replace(BASE, cron=("0 9 * * L5",)),
    "cron": replace(BASE, cron=("*/10 9-17 * * 1-5", "0 0 13 * 5")),
    "event": replace(BASE, on="file-changed:notes/*.md"),
    "app started": replace(BASE, on="app-started"),
    "everything": FULL,
}


@pytest.mark.parametrize("raw", KINDS.values(), ids=KINDS.keys())
async def test_saving_without_a_change_changes_nothing(kata: Kata, open_dialog: OpenDialog, raw: TaskInput) -> None:
    task = await kata.scheduling.create(raw)
    async with open_dialog(task) as dialog:
        assert not dialog.review.dirty
        assert await saved_id(dialog, "Save changes") == task.id
    assert (await kata.scheduling.get(task.id)).spec == task.spec


@pytest.mark.parametrize("raw", KINDS.values(), ids=KINDS.keys())
async def test_what_the_form_shows_means_the_same_again(kata: Kata, open_dialog: OpenDialog, raw: TaskInput) -> None:
    task = await kata.scheduling.create(raw)
    async with open_dialog(task) as dialog:
        shown = replace(dialog.form.collect(), name="Copy")
    copy = await kata.scheduling.create(shown)
    same = replace(copy.spec, name=task.spec.name)
    if isinstance(same.trigger, Cron) and isinstance(task.spec.trigger, Cron):
        first, second = (kata.scheduling.preview(each).runs for each in (raw, shown))
        assert first == second
        same = replace(same, trigger=task.spec.trigger)
    assert same == task.spec


@pytest.mark.parametrize(
    "kind, form",
    [("once", "once"), ("every", "every"), ("weekly", "weekly"), ("monthly", "monthly"), ("cron", "cron"),
     ("monthly by weekday", "monthly"), ("event", "event")],
)  # fmt: skip
async def test_the_plainest_form_is_shown(kata: Kata, open_dialog: OpenDialog, kind: str, form: str) -> None:
    task = await kata.scheduling.create(KINDS[kind])
    async with open_dialog(task) as dialog:
        assert dialog.form.when.kind.current == form


async def test_one_change_is_stored_and_the_rest_stays(kata: Kata, open_dialog: OpenDialog) -> None:
    task = await kata.scheduling.create(FULL)
    async with open_dialog(task) as dialog:
        write(dialog, "Name", "Another name")
        await saved_id(dialog, "Save changes")
    stored = await kata.scheduling.get(task.id)
    assert stored.spec == replace(task.spec, name="Another name")
    assert stored.revision == 2


async def test_a_task_that_was_changed_elsewhere_is_not_overwritten(kata: Kata, open_dialog: OpenDialog) -> None:
    task = await kata.scheduling.create(KINDS["weekly"])
    async with open_dialog(task) as dialog:
        await kata.scheduling.edit(task.id, TaskInput(name="Theirs"))
        write(dialog, "Name", "Ours")
        press(dialog, "Save changes")
        await until(lambda: "was changed elsewhere" in dialog._banner.accessibleName())
        assert named(dialog, "Name", QLineEdit).text() == "Ours"
        press(dialog, "Reload")
        await until(lambda: named(dialog, "Name", QLineEdit).text() == "Theirs")
        assert not dialog._messages.isVisible()
        write(dialog, "Name", "Ours after all")
        await saved_id(dialog, "Save changes")
    assert (await kata.scheduling.get(task.id)).spec.name == "Ours after all"


async def test_switching_the_form_takes_the_times_along(kata: Kata, open_dialog: OpenDialog) -> None:
    task = await kata.scheduling.create(KINDS["weekly"])
    async with open_dialog(task) as dialog:
        press(dialog, "Cron")
        assert named(dialog, "Cron expression", QLineEdit).text() == "30 8,17 * * 1-5"
        write(dialog, "Cron expression", "15 7 1 * *")
        press(dialog, "Monthly")
        assert dialog.form.when.monthly.expressions() == ("15 7 1 * *",)


@pytest.mark.parametrize("kind, more", [("weekly", " If resumed now:"), ("event", "")])
async def test_a_paused_task_promises_no_runs(kata: Kata, open_dialog: OpenDialog, kind: str, more: str) -> None:
    task = await kata.scheduling.create(KINDS[kind])
    async with open_dialog(task) as dialog:
        await until(lambda: _sentences(dialog))
        assert not [each for each in _sentences(dialog) if each.startswith("Paused")]
    task = await kata.scheduling.pause(task.id)
    async with open_dialog(task) as dialog:
        await until(lambda: f"Paused: nothing runs until you resume it.{more}" in _sentences(dialog))


def _sentences(dialog: TaskDialog) -> list[str]:
    """What the panel at the side says, once it says anything."""
    panel = dialog.findChildren(PreviewPanel)[0]
    return [each.text() for each in panel.findChildren(QLabel) if each.isVisible() and panel.sentence.isVisible()]
