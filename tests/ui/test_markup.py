"""Names and results full of markup are shown letter by letter, in tips too."""

from __future__ import annotations

import ast
from pathlib import Path

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kata_desktop.ui.theme.theme import Theme
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.labels import ElidedLabel, IconLabel, plain_tip
from kata_desktop.ui.widgets.pill import Pill

UI = Path(__file__).parents[2] / "kata_desktop" / "ui"
HOSTILE = "<img src='file:///etc/passwd'> & <b>bold</b>\n<a href='http://x'>next</a>"
OURS = {"self.tr", "plain_tip", "translate"}
KNOWN = {
    "words",  # ticks: counts alone
    "self._texts[name]",  # sidebar: names of pages
    "face.tip",  # the tray's tip goes to the desktop, which takes it as text
    "self.face().tip",
    "''",
}


def is_safe(words: ast.expr) -> bool:
    """A tip of our own words, or one that is made plain."""
    if isinstance(words, ast.IfExp):
        return is_safe(words.body) and is_safe(words.orelse)
    called = isinstance(words, ast.Call) and ast.unparse(words.func) in OURS
    return called or ast.unparse(words) in KNOWN


def test_no_tip_takes_text_from_outside_for_markup() -> None:
    found = []
    for file in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "setToolTip":
                found.append((f"{file.name}:{node.lineno}", node.args[0]))
    assert len(found) > 8
    assert [(place, ast.unparse(words)) for place, words in found if not is_safe(words)] == []


def test_a_tip_shows_every_letter() -> None:
    tip = plain_tip(HOSTILE)
    assert "<img" not in tip
    assert "<a" not in tip
    assert "<br>" in tip, "line breaks stay"


def test_widgets_offer_hostile_names_as_text(theme: Theme, qtbot: QtBot) -> None:
    widgets: list[QWidget] = [
        Button(theme, icon="play", name=HOSTILE),
        IconLabel(theme, "play", name=HOSTILE),
        Pill(theme, "3", name=HOSTILE),
        ElidedLabel(HOSTILE),
    ]
    for widget in widgets:
        qtbot.addWidget(widget)
        widget.resize(20, 20)
        widget.show()
        assert "<img" not in widget.toolTip()
        assert widget.accessibleName() == HOSTILE
