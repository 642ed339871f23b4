"""Twenty plugins that do what none should, and two good ones beside them that do not notice."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.errors import Refused
from kata_desktop.domain.plugin import PluginState
from tests.support.eventually import eventually
from tests.support.faulty.gate import RELEASE
from tests.support.plugin_shelf import FAULTY, QUICK, Shelf
from tests.support.running_plugins import ACME, HOME, at_rest, good_ones_work, ran, row_when, running, task_of

GOOD = FAULTY / "good.py"
CRASHES = {
    "import_raises": "no such entry",
    "import_exits": "It tried to end the program (SystemExit)",
    "syntax_error": "SyntaxError",
    "import_hangs": "took longer than 2 s",
    "no_plugin": "instead of a class of Plugin",
    "register_raises": "the table of handlers is gone",
    "register_hangs": "took longer than 2 s",
    "register_exits": "It tried to end the program (SystemExit)",
    "register_twice": "registered the handler “work” twice",
    "initialize_raises": "the first page is empty",
    "initialize_hangs": "took longer than 2 s",
    "initialize_interrupts": "It tried to end the program (KeyboardInterrupt)",
    "cancels_itself": "cancelled itself",
    "thief": "asked for the credential 'bot_token'",
}
"""What each is to say on its row."""
INVALID = {
    "no-toml": ("this is [no toml", "no valid TOML"),
    "unknown-key": ('colour = "red"', "key “colour”: there is no such key"),
    "wrong-type": ("on_by_default = 1", "key “on_by_default”: it must be true or false, not a whole number"),
    "other-id": ('id = "somebody-else"', "key “id”: “somebody-else” differs from the name of its folder"),
    "twice-given": ('version = "2.0"', "key “version”: line"),
    "huge": ("#" * 70_000, "larger than 64 KB"),
}


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    RELEASE.clear()
    yield
    RELEASE.set()


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Begins with one good plugin; `finish` puts another at the end."""
    shelf = Shelf(tmp_path / "shelf")
    shelf.add("first-good", GOOD)
    return shelf


def finish(shelf: Shelf) -> Shelf:
    shelf.add("last-good", GOOD)
    return shelf


async def goods(kata: Kata) -> None:
    await good_ones_work(kata, "first-good", "last-good")


