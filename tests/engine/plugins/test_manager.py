"""The life of plugins: registered before initialised, switched at once, ended in reverse, waiting where they must."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from pathlib import Path

import pytest

from kata_desktop.credentials.errors import KeyringLocked
from kata_desktop.domain.errors import InvalidInput, NotFound, Refused
from kata_desktop.domain.events import PluginsChanged
from kata_desktop.domain.plugin import PluginState
from kata_desktop.domain.task import PROMPT_HANDLER
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.store import credentials
from kata_desktop.store.connection import Connection
from tests.support.built_kata import built_kata
from tests.support.eventually import eventually
from tests.support.faulty.diary_pages import PAGES
from tests.support.plugin_shelf import FAULTY, PATIENT, QUICK, Shelf
from tests.support.running_plugins import ACME, HOME, at_rest, ran, row_when, running

DIARY = FAULTY / "diary.py"
KEY = '[[credentials]]\nname = "key"\nlabel = "Key"\nprefix = "k-"\n'
GREETING = '[[settings]]\nkey = "greeting"\nlabel = "Greeting"\ndefault = "hello"\n'


@pytest.fixture(autouse=True)
def _fresh_diary() -> None:
    PAGES.clear()


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "shelf")


def written(what: str) -> list[tuple[str, str]]:
    return [(plugin, workspace) for each, plugin, workspace in PAGES if each == what]


def living() -> set[str]:
    """Workspaces in which a task made by the diary's own code is going on."""
    names = {task.get_name() for task in asyncio.all_tasks() if not task.done()}
    return {workspace for workspace in (ACME, HOME) if f"diary of {workspace}" in names}


