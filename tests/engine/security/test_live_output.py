"""What a run says while it goes on is told to followers as discreetly as it is stored, however it is cut in pieces."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.desktop.redaction import HIDDEN, Redactor
from kata_desktop.domain.handler import HandlerSpec, Result, RunContext
from kata_desktop.domain.task import PROMPT_HANDLER
from kata_desktop.domain.task_input import TaskInput
from tests.support.rpc import Caller

SECRET = "canary horse battery"
SHAPED = "sk-canary-0123456789abcdef"
BLOCK = "-----BEGIN RSA PRIVATE KEY-----\ncanary\ncanary\n-----END RSA PRIVATE KEY-----"
SAID = f"It is {SECRET} and {SHAPED}, so there.\n{BLOCK}\nThe end: {SECRET}"
SHOWN = "It is ‹hidden› and ‹hidden›, so there.\n‹hidden›\nThe end: ‹hidden›"


@pytest_asyncio.fixture
async def caller(kata: Kata) -> AsyncIterator[Caller]:
    caller = await Caller.connect(kata.paths.socket)
    yield caller
    await caller.close()


def talking(size: int) -> HandlerSpec:
    """Says it in pieces of so many characters, and in its log."""

    async def talk(context: RunContext) -> Result:
        context.log("info", SAID)
        for start in range(0, len(SAID), size):
            context.emit(SAID[start : start + size])
        return Result(output=SAID)

    return HandlerSpec(name=PROMPT_HANDLER, run=talk)


async def started(kata: Kata) -> str:
    task = await kata.scheduling.create(TaskInput(prompt="Go", name="Talker", every="2h", retries="0"))
    return (await kata.scheduling.run_now(task.id)).id


@pytest.mark.parametrize("size", [1, 7, 1000])
async def test_live_output_on_the_socket_holds_no_secret(kata: Kata, caller: Caller, size: int) -> None:
    kata.redactor.add(SECRET)
    kata.scheduling.register(talking(size))
    await caller.begin("events.follow", types=["run-output", "run-changed"])
    await caller.next()
    run_id = await started(kata)
    heard = ""
    while True:
        event = (await caller.next())["params"]
        if event["type"] == "run-output":
            heard += event["text"]
        elif event["run_id"] == run_id and event["state"] == "done":
            break
    assert heard == SHOWN


async def test_a_flood_at_once_is_told_whole(kata: Kata, caller: Caller) -> None:
    flood = f"word {SHAPED} " * 10_000

    async def talk(context: RunContext) -> Result:
        context.emit(flood)
        return Result(output="done")

    kata.scheduling.register(HandlerSpec(name=PROMPT_HANDLER, run=talk))
    await caller.begin("events.follow", types=["run-output"])
    await caller.next()
    await started(kata)
    heard, whole = "", "word ‹hidden› " * 10_000
    while len(heard) < len(whole):
        heard += (await caller.next())["params"]["text"]
    assert heard == whole


async def test_a_followed_log_holds_no_secret(kata: Kata, caller: Caller) -> None:
    kata.redactor.add(SECRET)
    kata.scheduling.register(talking(1000))
    number = await caller.begin("runs.follow", id=await started(kata))
    lines = []
    while "id" not in (message := await caller.next()):
        lines.append(message["params"]["text"])
    assert message["id"] == number
    assert lines == [SHOWN]


@given(cuts=st.lists(st.integers(min_value=0, max_value=len(SAID)), max_size=12))
def test_pieces_show_what_the_whole_would(cuts: list[int]) -> None:
    redactor = Redactor()
    redactor.add(SECRET)
    held = shown = ""
    edges = [0, *sorted(cuts), len(SAID)]
    for start, end in pairwise(edges):
        held += SAID[start:end]
        length = redactor.settled(held)
        shown, held = shown + redactor.hide(held[:length]), held[length:]
    assert shown + redactor.hide(held) == SHOWN


KEYS = (
    "sk-proj-0123456789", "xoxb-123456-abcdef", "xapp-1-abcdef", "AIza" + "b" * 30, "ghp_" + "c" * 20,
    "github_pat_" + "d" * 20, "glpat-" + "e" * 20, "hf_" + "f" * 20, "AKIA" + "G" * 16, "eyJhbGciOiJIUzI1.eyJzdWI.abc",
    "123456789:" + "h" * 32,
)  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("before", ["", "my.", "key=", "–"])
def test_no_letter_of_a_key_is_shown_while_it_comes(key: str, before: str) -> None:
    redactor, held, shown = Redactor(), "", ""
    for letter in f"{before}{key} it was":
        held += letter
        length = redactor.settled(held)
        shown, held = shown + redactor.hide(held[:length]), held[length:]
    assert shown + redactor.hide(held) == redactor.hide(f"{before}{key} it was")
    assert HIDDEN in shown


def test_ordinary_text_is_held_back_by_a_word_at_most() -> None:
    redactor = Redactor()
    redactor.add(SECRET)
    assert redactor.settled("Two words and a hal") == len("Two words and a hal")
    assert redactor.settled("Two words and a s") == len("Two words and a ")
    assert redactor.settled("see x.sk-abc") == len("see x.")
    assert redactor.settled("一切都好，没有空格") == len("一切都好，没有空格")
    assert redactor.settled("Oh canary horse") == len("Oh ")
    assert redactor.settled("sk-" + "x" * 100_000) > 90_000, "nothing is held back for ever"
