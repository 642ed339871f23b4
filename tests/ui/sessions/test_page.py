"""The list of conversations: what a row says, search, keyboard, states, many of them."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.errors import Unavailable
from kata_desktop.domain.events import SessionsChanged
from kata_desktop.domain.run import RunState, Source
from kata_desktop.store import sessions
from kata_desktop.store.connection import Connection
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.models.paged_rows import PAGE
from kata_desktop.ui.pages.sessions.page import SessionsPage
from kata_desktop.ui.pages.sessions.session_words import plain_line
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.empty_state import EmptyState
from tests.support.eventually import eventually
from tests.support.history_rows import NOW, WORKSPACE, a_run, put_run
from tests.support.talk_rows import ANSWERS, from_person, put_session


def spoken(page: SessionsPage) -> list[str]:
    """Every row as a screen reader says it."""
    rows, role = page.body.list.rows, Qt.ItemDataRole.AccessibleTextRole
    return [str(rows.index(row).data(role)) for row in range(rows.rowCount())]


def shown_state(page: SessionsPage) -> EmptyState | None:
    return next((each for each in page.findChildren(EmptyState) if each.isVisible()), None)


def _is_shown(page: SessionsPage, session_id: str) -> bool:
    return page.control._shown_id == session_id and not page.busy


async def test_the_last_used_comes_first_with_its_place_and_last_words(page: SessionsPage) -> None:
    first, second, third = spoken(page)
    assert first == "#growth, Slack, Two of them: Nordlicht ($12,400) and Hafen AG ($9,800)., Today 10:15"
    assert second.startswith("Summarise the revenue of the week., Claude asks for patience until 10:20")
    assert third.startswith("Cem Kaya, Slack, It is at 14:00 in the blue room., reset, ")


def test_last_words_are_shown_without_the_signs_of_markdown() -> None:
    for written, plain in (
        ("**Soft rain** taps", "Soft rain taps"),
        ("\n\n## Week *12*: `up`", "Week 12: up"),
        ("- 3 * 4 = 12", "3 * 4 = 12"),
        ("***", ""),
    ):
        assert plain_line(written) == plain


async def test_words_are_searched_and_nothing_found_leads_back(page: SessionsPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.search, "cem blue")
    await eventually("one row", lambda: page.body.list.rows.total == 1)
    assert spoken(page)[0].startswith("Cem Kaya")
    qtbot.keyClicks(page.search, " nowhere")
    await eventually("nothing", lambda: shown_state(page) is not None)
    empty = shown_state(page)
    assert empty is not None
    empty.button.click()
    await eventually("all of them", lambda: page.body.list.rows.total == 3 and page.search.text() == "")


async def test_the_keyboard_walks_along_and_enters(page: SessionsPage, qtbot: QtBot) -> None:
    page.activateWindow()
    page.body.list.setFocus()
    qtbot.keyClick(page.body.list, Qt.Key.Key_Down)
    await eventually("the second", lambda: page.control._shown_id == "s-weekly")
    qtbot.keyClick(page.body.list, Qt.Key.Key_Return)
    await eventually("the field", lambda: page.focusWidget() is page.talk.reply.field)


async def test_news_move_a_conversation_to_the_top_and_keep_the_chosen_one(page: SessionsPage, kata: Kata) -> None:
    await kata.database.write(
        lambda db: sessions.save(db, "s-direct", WORKSPACE, "answers", "", b"[]", NOW + timedelta(minutes=1))
    )
    kata.bus.publish(SessionsChanged(workspace_id=WORKSPACE, session_id="s-direct"))
    await eventually("the new order", lambda: spoken(page)[0].startswith("Cem Kaya"))
    assert page.body.list.current_id == "s-group"
    assert page.control.session_id == "s-group"


async def test_without_conversations_it_says_how_they_begin(bare: SessionsPage, bridge: Bridge) -> None:
    wanted: list[tuple[str, str]] = []
    bridge.page_wanted.connect(lambda name, detail: wanted.append((name, detail)))
    bare.set_workspace("ws_home")
    bare.show()
    await eventually("the words", lambda: shown_state(bare) is not None)
    empty = shown_state(bare)
    assert empty is not None
    empty.button.click()
    assert wanted == [("plugins", "")]


async def test_a_store_that_cannot_be_read_says_why_and_is_asked_again(bare: SessionsPage) -> None:
    class Broken:
        async def count(self) -> int:
            raise Unavailable("the store", "The disk is full; make room.")

        async def page(self, number: int) -> tuple[()]:
            raise AssertionError(number)

    working, bare.body.reader._source = bare.body.reader._source, Broken()
    bare.set_workspace(WORKSPACE)
    bare.show()
    await eventually("the reason", lambda: shown_state(bare) is bare.body._failed)
    bare.body.reader._source = working
    bare.body._failed.button.click()
    await eventually("the empty list", lambda: shown_state(bare) is bare._empty)


async def test_of_a_thousand_conversations_only_some_are_read(bare: SessionsPage, kata: Kata) -> None:
    def fill(db: Connection) -> None:
        for number in range(1000):
            at = NOW - timedelta(minutes=number)
            put_session(db, f"s{number}", f"Talk {number}", [("user", "Hi", at), ("kata", "Hello", at)])

    await kata.database.write(fill)
    bare.set_workspace(WORKSPACE)
    bare.show()
    rows = bare.body.list.rows
    await eventually("the beginning", lambda: rows.total == 1000 and not bare.busy)
    assert len(rows._pages) == 1
    bare.body.list.scrollToBottom()
    await eventually("the end", lambda: rows.ident(999) == "s999")
    assert len(rows._pages) <= 3
    assert rows.total > PAGE * 3


async def test_another_workspace_shows_its_own(page: SessionsPage) -> None:
    page.set_workspace("ws_home")
    await eventually("nothing of the other one", lambda: page.body.list.rows.total == 0)
    assert page.control.session_id == ""


async def test_every_control_has_a_name_and_none_is_too_small(page: SessionsPage) -> None:
    for session in ("s-weekly", "s-group"):
        page.show_session(session)
        await eventually("it", partial(_is_shown, page, session))
        for widget in page.findChildren(QWidget):
            if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                assert widget.accessibleName() or getattr(widget, "text", str)(), f"{widget} has no name"
                if isinstance(widget, Button):
                    assert widget.height() >= 24, f"{widget.accessibleName()} is {widget.height()} high"


async def test_it_fits_a_narrow_window(page: SessionsPage) -> None:
    page.resize(560, 700)
    await eventually("the new order", lambda: page.body._split.orientation() is Qt.Orientation.Vertical)
    assert page.talk.isVisible()
    assert page.minimumSizeHint().width() <= 640


async def test_a_message_that_was_taken_on_is_there_before_its_answer(page: SessionsPage, kata: Kata) -> None:
    def take_on(db: Connection) -> None:
        sessions.begin(db, "s-new", WORKSPACE, ANSWERS, "Is the server up?", NOW)
        put_run(db, a_run("n-0", ANSWERS, "Answer messages in Slack", NOW, source=Source.MESSAGE, state=RunState.QUEUED,
                          reason=None, finished_at=None, session_id="s-new", detail="There is no network.",
                          arguments=from_person("Ann Berg", "Is the server up?")))  # fmt: skip

    await kata.database.write(take_on)
    kata.bus.publish(SessionsChanged(workspace_id=WORKSPACE, session_id="s-new"))
    await eventually("its row", lambda: page.body.list.rows.total == 4)
    assert spoken(page)[0].startswith("Is the server up?, There is no network.")
    page.show_session("s-new")
    await eventually("what was asked", lambda: len(page.talk.turns.views) == 2 and not page.busy)


async def test_no_row_says_the_same_twice(page: SessionsPage, kata: Kata) -> None:
    await kata.database.write(lambda db: put_session(db, "s-old", "Sum it up", [("user", "Sum it up", NOW)],
                                                     task="weekly"))  # fmt: skip
    kata.bus.publish(SessionsChanged(workspace_id=WORKSPACE, session_id="s-old"))
    await eventually("its row", lambda: page.body.list.rows.total == 4)
    assert spoken(page)[0].startswith("Sum it up, Revenue of the week")