async def test_all_register_before_any_initialises_and_end_in_reverse(shelf: Shelf, tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        shelf.add(name, DIARY)
    async with running(tmp_path / "data", shelf.source()) as kata:
        await at_rest(kata)
        await at_rest(kata, HOME)
        kinds = [what for what, _, _ in PAGES]
        assert kinds == ["register"] * 6 + ["initialize"] * 6
        order = written("initialize")
        assert {plugin for plugin, _ in order} == {"one", "two", "three"}
        registered = [(plugin, space) for plugin in ("one", "two", "three") for space in (ACME, HOME)]
        assert sorted(order) == sorted(registered)
    assert written("shutdown") == list(reversed(registered))
    assert sorted(written("cancelled")) == sorted(registered)


async def test_initialising_twice_is_harmless(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("diary", DIARY)
    async with running(tmp_path / "data", shelf.source()) as kata:
        await at_rest(kata)
        await kata.plugins.manager.register_all()
        kata.plugins.manager.initialise_all()
        for space in (ACME, HOME):
            await kata.plugins.manager.settled(space, "diary")
        assert len(written("register")) == 2
        assert sorted(written("initialize")) == [("diary", ACME), ("diary", HOME)]
        assert written("shutdown") == []


async def test_two_hundred_quick_toggles_end_in_the_last_wish(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("diary", DIARY)
    shelf.add("calm", DIARY)
    async with running(tmp_path / "data", shelf.source()) as kata:
        await at_rest(kata)
        chance = random.Random(7)
        loop = asyncio.get_running_loop()
        began = loop.time()
        for number in range(200):
            await kata.plugins.switch(ACME, "diary", on=number % 2 == 0)
            if chance.random() < 0.1:
                await asyncio.sleep(chance.random() * 0.15)
        await kata.plugins.manager.settled(ACME, "diary")
        quiet_times = (loop.time() - began) / PATIENT.quiet
        row = await kata.plugins.row(ACME, "diary")
        assert (row.on, row.state) == (False, PluginState.OFF)
        acme = [what for what, plugin, workspace in PAGES if (plugin, workspace) == ("diary", ACME)]
        assert acme.count("initialize") == acme.count("shutdown") < min(quiet_times + 2, 100)
        assert f"diary of {ACME}" in {task.get_name() for task in asyncio.all_tasks()}  # that of the calm one
        assert written("shutdown").count(("calm", ACME)) == written("shutdown").count(("diary", HOME)) == 0
        await kata.plugins.switch(ACME, "diary", on=True)
        await row_when(kata, ACME, "diary", PluginState.READY)
        assert (await ran(kata, "diary", "beat")).output == "diary in Acme Research"
    async with built_kata(tmp_path / "data", SystemClock(), shelf.source()) as again:
        assert (await again.plugins.row(ACME, "diary")).on


async def test_switching_concerns_one_workspace(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("diary", DIARY)
    async with running(tmp_path / "data", shelf.source()) as kata:
        await at_rest(kata)
        await at_rest(kata, HOME)
        assert living() == {ACME, HOME}
        at_home = kata.plugins.manager.activation((HOME, "diary"))
        await kata.plugins.switch(ACME, "diary", on=False)
        await eventually("the end in one workspace", lambda: living() == {HOME})
        assert written("shutdown") == [("diary", ACME)]
        assert kata.plugins.manager.activation((HOME, "diary")) is at_home
        assert (await ran(kata, "diary", "beat", workspace=HOME)).output == "diary in Personal"
        with pytest.raises(Refused, match="switched off"):
            await ran(kata, "diary", "beat", workspace=ACME)
        await kata.plugins.switch(ACME, "diary", on=True)
        await eventually("the start again", lambda: living() == {ACME, HOME})
        assert kata.plugins.manager.activation((HOME, "diary")) is at_home
        assert (await ran(kata, "diary", "beat", workspace=ACME)).output == "diary in Acme Research"


async def test_a_start_that_takes_long_gives_way_to_the_switch(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add_faulty("initialize_hangs")
    async with running(tmp_path / "data", shelf.source(replace(QUICK, initialize=60.0))) as kata:
        await asyncio.sleep(0)
        assert (await kata.plugins.row(ACME, "initialize-hangs")).state is PluginState.STARTING
        await kata.plugins.switch(ACME, "initialize-hangs", on=False)
        await row_when(kata, ACME, "initialize-hangs", PluginState.OFF)
        await kata.plugins.manager.settled(ACME, "initialize-hangs")
        await kata.plugins.switch(HOME, "initialize-hangs", on=False)


async def test_restart_makes_a_new_object_and_forgets_the_crash(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("diary", DIARY)
    async with running(tmp_path / "data", shelf.source()) as kata:
        await at_rest(kata)
        before = kata.plugins.manager.activation((ACME, "diary"))
        assert before is not None
        before.health.note("Its work “beat”", ValueError("once"))
        assert (await kata.plugins.row(ACME, "diary")).state is PluginState.DEGRADED
        await kata.plugins.restart(ACME, "diary")
        await kata.plugins.manager.settled(ACME, "diary")
        row = await kata.plugins.row(ACME, "diary")
        assert (row.state, row.sentence) == (PluginState.READY, "")
        assert kata.plugins.manager.activation((ACME, "diary")) is not before
        assert written("shutdown") == [("diary", ACME)]


async def test_workspaces_come_and_go_with_their_plugins(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("diary", DIARY, KEY)
    async with running(tmp_path / "data", shelf.source()) as kata:
        kata.vault.use_memory_only()
        added = await kata.workspaces.add("Third", str(tmp_path / "third"))
        await row_when(kata, added.id, "diary", PluginState.NEEDS_SETUP)
        await kata.plugins.set_credential(added.id, "diary", "key", "k-12345")
        await row_when(kata, added.id, "diary", PluginState.READY)
        data = kata.paths.plugins / "diary" / added.id
        assert data.stat().st_mode & 0o777 == 0o700
        await kata.workspaces.remove(added.id)
        await eventually("the end of its plugin", lambda: ("diary", added.id) in written("shutdown"))
        await eventually("the end of its data", lambda: not data.exists())
        assert await kata.vault.listing() == ()
        with pytest.raises(NotFound):
            await kata.plugins.rows(added.id)


async def test_needs_set_up_until_everything_is_there(shelf: Shelf, tmp_path: Path) -> None:
    required = GREETING.replace('default = "hello"', "required = true")
    shelf.add("diary", DIARY, KEY + required)
    async with running(tmp_path / "data", shelf.source()) as kata:
        kata.vault.use_memory_only()
        rows = await at_rest(kata)
        assert rows["diary"].state is PluginState.NEEDS_SETUP
        assert "Greeting" in rows["diary"].sentence
        await kata.plugins.change(ACME, "diary", {"greeting": "ahoy"})
        await kata.plugins.manager.settled(ACME, "diary")
        row = await kata.plugins.row(ACME, "diary")
        assert (row.state, "Key" in row.sentence) == (PluginState.NEEDS_SETUP, True), row
        failed = await ran(kata, "diary", "ask")
        assert "Enter its “Key”" in failed.detail
        with pytest.raises(InvalidInput, match="k-"):
            await kata.plugins.set_credential(ACME, "diary", "key", "wrong")
        await kata.plugins.set_credential(ACME, "diary", "key", "k-123")
        row = await row_when(kata, ACME, "diary", PluginState.READY)
        assert [(each.present, each.source) for each in row.credentials] == [(True, "memory")]
        assert (await ran(kata, "diary", "ask")).output == "5 characters, greeting ahoy"
        assert (await kata.plugins.row(HOME, "diary")).state is PluginState.NEEDS_SETUP
        await kata.plugins.set_credential("", "diary", "key", "k-for-all")
        await kata.plugins.change(HOME, "diary", {"greeting": "servus"})
        await row_when(kata, HOME, "diary", PluginState.READY)
        assert (await ran(kata, "diary", "ask", workspace=HOME)).output == "9 characters, greeting servus"
        assert (await ran(kata, "diary", "ask")).output == "5 characters, greeting ahoy"


class LockedUntilOpened:
    """A keyring whose question for the password is dismissed until somebody opens it; counts how often it is asked."""

    label = "test keyring"

    def __init__(self) -> None:
        self.is_open = False
        self.asked = 0
        self.values: dict[tuple[str, str], str] = {}

    def get(self, plugin: str, name: str) -> str | None:
        self.asked += 1
        if not self.is_open:
            raise KeyringLocked
        return self.values.get((plugin, name))

    def set(self, plugin: str, name: str, value: str) -> None:
        self.values[plugin, name] = value

    def delete(self, plugin: str, name: str) -> bool:
        return self.values.pop((plugin, name), None) is not None

    def locked(self) -> bool | None:
        return not self.is_open


async def test_a_locked_keyring_is_waited_for_and_never_asked_by_a_clock(shelf: Shelf, tmp_path: Path) -> None:
    keyring = LockedUntilOpened()
    keyring.values["diary", "key"] = "k-abc"
    shelf.add("diary", DIARY, KEY + GREETING)
    async with running(tmp_path / "data", shelf.source()) as kata:
        kata.vault._questions._find = lambda: keyring
        await kata.database.write(_note_key)
        for workspace in (ACME, HOME):
            await kata.plugins.restart(workspace, "diary")
        for workspace in (ACME, HOME):
            row = await row_when(kata, workspace, "diary", PluginState.WAITING_KEYRING)
            assert "locked" in row.sentence
            assert [each.present for each in row.credentials] == [True]
        asked = keyring.asked
        await asyncio.sleep(0.4)
        await kata.plugins.rows(ACME)
        await kata.plugins.check(ACME)
        assert keyring.asked == asked
        failed = await ran(kata, "diary", "ask")
        assert "locked" in failed.detail
        keyring.is_open = True
        await kata.vault.unlock()
        for workspace in (ACME, HOME):
            await row_when(kata, workspace, "diary", PluginState.READY)
        assert (await ran(kata, "diary", "ask")).output == "5 characters, greeting hello"


def _note_key(db: Connection) -> None:
    credentials.keep_names(db, (("diary", "key"),))


async def test_not_for_this_system_and_off_by_default(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("elsewhere", DIARY, 'platforms = ["windows"]')
    shelf.add("careful", DIARY, "on_by_default = false")
    async with running(tmp_path / "data", shelf.source()) as kata:
        rows = await at_rest(kata)
        assert (rows["elsewhere"].state, rows["elsewhere"].on) == (PluginState.UNSUPPORTED, False)
        assert (rows["careful"].state, rows["careful"].on) == (PluginState.OFF, False)
        assert PAGES == []
        with pytest.raises(Refused, match="not for this operating system"):
            await kata.plugins.switch(ACME, "elsewhere", on=True)
        with pytest.raises(NotFound):
            await kata.plugins.switch(ACME, "nobody", on=True)
        await kata.plugins.switch(ACME, "careful", on=True)
        await row_when(kata, ACME, "careful", PluginState.READY)
        assert written("initialize") == [("careful", ACME)]


async def test_a_missing_library_says_what_to_install(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("needy", DIARY, '[[dependencies]]\nmodule = "no_such_library"\npackage = "no-such-library"')
    async with running(tmp_path / "data", shelf.source()) as kata:
        row = (await at_rest(kata))["needy"]
        assert row.state is PluginState.NEEDS_SETUP
        assert "no-such-library" in row.sentence


async def test_buttons_and_changes_are_told(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("diary", DIARY, GREETING)
    async with running(tmp_path / "data", shelf.source()) as kata:
        heard: list[PluginsChanged] = []
        kata.bus.subscribe(PluginsChanged, heard.append)
        row = (await at_rest(kata))["diary"]
        assert [(action.id, action.label) for action in row.actions] == [("test", "Test connection")]
        assert await kata.plugins.act(ACME, "diary", "test") == "It works in Acme Research."
        with pytest.raises(Refused, match="use test"):
            await kata.plugins.act(ACME, "diary", "dance")
        with pytest.raises(InvalidInput, match="no setting"):
            await kata.plugins.change(ACME, "diary", {"greeting": "ok", "volume": "11"})
        assert (await kata.plugins.settings(ACME, "diary")) == {"greeting": "hello"}
        await kata.plugins.switch(ACME, "diary", on=False)
        await kata.plugins.manager.settled(ACME, "diary")
        with pytest.raises(Refused, match="switched off"):
            await kata.plugins.act(ACME, "diary", "test")
        assert {(event.workspace_id, event.plugin_id) for event in heard} >= {(ACME, "diary")}


async def test_what_is_due_at_the_start_waits_for_its_plugin(shelf: Shelf, tmp_path: Path) -> None:
    slow = DIARY.read_text(encoding="utf-8").replace(
        '        self._write("initialize")\n', '        await asyncio.sleep(0.3)\n        self._write("initialize")\n'
    )
    shelf.add("diary", slow)
    async with running(tmp_path / "data", shelf.source()) as kata:
        run = await ran(kata, "diary", "beat")
        assert (run.status, run.output) == ("succeeded", "diary in Acme Research")


async def test_dependants_are_those_it_does_and_those_that_deliver_through_it(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("diary", DIARY, 'event_types = ["page-turned"]')
    async with running(tmp_path / "data", shelf.source()) as kata:
        await at_rest(kata)
        await ran(kata, "diary", "beat")
        await kata.scheduling.refresh_known()
        await kata.scheduling.create(
            TaskInput(name="On a page", prompt="Read it.", on="diary.page-turned", workspace="Acme Research")
        )
        await kata.scheduling.create(TaskInput(name="Other", prompt="Read it.", every="2h", workspace="Acme Research"))
        found = await kata.plugins.dependants(ACME, "diary")
        assert sorted(task.spec.handler == PROMPT_HANDLER for task in found) == [False, True]
        assert (await kata.plugins.row(ACME, "diary")).tasks == 2
        assert (await kata.plugins.row(HOME, "diary")).tasks == 0


async def test_without_a_running_engine_verbs_still_work(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("diary", DIARY, GREETING)
    async with built_kata(tmp_path / "data", SystemClock(), shelf.source()) as kata:
        row = await kata.plugins.row(ACME, "diary")
        assert (row.on, row.state) == (True, PluginState.OFF)
        assert (await kata.plugins.switch(ACME, "diary", on=False)).on is False
        await kata.plugins.change(ACME, "diary", {"greeting": "moin"})
        assert (await kata.plugins.settings(ACME, "diary"))["greeting"] == "moin"
        assert PAGES == []