async def test_those_that_never_come_up_say_why_on_their_rows(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add_faulty(*CRASHES)
    for plugin_id, (manifest, _) in INVALID.items():
        shelf.add(plugin_id, GOOD, manifest)
    async with running(tmp_path / "data", finish(shelf).source(QUICK)) as kata:
        rows = await at_rest(kata)
        for name, said in CRASHES.items():
            row = rows[name.replace("_", "-")]
            assert (row.state, row.on) == (PluginState.CRASHED, True), row
            assert said in row.sentence, row
        for plugin_id, (_, said) in INVALID.items():
            row = rows[plugin_id]
            assert (row.state, row.on) == (PluginState.INVALID, False), row
            assert said in row.sentence
            assert f"{plugin_id}/manifest.toml" in row.sentence
            with pytest.raises(Refused, match="cannot be switched on"):
                await kata.plugins.switch(ACME, plugin_id, on=True)
        await goods(kata)
        RELEASE.set()
    assert len(CRASHES) + len(INVALID) == 20


async def test_what_is_on_the_row_is_in_the_log_with_its_place(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add_faulty("initialize_raises")
    async with running(tmp_path / "data", shelf.source()) as kata:
        await at_rest(kata)
        lines = "\n".join(await kata.plugins.log_tail("initialize-raises"))
        assert "the first page is empty" in lines
        assert "in initialize" in lines
        assert "[Acme Research]" in lines
        assert "[Personal]" in lines


async def test_handlers_that_fail_end_as_failed_runs(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add_faulty("handlers")
    async with running(tmp_path / "data", finish(shelf).source()) as kata:
        await at_rest(kata)
        raised = await ran(kata, "handlers", "raise")
        assert raised.status == "failed"
        assert "no such page" in raised.detail
        assert "no such page" in (await row_when(kata, ACME, "handlers", PluginState.DEGRADED)).sentence
        exited = await ran(kata, "handlers", "exit")
        assert (exited.status, "tried to end the program" in exited.detail) == ("failed", True), exited
        rubbish = await ran(kata, "handlers", "rubbish")
        assert (rubbish.error_kind, "42" in rubbish.detail) == ("bad-result", True), rubbish
        await goods(kata)


async def test_a_handler_that_ignores_its_end_is_dropped(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add_faulty("handlers")
    async with running(tmp_path / "data", finish(shelf).source(QUICK)) as kata:
        await at_rest(kata)
        hung = await ran(kata, "handlers", "hang", timeout=timedelta(seconds=1))
        assert hung.status == "timed-out", hung
        await eventually("its end", lambda: not [name for name in kata.spawner.names if hung.id in name])
        assert "ignored cancellation" in "\n".join(await kata.plugins.log_tail("handlers"))
        await goods(kata)


async def test_switching_off_ends_a_handler_that_does_not_want_to(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add_faulty("handlers")
    async with running(tmp_path / "data", finish(shelf).source(QUICK)) as kata:
        await at_rest(kata)
        task = await task_of(kata, "handlers", "hang")
        run = await kata.scheduling.run_now(task.id)
        await eventually("the handler", lambda: run.id in kata.scheduling.running_here)
        await kata.plugins.switch(ACME, "handlers", on=False)
        ended = await kata.scheduling.wait(run.id, 10.0)
        assert ended.status == "cancelled", ended
        await goods(kata)


async def test_a_hook_that_raises_harms_nobody(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add_faulty("hook_raises")
    async with running(tmp_path / "data", finish(shelf).source()) as kata:
        await at_rest(kata)
        await goods(kata)
        row = await row_when(kata, ACME, "hook-raises", PluginState.DEGRADED)
        assert "KeyError" in row.sentence
        await goods(kata)


async def test_work_beside_that_fails_shows_and_stops_nobody(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add_faulty("spawn_raises")
    async with running(tmp_path / "data", finish(shelf).source()) as kata:
        row = await row_when(kata, ACME, "spawn-raises", PluginState.DEGRADED)
        assert "nobody answers" in row.sentence
        assert "poll" in row.sentence
        await goods(kata)


async def test_floods_are_dammed(shelf: Shelf, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "kata_desktop")
    shelf.add_faulty("floods_log")
    shelf.add_faulty("floods_events", manifest='event_types = ["wolf"]')
    async with running(tmp_path / "data", finish(shelf).source()) as kata:
        await at_rest(kata)
        await goods(kata)
        lines = await kata.plugins.log_tail("floods-log", 100_000)
        assert 200 < len(lines) < 2000
        assert kata.plugins.log_file("floods-log").stat().st_size < 300_000
        await kata.plugins.switch(ACME, "floods-events", on=False)
        await kata.plugins.manager.settled(ACME, "floods-events")
        await goods(kata)


async def test_tools_answer_the_model_with_a_sentence(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add_faulty("tools")
    async with running(tmp_path / "data", finish(shelf).source()) as kata:
        await at_rest(kata)
        tools = {tool.tool.name: tool for tool in kata.plugins.tools(ACME)}
        assert tools["rubbish"].name == "plugin_tools_rubbish"
        assert "returned list instead of text" in await tools["rubbish"].call({})
        assert "ZeroDivisionError" in await tools["fail"].call({})
        assert "\n" not in await tools["fail"].call({})
        assert await tools["refuse"].call({}) == "That page is not yours to read; ask for another one."
        much = await tools["much"].call({})
        assert len(much) == 100_000
        assert "300,000" in much
        await kata.plugins.switch(ACME, "tools", on=False)
        await kata.plugins.manager.settled(ACME, "tools")
        assert "switched off" in await tools["much"].call({})
        assert kata.plugins.tools(ACME) == []
        await goods(kata)


async def test_bad_ends_hold_up_nobody(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add_faulty("shutdown_hangs", "shutdown_raises")
    async with running(tmp_path / "data", finish(shelf).source(QUICK)) as kata:
        await at_rest(kata)
        for plugin_id in ("shutdown-hangs", "shutdown-raises"):
            await kata.plugins.switch(ACME, plugin_id, on=False)
            await kata.plugins.manager.settled(ACME, plugin_id)
            assert (await kata.plugins.row(ACME, plugin_id)).state is PluginState.OFF
        assert "took longer than 2 s" in "\n".join(await kata.plugins.log_tail("shutdown-hangs"))
        assert "closed already" in "\n".join(await kata.plugins.log_tail("shutdown-raises"))
        await goods(kata)


async def test_a_leaked_thread_is_named(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add_faulty("leaks_thread")
    async with running(tmp_path / "data", finish(shelf).source()) as kata:
        await at_rest(kata)
        await kata.plugins.switch(ACME, "leaks-thread", on=False)
        await kata.plugins.manager.settled(ACME, "leaks-thread")
        assert "a leaked watcher" in "\n".join(await kata.plugins.log_tail("leaks-thread"))
        await goods(kata)
    assert [thread for thread in threading.enumerate() if thread.name == "a leaked watcher"]


async def test_all_at_once_leave_nothing_behind(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add_faulty(*CRASHES)
    shelf.add_faulty("handlers", "hook_raises", "floods_log", "spawn_raises", "tools")
    shelf.add_faulty("shutdown_hangs", "shutdown_raises", "leaks_thread")
    shelf.add_faulty("floods_events", manifest='event_types = ["wolf"]')
    before = {task.get_name() for task in asyncio.all_tasks()}
    async with running(tmp_path / "data", finish(shelf).source(replace(QUICK, initialize=5.0))) as kata:
        await at_rest(kata)
        await goods(kata)
        await at_rest(kata, HOME)
    assert {task.get_name() for task in asyncio.all_tasks()} == before
    RELEASE.set()
    leaked = "leaks-thread.log"
    assert "a leaked watcher" in (tmp_path / "data/logs/plugins" / leaked).read_text(encoding="utf-8")


async def test_what_is_told_holds_no_secret(tmp_path: Path) -> None:
    code = """
from kata_desktop.plugins.sdk import Plugin

class FaultyPlugin(Plugin):
    async def initialize(self, context):
        raise ValueError("refused: " + (await context.credentials.get("key")))
"""
    shelf = Shelf(tmp_path / "shelf")
    shelf.add("leaky", code, '[[credentials]]\nname = "key"\nlabel = "Key"')
    async with running(tmp_path / "data", shelf.source()) as kata:
        kata.vault.use_memory_only()
        await kata.plugins.set_credential(ACME, "leaky", "key", "correct-horse-battery")
        row = await row_when(kata, ACME, "leaky", PluginState.CRASHED)
        assert "refused: ‹hidden›" in row.sentence
        assert "correct-horse" not in json.dumps(await kata.plugins.log_tail("leaky"))
