"""The detail: cause and repair, live output, result, deliveries, log, reply and the report without secrets."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.handler import HandlerError, HandlerSpec, Result, RunContext
from kata_desktop.domain.notification import NotificationKind, OutboxState
from kata_desktop.domain.run import Run, RunState
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.store import conversations
from kata_desktop.store.connection import Connection
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.pages.activity.page import ActivityPage
from kata_desktop.ui.pages.activity.steps_view import StepsView
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.labels import Label
from tests.support.eventually import eventually
from tests.support.fake_channel import wrote
from tests.support.history_rows import NOW, WORKSPACE
from tests.support.talk_rows import a_talkative_morning, put_outgoing


def texts(widget: QWidget) -> list[str]:
    """What the labels in sight say."""
    return [each.text() for each in widget.findChildren(Label) if each.isVisible() and each.text()]


async def shown(page: ActivityPage, run_id: str) -> None:
    page.show_run(run_id)
    await eventually(
        f"run {run_id}", lambda: page._control._facts is not None and page._control._facts.run.id == run_id
    )


async def test_a_bad_key_leads_to_the_models(page: ActivityPage, bridge: Bridge) -> None:
    await shown(page, "r-pulls0")
    assert "The saved key is no longer accepted" in texts(page.detail.banner)
    assert page.detail.banner.button.text() == "Open models…"
    wanted: list[tuple[str, str]] = []
    bridge.page_wanted.connect(lambda name, detail: wanted.append((name, detail)))
    page.detail.banner.button.click()
    assert wanted == [("settings", "models")]


async def test_head_steps_attempts_and_details_tell_what_happened(page: ActivityPage) -> None:
    await shown(page, "r-pulls0")
    assert page.detail.head.words == "Failed · Today 10:24 · scheduled · attempt 3 of 3"
    steps = page.detail.findChild(StepsView)
    assert steps is not None
    assert "Gave up after 3 attempts" in texts(steps)
    assert "10:27:11" in texts(steps)
    assert "Attempt 3: failed after 2 s" in texts(page.detail)
    assert page.detail.facts["Duration"] == "6 s working, 3 min 11 s with waits and retries"
    assert page.detail.facts["Permission"] == "Ask me first · snapshot of version 1"
    assert page.detail.facts["Cost"].endswith("tokens · < $0.01")
    assert any(text.startswith("Notification (failure): delivered") for text in texts(page.detail))


async def test_what_did_not_run_says_why_and_can_be_run_now(page: ActivityPage) -> None:
    await shown(page, "r-missed")
    assert "Missed 12 times" in texts(page.detail.banner)
    assert page.detail.banner.button.text() == "Run now"
    assert page.detail.facts["Occurrences"].startswith("12, from Sunday")


async def test_an_undelivered_message_is_sent_again(page: ActivityPage, kata: Kata) -> None:
    await shown(page, "r-news")
    assert "The result was not delivered" in texts(page.detail.banner)
    again = next(each for each in page.detail.findChildren(Button) if each.text() == "Send again" and each.isVisible()
                 and each is not page.detail.banner.button)  # fmt: skip
    again.click()
    await eventually("the new state", lambda: any("waits, to be sent" in text for text in texts(page.detail)))
    assert [item.state.value for item in await kata.messages.of_run("r-news")] == ["pending"]


async def test_who_asked_in_a_channel_and_where_the_answer_went(page: ActivityPage, kata: Kata) -> None:
    def talk(db: Connection) -> None:
        a_talkative_morning(db)
        put_outgoing(db, "o-answer", OutboxState.FAILED, 30, kind=NotificationKind.ANSWER, run_id="g-0",
                     last_error="Slack does not know the channel.")  # fmt: skip

    await kata.database.write(talk)
    await shown(page, "g-0")
    assert page.detail.head.words == "Succeeded · Today 10:08 · asked by Ann Berg in Slack #growth"
    assert page.detail.facts["Asked"] == "How did revenue go last week?"
    assert page.detail.facts["Asked by"] == "Ann Berg (U1), in Slack #growth"
    assert "Slack #growth: not delivered" in texts(page.detail)
    again = next(each for each in page.detail.findChildren(Button) if each.text() == "Send again" and each.isVisible()
                 and each is not page.detail.banner.button)  # fmt: skip
    again.click()
    await eventually("the new state", lambda: any("Slack #growth: waits" in text for text in texts(page.detail)))
    await shown(page, "d-0")
    assert page.detail.facts["Asked by"] == "Cem Kaya (U1), in a direct message in Slack"


async def test_a_room_that_somebody_wrote_from_has_its_name(page: ActivityPage, kata: Kata) -> None:
    def talk(db: Connection) -> None:
        a_talkative_morning(db)
        room = wrote("m1", "hi", channel="slack", conversation="C42", conversation_name="#growth", reply_address="C42")
        conversations.heard(db, WORKSPACE, room, "s-group", NOW)
        put_outgoing(db, "o-sent", OutboxState.DELIVERED, 30, run_id="g-0", target_address="C42/1712.5")

    await kata.database.write(talk)
    await shown(page, "g-0")
    assert "Slack #growth: delivered 10:13" in texts(page.detail)


async def test_a_reply_in_the_app_is_yours(page: ActivityPage, kata: Kata) -> None:
    await kata.database.write(a_talkative_morning)
    await shown(page, "w-1")
    assert "your reply" in page.detail.head.words
    assert page.detail.facts["Asked"] == "Draft a mail to the board."
    assert "Asked by" not in page.detail.facts


async def test_the_result_is_shown_as_markdown_and_copied_as_written(page: ActivityPage) -> None:
    await shown(page, "r-test")
    assert page.detail.output.text.startswith("## Revenue, week 12")
    copy = next(each for each in page.detail.output.findChildren(Button))
    copy.click()
    assert QApplication.clipboard().text().startswith("## Revenue, week 12")


async def test_the_report_holds_no_secret_and_nothing_that_was_said(page: ActivityPage) -> None:
    await shown(page, "r-pulls0")
    page.detail.copy.click()
    report = await eventually("the report", report_in_clipboard)
    assert "Error kind: bad-key" in report
    assert "sk-abcdef1234567890" not in report
    assert "List the pull requests" not in report


def report_in_clipboard() -> str:
    text = QApplication.clipboard().text()
    return text if text.startswith("Kata Desktop") else ""


async def test_the_log_opens_with_its_lines(page: ActivityPage) -> None:
    await shown(page, "r-pulls0")
    link = next(each for each in page.detail.findChildren(Button) if each.text() == "Open log")
    link.click()
    await eventually("the lines", lambda: page.detail.log.last == 2)
    assert page.detail.log.isVisible()
    link.click()
    assert not page.detail.log.isVisible()


async def test_the_menu_narrows_the_list_to_the_task(page: ActivityPage) -> None:
    await shown(page, "r-news")
    menu = QMenu()
    page.detail.head.menu_wanted.emit(menu)
    next(action for action in menu.actions() if "only this task" in action.text()).trigger()
    await eventually("one row", lambda: page.table.total == 1)


async def test_a_run_that_is_gone_leaves_the_choice(page: ActivityPage) -> None:
    page.show_run("no-such-run")
    await eventually("the empty place", lambda: page._beside.currentWidget() is page._choose_one)


async def test_every_control_has_a_name_and_none_is_too_small(page: ActivityPage) -> None:
    await shown(page, "r-news")
    for widget in page.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            assert widget.accessibleName() or getattr(widget, "text", str)(), f"{widget} has no name"
            if isinstance(widget, Button):
                assert widget.height() >= 24, f"{widget.text()} is {widget.height()} high"


async def test_markup_in_a_name_is_shown_as_it_is(page: ActivityPage, kata: Kata) -> None:
    def rename(db: object) -> None:
        db.execute("UPDATE runs SET task_name = '<b>bold</b>' WHERE id = 'r-news'")  # type: ignore[attr-defined]

    await kata.database.write(rename)
    page.show_run("r-news")
    await eventually("the name", lambda: "<b>bold</b>" in texts(page.detail.head))


class Talker:
    """A handler that speaks in pieces when it is told to."""

    def __init__(self) -> None:
        self.said = asyncio.Event()
        self.speak, self.go_on = asyncio.Event(), asyncio.Event()

    async def __call__(self, context: RunContext) -> Result:
        context.emit("first ")
        context.log("info", "one line")
        self.said.set()
        await self.speak.wait()
        context.emit("second ")
        context.emit("third")
        await self.go_on.wait()
        return Result(output="# Done\n\nfirst second")


async def started(kata: Kata, page: ActivityPage, talker: Talker) -> Run:
    kata.scheduling.register(HandlerSpec(name="prompt", run=talker))
    await kata.engine.start()
    task = await kata.scheduling.create(TaskInput(prompt="Talk", name="Talk", workspace="ws_acme", every="1h"))
    run = await kata.scheduling.run_now(task.id)
    await talker.said.wait()
    page.show_run(run.id)
    return run


async def test_live_output_streams_and_becomes_the_result(page: ActivityPage, kata: Kata) -> None:
    talker = Talker()
    await started(kata, page, talker)
    try:
        await eventually("what was said before", lambda: page.detail.output.text == "first ")
        assert page.detail.head.stop.isVisible()
        talker.speak.set()
        await eventually("each piece once", lambda: page.detail.output.text == "first second third")
        talker.go_on.set()
        await eventually("the result", lambda: page.detail.output.text == "# Done\n\nfirst second")
        assert not page.detail.head.stop.isVisible()
        assert page.detail.head.again.isVisible()
    finally:
        await kata.engine.stop()


async def test_stop_ends_a_run(page: ActivityPage, kata: Kata) -> None:
    run = await started(kata, page, Talker())
    try:
        await eventually("the button", page.detail.head.stop.isVisible)
        page.detail.head.stop.click()
        await eventually("the end", lambda: "Stopped" in page.detail.head.words)
        assert (await kata.scheduling.run(run.id)).state is RunState.DONE
    finally:
        await kata.engine.stop()


async def test_rate_limits_offer_to_run_later_and_run_again_starts_another(page: ActivityPage, kata: Kata) -> None:
    async def limited(_: RunContext) -> Result:
        raise HandlerError("Too many requests.", kind="rate-limited", retryable=False)

    kata.scheduling.register(HandlerSpec(name="prompt", run=limited))
    await kata.engine.start()
    try:
        task = await kata.scheduling.create(TaskInput(prompt="Ask", name="Ask", workspace="ws_acme", every="1h"))
        run = await kata.scheduling.run_now(task.id)
        page.show_run(run.id)
        await eventually("the cause", lambda: page.detail.banner.button.text() == "Run in 15 minutes")
        page.detail.banner.button.click()
        await eventually("the next run", lambda: page._control.run_id not in ("", run.id))
        later = await kata.scheduling.run(page._control.run_id)
        assert later.state is RunState.QUEUED
        assert later.available_at is not None
        assert (later.available_at - kata.clock.now()).total_seconds() > 800
    finally:
        await kata.engine.stop()


async def test_the_keyboard_comes_back_to_the_line_for_the_next_reply(page: ActivityPage) -> None:
    await shown(page, "r-test")
    reply = page.detail.reply
    reply.offer(possible=True)
    reply.field.setFocus()
    reply.offer(possible=False)
    reply.offer(possible=False)
    assert page.window().focusWidget() is not reply.field
    reply.offer(possible=True)
    assert page.window().focusWidget() is reply.field
    reply.offer(possible=False)
    page.filters.search.setFocus()
    reply.offer(possible=True)
    assert page.window().focusWidget() is page.filters.search, "it is not taken from where it went"


async def test_a_reply_that_is_refused_keeps_what_was_typed(
    page: ActivityPage, kata: Kata, bridge: Bridge, qtbot: QtBot
) -> None:
    await shown(page, "r-test")
    await kata.database.write(lambda db: db.execute("UPDATE runs SET session_id = '' WHERE id = 'r-test'").rowcount)
    told: list[str] = []
    bridge.told.connect(told.append)
    page.detail.reply.field.setText("And week 13?")
    qtbot.keyClick(page.detail.reply.field, Qt.Key.Key_Return)
    await eventually("the refusal", lambda: told)
    assert "no conversation" in told[0]
    assert page.detail.reply.field.text() == "And week 13?"
