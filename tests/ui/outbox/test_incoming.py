"""Messages that came in: their fate in plain words, trying again, and the way to the people."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.channel import InboxState
from kata_desktop.domain.events import InboxChanged
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.pages.outbox.incoming import IncomingFilter
from kata_desktop.ui.pages.outbox.page import INCOMING, OUTGOING, OutboxPage
from kata_desktop.ui.widgets.buttons import Button
from tests.support.eventually import eventually
from tests.support.history_rows import WORKSPACE
from tests.support.talk_rows import put_incoming


def spoken(page: OutboxPage) -> list[str]:
    rows, role = page.incoming.body.list.rows, Qt.ItemDataRole.AccessibleTextRole
    return [str(rows.index(row).data(role)) for row in range(rows.rowCount())]


async def opened(page: OutboxPage, ident: str) -> None:
    page.show_tab(INCOMING)
    await eventually("the rows", lambda: page.incoming.body.list.rows.total == 5 and not page.busy)
    page.incoming.body.choose(ident)


async def test_rows_say_who_wrote_and_what_became_of_it(page: OutboxPage) -> None:
    await opened(page, "i-new")
    rows = spoken(page)
    assert rows[0] == "Ann Berg, waits for its turn, Are you there?, Are you there?, Today 10:41"
    assert rows[1].startswith("Bo Lind, could not be taken on, “Answer messages in Slack” could not be started")
    assert rows[2].startswith("Dora, left out, Its sender was told a code and waits for your decision., Hello?")
    chips = [button.text() for button in page.incoming.chips.findChildren(Button)]
    assert chips == ["All  5", "Not taken on  1", "Left out  1", "Taken on  2", "Waiting  1"]


async def test_a_failed_one_is_tried_again(page: OutboxPage, kata: Kata, bridge: Bridge) -> None:
    wanted: list[tuple[str, str]] = []
    bridge.page_wanted.connect(lambda name, detail: wanted.append((name, detail)))
    await opened(page, "i-failed")
    view = page.incoming.detail.view
    assert view.notice.words.startswith("It could not be taken on “Answer messages in Slack” could not be started")
    view.open_run.click()
    assert wanted == [("activity", "g-1")]
    view.notice.button.click()
    await eventually("its new fate", lambda: "waits for its turn" in page.incoming.detail.view.line)
    (item,) = [item for item in await kata.channels.inbox(WORKSPACE) if item.id == "i-failed"]
    assert item.state is InboxState.RECEIVED


async def test_one_that_was_left_out_leads_to_the_people(page: OutboxPage, bridge: Bridge) -> None:
    wanted: list[tuple[str, str]] = []
    bridge.page_wanted.connect(lambda name, detail: wanted.append((name, detail)))
    await opened(page, "i-stranger")
    view = page.incoming.detail.view
    assert view.notice.button.text() == "Look at it again"
    assert view.facts["From"] == "Dora (U99)"
    assert view.facts["In"] == "Slack · direct message"
    assert view.text.text == "Hello?"
    page.incoming.detail.people.click()
    assert wanted == [("plugins", "people")]


async def test_filters_narrow_and_news_come_by_themselves(page: OutboxPage, kata: Kata) -> None:
    await opened(page, "i-failed")
    page.incoming.narrow(IncomingFilter.FAILED)
    await eventually("one row", lambda: page.incoming.body.list.rows.total == 1)
    await kata.database.write(lambda db: put_incoming(db, "i-more", InboxState.FAILED, 0, reason="The disk is full."))
    kata.bus.publish(InboxChanged(workspace_id=WORKSPACE, channel="slack"))
    await eventually("two rows", lambda: page.incoming.body.list.rows.total == 2)
    assert "The disk is full." in spoken(page)[0]


def _are_found(page: OutboxPage, count: int) -> bool:
    return page.incoming.body.list.rows.total == count and not page.busy


async def test_words_find_who_wrote_what_where_and_why(page: OutboxPage) -> None:
    await opened(page, "i-failed")
    rows = page.incoming.body.list.rows
    page.focus_search()
    assert page.tabs.current == INCOMING, "the list that is looked at is searched"
    for words, found in (("growth revenue", 1), ("bo lind", 1), ("waits for your decision", 1), ("slack", 5)):
        page.search.setText(words)
        await eventually(f"{found} with {words}", partial(_are_found, page, found))
    page.search.setText("bo lind")
    await eventually("one", lambda: rows.total == 1 and page._sub.text() == "1 message found")
    assert [button.text() for button in page.incoming.chips.findChildren(Button)][:2] == ["All  1", "Not taken on  1"]
    page.show_tab(OUTGOING)
    await eventually("nothing of his", lambda: page.outgoing.body.currentWidget() is page.outgoing.body._no_match)
    page.outgoing.body.widen.emit()
    assert page.search.text() == ""
    page.show_tab(INCOMING)
    await eventually("all", lambda: rows.total == 5)


async def test_every_control_has_a_name(page: OutboxPage) -> None:
    await opened(page, "i-stranger")
    for widget in page.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            assert widget.accessibleName() or getattr(widget, "text", str)(), f"{widget} has no name"


async def test_nothing_came_in_says_what_will_be_here(bare: OutboxPage) -> None:
    bare.set_workspace("ws_home")
    bare.show()
    bare.show_tab(INCOMING)
    await eventually("the words", bare.incoming._empty.isVisible)
