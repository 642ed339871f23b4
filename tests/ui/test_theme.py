"""The theme: choosing a look, following the desktop, growing with the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kata_desktop.desktop.resources import resources_dir
from kata_desktop.ui.theme.appearance import DesktopAppearance
from kata_desktop.ui.theme.theme import Theme, ThemeMode
from kata_desktop.ui.theme.tray_icons import Panel, TrayState, tray_pixmap
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.labels import IconLabel
from tests.support.worn_theme import worn


@pytest.fixture
def appearance() -> DesktopAppearance:
    return DesktopAppearance()


@pytest.fixture
def theme(qapp: QApplication, appearance: DesktopAppearance) -> Iterator[Theme]:
    with worn(Theme(appearance=appearance), qapp) as made:
        yield made


def test_light_until_the_desktop_says_otherwise_then_live(theme: Theme, appearance: DesktopAppearance) -> None:
    assert theme.color("bg").lightness() > 200
    appearance.take("color-scheme", 1)
    assert theme.dark
    appearance.take("contrast", 1)
    assert theme.color("bg").name() == "#000000"
    appearance.take("color-scheme", 2)
    assert theme.color("bg").name() == "#ffffff"


def test_a_chosen_look_does_not_follow_the_desktop(theme: Theme, appearance: DesktopAppearance) -> None:
    theme.set_mode(ThemeMode.LIGHT)
    appearance.take("color-scheme", 1)
    assert not theme.dark


def test_what_the_portal_should_not_say_changes_nothing(appearance: DesktopAppearance, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(appearance.changed):
        appearance.take("color-scheme", "dark")
        appearance.take("accent-color", 1)


def test_reduced_motion_is_the_persons_choice_before_the_desktops(theme: Theme, appearance: DesktopAppearance) -> None:
    appearance.take("reduced-motion", 1)
    assert theme.reduced_motion
    theme.set_reduced_motion(False)
    assert not theme.reduced_motion


def test_palette_and_style_sheet_take_the_look(theme: Theme, qapp: QApplication) -> None:
    theme.set_mode(ThemeMode.DARK)
    assert qapp.palette().color(QPalette.ColorRole.Window) == theme.color("bg")
    sheet = qapp.styleSheet()
    assert theme.color("accent").name() in sheet
    assert not re.search(r"@|\d+dp|\d+fs", sheet)


@pytest.mark.usefixtures("theme")
def test_icons_named_in_the_style_sheet_are_drawn(qapp: QApplication) -> None:
    files = re.findall(r'url\("([^"]+)"\)', qapp.styleSheet())
    assert files
    assert all("currentColor" not in Path(file).read_text(encoding="utf-8") for file in files)


def test_text_grows_and_lengths_with_it_but_not_beyond_double(theme: Theme, qapp: QApplication) -> None:
    size, scale = qapp.font().pointSizeF(), theme.scale
    theme.set_text_scale(150)
    assert qapp.font().pointSizeF() == pytest.approx(size * 1.5)
    assert theme.scale == pytest.approx(scale * 1.5, rel=0.08)
    theme.set_text_scale(500)
    assert theme.text_scale == 200


def test_a_widget_repaints_in_the_new_look(theme: Theme, qtbot: QtBot) -> None:
    icon = IconLabel(theme, "play", "text")
    button = Button(theme, "New task", ButtonKind.PRIMARY, icon="plus")
    qtbot.addWidget(icon)
    qtbot.addWidget(button)
    theme.set_mode(ThemeMode.LIGHT)
    light, ground = icon.pixmap().toImage(), button.grab().toImage().pixelColor(20, button.height() // 2 - 6)
    theme.set_mode(ThemeMode.DARK)
    assert icon.pixmap().toImage() != light
    assert button.grab().toImage().pixelColor(20, button.height() // 2 - 6) != ground


def test_every_icon_file_is_tinted_by_current_color() -> None:
    files = sorted((resources_dir() / "icons").glob("*.svg"))
    assert len(files) > 100
    assert [file.name for file in files if "currentColor" not in file.read_text(encoding="utf-8")] == []


def test_an_icon_that_is_not_there_is_an_error(theme: Theme) -> None:
    with pytest.raises(FileNotFoundError):
        theme.icon("no-such-icon")


@pytest.mark.usefixtures("qapp")
def test_tray_states_differ_by_shape_alone() -> None:
    shapes = [tray_pixmap(state, Panel.TEMPLATE, 22).toImage() for state in TrayState]
    assert all(one != other for index, one in enumerate(shapes) for other in shapes[:index])
    for shape in shapes:
        inks = {shape.pixelColor(x, y).name() for x in range(22) for y in range(22) if shape.pixelColor(x, y).alpha()}
        assert inks == {"#000000"}
