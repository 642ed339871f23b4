"""What would go wrong in silence is told in the plugin's log, where its author looks."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from kata_desktop.channels.adapter import ChannelAdapter, ChannelTraits, Connected, Marks, OnMessage
from kata_desktop.plugins.guarded_adapter import GuardedAdapter
from kata_desktop.plugins.scope import Scope
from kata_desktop.runtime.spawn import Spawner
from tests.support.hand_clock import HandClock
from tests.support.plugin_shelf import Shelf
from tests.support.running_plugins import ACME, at_rest, ran, running


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "shelf")


async def test_who_holds_up_everybody_is_told_of_in_the_log(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add_faulty("blocks_loop")
    async with running(tmp_path / "data", shelf.source()) as kata:
        await at_rest(kata)
        for name in ("hold", "hold", "plain"):
            run = await ran(kata, "blocks-loop", name)
            assert run.status == "succeeded", run
        assert await kata.plugins.act(ACME, "blocks-loop", "test") == "It works."
        lines = [line for line in await kata.plugins.log_tail("blocks-loop") if "held up the whole program" in line]
        mine = [line for line in lines if "[Acme Research]" in line]
        told = [sum(f"“{name}”" in line for line in mine) for name in ("hold", "poll", "test", "plain")]
        assert told == [1, 1, 1, 0], "each is told once, and what has a thread of its own is no hold-up"


@pytest.mark.filterwarnings("default:coroutine .* was never awaited:RuntimeWarning")
async def test_a_forgotten_await_is_told_of_in_the_log_of_its_plugin(
    shelf: Shelf, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    logging.captureWarnings(True)  # as the program's logs do when they begin
    request.addfinalizer(lambda: logging.captureWarnings(False))
    shelf.add_faulty("forgets_await")
    async with running(tmp_path / "data", shelf.source()) as kata:
        await at_rest(kata)
        for name in ("hurry", "plain"):
            assert (await ran(kata, "forgets-await", name)).status == "succeeded"
        lines = [line for line in await kata.plugins.log_tail("forgets-await") if "forgot an await" in line]
        assert ["BoundMemory.put" in line for line in lines] == [True, False]
        assert ["HandlerContext.note" in line for line in lines] == [False, True]
        assert all("plugin.py:" in line for line in lines), "with the place in its code"


class Slow(ChannelAdapter):
    """Needs a second for whatever it says."""

    traits = ChannelTraits(id="slow", name="Slow", longest=1000)

    def __init__(self, clock: HandClock) -> None:
        self._clock = clock

    async def connect(self) -> Connected:
        return Connected(account="A", sentence="Connected")

    async def run(self, on_message: OnMessage, marks: Marks) -> None: ...

    async def close(self) -> None: ...

    async def send(self, address: str, text: str, key: str) -> None: ...

    def is_healthy(self) -> bool:
        return True

    def remark(self) -> str:
        self._clock.advance(1)
        return ""

    def markup(self, markdown: str) -> str:
        self._clock.advance(1)
        return markdown.upper()


async def test_what_is_converted_in_a_thread_holds_up_nobody(caplog: pytest.LogCaptureFixture) -> None:
    clock = HandClock()
    log = logging.LoggerAdapter(logging.getLogger("tests.slow"))
    adapter = GuardedAdapter(Slow(clock), Scope("plugin slow", clock=clock, spawner=Spawner(), log=log), str)
    assert await asyncio.to_thread(adapter.markup, "a long text") == "A LONG TEXT"
    assert caplog.messages == []
    adapter.remark()
    assert ["held up the whole program" in said for said in caplog.messages] == [True]
