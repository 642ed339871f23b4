"""What stands where the list is, while a reading goes on."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kata_desktop.ui.pages.tasks.list_states import ListStates
from kata_desktop.ui.theme.theme import Theme


def test_rows_that_are_there_are_not_covered_while_the_rest_is_read(theme: Theme, qtbot: QtBot) -> None:
    """The strip above the rows is read after them, and on a busy computer that takes a while."""
    rows = QWidget()
    states = ListStates(theme, rows)
    qtbot.addWidget(states)
    shown: list[QWidget | None] = []
    states.currentChanged.connect(lambda _: shown.append(states.currentWidget()))

    for show in (states.show_rows, lambda: states.show_nothing("x"), lambda: states.show_trouble("It broke.")):
        states.begin()
        show()
        assert not any(timer.isActive() for timer in states.findChildren(QTimer)), "nothing would come later"
    states.begin()
    qtbot.waitUntil(lambda: len(shown) >= 3, timeout=30_000)

    assert shown[-1] is not rows, "without an answer the skeleton comes"
