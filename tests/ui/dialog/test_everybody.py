"""The dialog by keyboard alone, for screen readers, at large text, mirrored, and on a small screen."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from kata_desktop.domain.task_input import TaskInput
from kata_desktop.ui.dialogs.task_dialog import dialog as dialog_module
from kata_desktop.ui.dialogs.task_dialog.dialog import TaskDialog
from kata_desktop.ui.theme.theme import Theme, ThemeMode
from tests.ui.dialog.conftest import OpenDialog
from tests.ui.dialog.driving import press, until

SMALL_SCREEN = QSize(1366, 768)
KINDS = ("Once", "Every…", "Weekly", "Monthly", "Cron", "Event")
CONTROLS = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit)


def controls(dialog: TaskDialog) -> list[QWidget]:
    """What a person can work, without the insides of other controls."""
    found = [each for each in dialog.findChildren(QWidget) if isinstance(each, CONTROLS) and each.isVisible()]
    return [each for each in found if not isinstance(each.parentWidget(), CONTROLS) and not _inside(each)]


def _inside(widget: QWidget) -> bool:
    return widget.objectName().startswith("qt_")


def name_of(widget: QWidget) -> str:
    return widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")


def tap(key: Qt.Key) -> None:
    """Press a key where the keyboard is."""
    here = QApplication.focusWidget()
    assert here is not None
    QTest.keyClick(here, key)


def stops(dialog: TaskDialog) -> list[QWidget]:
    """What Tab leads to, in its order, once around."""
    dialog.form.what.prompt.setFocus(Qt.FocusReason.TabFocusReason)
    found: list[QWidget] = []
    while (here := QApplication.focusWidget()) is not None and here not in found:
        found.append(here)
        for _ in range(2):  # a time has two parts that Tab visits
            if QApplication.focusWidget() is here:
                QTest.keyClick(here, Qt.Key.Key_Tab)
    return found


def backwards(dialog: TaskDialog, order: list[QWidget]) -> list[tuple[str, str]]:
    """Steps of Tab that go up in the form."""
    body = dialog.form.body
    inside = [each for each in order[order.index(dialog.form.what.prompt) :] if body.isAncestorOf(each)]
    places = [(each.mapTo(body, QPoint(0, each.height() // 2)).y(), name_of(each)) for each in inside]
    return [(one[1], two[1]) for one, two in pairwise(places) if two[0] < one[0] - 12 and two[1] != "Say it"]


@pytest.mark.parametrize("kind", KINDS)
async def test_every_control_has_a_name_that_is_documented(open_dialog: OpenDialog, kind: str) -> None:
    documented = " ".join((dialog_module.__doc__ or "").split())
    weekdays = {"Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", *(f"Day {day}" for day in range(2, 31))}
    async with open_dialog(raw=TaskInput(prompt="Digest")) as dialog:
        dialog.form.advanced.set_expanded(True)
        press(dialog, kind)
        missing = {name_of(each) or repr(each) for each in controls(dialog)} - weekdays
        assert not {name for name in missing if f'"{name}"' not in documented}


@pytest.mark.parametrize("kind", KINDS)
async def test_tab_goes_from_top_to_bottom_and_everywhere(open_dialog: OpenDialog, kind: str) -> None:
    async with open_dialog(raw=TaskInput(prompt="Digest")) as dialog:
        press(dialog, kind)
        dialog.form.advanced.set_expanded(True)
        order = stops(dialog)
        await until(lambda: not backwards(dialog, order))
        assert [each for each in order if not name_of(each)] == []
        reached = {name_of(each) for each in order}
        single = {
            *KINDS,
            "Read only",
            "Ask me first",
            "Act on its own",
            *(f"Day {day}" for day in range(1, 32)),
            "Last day",
        }
        assert {name_of(each) for each in controls(dialog) if each.isEnabled()} - reached <= single


async def test_arrow_keys_move_within_segments_and_days(open_dialog: OpenDialog) -> None:
    async with open_dialog() as dialog:
        press(dialog, "Weekly")
        tap(Qt.Key.Key_Right)
        assert dialog.form.when.kind.current == "monthly"
        dialog.form.when.monthly.days.stop.setFocus(Qt.FocusReason.TabFocusReason)
        tap(Qt.Key.Key_Right)
        tap(Qt.Key.Key_Down)
        tap(Qt.Key.Key_Space)
        assert dialog.form.when.monthly.days.chosen == {1, 10}


@pytest.mark.parametrize("percent", [100, 150, 200])
@pytest.mark.parametrize("mode", [ThemeMode.LIGHT, ThemeMode.HIGH_CONTRAST])
async def test_nothing_is_cut_off_on_a_small_screen(
    open_dialog: OpenDialog, theme: Theme, percent: int, mode: ThemeMode
) -> None:
    theme.set_text_scale(percent)
    theme.set_mode(mode)
    async with open_dialog(raw=TaskInput(prompt="Digest", until="2027-01-01T12:00", max_runs="3")) as dialog:
        dialog.resize(QSize(theme.px(980), theme.px(800)).boundedTo(SMALL_SCREEN - QSize(40, 60)))
        dialog.form.advanced.set_expanded(True)
        dialog.form.advanced._groups[0].hours.setChecked(True)
        for kind in KINDS:
            press(dialog, kind)
            await until(lambda: dialog.form.body.minimumSizeHint().width() <= dialog.form.viewport().width())
            assert dialog.width() <= SMALL_SCREEN.width()
            assert dialog.height() <= SMALL_SCREEN.height()
        cut = [label.text() for label in dialog.findChildren(QLabel)
               if label.isVisible() and not label.wordWrap() and label.text()
               and label.minimumSizeHint().width() > label.width() + 1]  # fmt: skip
        assert not cut


async def test_mirrored_the_panel_stands_at_the_left(open_dialog: OpenDialog) -> None:
    async with open_dialog(raw=TaskInput(prompt="Digest")) as dialog:
        dialog.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        await until(lambda: dialog._panel.x() < dialog.form.x())
        assert dialog._footer.save.x() < dialog._footer.test.x()


async def test_controls_are_large_enough_to_hit(open_dialog: OpenDialog) -> None:
    async with open_dialog(raw=TaskInput(prompt="Digest")) as dialog:
        dialog.form.advanced.set_expanded(True)
        for kind in KINDS:
            press(dialog, kind)
            small = [name_of(each) for each in controls(dialog) if min(each.width(), each.sizeHint().height()) < 16]
            assert not small
