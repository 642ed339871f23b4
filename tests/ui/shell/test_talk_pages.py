"""Sessions and Outbox in the window: keys, the mark in the sidebar, search, and ways that lead there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from kata_desktop.domain.events import ShowWindow
from kata_desktop.ui.dialogs.senders.dialog import SendersDialog
from kata_desktop.ui.pages.outbox.page import OutboxPage
from kata_desktop.ui.pages.sessions.page import SessionsPage
from kata_desktop.ui.widgets.pill import Pill
from tests.support.eventually import eventually
from tests.support.talk_rows import a_mixed_outbox, a_talkative_morning
from tests.support.window import Stage

CTRL = Qt.KeyboardModifier.ControlModifier


def entry(stage: Stage, name: str) -> str:
    """What a screen reader says of a page in the sidebar."""
    names = [each.accessibleName() for each in stage.window.sidebar.findChildren(QAbstractButton)]
    return next(each for each in names if each.startswith(name))


async def test_the_keys_follow_the_order_of_the_sidebar(still: Stage) -> None:
    seen = []
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5, Qt.Key.Key_6):
        still.key(key, CTRL)
        seen.append(still.window.page)
    assert seen == ["tasks", "activity", "sessions", "outbox", "plugins", "settings"]


async def test_the_sidebar_counts_what_waits_for_a_decision(still: Stage) -> None:
    assert entry(still, "Outbox") == "Outbox"
    await still.kata.database.write(a_mixed_outbox)
    still.window.undelivered.refresh()
    await eventually("the mark", lambda: entry(still, "Outbox") == "Outbox. 2 not delivered, 1 perhaps delivered")
    await still.kata.messages.confirm("o-unknown")
    await eventually("one less", lambda: entry(still, "Outbox") == "Outbox. 2 not delivered")
    for ident in ("o-failed", "o-failed2"):
        await still.kata.messages.drop(ident)
    await eventually("no mark", lambda: entry(still, "Outbox") == "Outbox")


async def test_a_number_leaves_the_icon_of_a_narrow_sidebar_in_sight(still: Stage) -> None:
    sidebar = still.window.sidebar
    sidebar.set_mark("outbox", "203", "203 not delivered")
    mark = next(each for each in sidebar.findChildren(Pill) if each.text() == "203")
    sidebar.set_narrow(narrow=True)
    assert (mark.text(), mark.accessibleName()) == ("!", "203 not delivered")
    sidebar.set_mark("outbox", "2", "2 not delivered")
    assert mark.text() == "2"
    sidebar.set_mark("outbox", "45", "45 not delivered")
    sidebar.set_narrow(narrow=False)
    assert mark.text() == "45"


async def test_find_brings_the_keyboard_to_the_search_of_the_page(still: Stage) -> None:
    for key, kind in ((Qt.Key.Key_3, SessionsPage), (Qt.Key.Key_4, OutboxPage)):
        still.key(key, CTRL)
        still.key(Qt.Key.Key_F, CTRL)
        page = still.window.findChild(kind)
        assert isinstance(page, SessionsPage | OutboxPage)
        assert still.window.focusWidget() is page.search
    still.key(Qt.Key.Key_5, CTRL)
    still.key(Qt.Key.Key_F, CTRL)
    assert still.window.page == "plugins", "no other page takes its place"
    assert still.window.focusWidget() is still.window.plugins_page().header.search


async def test_pages_lead_to_each_other(still: Stage) -> None:
    await still.kata.database.write(a_talkative_morning)
    await still.kata.database.write(a_mixed_outbox)
    still.window.open_page("sessions", "s-group")
    page = still.window.findChild(SessionsPage)
    assert isinstance(page, SessionsPage)
    await eventually("the conversation", lambda: page.talk.isVisible() and page.talk.name == "#growth")
    still.window.open_page("outbox", "o-failed")
    outbox = still.window.findChild(OutboxPage)
    assert isinstance(outbox, OutboxPage)
    await eventually("the message", lambda: outbox.outgoing.detail.view.title == "Competitor brief")
    outbox.outgoing.detail.view.open_run.click()
    assert still.window.page == "activity"


async def test_somebody_who_waits_is_reviewed_under_plugins(still: Stage) -> None:
    wanted: list[tuple[str, str]] = []
    still.bridge.window_wanted.connect(lambda page, detail: wanted.append((page, detail)))
    still.kata.bus.publish(ShowWindow(page="plugins", detail="people"))
    assert wanted == [("plugins", "people")]
    still.window.open_page(*wanted[0])
    assert still.window.page == "plugins"
    await eventually("the people", lambda: still.window.findChild(SendersDialog) is not None)
