"""One conversation: who said what, going on with it, stopping, resetting, copying."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.handler import HandlerError, HandlerSpec, Result, RunContext
from kata_desktop.domain.session import TurnState
from kata_desktop.store.connection import Connection
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.dialogs.question import Question
from kata_desktop.ui.pages.sessions.page import SessionsPage
from kata_desktop.ui.pages.sessions.turn_view import TurnView
from kata_desktop.ui.pages.sessions.turns_view import AT_ONCE
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.labels import Label
from kata_desktop.ui.widgets.markdown_view import MarkdownView
from tests.support.eventually import eventually
from tests.support.history_rows import NOW
from tests.support.talk_rows import Said, add_going, put_session, stored


def said(view: TurnView) -> str:
    """Who, and what: Markdown as it was written, or the sentence of a failure."""
    texts = [each.text for each in view.findChildren(MarkdownView)]
    labels = [each.text() for each in view.findChildren(Label)]
    return " | ".join([labels[0], *texts, *labels[2:]])


async def shown(page: SessionsPage, session_id: str) -> None:
    page.show_session(session_id)
    await eventually(session_id, lambda: page.control._shown_id == session_id and not page.busy)


class Talker:
    """A model that answers in pieces when it is told to, and remembers the conversation."""

    def __init__(self, kata: Kata) -> None:
        self._kata = kata
        self.began, self.go_on = asyncio.Event(), asyncio.Event()

    async def __call__(self, context: RunContext) -> Result:
        text = json.loads(context.arguments)["reply"]
        context.emit("To the ")
        self.began.set()
        await self.go_on.wait()
        before = json.loads(await self._kata.sessions.state(context.session_id))
        turns: list[Said] = [("user", text, NOW), ("kata", "To the **board**.", NOW)]
        state = json.dumps(before + json.loads(stored(turns))).encode()
        return Result(output="To the **board**.", session_id=context.session_id, session_state=state)


async def test_who_said_what_is_told_apart(page: SessionsPage) -> None:
    assert page.talk.name == "#growth"
    assert page.talk.line == "Slack · Today 10:08"
    turns = [said(view) for view in page.talk.turns.views]
    assert turns[0] == "Ann Berg | How did revenue go last week?"
    assert turns[1].startswith("Kata | Revenue was **$184,200**")
    assert turns[2] == "Bo Lind | And which renewals were those?"
    await shown(page, "s-weekly")
    turns = [said(view) for view in page.talk.turns.views]
    assert turns[0] == "The task’s prompt | Summarise the revenue of the week."
    assert turns[2:] == ["You | Draft a mail to the board.",
                         "Kata | Claude asks for patience until 10:20; ask again then."]  # fmt: skip


async def test_ctrl_enter_sends_and_the_answer_streams_in(page: SessionsPage, kata: Kata, qtbot: QtBot) -> None:
    talker = Talker(kata)
    kata.scheduling.register(HandlerSpec(name="prompt", run=talker))
    await kata.engine.start()
    try:
        await shown(page, "s-weekly")
        field = page.talk.reply.field
        page.activateWindow()
        field.setFocus()
        qtbot.keyClicks(field, "Whom shall I tell?")
        qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await eventually("the beginning", lambda: page.talk.turns.views[-1].live_text == "To the ")
        assert field.toPlainText() == ""
        assert page.talk.reply.stop.isVisible()
        talker.go_on.set()
        await eventually("the answer", lambda: said(page.talk.turns.views[-1]) == "Kata | To the **board**.")
        assert said(page.talk.turns.views[-2]) == "You | Whom shall I tell?"
        await eventually("the end", lambda: not page.talk.reply.stop.isVisible())
        await eventually("the list", lambda: page.body.list.rows.row_of("s-weekly") == 0)
    finally:
        await kata.engine.stop()


async def test_stop_ends_the_answer(page: SessionsPage, kata: Kata) -> None:
    talker = Talker(kata)
    kata.scheduling.register(HandlerSpec(name="prompt", run=talker))
    await kata.engine.start()
    try:
        await shown(page, "s-weekly")
        page.talk.reply.field.setPlainText("Whom?")
        page.talk.reply.send.click()
        await eventually("the button", lambda: talker.began.is_set() and page.talk.reply.stop.isVisible())
        page.talk.reply.stop.click()
        await eventually("the end", lambda: page.control.turns[-1].state is TurnState.FAILED)
        assert "You stopped it." in said(page.talk.turns.views[-1])
    finally:
        await kata.engine.stop()


async def test_what_failed_is_asked_again(page: SessionsPage, kata: Kata) -> None:
    asked: list[str] = []

    async def refuse(context: RunContext) -> Result:
        asked.append(context.arguments)
        raise HandlerError("Still too early.", retryable=False)

    kata.scheduling.register(HandlerSpec(name="prompt", run=refuse))
    await kata.engine.start()
    try:
        await shown(page, "s-weekly")
        again = next(each for each in page.talk.findChildren(Button) if each.text() == "Ask again")
        again.click()
        await eventually("the second answer", lambda: "Still too early." in said(page.talk.turns.views[-1]))
        assert [json.loads(each)["reply"] for each in asked] == ["Draft a mail to the board."]
    finally:
        await kata.engine.stop()


async def test_a_refused_reply_keeps_what_was_typed(page: SessionsPage, kata: Kata, bridge: Bridge) -> None:
    told: list[str] = []
    bridge.told.connect(told.append)
    await kata.database.write(lambda db: db.execute("DELETE FROM runs WHERE session_id = 's-group'").rowcount)
    page.talk.reply.field.setPlainText("Hello?")
    page.talk.reply.send.click()
    await eventually("the refusal", lambda: told)
    assert "are gone" in told[0]
    assert page.talk.reply.field.toPlainText() == "Hello?"
    assert page.talk.reply.send.isEnabled()


async def test_what_is_typed_belongs_to_its_conversation(page: SessionsPage) -> None:
    page.talk.reply.field.setPlainText("for the group")
    await shown(page, "s-weekly")
    assert page.talk.reply.field.toPlainText() == ""
    await shown(page, "s-group")
    assert page.talk.reply.field.toPlainText() == "for the group"


async def test_it_says_who_reads_what_is_sent(page: SessionsPage) -> None:
    hint = page.talk.reply.field.accessibleDescription
    assert hint().startswith("What you say here and its answer stay in Kata; nobody in Slack sees them.")
    await shown(page, "s-weekly")
    assert hint().startswith("The answer goes where the task’s results go: This computer.")


async def test_reset_asks_and_says_what_follows(page: SessionsPage, kata: Kata) -> None:
    page.talk.anew.click()
    question = await eventually("the question", lambda: page.findChild(Question))
    next(each for each in question.findChildren(Button) if each.text() == "Begin anew").click()
    await eventually("its end", page.talk.note.isVisible)
    assert (await kata.sessions.get("s-group")).closed
    assert not page.talk.anew.isVisible()
    assert "next message in Slack begins a new conversation" in page.talk.note.accessibleName()
    assert len(page.talk.turns.views) == 4, "what was said stays readable"


async def test_cancelling_the_reset_changes_nothing(page: SessionsPage, kata: Kata) -> None:
    page.talk.anew.click()
    question = await eventually("the question", lambda: page.findChild(Question))
    question.reject()
    await eventually("its end", lambda: not question.isVisible())
    assert not (await kata.sessions.get("s-group")).closed


async def test_conversations_in_the_app_offer_no_reset(page: SessionsPage) -> None:
    await shown(page, "s-weekly")
    assert not page.talk.anew.isVisible()


async def test_its_runs_open_in_activity_and_its_task_in_tasks(page: SessionsPage, bridge: Bridge) -> None:
    wanted: list[tuple[str, str]] = []
    bridge.page_wanted.connect(lambda name, detail: wanted.append((name, detail)))
    first = page.talk.turns.views[1]
    next(each for each in first.findChildren(Button)).click()
    menu = QMenu()
    page.talk.menu_wanted.emit(menu)
    for words in ("last run", "task"):
        next(action for action in menu.actions() if words in action.text()).trigger()
    assert wanted == [("activity", "g-0"), ("activity", "g-1"), ("tasks", "answers")]


async def test_all_of_it_is_copied_as_it_was_written(page: SessionsPage) -> None:
    page.talk.copy.click()
    text = QApplication.clipboard().text()
    assert text.startswith("# #growth\n\n**Ann Berg** · Today 10:08\n\nHow did revenue go last week?")
    assert text.rstrip().endswith("Two of them: *Nordlicht* ($12,400) and *Hafen AG* ($9,800).")


async def test_an_answer_that_goes_on_elsewhere_is_followed(page: SessionsPage, kata: Kata) -> None:
    await kata.database.write(add_going)
    page.control.read()
    await eventually("the question", lambda: len(page.talk.turns.views) == 6 and not page.busy)
    assert said(page.talk.turns.views[-2]) == "Ann Berg | Write to both of them?"
    assert page.talk.reply.stop.isVisible()


async def test_markup_and_pictures_are_not_loaded(page: SessionsPage, kata: Kata) -> None:
    nasty = "<img src='file:///etc/passwd'> ![x](file:///etc/passwd) <b>bold</b>"

    def put(db: Connection) -> None:
        put_session(db, "s-nasty", "<b>Title</b>", [("user", nasty, NOW), ("kata", nasty, NOW)], room="<i>room</i>",
                    channel="slack")  # fmt: skip

    await kata.database.write(put)
    await shown(page, "s-nasty")
    assert page.talk.name == "<i>room</i>"
    shown_text = page.talk.turns.views[0].findChildren(MarkdownView)[0].toPlainText()
    assert "<b>bold</b>" in shown_text
    assert "[x]" in shown_text


async def test_a_long_conversation_is_built_bit_by_bit_from_its_end(page: SessionsPage, kata: Kata) -> None:
    turns: list[Said] = []
    for number in range(400):
        at = NOW - timedelta(minutes=400 - number)
        turns += [("user", f"Question {number}", at), ("kata", f"Answer {number}", at)]
    await kata.database.write(lambda db: put_session(db, "s-long", "Long", turns))
    await shown(page, "s-long")
    views = page.talk.turns.views
    assert len(views) == AT_ONCE
    assert said(views[-1]) == "Kata | Answer 399"
    bar = page.talk.turns.verticalScrollBar()
    await eventually("the end in sight", lambda: bar.value() == bar.maximum() > 0)
    assert page.talk.turns.earlier.text() == "Show earlier turns (770 more)"
    page.talk.turns.earlier.click()
    await eventually("more", lambda: len(page.talk.turns.views) == 2 * AT_ONCE)
    assert said(page.talk.turns.views[0]) == "You | Question 370"


async def test_a_low_window_keeps_the_reply_and_what_was_said_apart(page: SessionsPage) -> None:
    await shown(page, "s-group")
    box = page.talk.reply
    assert box._hint.isVisible()
    page.resize(560, 420)
    await eventually("one line", lambda: not box._hint.isVisible())
    assert box.field.toolTip(), "who reads it is said all the same"
    await eventually("a place for each", lambda: not box.field.geometry().intersects(box.send.geometry()))
    await eventually("all of it in sight", lambda: page.talk.rect().contains(box.geometry()))
    page.resize(944, 780)
    await eventually("the words", box._hint.isVisible)
    assert not box.field.toolTip()
