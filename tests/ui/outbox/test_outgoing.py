"""Messages on their way out: what a row says, filters, sending again, withdrawing with undo, doubt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.notification import OutboxItem, OutboxState
from kata_desktop.store import conversations, outbox
from kata_desktop.store.connection import Connection
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.pages.outbox.outgoing import OutgoingFilter
from kata_desktop.ui.pages.outbox.page import OutboxPage
from kata_desktop.ui.theme.theme import Theme
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.empty_state import EmptyState
from kata_desktop.ui.widgets.toast import Toast
from tests.support.eventually import eventually
from tests.support.fake_channel import wrote
from tests.support.history_rows import NOW, WORKSPACE
from tests.support.named import named
from tests.support.talk_rows import put_outgoing


def spoken(page: OutboxPage) -> list[str]:
    """Every row as a screen reader says it."""
    rows, role = page.outgoing.body.list.rows, Qt.ItemDataRole.AccessibleTextRole
    return [str(rows.index(row).data(role)) for row in range(rows.rowCount())]


def chips(page: OutboxPage) -> list[str]:
    return [button.text() for button in page.outgoing.chips.findChildren(Button)]


async def shown(page: OutboxPage, ident: str) -> None:
    page.show_message(ident)
    await eventually(ident, lambda: (item := page.outgoing.detail.item) is not None and item.id == ident)


async def in_state(kata: Kata, ident: str, state: OutboxState) -> OutboxItem:
    item = await kata.messages.find(ident)
    assert item is not None
    assert item.state is state
    return item


async def until(kata: Kata, page: OutboxPage, ident: str, state: OutboxState) -> None:
    await eventually(f"{ident} {state}", lambda: (item := page.outgoing.detail.item) is not None
                     and (item.id, item.state) == (ident, state))  # fmt: skip
    await in_state(kata, ident, state)


async def test_rows_say_where_to_and_what_became_of_it(page: OutboxPage) -> None:
    rows = spoken(page)
    assert rows[1] == "Weekly revenue report, Slack #growth, perhaps delivered, 1 try, Today 10:33"
    assert rows[2] == "Competitor brief, Slack #rivals, not delivered, 8 tries, Today 10:17"
    assert rows[3].startswith("Morning headlines, This computer, not delivered")
    assert rows[4].startswith("Answer messages in Slack, Slack #growth, next try 10:46, 3 tries")
    assert chips(page) == [
        "All  7",
        "On their way  2",
        "Not delivered  2",
        "Perhaps delivered  1",
        "Delivered  1",
        "Dropped  1",
    ]
    assert page._sub.text() == "2 on their way · 2 not delivered · 1 perhaps delivered"


async def test_the_head_claims_nothing_of_what_is_not_there(bare: OutboxPage, qtbot: QtBot) -> None:
    bare.set_workspace("ws_home")
    bare.show()
    await eventually("the words", lambda: bare.outgoing._empty.isVisible() and not bare.busy)
    assert bare._sub.text() == ""
    qtbot.keyClicks(bare.search, "nothing")
    await eventually("what was found", lambda: bare._sub.text() == "0 messages found")


async def test_what_is_pressed_is_never_cut_off(page: OutboxPage, theme: Theme) -> None:
    await shown(page, "o-retry")
    page.resize(theme.px(480), theme.px(500))
    await eventually("the chips below each other", lambda: page.outgoing.chips.height() > 40)
    for button in page.findChildren(Button):
        if button.isVisible():
            assert button.width() >= button.minimumSizeHint().width(), f"“{button.text()}” is cut off"
    assert (page.resend_all.text(), page.resend_all.accessibleName()) == ("", "Send 2 failed again")
    body, below = page.outgoing.body, page.outgoing.detail.view
    rows = body.list
    await eventually("the chosen row", lambda: rows.viewport().rect().contains(rows.visualRect(rows.currentIndex())))
    await eventually("all of it in sight", lambda: body.rect().contains(
        below.rect().translated(below.mapTo(body, QPoint()))))  # fmt: skip


async def test_filters_and_words_narrow_the_list_and_nothing_found_leads_back(page: OutboxPage, qtbot: QtBot) -> None:
    page.outgoing.narrow(OutgoingFilter.FAILED)
    await eventually("two rows", lambda: page.outgoing.body.list.rows.total == 2)
    qtbot.keyClicks(page.search, "rivals")
    await eventually("one row", lambda: page.outgoing.body.list.rows.total == 1)
    assert spoken(page)[0].startswith("Competitor brief")
    qtbot.keyClicks(page.search, " nothing")
    empty = await eventually("no match", lambda: next(
        (each for each in page.findChildren(EmptyState) if each.isVisible()), None))  # fmt: skip
    empty.button.click()
    await eventually("all", lambda: page.outgoing.body.list.rows.total == 7 and page.search.text() == "")


async def test_a_failure_says_why_and_is_sent_again(page: OutboxPage, kata: Kata) -> None:
    await shown(page, "o-failed")
    notice = page.outgoing.detail.view.notice
    assert notice.words.startswith("It was not delivered Slack does not know the channel #rivals")
    notice.button.click()
    await until(kata, page, "o-failed", OutboxState.PENDING)
    assert (await in_state(kata, "o-failed", OutboxState.PENDING)).attempts == 0


async def test_doubt_says_what_is_known_and_what_is_risked(page: OutboxPage, kata: Kata) -> None:
    await shown(page, "o-unknown")
    detail = page.outgoing.detail
    assert "Kata handed it to Slack and heard nothing back." in detail.view.notice.words
    assert "Slack cannot be asked" in detail.view.notice.words
    assert "people see it twice" in detail.view.notice.words
    assert detail.view.notice.button.text() == "Send again anyway"
    detail.arrived.click()
    await until(kata, page, "o-unknown", OutboxState.DELIVERED)
    assert not detail.view.notice.isVisible()


async def test_doubt_that_will_be_settled_by_asking_says_so(page: OutboxPage, kata: Kata) -> None:
    await kata.database.write(lambda db: db.execute("UPDATE outbox SET ask = 1 WHERE id = 'o-unknown'").rowcount)
    await shown(page, "o-unknown")
    assert "As soon as Slack is connected it is asked" in page.outgoing.detail.view.notice.words


async def test_doubtful_ones_are_sent_again_by_their_button_alone(page: OutboxPage, kata: Kata, qtbot: QtBot) -> None:
    await shown(page, "o-unknown")
    page.activateWindow()
    page.outgoing.body.list.setFocus()
    qtbot.keyClick(page.outgoing.body.list, Qt.Key.Key_R)
    await shown(page, "o-failed")
    qtbot.keyClick(page.outgoing.body.list, Qt.Key.Key_R)  # the same key on another one: by its end the first is over
    await until(kata, page, "o-failed", OutboxState.PENDING)
    await in_state(kata, "o-unknown", OutboxState.UNKNOWN)
    await shown(page, "o-unknown")
    page.outgoing.detail.view.notice.button.click()
    await until(kata, page, "o-unknown", OutboxState.PENDING)


async def test_a_withdrawal_can_be_undone(page: OutboxPage, kata: Kata) -> None:
    await shown(page, "o-failed")
    before = await in_state(kata, "o-failed", OutboxState.FAILED)
    named(page.outgoing.detail.view, Button, "Drop").click()
    await until(kata, page, "o-failed", OutboxState.DROPPED)
    toast = await eventually("the offer", lambda: page.findChild(Toast))
    named(toast, Button, "Undo").click()
    await until(kata, page, "o-failed", OutboxState.FAILED)
    assert await kata.messages.find("o-failed") == before


async def test_what_waits_for_a_connection_says_so_and_leads_to_it(page: OutboxPage, bridge: Bridge) -> None:
    wanted: list[tuple[str, str]] = []
    bridge.page_wanted.connect(lambda name, detail: wanted.append((name, detail)))
    await shown(page, "o-waits")
    assert page.outgoing.detail.view.notice.words.startswith("It waits, and is sent by itself It waits for the conn")
    page.outgoing.detail.view.notice.button.click()
    await shown(page, "o-failed")
    page.outgoing.detail.view.open_run.click()
    assert wanted == [("plugins", "slack"), ("activity", "g-0")]


async def test_details_tell_tries_and_the_next_one(page: OutboxPage) -> None:
    await shown(page, "o-retry")
    facts = page.outgoing.detail.view.facts
    assert facts["Tries"] == "3 tries"
    assert facts["Next try"] == "Today 10:46"
    assert facts["About"] == "an answer to somebody who wrote"
    assert facts["To"] == "Slack #growth"


async def test_all_failed_ones_are_sent_again_and_no_doubtful_one(page: OutboxPage, kata: Kata) -> None:
    assert page.resend_all.text() == "Send 2 failed again"
    page.resend_all.click()
    await eventually("none failed", lambda: "Not delivered" in chips(page))
    await in_state(kata, "o-failed", OutboxState.PENDING)
    await in_state(kata, "o-failed2", OutboxState.PENDING)
    await in_state(kata, "o-unknown", OutboxState.UNKNOWN)
    await in_state(kata, "o-dropped", OutboxState.DROPPED)
    assert not page.resend_all.isVisible()


async def test_the_keyboard_opens_sends_and_withdraws(page: OutboxPage, kata: Kata, qtbot: QtBot) -> None:
    listed = page.outgoing.body.list
    page.activateWindow()
    listed.setFocus()
    for _ in range(2):
        qtbot.keyClick(listed, Qt.Key.Key_Down)
    await eventually("the third", lambda: (item := page.outgoing.detail.item) is not None and item.id == "o-failed")
    qtbot.keyClick(listed, Qt.Key.Key_R)
    await until(kata, page, "o-failed", OutboxState.PENDING)
    qtbot.keyClick(listed, Qt.Key.Key_Delete)
    await until(kata, page, "o-failed", OutboxState.DROPPED)
    qtbot.keyClick(listed, Qt.Key.Key_Return)
    await eventually("the button", lambda: page.focusWidget() is page.outgoing.detail.view.notice.button)


async def test_what_happens_meanwhile_shows_by_itself(page: OutboxPage, kata: Kata) -> None:
    await kata.messages.send_test("Hello", "there")
    await eventually("the new row", lambda: spoken(page)[0].startswith("Hello, This computer"))
    assert page.outgoing.body.list.current_id == "o-waits", "the chosen one stays chosen"


async def test_one_that_was_delivered_meanwhile_is_not_withdrawn(page: OutboxPage, kata: Kata, bridge: Bridge) -> None:
    told: list[str] = []
    bridge.told.connect(told.append)
    await shown(page, "o-failed")
    await kata.database.write(lambda db: db.execute("UPDATE outbox SET state = 'delivered'").rowcount)
    page.outgoing.detail.withdraw.click()
    await eventually("the refusal", lambda: told)
    assert "cannot be withdrawn any more" in told[0]
    assert page.findChild(Toast) is None


async def test_without_messages_it_says_what_will_be_here(bare: OutboxPage) -> None:
    bare.set_workspace("ws_home")
    bare.show()
    await eventually("the words", bare.outgoing._empty.isVisible)


async def test_of_five_thousand_messages_only_some_are_read(bare: OutboxPage, kata: Kata) -> None:
    def fill(db: Connection) -> None:
        first = put_outgoing(db, "m0", OutboxState.FAILED, 0, body="x" * 2000)
        for number in range(1, 5000):
            at = NOW - timedelta(seconds=number)
            outbox.add(db, replace(first, id=f"m{number}", key=f"m{number}", created_at=at, next_at=at))

    await kata.database.write(fill)
    bare.set_workspace(WORKSPACE)
    bare.show()
    rows = bare.outgoing.body.list.rows
    await eventually("the beginning", lambda: rows.total == 5000 and not bare.busy)
    assert len(rows._pages) == 1
    bare.outgoing.body.list.scrollToBottom()
    await eventually("the end", lambda: rows.ident(4999) == "m4999")
    assert len(rows._pages) <= 3


async def test_every_control_has_a_name_and_none_is_too_small(page: OutboxPage) -> None:
    for ident in ("o-unknown", "o-failed", "o-sent"):
        await shown(page, ident)
        for widget in page.findChildren(QWidget):
            if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                assert widget.accessibleName() or getattr(widget, "text", str)(), f"{widget} has no name"
                if isinstance(widget, Button):
                    assert widget.height() >= 24, f"{widget.accessibleName()} is {widget.height()} high"


async def test_a_room_has_its_name_even_for_a_thread_in_it(page: OutboxPage, kata: Kata) -> None:
    def put(db: Connection) -> None:
        room = wrote("m1", "hi", channel="slack", conversation="C42", conversation_name="#room", reply_address="C42")
        conversations.heard(db, WORKSPACE, room, "s-room", NOW)
        put_outgoing(db, "o-thread", OutboxState.FAILED, 0, target_address="C42/1712.5", title="In a thread")
        put_outgoing(db, "o-other", OutboxState.FAILED, 0, target_address="C427", title="Elsewhere")

    await kata.database.write(put)
    page.outgoing.begin()
    await eventually("both", lambda: page.outgoing.body.list.rows.total == 9)
    assert spoken(page)[:2] == ["Elsewhere, Slack C427, not delivered, Today 10:42",
                                "In a thread, Slack #room, not delivered, Today 10:42"]  # fmt: skip
