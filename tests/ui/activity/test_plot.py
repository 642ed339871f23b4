"""The plot: one bar for each day, in words as well."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kata_desktop.domain.listing import RunCounts, RunDay
from kata_desktop.ui.pages.activity.local_time import LocalTime
from kata_desktop.ui.pages.activity.plot import Measure, RunPlot
from kata_desktop.ui.theme.theme import Theme
from tests.support.history_rows import NOW

DAYS = (
    RunDay(
        day=date(2026, 3, 24),
        counts=RunCounts(all=4, succeeded=3, failed=1),
        working_seconds=90,
        cost_microdollars=1_250_000,
    ),
    RunDay(day=date(2026, 3, 22), counts=RunCounts(all=1, succeeded=1), working_seconds=30),
)


def plotted(theme: Theme, qtbot: QtBot) -> RunPlot:
    plot = RunPlot(theme)
    qtbot.addWidget(plot)
    plot.set_days(DAYS, LocalTime(NOW, "Europe/Berlin"), date(2026, 3, 18))
    plot.resize(700, 62)
    plot.show()
    return plot


def test_days_without_runs_are_gaps_and_words_name_each_day(theme: Theme, qtbot: QtBot) -> None:
    plot = plotted(theme, qtbot)
    assert plot.words(6) == "Today: 4 runs, 3 succeeded, 1 failed"
    assert plot.words(5) == "Yesterday: 0 runs, 0 succeeded, 0 failed"
    assert "Sunday" in plot.accessibleDescription()


def test_the_bars_stand_for_time_or_money(theme: Theme, qtbot: QtBot) -> None:
    plot = plotted(theme, qtbot)
    plot.set_measure(Measure.TIME)
    assert plot.words(6) == "Today: 1 min 30 s of work"
    plot.set_measure(Measure.COST)
    assert plot.words(6).startswith("Today: $1")


def test_the_arrow_keys_walk_along_the_days(theme: Theme, qtbot: QtBot) -> None:
    plot = plotted(theme, qtbot)
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert plot.accessibleDescription().startswith("Today")
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert plot.accessibleDescription().startswith("Yesterday")
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.accessibleDescription().startswith("Today")


def test_bars_are_drawn_in_the_colours_of_how_runs_ended(theme: Theme, qtbot: QtBot) -> None:
    plot = plotted(theme, qtbot)
    image = plot.grab().toImage()
    x = 650 * image.width() // plot.width()
    colors = {image.pixelColor(x, y).name() for y in range(image.height())}
    assert theme.color("ok").name() in colors
    assert theme.color("bad").name() in colors
