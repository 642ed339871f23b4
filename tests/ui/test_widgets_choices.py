"""Switches, chips, segments, days and buttons by key and by mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QComboBox, QLineEdit, QMenu, QStyle, QStyleOptionFrame
from pytestqt.qtbot import QtBot

from kata_desktop.ui.theme.theme import Theme
from kata_desktop.ui.widgets.buttons import AreaButton, Button, ButtonKind, MenuButton
from kata_desktop.ui.widgets.chips import ChipBar, DayPicker, Segmented
from kata_desktop.ui.widgets.fields import Choice
from kata_desktop.ui.widgets.labels import Label
from kata_desktop.ui.widgets.layout import boxed, row
from kata_desktop.ui.widgets.switch import Switch


def test_switch_toggles_by_mouse_anywhere_and_by_space(theme: Theme, qtbot: QtBot) -> None:
    switch = Switch(theme, "Inbox triage enabled")
    qtbot.addWidget(switch)
    switch.show()
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(switch.width() - 2, 2))
    assert switch.isChecked()
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert not switch.isChecked()


def test_switch_is_a_check_box_to_a_screen_reader(theme: Theme, qtbot: QtBot) -> None:
    switch = Switch(theme, "Inbox triage enabled", on=True)
    qtbot.addWidget(switch)
    face = QAccessible.queryAccessibleInterface(switch)
    assert face.role() == QAccessible.Role.CheckBox
    assert face.text(QAccessible.Text.Name) == "Inbox triage enabled"
    assert face.state().checked


def test_switch_shows_on_at_the_end_of_the_line(theme: Theme, qtbot: QtBot) -> None:
    switch = Switch(theme, "Inbox triage enabled", on=True)
    qtbot.addWidget(switch)
    switch.resize(switch.sizeHint())
    middle, inset = switch.height() // 2, theme.px(11)
    knob = theme.color("on_accent")
    assert switch.grab().toImage().pixelColor(switch.width() - inset, middle) == knob
    switch.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert switch.grab().toImage().pixelColor(inset, middle) == knob


def test_switch_slides_unless_motion_is_reduced(theme: Theme, qtbot: QtBot) -> None:
    switch = Switch(theme, "Inbox triage enabled")
    qtbot.addWidget(switch)
    switch.show()
    switch.setChecked(True)
    assert switch.property("place") == 1.0
    theme.set_reduced_motion(False)
    switch.setChecked(False)
    assert switch.property("place") > 0.0
    qtbot.waitUntil(lambda: switch.property("place") == 0.0)


def test_switch_is_large_enough_to_hit_and_grows_with_text(theme: Theme, qtbot: QtBot) -> None:
    switch = Switch(theme, "Inbox triage enabled")
    qtbot.addWidget(switch)
    assert min(switch.sizeHint().toTuple()) >= min(24, theme.px(24))
    before = switch.sizeHint().width()
    theme.set_text_scale(150)
    assert switch.sizeHint().width() > before * 1.3
    theme.set_text_scale(100)


@pytest.mark.parametrize("kind", [ChipBar, Segmented])
def test_of_alternatives_exactly_one_is_chosen(kind: type[ChipBar | Segmented], theme: Theme, qtbot: QtBot) -> None:
    bar = kind(theme, {"all": "All", "active": "Active", "paused": "Paused"}, "Filter")
    qtbot.addWidget(bar)
    bar.show()
    chosen: list[str] = []
    bar.chosen.connect(chosen.append)
    buttons = bar.findChildren(Button)
    qtbot.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    assert [button.isChecked() for button in buttons] == [False, True, False]
    bar.activateWindow()
    qtbot.waitUntil(bar.isActiveWindow)
    buttons[1].setFocus()
    qtbot.keyClick(buttons[1], Qt.Key.Key_Right)
    assert bar.current == "paused"
    bar.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    qtbot.waitUntil(lambda: buttons[0].x() > buttons[1].x())
    qtbot.keyClick(buttons[2], Qt.Key.Key_Right)
    assert chosen == ["active", "paused", "active"]
    bar.set_current("all")
    assert bar.current == "all"
    assert chosen == ["active", "paused", "active"]


def test_days_are_on_or_off_each(theme: Theme, qtbot: QtBot) -> None:
    picker = DayPicker(theme, [(0, "Mon", "Monday"), (1, "Tue", "Tuesday"), (2, "Wed", "Wednesday")], "Days")
    qtbot.addWidget(picker)
    picker.set_chosen([0, 2])
    with qtbot.waitSignal(picker.changed):
        qtbot.mouseClick(picker.findChildren(Button)[1], Qt.MouseButton.LeftButton)
    assert picker.chosen == {0, 1, 2}


def test_buttons_are_pressed_by_enter_and_by_space(theme: Theme, qtbot: QtBot) -> None:
    button = Button(theme, "Test run", icon="play")
    qtbot.addWidget(button)
    button.show()
    presses: list[bool] = []

    def note(down: bool) -> None:
        presses.append(down)

    button.clicked.connect(note)
    qtbot.keyClick(button, Qt.Key.Key_Return)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert len(presses) == 2


@pytest.mark.parametrize("kind", list(ButtonKind))
def test_the_keyboard_shows_where_it_is(kind: ButtonKind, theme: Theme, qtbot: QtBot) -> None:
    button, other = Button(theme, "Test run", kind), Switch(theme, "Other")
    window = boxed(row(button, other))
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    other.setFocus()
    before = button.grab().toImage()
    button.setFocus(Qt.FocusReason.MouseFocusReason)
    assert button.grab().toImage() == before
    other.setFocus()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert button.grab().toImage() != before


def test_an_area_button_is_as_large_as_what_it_holds(theme: Theme, qtbot: QtBot) -> None:
    button = AreaButton(theme, row(Label("Acme Research"), margins=(20, 20, 20, 20)), "Switch workspace")
    qtbot.addWidget(button)
    assert button.sizeHint().height() > 40


def test_a_menu_is_filled_when_it_opens(theme: Theme, qtbot: QtBot) -> None:
    button = MenuButton(theme, name="More actions")
    qtbot.addWidget(button)
    fillings: list[QMenu] = []
    button.about_to_show.connect(fillings.append)
    menu = button.menu()
    menu.aboutToShow.emit()
    menu.aboutToShow.emit()
    assert len(fillings) == 2
    assert menu.actions() == []


@pytest.mark.parametrize("percent", [100, 175])
def test_a_choice_shows_all_that_can_be_chosen(percent: int, theme: Theme, qtbot: QtBot) -> None:
    theme.set_text_scale(percent)
    choice = Choice({str(number): f"{number} %" for number in range(6)}, "Text size")
    qtbot.addWidget(choice)
    choice.show()
    choice.showPopup()
    view = choice.view()
    rows = [view.visualRect(choice.model().index(number, 0)) for number in range(6)]
    assert all(view.viewport().rect().contains(row) for row in rows)
    assert all(row.height() >= 24 for row in rows)
    choice.hidePopup()


@pytest.mark.usefixtures("theme")
def test_an_editable_choice_has_room_for_its_text_while_the_keyboard_is_there(qtbot: QtBot) -> None:
    box = QComboBox()
    line = QLineEdit()
    box.setLineEdit(line)
    qtbot.addWidget(box)
    box.show()
    box.setFocus()
    qtbot.waitUntil(line.hasFocus)
    option = QStyleOptionFrame()
    line.initStyleOption(option)
    room = line.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, line)
    assert room.height() >= line.fontMetrics().height()
