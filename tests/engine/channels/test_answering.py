"""From a message to its answer: once, in the right room, in order, whatever fails in between."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

from kata_desktop.domain.channel import ChannelRules, ConversationKind, InboxState
from kata_desktop.domain.events import RunChanged
from kata_desktop.domain.handler import HandlerError, Result, RunContext
from kata_desktop.domain.notification import DeliveryError, OutboxState
from kata_desktop.domain.run import Reason, RunState, Source
from kata_desktop.domain.task_input import TaskInput
from tests.engine.channels.conftest import House
from tests.support.corruptions import corrupt
from tests.support.fake_channel import in_room, wrote


def said_in(context: RunContext) -> str:
    return str(json.loads(context.arguments)["reply"])


async def echo(context: RunContext) -> Result:
    from kata_desktop.agent.arguments import read_arguments

    asked = read_arguments(context.arguments)
    assert asked.to is not None
    return Result(output=f"Heard: {asked.reply}", targets=(asked.to,), session_id=context.session_id)


async def test_a_message_is_answered_where_it_was_written(house: House) -> None:
    message = wrote("m1", "hello", at=house.kata.clock.now())
    await house.hear(message)
    assert await house.answers(1) == ["hello"], "the Reminder says what it was given"
    assert house.far.to("D-U1") == ["hello"]
    item = await house.item("m1")
    run = await house.run_of("m1")
    assert item.state is InboxState.QUEUED
    assert run.source is Source.MESSAGE
    assert run.session_id
    assert json.loads(run.arguments)["message"] == item.id
    task = await house.responder()
    assert task.id == run.task_id
    assert task.spec.name == "Answer messages in Fake"


async def test_the_same_message_again_is_answered_once(house: House) -> None:
    message = wrote("m1", "hello", at=house.kata.clock.now())
    house.far.forgets_to_acknowledge = True
    await house.hear(message)
    await house.answers(1)
    house.far.lose()
    await house.until(lambda: house.far.connects == 2 and not house.far.waiting)
    await house.hear(wrote("m2", "again", at=house.kata.clock.now()))
    assert await house.answers(2) == ["hello", "again"]
    assert house.far.twice == []
    assert house.far.acknowledged == ["m1", "m1", "m2"]


async def test_messages_of_one_conversation_are_answered_in_order_and_one_at_a_time(house: House) -> None:
    going: list[str] = []
    most = 0

    async def slowly(context: RunContext) -> Result:
        nonlocal most
        going.append(said_in(context))
        most = max(most, len(going))
        await asyncio.sleep(0.02)
        going.remove(said_in(context))
        return await echo(context)

    house.answer_with(slowly)
    at = house.kata.clock.now()
    await house.hear(*(wrote(f"m{number}", f"{number}", at=at + timedelta(seconds=number)) for number in range(8)))
    assert await house.answers(8) == [f"Heard: {number}" for number in range(8)]
    assert most == 1


async def test_rooms_and_threads_do_not_share_a_session(house: House) -> None:
    house.answer_with(echo)
    at = house.kata.clock.now()
    await house.hear(
        in_room("m1", "one", room="R1", at=at),
        in_room("m2", "two", room="R2", at=at),
        in_room("m3", "three", room="R1", thread="T1", at=at),
        in_room("m4", "four", room="R1", sender="U2", at=at),
        wrote("m5", "five", at=at),
    )
    await house.answers(5)
    sessions = [(await house.run_of(f"m{number}")).session_id for number in range(1, 6)]
    assert sessions[0] == sessions[3], "one room is one conversation, whoever writes"
    assert len(set(sessions)) == 4


async def test_new_begins_another_session_and_is_no_message_to_the_model(house: House) -> None:
    house.answer_with(echo)
    at = house.kata.clock.now()
    await house.hear(wrote("m1", "one", at=at))
    await house.answers(1)
    await house.hear(wrote("m2", "/new", at=at), wrote("m3", "two", at=at))
    await house.answers(3)
    assert (await house.item("m2")).state is InboxState.HANDLED
    assert (await house.run_of("m1")).session_id != (await house.run_of("m3")).session_id
    assert [said_in(context) for context in house.asked] == ["one", "two"]


async def test_stop_stops_what_goes_on_in_this_conversation_alone(house: House) -> None:
    gate = asyncio.Event()

    async def waits(context: RunContext) -> Result:
        await gate.wait()
        return await echo(context)

    house.answer_with(waits)
    at = house.kata.clock.now()
    await house.hear(wrote("m1", "one", at=at), wrote("m2", "more", at=at), wrote("m3", "two", sender="U2", at=at))
    await house.until(lambda: len(house.asked) == 2)
    await house.hear(wrote("m4", "/status", at=at), wrote("m5", "/stop", at=at))
    texts = await house.answers(2)
    assert texts[0] == "I am working on an answer and 1 more message waits in this conversation."
    assert texts[1] == "Stopped."
    for ident in ("m1", "m2"):
        ended = await house.kata.scheduling.wait((await house.item(ident)).run_id, 5)
        assert (ended.reason, ended.detail) == (Reason.CANCELLED, "U1 stopped it with /stop in Fake.")
    gate.set()
    assert (await house.answers(3))[2:] == ["Heard: two"]


async def test_commands_are_answered_without_a_model(house: House) -> None:
    house.answer_with(echo)
    at = house.kata.clock.now()
    await house.kata.scheduling.create(
        TaskInput(prompt="x", name="Morning brief", cron=("0 9 * * *",), workspace="ws_acme")
    )
    await house.hear(
        wrote("m1", "/help", at=at),
        wrote("m2", "/tasks", at=at),
        wrote("m3", "/STATUS", at=at),
        in_room("m4", "/tasks", at=at),
        wrote("m5", "/frobnicate", at=at),
    )
    helped, listed, status, private, unknown = await house.answers(5)
    assert "/stop" in helped
    assert "Morning brief: next " in listed
    assert "Answer messages in Fake" in listed
    assert "nothing is going on" in status
    assert "Morning" not in private
    assert unknown.startswith("I do not know /frobnicate.")
    assert house.asked == []


async def test_help_names_commands_as_they_can_be_typed_there(house: House) -> None:
    house.far.commands = "@kata /"
    await house.host.detach("ws_acme", "fake")
    house.host.attach(house.wanted)
    at = house.kata.clock.now()
    await house.hear(wrote("m1", "/help", at=at), wrote("m2", "/frobnicate", at=at))
    helped, unknown = await house.answers(2)
    assert [line.partition(" – ")[0] for line in helped.splitlines()[:5]] == [
        "@kata /new", "@kata /stop", "@kata /status", "@kata /tasks", "@kata /help",
    ]  # fmt: skip
    assert "(@kata /reset does the same)" in helped
    assert unknown.startswith("I do not know /frobnicate.")
    assert unknown.endswith(helped)


async def test_what_fails_for_good_is_told_to_the_writer_without_the_cause(house: House) -> None:
    async def fails(_: RunContext) -> Result:
        raise HandlerError("The key sk-123 of the model was refused.", retryable=False, kind="bad-key")

    house.answer_with(fails)
    await house.hear(wrote("m1", "hello", at=house.kata.clock.now()))
    (said,) = await house.answers(1)
    assert said.startswith("Sorry")
    assert "key" not in said
    run = await house.run_of("m1")
    assert (run.status, run.error_kind) == ("failed", "bad-key")
    await house.until(lambda: any("refused" in item.body for item in house.desktop.shown))


async def test_whoever_writes_cannot_have_the_answering_paused(house: House) -> None:
    async def fails(_: RunContext) -> Result:
        raise HandlerError("No.", retryable=False)

    house.answer_with(fails)
    at = house.kata.clock.now()
    await house.hear(*(wrote(f"m{number}", "x", at=at) for number in range(7)))
    await house.answers(7)
    assert (await house.responder()).state == "active"


async def test_what_cannot_be_taken_on_is_tried_again_then_shown_with_its_cause(house: House) -> None:
    await house.until(lambda: house.far.connects == 1)
    await house.responder()
    await house.kata.workspaces.set("ws_acme", "quota-runs-per-hour", "1")
    await house.hear(wrote("m0", "first", at=house.kata.clock.now()))
    await house.answers(1)
    house.far.write(wrote("m1", "hello", at=house.kata.clock.now()))

    async def tried() -> bool:
        return len(await house.items()) == 2 and (await house.item("m1")).tries == 1

    await house.until(tried)
    item = await house.item("m1")
    assert item.state is InboxState.RECEIVED
    assert "runs an hour" in item.reason
    for tries in (2, 3, 4):
        await house.kata.database.write(lambda db: db.all("UPDATE inbox SET next_at = 0 WHERE state = 'received'"))
        house.host.route("ws_acme", "fake")

        async def again(tries: int = tries) -> bool:
            return (await house.item("m1")).tries >= tries

        await house.until(again)

    async def failed() -> bool:
        return (await house.item("m1")).state is InboxState.FAILED

    await house.until(failed)
    run = await house.run_of("m1")
    assert (run.status, run.state) == ("failed", RunState.DONE)
    assert "runs an hour" in run.detail
    assert (await house.answers(2))[1].startswith("Sorry")
    await house.kata.workspaces.set("ws_acme", "quota-runs-per-hour", "100")
    await house.verbs.retry(item.id)
    assert (await house.answers(3))[2] == "hello"


async def test_an_unreadable_responder_leaves_messages_until_it_is_deleted_and_made_anew(house: House) -> None:
    await house.hear(wrote("m1", "hello", at=house.kata.clock.now()))
    await house.answers(1)
    broken = await house.responder()
    house.kata.database.write_now(lambda db: corrupt(db, broken.id, "an unknown key"))
    await house.hear(wrote("m2", "and now?", at=house.kata.clock.now()))
    item = await house.item("m2")
    assert (item.state, item.reason) == (InboxState.IGNORED, (await house.kata.scheduling.find(broken.id)).unreadable)
    await house.kata.scheduling.delete(broken.id)
    await house.verbs.retry(item.id)
    assert await house.answers(2) == ["hello", "and now?"]
    assert (await house.responder()).id != broken.id


async def test_a_paused_responder_leaves_messages_with_the_reason(house: House) -> None:
    task = await house.responder()
    await house.kata.scheduling.pause(task.id)
    await house.hear(wrote("m1", "hello", at=house.kata.clock.now()))
    item = await house.item("m1")
    assert item.state is InboxState.IGNORED
    assert "switched off" in item.reason


async def test_a_flood_gets_one_notice_and_is_kept(house: House) -> None:
    house.answer_with(echo)
    at = house.kata.clock.now()
    await house.hear(*(wrote(f"m{number}", f"{number}", at=at) for number in range(30)))
    states = [item.state for item in await house.items()]
    assert states == [InboxState.QUEUED] * 20 + [InboxState.IGNORED] * 10
    await house.answers(21)
    notices = [text for text in house.far.texts if "faster than I can answer" in text]
    assert len(notices) in {1, 2}, "one a minute at most, and a minute may have begun"
    assert (await house.item("m25")).message.text == "25"


async def test_what_was_missed_over_hours_is_no_flood(house: House) -> None:
    house.answer_with(echo)
    at = house.kata.clock.now() - timedelta(hours=3)
    await house.hear(*(wrote(f"m{number}", f"{number}", at=at + timedelta(minutes=number)) for number in range(30)))
    assert {item.state for item in await house.items()} == {InboxState.QUEUED}


async def test_a_huge_message_is_cut_and_left_out(house: House) -> None:
    await house.hear(wrote("m1", "ä" * 10_000_000, at=house.kata.clock.now()))
    item = await house.item("m1")
    assert item.state is InboxState.IGNORED
    assert len(item.message.text.encode()) < 66_000
    assert "longer than 64 KB" in (await house.answers(1))[0]


async def test_long_answers_come_in_parts_and_go_on_behind_the_last_that_arrived(house: House) -> None:
    text = "\n\n".join(f"Paragraph {number} " + "word " * 60 for number in range(40))

    async def long(context: RunContext) -> Result:
        return replace(await echo(context), output=text)

    house.answer_with(long)
    house.far.send_errors.extend([None, DeliveryError("Slow down.", retry_after=timedelta(seconds=0.01))])
    await house.hear(wrote("m1", "hello", at=house.kata.clock.now()))
    await house.until(lambda: len(house.far.arrived) == 1)
    (item,) = [each for each in await house.outbox() if each.run_id]

    async def waits() -> bool:
        (stored,) = [each for each in await house.outbox() if each.run_id]
        return stored.parts_sent == 1 and stored.state is OutboxState.PENDING

    await house.until(waits)
    await house.kata.database.write(lambda db: db.all("UPDATE outbox SET next_at = 0 WHERE state = 'pending'"))
    house.worker.wake()
    await house.until(lambda: " ".join(" ".join(house.far.texts).split()) == " ".join(text.split()))
    assert list(house.far.arrived) == [f"{item.key}:{number}" for number in range(1, len(house.far.arrived) + 1)]
    assert house.far.twice == []


async def test_an_uncertain_part_is_asked_about(house: House) -> None:
    house.far.send_errors.append(DeliveryError("No answer.", certain=False))
    await house.hear(wrote("m1", "hello", at=house.kata.clock.now()))
    await house.answers(1)

    async def delivered() -> bool:
        return [item.state for item in await house.outbox()] == [OutboxState.DELIVERED]

    await house.until(delivered)
    assert house.far.twice == []


async def test_a_reply_in_the_app_stays_in_the_app(house: House) -> None:
    house.answer_with(echo)
    await house.hear(wrote("m1", "hello", at=house.kata.clock.now()))
    await house.answers(1)
    first = await house.kata.scheduling.wait((await house.item("m1")).run_id, 5)

    async def quietly(context: RunContext) -> Result:
        assert json.loads(context.arguments) == {"reply": "and now?"}
        return Result(output="only here", session_id=context.session_id)

    house.answer_with(quietly)
    run = await house.kata.scheduling.reply(first.id, "and now?")
    ended = await house.kata.scheduling.wait(run.id, 5)
    assert (ended.status, ended.output, ended.session_id) == ("succeeded", "only here", first.session_id)
    assert len(await house.outbox()) == 1


async def test_a_message_starts_tasks_that_wait_for_it_but_a_stranger_s_does_not(house: House) -> None:
    house.answer_with(echo)
    scheduling = house.kata.scheduling
    task = await scheduling.create(
        TaskInput(prompt="x", name="On deploy", on="channel-message:fake:deploy", workspace="ws_acme")
    )
    other = await scheduling.create(
        TaskInput(prompt="x", name="Elsewhere", on="channel-message:fake", workspace="ws_home")
    )
    at = house.kata.clock.now()
    await house.hear(wrote("m1", "please DEPLOY it", sender="U9", at=at))
    await house.hear(wrote("m2", "please DEPLOY it", at=at), in_room("m3", "we deploy", mentioned=False, at=at))
    runs = [row.active_run for row in await scheduling.tasks() if row.task.id == task.id]
    assert runs[0] is not None
    assert json.loads((await scheduling.run(runs[0].id)).arguments)["event"] == "please DEPLOY it\nwe deploy"
    (elsewhere,) = [row for row in await scheduling.tasks() if row.task.id == other.id]
    assert elsewhere.active_run is None
    assert (await house.item("m3")).reason == "Kata was not mentioned."


async def test_the_own_chat_is_the_owner_s(house: House) -> None:
    house.wanted.given = ChannelRules()
    house.answer_with(echo)
    await house.hear(wrote("m1", "note", sender="ME", kind=ConversationKind.OWN, at=house.kata.clock.now()))
    await house.answers(1)
    assert json.loads(house.asked[0].arguments)["from"]["owner"] is True


async def test_work_is_shown_in_the_channel_while_it_goes_on(house: House) -> None:
    told: list[RunChanged] = []
    house.kata.bus.subscribe(RunChanged, told.append)

    async def step_by_step(context: RunContext) -> Result:
        context.progress(50, "half of it")
        await house.until(lambda: sum(event.state is RunState.RUNNING for event in told) > 1)
        return await echo(context)

    house.answer_with(step_by_step)
    await house.hear(wrote("m1", "hello", at=house.kata.clock.now()))
    await house.until(lambda: house.far.signs == [("m1", True), ("m1", False)])
