"""Results of any length and make: the window goes on, and nothing of the text is lost to whoever copies it."""

from __future__ import annotations

import time

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kata_desktop.ui.pages.activity.output_view import LiveText, OutputView
from kata_desktop.ui.theme.theme import Theme
from kata_desktop.ui.widgets.long_text import LONGEST_LINE, MOST_SHOWN, LongText, is_cheap_markdown, shown_part
from kata_desktop.ui.widgets.markdown_view import MarkdownView

LIMIT = 0.5
"""Seconds that anything may hold up the window."""
SIZES = (16_000, 1_000_000, 10_000_000)
PIECES = {
    "words": "word ",
    "one line": "x",
    "lines": "a line of text\n",
    "paragraphs": "a paragraph\n\n",
    "list": "- item\n",
    "table": "|1|2|3|\n",
    "headings": "# a\n",
    "images": "![a](file:///etc/passwd) ",
    "links": "[a](http://b) ",
    "code": "`a",
    "brackets": "[",
    "quotes": "> ",
    "stress": "*a ",
    "underscores": "_a",
    "markup": "<b>",
    "joined": "\u200d",
    "right to left": "\u05d0\u202e ",
}
HEADS = {"table": "|a|b|c|\n|-|-|-|\n"}


def longest_turn(qapp: QApplication) -> float:
    """Seconds of the longest of the next turns of the window's loop."""
    longest = 0.0
    for _ in range(5):
        began = time.process_time()
        qapp.processEvents()
        longest = max(longest, time.process_time() - began)
    return longest


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PIECES)
def test_a_result_never_holds_up_the_window(
    theme: Theme, qtbot: QtBot, qapp: QApplication, name: str, size: int
) -> None:
    piece = PIECES[name]
    text = (HEADS.get(name, "") + piece * (size // len(piece) + 1))[:size]
    view = OutputView(theme)
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.show()
    qapp.processEvents()
    began = time.process_time()
    view.show_result(text)
    assert time.process_time() - began < LIMIT
    assert longest_turn(qapp) < LIMIT
    assert view.text == text, "copying gives all of it"


@pytest.mark.parametrize("name", ["one line", "words", "lines", "joined"])
def test_live_output_never_holds_up_the_window(theme: Theme, qtbot: QtBot, qapp: QApplication, name: str) -> None:
    view = OutputView(theme)
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.show()
    qapp.processEvents()
    so_far, longest = PIECES[name] * 100_000, 0.0
    for _ in range(60):
        so_far += PIECES[name] * 50
        began = time.process_time()
        view.show_live(so_far)
        qapp.processEvents()
        longest = max(longest, time.process_time() - began)
    assert longest < 2 * LIMIT, "the first one brings a hundred thousand pieces at once"


def test_live_output_keeps_its_words_and_breaks_endless_lines(theme: Theme, qtbot: QtBot) -> None:
    live = LiveText(theme, "Live")
    qtbot.addWidget(live)
    for _ in range(1_000):
        live.add("abcde")
    live.add("\nnext\n")
    lines = live.toPlainText().split("\n")
    assert "".join(lines) == "abcde" * 1_000 + "next"
    assert max(map(len, lines)) <= LONGEST_LINE
    assert lines[-2:] == ["next", ""]


def test_the_end_of_a_long_text_is_counted_and_not_shown(theme: Theme, qtbot: QtBot) -> None:
    view = LongText(theme, "Result", lines=5)
    qtbot.addWidget(view)
    view.show_text("word\n" * 100_000)
    assert view.toPlainText().endswith(f"… and {500_000 - MOST_SHOWN:,} more characters. Copy the result to read them.")
    view.show_text("short")
    assert view.toPlainText() == "short"


def test_only_lines_that_are_too_long_are_broken() -> None:
    text = "a" * LONGEST_LINE + "\n" + "b" * (LONGEST_LINE + 1) + "\nc"
    assert shown_part(text).split("\n") == ["a" * LONGEST_LINE, "b" * LONGEST_LINE, "b", "c"]


def test_a_table_or_list_of_some_length_is_not_markdown_any_more(theme: Theme, qtbot: QtBot) -> None:
    assert is_cheap_markdown("# Title\n\n" + "- item\n" * 300)
    assert not is_cheap_markdown("- item\n" * 600)
    view = MarkdownView(theme, "Result")
    qtbot.addWidget(view)
    view.set_markdown("- item\n" * 600)
    assert view.toPlainText().startswith("- item\n- item")
