"""A plugin that nobody has set up costs nothing: its code is loaded when somebody looks, or when there is work."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kata_desktop.bootstrap.bundled import BUNDLED
from kata_desktop.bootstrap.plugin_source import PluginSource
from kata_desktop.domain.plugin import PluginState
from kata_desktop.domain.task_input import TaskInput
from tests.support.eventually import eventually
from tests.support.plugin_shelf import Shelf
from tests.support.running_plugins import ACME, HOME, at_rest, ran, row_when, running, task_of

NOTED = """
from pathlib import Path

from kata_desktop.plugins.sdk import Plugin, Result

Path(__file__).with_name("loaded").touch()


class FaultyPlugin(Plugin):
    def register(self, registrar):
        registrar.handler("ask", self.ask)
        registrar.action("test", "Test connection", self.test)

    async def ask(self, context):
        return Result(output="done")

    async def test(self):
        return f"It is tested in {self.context.workspace_name}."
"""
KEY = '[[credentials]]\nname = "key"\nlabel = "Key"\nprefix = "k-"\n'
FEEDS = '[[settings]]\nkey = "feeds"\nlabel = "Feeds"\ntype = "list"\nrequired = true\n'
AS_THEY_COME = ("slack", "rss", "webpage")
NEEDS = pytest.mark.parametrize("needs, sentence", [(KEY, "Enter its “Key”."), (FEEDS, "Fill in “Feeds”")])


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "builtin")


def is_loaded(tmp_path: Path) -> bool:
    return (tmp_path / "builtin" / "noted" / "loaded").exists()


@NEEDS
async def test_its_code_is_not_imported(shelf: Shelf, tmp_path: Path, needs: str, sentence: str) -> None:
    shelf.add("noted", NOTED, needs)
    async with running(tmp_path / "data", shelf.source()) as kata:
        row = (await at_rest(kata))["noted"]
        assert (row.on, row.state, row.actions) == (True, PluginState.NEEDS_SETUP, ())
        assert sentence in row.sentence
        assert not is_loaded(tmp_path)


async def test_one_that_needs_nothing_is_loaded(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("noted", NOTED)
    async with running(tmp_path / "data", shelf.source()) as kata:
        assert (await at_rest(kata))["noted"].state is PluginState.READY
        assert is_loaded(tmp_path)


async def test_a_close_look_shows_its_buttons(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("noted", NOTED, KEY)
    async with running(tmp_path / "data", shelf.source()) as kata:
        await at_rest(kata)
        row = await kata.plugins.row(ACME, "noted")
        assert [action.id for action in row.actions] == ["test"]
        assert row.state is PluginState.NEEDS_SETUP
        assert (await at_rest(kata))["noted"].actions == row.actions


async def test_its_buttons_can_be_pressed_at_once(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("noted", NOTED, KEY)
    async with running(tmp_path / "data", shelf.source()) as kata:
        await at_rest(kata)
        assert await kata.plugins.act(ACME, "noted", "test") == "It is tested in Acme Research."


async def test_setting_it_up_brings_it_up_there_only(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("noted", NOTED, FEEDS)
    async with running(tmp_path / "data", shelf.source()) as kata:
        await at_rest(kata)
        await kata.plugins.change(ACME, "noted", {"feeds": "https://example.org/feed"})
        await row_when(kata, ACME, "noted", PluginState.READY)
        assert (await ran(kata, "noted", "ask")).output == "done"
        elsewhere = kata.plugins.manager.activation((HOME, "noted"))
        assert elsewhere is not None
        assert elsewhere.sleeps


async def test_what_is_set_up_in_the_middle_of_the_start_is_seen(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("noted", NOTED, KEY)
    async with running(tmp_path / "data", shelf.source()) as kata:
        kata.vault.use_memory_only()
        await kata.plugins.set_credential(ACME, "noted", "key", "k-1")
        await row_when(kata, ACME, "noted", PluginState.READY)


async def test_with_a_task_it_is_registered_before_the_engine_looks(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("noted", NOTED, KEY)
    async with running(tmp_path / "data", shelf.source()) as kata:
        await at_rest(kata)
        await task_of(kata, "noted", "ask")
    assert not is_loaded(tmp_path)
    async with running(tmp_path / "data", shelf.source()) as kata:
        assert set(kata.engine.handlers) >= {f"noted.ask@{ACME}"}
        assert f"noted.ask@{HOME}" not in kata.engine.handlers
        failed = await ran(kata, "noted", "ask")
        assert "Enter its “Key”" in failed.detail


async def test_a_task_that_comes_back_wakes_it(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("noted", NOTED, KEY)
    async with running(tmp_path / "data", shelf.source()) as kata:
        await at_rest(kata)
        await task_of(kata, "noted", "ask")
        assert not is_loaded(tmp_path)
        await kata.scheduling.create(TaskInput(prompt="Something else", when="daily at 9", workspace=ACME))
        await eventually("its handler", lambda: f"noted.ask@{ACME}" in kata.engine.handlers)


async def test_the_bundled_ones_as_they_come_are_not_loaded(tmp_path: Path) -> None:
    before = set(sys.modules)
    async with running(tmp_path / "data", PluginSource(bundled=BUNDLED)) as kata:
        rows = await at_rest(kata)
        living = {plugin_id: kata.plugins.manager.activation((ACME, plugin_id)) for plugin_id in AS_THEY_COME}
        assert all(rows[plugin_id].on for plugin_id in living)
        assert [plugin_id for plugin_id, each in living.items() if each is None or not each.sleeps] == []
    fresh = set(sys.modules) - before
    assert not [name for name in fresh if name.startswith(tuple(f"kata_desktop.builtin.{each}" for each in living))]
