"""The widgets of pages: toast, strip, forms, rows, and the sheet of all of them."""

from __future__ import annotations

import itertools
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kata_desktop.ui.theme.theme import Theme, ThemeMode
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.day_strip import DayStrip
from kata_desktop.ui.widgets.fields import Choice, SearchField, TimeField
from kata_desktop.ui.widgets.form_row import ErrorLinks, FormRow
from kata_desktop.ui.widgets.frames import Row, RowList
from kata_desktop.ui.widgets.layout import FlowLayout, row
from kata_desktop.ui.widgets.spinner import Spinner
from kata_desktop.ui.widgets.strip_plan import StripRun, hour_marks, label_places
from kata_desktop.ui.widgets.ticks import Tick, Ticks
from kata_desktop.ui.widgets.toast import Toaster
from tests.ui.gallery import NOW, gallery


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(600, 400)
    qtbot.addWidget(made)
    made.show()
    return made


def test_every_widget_that_takes_the_keyboard_has_a_name(theme: Theme, qtbot: QtBot) -> None:
    sheet = gallery(theme)
    qtbot.addWidget(sheet)
    sheet.show()
    nameless = [
        widget
        for widget in sheet.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert nameless == []


@pytest.mark.parametrize("mode", list(ThemeMode))
def test_the_sheet_of_all_widgets_follows_every_look_live(mode: ThemeMode, theme: Theme, qtbot: QtBot) -> None:
    sheet = gallery(theme)
    qtbot.addWidget(sheet)
    sheet.show()
    theme.set_mode(mode)
    theme.set_text_scale(150)
    corner = sheet.grab().toImage().pixelColor(sheet.width() - 3, 3)
    theme.set_text_scale(100)
    assert corner == theme.color("bg")


def test_undo_by_button_takes_it_back(theme: Theme, qtbot: QtBot, host: QWidget) -> None:
    toast = Toaster(theme, host).show_message("Deleted", undo="Undo")
    with qtbot.assertNotEmitted(toast.gone), qtbot.waitSignal(toast.undone):
        qtbot.mouseClick(toast.findChildren(Button)[0], Qt.MouseButton.LeftButton)
    assert toast.isHidden()


def test_undo_by_the_usual_key_anywhere_in_the_window(theme: Theme, qtbot: QtBot, host: QWidget) -> None:
    toast = Toaster(theme, host).show_message("Deleted", undo="Undo")
    host.activateWindow()
    qtbot.waitUntil(host.isActiveWindow)
    with qtbot.waitSignal(toast.undone):
        qtbot.keyClick(host, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def test_a_toast_goes_by_itself_but_waits_for_the_pointer(theme: Theme, qtbot: QtBot, host: QWidget) -> None:
    toast = Toaster(theme, host).show_message("Deleted", undo="Undo", seconds=0.05)
    spot = QPoint(3, 3).toPointF()
    QApplication.sendEvent(toast, QEnterEvent(spot, spot, spot))
    assert toast.paused
    with qtbot.waitSignal(toast.gone):
        QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
        assert not toast.paused


def test_a_toast_waits_for_the_keyboard_and_leaves_on_escape(theme: Theme, qtbot: QtBot, host: QWidget) -> None:
    toast = Toaster(theme, host).show_message("Deleted", undo="Undo")
    undo = toast.findChildren(Button)[0]
    host.activateWindow()
    qtbot.waitUntil(host.isActiveWindow)
    undo.setFocus(Qt.FocusReason.TabFocusReason)
    assert toast.paused
    with qtbot.waitSignal(toast.gone):
        qtbot.keyClick(undo, Qt.Key.Key_Escape)


def test_a_new_toast_ends_the_one_before(theme: Theme, qtbot: QtBot, host: QWidget) -> None:
    toaster = Toaster(theme, host)
    first = toaster.show_message("One deleted", undo="Undo")
    with qtbot.waitSignal(first.gone):
        second = toaster.show_message("Two deleted", undo="Undo")
    assert first.isHidden()
    host.resize(900, 700)
    assert abs(second.geometry().center().x() - 450) < 3


def test_the_strip_says_in_words_what_it_shows(theme: Theme, qtbot: QtBot) -> None:
    strip = DayStrip(theme, NOW)
    qtbot.addWidget(strip)
    assert strip.accessibleName() == "Next 24 hours: nothing planned"
    strip.set_plan(NOW, (StripRun(at_hours=20, label="B"), StripRun(at_hours=1, label="A", tip="A at 12:00")))
    assert strip.accessibleName() == "Next 24 hours: A at 12:00, B"


@pytest.mark.parametrize("mirrored", [False, True])
def test_runs_of_the_strip_are_chosen_by_keys_and_by_mouse(mirrored: bool, theme: Theme, qtbot: QtBot) -> None:
    strip = DayStrip(theme, NOW)
    qtbot.addWidget(strip)
    if mirrored:
        strip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    strip.resize(500, 80)
    strip.show()
    strip.set_plan(NOW, (StripRun(at_hours=6, label="A", key="a"), StripRun(at_hours=12, label="B", key="b")))
    chosen: list[str] = []
    strip.activated.connect(chosen.append)
    later = Qt.Key.Key_Left if mirrored else Qt.Key.Key_Right
    for key in (later, later, Qt.Key.Key_Return):
        qtbot.keyClick(strip, key)
    quarter = 10 + (480 * 3 // 4 if mirrored else 480 // 4)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(quarter, 40))
    assert chosen == ["b", "a"]


def test_hours_of_the_strip_follow_the_clock_change() -> None:
    night = datetime(2026, 3, 28, 22, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    marks = [(round(ahead, 1), local.hour) for ahead, local in hour_marks(night)]
    assert marks[:3] == [(1.5, 0), (3.5, 3), (6.5, 6)]


@pytest.mark.parametrize("forward", [True, False])
def test_names_on_the_strip_do_not_overlap_and_the_soonest_has_its_place(forward: bool) -> None:
    runs = [StripRun(at_hours=hour, label=f"Task {hour}") for hour in range(24)]
    places = label_places(
        runs, lambda hour: hour * 25 if forward else 600 - hour * 25, lambda text: len(text) * 9.0, (0.0, 600.0)
    )
    assert places[0][1] == "Task 0"
    spans = sorted((start, start + len(text) * 9.0) for start, text in places)
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))
    assert spans[0][0] >= 0
    assert spans[-1][1] <= 600


def test_ticks_say_how_runs_ended(theme: Theme, qtbot: QtBot) -> None:
    ticks = Ticks(theme)
    qtbot.addWidget(ticks)
    assert ticks.accessibleName() == "No runs yet"
    ticks.set_runs((Tick.FAILED,) * 5 + (Tick.OK,) * 8 + (Tick.LATE, Tick.SKIPPED))
    assert ticks.accessibleName() == "Last runs: 9 succeeded, 0 failed, 1 skipped"


def test_an_error_is_said_at_the_field_and_linked_to_it(theme: Theme, qtbot: QtBot, host: QWidget) -> None:
    field = QLineEdit(host)
    form = FormRow(theme, "Cron expression", field, hint="Five fields", parent=host)
    links = ErrorLinks(theme, parent=host)
    host.setLayout(row(form, links))
    host.activateWindow()
    qtbot.waitUntil(host.isActiveWindow)
    assert (field.accessibleName(), field.accessibleDescription()) == ("Cron expression", "Five fields")
    links.set_rows([form])
    assert links.isHidden()
    form.set_error("Hour is 25. Use 0–23.")
    links.set_rows([form])
    assert links.isVisible()
    assert field.property("bad") == "true"
    assert field.accessibleDescription() == "Hour is 25. Use 0–23."
    links.findChildren(Button)[0].click()
    assert field.hasFocus()
    form.set_error("")
    assert field.accessibleDescription() == "Five fields"


def test_a_banner_offers_its_button_only_with_an_action(theme: Theme, qtbot: QtBot) -> None:
    banner = Banner(theme, Tone.WARN, "Offline", "Runs wait for the network.")
    qtbot.addWidget(banner)
    assert banner.button.isHidden()
    banner.set_message("Locked", "Unlock it.", action="Unlock…")
    with qtbot.waitSignal(banner.acted):
        banner.button.click()
    assert banner.accessibleName() == "Locked Unlock it."


@pytest.mark.usefixtures("theme")
def test_rows_know_their_place(qtbot: QtBot) -> None:
    rows = [Row(row()) for _ in range(3)]
    listed = RowList(rows)
    qtbot.addWidget(listed)
    assert [each.property("row") for each in rows] == ["first", "middle", "last"]
    listed.set_rows(rows[:1])
    assert rows[0].property("row") == "only"


def test_a_spinner_stands_still_under_reduced_motion_and_unseen(theme: Theme, qtbot: QtBot) -> None:
    spinner = Spinner(theme, "Running")
    qtbot.addWidget(spinner)
    spinner.show()
    seen = [spinner.turning]
    theme.set_reduced_motion(False)
    seen.append(spinner.turning)
    spinner.hide()
    seen.append(spinner.turning)
    assert seen == [False, True, False]


@pytest.mark.usefixtures("qtbot")
def test_a_flow_wraps_and_mirrors(host: QWidget) -> None:
    flow = FlowLayout(host, spacing=5)
    parts = [QWidget() for _ in range(3)]
    for part in parts:
        part.setMinimumSize(100, 20)
        flow.addWidget(part)
        part.show()
    host.resize(210, 200)
    flow.activate()
    assert [(part.x(), part.y()) for part in parts] == [(0, 0), (105, 0), (0, 25)]
    host.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    flow.invalidate()
    flow.activate()
    assert parts[0].x() == 110


def test_a_choice_keeps_what_was_chosen_when_options_change(qtbot: QtBot) -> None:
    choice = Choice({"a": "A", "b": "B"}, "Model")
    qtbot.addWidget(choice)
    choice.set_current("b")
    choice.set_options({"c": "C", "b": "B"})
    assert choice.current == "b"
    choice.set_current("nothing")
    assert choice.current == "b"


def test_escape_empties_the_search(theme: Theme, qtbot: QtBot) -> None:
    field = SearchField(theme, "Search tasks")
    qtbot.addWidget(field)
    field.show()
    field.setText("mail")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""


@pytest.mark.usefixtures("qtbot")
def test_a_time_is_written_hours_first_in_every_language(theme: Theme, host: QWidget) -> None:
    host.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    field = TimeField(theme, "At", parent=host)
    field.setDisplayFormat("HH:mm")
    assert field.text() == "00:00"
    assert not field.isRightToLeft()
