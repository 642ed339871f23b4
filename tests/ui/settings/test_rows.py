"""Rows that are tied to settings: applied at once, followed from elsewhere, taken back when refused, reset, found."""

from __future__ import annotations

from datetime import time

import pytest
from PySide6.QtCore import Qt, QTime
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.desktop.autostart import AutostartRefused, XdgAutostart
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.pages.settings.page import SettingsPage
from kata_desktop.ui.pages.settings.setting_row import SettingRow
from kata_desktop.ui.theme.theme import Theme
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.chips import Segmented
from kata_desktop.ui.widgets.fields import Choice, NumberField, TimeField
from kata_desktop.ui.widgets.switch import Switch
from tests.support.eventually import eventually
from tests.support.named import named

SECTIONS = ("general", "schedules", "models", "notifications", "storage", "about")


def row_titles(page: SettingsPage) -> list[str]:
    return [each.title for each in page.findChildren(SettingRow) if each.isVisible()]


async def test_a_switch_applies_at_once_and_is_stored(page: SettingsPage, kata: Kata) -> None:
    page.show_section("notifications")
    named(page, Switch, "Results").click()
    await eventually("the setting", lambda: not kata.settings.current.notify_result)
    await kata.settings.reload()
    assert not kata.settings.current.notify_result


async def test_every_kind_of_control_stores_its_value(page: SettingsPage, kata: Kata) -> None:
    looks = named(page, Segmented, "Theme")
    next(each for each in looks.findChildren(Button) if each.text() == "Dark").click()
    size = named(page, Choice, "Text size")
    size.set_current("125")
    size.activated.emit(size.currentIndex())
    page.show_section("schedules")
    named(page, NumberField, "Runs at once").setValue(5)
    page.show_section("notifications")
    named(page, TimeField, "From").setTime(QTime(21, 30))
    await eventually("the settings", lambda: kata.settings.current.quiet_from == time(21, 30))
    current = kata.settings.current
    assert (current.theme, current.text_scale, current.concurrency) == ("dark", 125, 5)


async def test_a_change_from_elsewhere_is_shown(page: SettingsPage, kata: Kata) -> None:
    page.show_section("schedules")
    await kata.settings.change("default_overlap", "queue")
    await eventually("the choice", lambda: named(page, Choice, "Still running when the next is due").current == "queue")


async def test_a_refused_value_is_taken_back_and_the_row_says_why(page: SettingsPage, kata: Kata) -> None:
    page.show_section("schedules")
    field = named(page, NumberField, "Runs at once")
    field.setMaximum(500)
    field.setValue(400)
    row = next(each for each in page.findChildren(SettingRow) if each.control is field)
    await eventually("the reason", lambda: row.error)
    assert "from 1 to 16" in row.error
    assert field.value() == kata.settings.current.concurrency == 3


async def test_reset_gives_the_defaults_of_this_page_only(page: SettingsPage, kata: Kata) -> None:
    await kata.settings.change("concurrency", 7)
    await kata.settings.change("theme", "dark")
    page.show_section("schedules")
    next(each for each in page.findChildren(Button) if each.text() == "Reset this page" and each.isVisible()).click()
    await eventually("the default", lambda: kata.settings.current.concurrency == 3)
    assert kata.settings.current.theme == "dark"


async def test_searching_shows_matching_rows_of_all_sections(page: SettingsPage) -> None:
    page.search.setText("log")
    titles = row_titles(page)
    assert "Start at login" in titles
    assert "Logs" in titles
    assert "Theme" not in titles
    page.search.setText("zzz")
    assert row_titles(page) == []
    page.search.clear()
    assert row_titles(page)[0] == "Theme"


async def test_searching_finds_models_by_the_word_key(page: SettingsPage) -> None:
    page.search.setText("key")
    assert page.sections["models"].isVisible()


async def test_starting_at_login_writes_the_entry_and_takes_it_away(
    page: SettingsPage, kata: Kata, login: XdgAutostart
) -> None:
    switch = named(page, Switch, "Start at login")
    switch.click()
    await eventually("the setting", lambda: kata.settings.current.start_at_login)
    assert login.enabled()
    switch.click()
    await eventually("the entry to go", lambda: not kata.settings.current.start_at_login)
    assert not login.enabled()


class Unwritable:
    """A session in which nothing can be changed."""

    def enabled(self) -> bool:
        return False

    def enable(self) -> None:
        raise AutostartRefused("~/.config/autostart", "cannot be written")

    def disable(self) -> None:
        raise AutostartRefused("~/.config/autostart", "cannot be removed")


async def test_a_session_that_refuses_is_told_at_the_row(
    kata: Kata, bridge: Bridge, theme: Theme, qtbot: QtBot
) -> None:
    page = SettingsPage(kata, theme, bridge, login=Unwritable())
    qtbot.addWidget(page)
    page.show()
    switch = named(page, Switch, "Start at login")
    row = next(each for each in page.findChildren(SettingRow) if each.control is switch)
    switch.click()
    await eventually("the reason", lambda: row.error)
    assert "cannot be written" in row.error
    assert not switch.isChecked()
    assert not kata.settings.current.start_at_login


@pytest.mark.parametrize("section", SECTIONS)
async def test_every_control_has_a_name_and_room_to_hit(page: SettingsPage, section: str) -> None:
    page.show_section(section)
    for widget in page.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            assert widget.accessibleName() or getattr(widget, "text", str)(), f"{widget} has no name"
            if isinstance(widget, Button):
                assert widget.height() >= 24, f"{widget.text()} is {widget.height()} high"


@pytest.mark.parametrize("section", SECTIONS)
async def test_large_text_needs_no_sideways_scrolling(page: SettingsPage, theme: Theme, section: str) -> None:
    theme.set_text_scale(150)
    page.resize(1130, 700)
    page.show_section(section)
    await eventually("the layout", lambda: page.sections[section].width() > 0)
    assert page._body.minimumSizeHint().width() <= page._scroll.viewport().width()
