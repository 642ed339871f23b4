"""The dialog gives the answers of the table that the command line and the import are held to."""

from __future__ import annotations

from dataclasses import replace

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.ui.dialogs.task_dialog.attention import said_at_field
from kata_desktop.ui.dialogs.task_dialog.dialog import TaskDialog
from kata_desktop.ui.dialogs.task_dialog.drafts import filled
from kata_desktop.ui.widgets.fields import Choice
from tests.support.input_table import CASES, InputCase, task_input
from tests.ui.dialog.conftest import OpenDialog

OFFERED = {"mode", "approval_fallback", "session", "catch_up", "overlap", "outside_hours", "thinking"}
"""Fields in which a person chooses from a list, so that nothing wrong can be typed."""
ELSEWHERE = {"when"}
"""Typed into the line at the top, not into a field of its own."""


def answers(dialog: TaskDialog, raw: TaskInput) -> list[str]:
    """Return what the fields say about an input."""
    dialog.form.show_input(raw)
    dialog.review.task = None
    dialog.review.insist()
    return sorted(row.error for section in dialog.form.sections for row in section.rows() if row.error)


def expected(kata: Kata, raw: TaskInput) -> list[str]:
    """Return what the checker says about it."""
    named = raw if raw.name else replace(raw, name=None)
    return sorted(said_at_field(error) for error in kata.scheduling.preview(named).errors)


async def test_every_case_of_the_table_gets_the_same_answer(kata: Kata, open_dialog: OpenDialog) -> None:
    differing: list[tuple[InputCase, list[str], list[str]]] = []
    async with open_dialog() as dialog:
        blank = replace(dialog.form.blank, workspace="ws_acme")
        cases = [case for case in CASES if case.field not in OFFERED | ELSEWHERE and _can_be_typed(case)]
        for case in cases:
            raw = filled(_shown(case), blank)
            said, meant = answers(dialog, raw), expected(kata, raw)
            if said != meant:
                differing.append((case, said, meant))
    assert not differing, "\n".join(f"{case!s}: {said} instead of {meant}" for case, said, meant in differing)
    assert len(cases) > 200


async def test_what_can_be_chosen_is_accepted(open_dialog: OpenDialog) -> None:
    async with open_dialog(raw=TaskInput(prompt="Digest")) as dialog:
        dialog.form.advanced.set_expanded(True)
        for choice in dialog.findChildren(Choice):
            for index in range(choice.count()):
                choice.setCurrentIndex(index)
                wrong = [error for error in dialog.review.insist() if error.field in OFFERED]
                assert not wrong, (choice.accessibleName(), choice.current, wrong)


def _shown(case: InputCase) -> TaskInput:
    """Return the input of a case; zones are asked for beside times of day only."""
    raw = task_input(case)
    return replace(raw, every=None, cron=("0 9 * * *",)) if case.field == "zone" else raw


def _can_be_typed(case: InputCase) -> bool:
    """Tell what no keyboard can do: half a character, and no workspace at all in a list of them."""
    halves = any("\ud800" <= character <= "\udfff" for text in case.value for character in text)
    return not halves and (case.field, case.value) != ("workspace", "")
