"""The field that keeps what was typed: it shows units, reads them back and steps, and never corrects anybody."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kata_desktop.ui.theme.theme import Theme
from kata_desktop.ui.widgets.step_field import Durations, Numbers, StepField, Stepping, Times

SPANS = Durations({"m": "min", "h": "h", "d": "days", "s": "s"}, low=1)
COUNT = Numbers(low=0, high=10, suffix="times")
BRITISH = Times(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
AMERICAN = Times(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))


@pytest.mark.parametrize(
    "stepping, raw, shown",
    [
        (SPANS, "90m", "90 min"),
        (SPANS, "1h30m", "1h30m"),
        (SPANS, "NaN", "NaN"),
        (COUNT, "2", "2 times"),
        (COUNT, "1e3", "1e3"),
        (BRITISH, "08:30", "08:30"),
        (AMERICAN, "20:30", "8:30\u202fPM"),
        (AMERICAN, "24:00", "24:00"),
    ],
)
def test_values_are_shown_as_people_write_them_and_read_back(stepping: Stepping, raw: str, shown: str) -> None:
    assert stepping.shown(raw) == shown
    assert stepping.raw(shown) == raw


@pytest.mark.parametrize(
    "stepping, typed, raw",
    [
        (SPANS, " 20 ", "20m"),
        (SPANS, "2days", "2d"),
        (SPANS, "-5", "-5"),
        (COUNT, "3", "3"),
        (BRITISH, "7:05", "07:05"),
        (AMERICAN, "7:05", "07:05"),
        (BRITISH, "noon", "noon"),
    ],
)
def test_what_is_typed_is_read_or_kept(stepping: Stepping, typed: str, raw: str) -> None:
    assert stepping.raw(typed) == raw


@pytest.mark.parametrize(
    "stepping, raw, steps, then",
    [
        (SPANS, "1m", -1, "1m"),
        (SPANS, "15m", 10, "25m"),
        (SPANS, "soon", 1, "soon"),
        (COUNT, "10", 1, "10"),
        (COUNT, "", 1, "0"),
        (BRITISH, "23:50", 1, "00:05"),
    ],
)
def test_steps_stay_within_limits(stepping: Stepping, raw: str, steps: int, then: str) -> None:
    assert stepping.stepped(raw, steps) == then


def test_the_field_tells_of_changes_and_gives_back_exactly_what_was_set(qtbot: QtBot) -> None:
    field = StepField(Theme(), "Time limit", SPANS)
    qtbot.addWidget(field)
    heard: list[str] = []
    field.edited.connect(lambda: heard.append(field.raw))
    field.set_raw("60")
    assert (field.raw, heard) == ("60", [])
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.raw == "60"
    field.set_raw("15m")
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert (field.raw, heard) == ("16m", ["16m"])
    field.lineEdit().setText("1e3")
    assert field.raw == "1e3"
    assert field.accessibleName() == "Time limit"
