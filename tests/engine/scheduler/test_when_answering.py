"""Runs that answer messages: in order of their conversation, unharmed by our own end, never silent to the writer."""

from __future__ import annotations

import json

import pytest

from kata_desktop.domain.channel import NO_ANSWER
from kata_desktop.domain.errors import Refused
from kata_desktop.domain.handler import HandlerError, Result, RunContext
from kata_desktop.domain.notification import NotificationKind, OutboxItem
from kata_desktop.domain.run import Delivery, Reason, Run, RunState, Source
from kata_desktop.domain.task import Overlap, RetryPolicy, Target, Task
from kata_desktop.domain.trigger import Event, EventType
from kata_desktop.scheduler.engine.recovering import MOST_INTERRUPTIONS
from kata_desktop.scheduler.moves import EngineMoves
from kata_desktop.store import journal
from kata_desktop.store.connection import Connection
from tests.support.sim.computer import SimComputer
from tests.support.sim.tasks import add, history, messages, task

ASKED = Event(type=EventType.CONVERSATION, source="slack")
TO = {"kind": "slack", "address": "C1"}


async def responder(computer: SimComputer) -> Task:
    return await add(computer, ASKED, overlap=Overlap.PARALLEL, targets=(), retry=RetryPolicy(retries=0))


async def heard(computer: SimComputer, text: str, *, session: str = "ses_1") -> Run:
    arguments = json.dumps({"reply": text, "to": TO, "message": f"in_{text}"})
    answering = task(computer)

    def work(_: Connection, moves: EngineMoves) -> Run:
        return moves.start(answering, arguments=arguments, session_id=session)

    run = await computer.scheduling.together(work)
    await computer.settle()
    return run


def answers(computer: SimComputer) -> list[OutboxItem]:
    return messages(computer, NotificationKind.ANSWER)


async def test_runs_of_one_conversation_go_in_order_and_one_at_a_time(computer: SimComputer) -> None:
    computer.work[0].seconds = 10
    await responder(computer)
    first, second, other = (
        await heard(computer, "one"),
        await heard(computer, "two"),
        await heard(computer, "three", session="ses_2"),
    )
    await computer.run(seconds=5)
    states = {run.id: run.state for run in history(computer)}
    assert states[first.id] is RunState.RUNNING
    assert states[second.id] is RunState.QUEUED, "although there is a place"
    assert states[other.id] is RunState.RUNNING
    await computer.run(seconds=30)
    assert [call.run for call in computer.work[0].calls if call.run != other.id] == [first.id, second.id]
    assert {run.reason for run in history(computer)} == {Reason.COMPLETED}


async def test_one_that_waits_for_another_try_holds_back_what_was_said_after_it(computer: SimComputer) -> None:
    async def fails_once(ctx: RunContext) -> Result:
        if ctx.attempt == 1 and "one" in ctx.arguments:
            raise HandlerError("Busy.")
        return Result(output="fine")

    computer.work[0].script = fails_once
    await add(computer, ASKED, overlap=Overlap.PARALLEL, retry=RetryPolicy(retries=1))
    first, second = await heard(computer, "one"), await heard(computer, "two")
    await computer.run(minutes=2)
    assert [call.run for call in computer.work[0].calls] == [first.id, first.id, second.id]


async def test_our_own_end_uses_up_no_retry_of_a_message(computer: SimComputer) -> None:
    computer.work[0].seconds = 600
    await responder(computer)
    first, second = await heard(computer, "one"), await heard(computer, "two")
    for number in range(5):
        await computer.run(seconds=20)
        await (computer.quit() if number == 2 else computer.kill())
        await computer.boot()
    await computer.run(minutes=25)
    rows = history(computer)
    assert [(run.id, run.source, run.reason, run.retries_used) for run in rows] == [
        (first.id, Source.MESSAGE, Reason.COMPLETED, 0),
        (second.id, Source.MESSAGE, Reason.COMPLETED, 0),
    ], "the same rows, in the order they were made"
    assert computer.read(lambda db: journal.interruptions(db, first.id)) == 5


async def test_a_message_that_ends_the_process_again_and_again_is_given_up_and_the_writer_is_told(
    computer: SimComputer,
) -> None:
    computer.work[0].seconds = 600
    await responder(computer)
    await heard(computer, "one")
    for _ in range(MOST_INTERRUPTIONS + 2):
        await computer.run(seconds=20)
        await computer.kill()
        await computer.boot()
    (run,) = history(computer)
    assert run.reason is Reason.INTERRUPTED
    (sorry,) = answers(computer)
    assert (sorry.body, sorry.target_kind, sorry.target_address) == (NO_ANSWER, "slack", "C1")


async def test_after_an_effect_it_is_not_answered_again(computer: SimComputer) -> None:
    async def script(ctx: RunContext) -> Result:
        await ctx.effect("Sent an e-mail")
        await computer.clock.sleep(600)
        return Result()

    computer.work[0].script = script
    await responder(computer)
    await heard(computer, "one")
    await computer.run(seconds=5)
    await computer.kill()
    await computer.boot()
    await computer.run(minutes=20)
    (run,) = history(computer)
    assert run.reason is Reason.NEEDS_REVIEW
    assert [item.body for item in answers(computer)] == [NO_ANSWER]


async def test_an_answer_goes_where_the_result_says_and_nowhere_else(computer: SimComputer) -> None:
    async def script(_: RunContext) -> Result:
        return Result(output="Hello!", targets=(Target(kind="slack", address="C1"),))

    computer.work[0].script = script
    await add(computer, ASKED, targets=(Target(kind="desktop"),), overlap=Overlap.PARALLEL)
    await heard(computer, "one")
    await computer.run(seconds=5)
    (run,) = history(computer)
    assert run.delivery is Delivery.PENDING
    (item,) = messages(computer)
    assert (item.kind, item.target_kind, item.target_address, item.body) == (
        NotificationKind.ANSWER,
        "slack",
        "C1",
        "Hello!",
    )


@pytest.mark.parametrize("how", ["stopped", "failed", "timed out"])
async def test_who_wrote_is_told_once_when_there_is_no_answer_but_not_when_it_was_stopped(
    computer: SimComputer, how: str
) -> None:
    async def script(_: RunContext) -> Result:
        if how == "failed":
            raise HandlerError("The key of the model was refused.", retryable=False)
        await computer.clock.sleep(3600)
        return Result()

    computer.work[0].script = script
    await responder(computer)
    run = await heard(computer, "one")
    await computer.run(seconds=5)
    if how == "stopped":
        await computer.scheduling.cancel(run.id)
    await computer.run(minutes=20)
    assert [item.body for item in answers(computer)] == ([] if how == "stopped" else [NO_ANSWER])


async def test_a_channel_s_task_cannot_be_deleted(computer: SimComputer) -> None:
    spec = (await responder(computer)).spec

    def work(_: Connection, moves: EngineMoves) -> Task:
        return moves.declare(spec, principal="channel:slack", owner_key="home")

    made = await computer.scheduling.together(work)
    assert made == await computer.scheduling.together(work), "made once"
    with pytest.raises(Refused, match="belongs to a channel"):
        await computer.scheduling.delete(made.id)
