"""Channels, servers and commands of plugins: real processes, a channel with a far end, all per workspace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.channel import ChannelState
from kata_desktop.domain.command import ServerState
from kata_desktop.domain.errors import Refused
from kata_desktop.domain.notification import DeliveryError
from kata_desktop.domain.plugin import PluginState
from tests.support.eventually import eventually
from tests.support.fake_channel import FarEnd
from tests.support.faulty.far_ends import FAR_ENDS
from tests.support.plugin_shelf import FAULTY, Shelf
from tests.support.running_plugins import ACME, HOME, at_rest, row_when, running

GOOD = FAULTY / "good.py"
HEAD = 'name = "Fake"\nversion = "1.0"\ndescription = "A channel."\nkind = "channel"\n'
SERVER = """
kind = "server"
name = "Clock"
version = "1.0"
description = "Ticks."
[[settings]]
key = "word"
label = "Word"
default = "tick"
[[settings]]
key = "auto_start"
label = "Start by itself"
type = "switch"
default = true
[commands.server]
argv = ["{python}", "-c", "import sys, time; print(sys.argv[1], flush=True); time.sleep(600)", "{setting:word}"]
"""
TOLD = "import json, os, sys; print(json.dumps(dict(argv=sys.argv[1:], env=dict(os.environ), cwd=os.getcwd())))"
COMMANDS = f"""
[[settings]]
key = "pages"
label = "Pages"
type = "list"
default = ["a", "b"]
[[settings]]
key = "odd"
label = "Odd"
default = "{{data}} stays"
[[credentials]]
name = "api_key"
label = "Key"
required = false
[commands.get]
argv = ["{{python}}", "-c", "{TOLD}", "{{folder}}", "{{data}}", "{{setting:odd}}", "{{setting:pages}}"]
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "shelf")


@pytest.fixture
def far_ends() -> Iterator[dict[str, FarEnd]]:
    FAR_ENDS.update({ACME: FarEnd(account="A1"), HOME: FarEnd(account="A2")})
    yield FAR_ENDS
    FAR_ENDS.clear()


async def test_a_channel_is_connected_where_it_is_on(shelf: Shelf, tmp_path: Path, far_ends: dict[str, FarEnd]) -> None:
    shelf.add("fake", FAULTY / "channel.py", HEAD, plain=False)
    async with running(tmp_path / "data", shelf.source()) as kata:
        assert kata.core.channels() == ("fake",)
        for workspace in (ACME, HOME):
            row = await row_when(kata, workspace, "fake", PluginState.READY)
            assert row.channel is not None
            await eventually("the connection", partial(connected, kata, workspace))
        row = await kata.plugins.row(ACME, "fake")
        assert (row.channel and row.channel.state, row.sentence) == (ChannelState.CONNECTED, "Connected as @kata")
        await kata.plugins.switch(ACME, "fake", on=False)
        await eventually("the end in one workspace", lambda: far_ends[ACME].closes == 1)
        assert (far_ends[HOME].connects, far_ends[HOME].closes) == (1, 0)
        assert kata.core.channels() == ("fake",)
        await kata.plugins.switch(HOME, "fake", on=False)
        assert kata.core.channels() == ()
        row = await kata.plugins.row(ACME, "fake")
        assert row.channel is not None
        assert (row.state, row.channel.state) == (PluginState.OFF, ChannelState.OFF)
    assert far_ends[HOME].closes == 1


def connected(kata: Kata, workspace: str) -> bool:
    status = kata.channel_host.status(workspace, "fake")
    return status is not None and status.state is ChannelState.CONNECTED


async def test_an_adapter_that_wants_to_end_the_program_only_fails_to_send(
    shelf: Shelf, tmp_path: Path, far_ends: dict[str, FarEnd]
) -> None:
    shelf.add("fake", FAULTY / "channel.py", HEAD, plain=False)
    async with running(tmp_path / "data", shelf.source()) as kata:
        await eventually("the connection", lambda: connected(kata, ACME))
        runner = kata.channel_host.runner(ACME, "fake")
        assert runner is not None
        assert runner.adapter is not None
        await runner.adapter.send("D-1", "hello", "key:1")
        with pytest.raises(DeliveryError, match="tried to end the program") as caught:
            await runner.adapter.send("D-1", "leave", "key:2")
        assert not caught.value.certain
        assert far_ends[ACME].texts == ["hello"]


async def test_the_server_of_a_manifest_lives_and_ends_with_its_switch(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("clock", GOOD, SERVER, plain=False)
    async with running(tmp_path / "data", shelf.source()) as kata:
        await at_rest_or_starting(kata)
        row = await kata.plugins.row(ACME, "clock")
        assert row.server is not None
        await eventually("its first word", lambda: said(kata).count("server: tick") == 2)
        await kata.plugins.change(ACME, "clock", {"word": "tock"})
        await eventually("its new word", lambda: "server: tock" in said(kata))
        assert await kata.plugins.act(ACME, "clock", "stop") == "The server of Clock is stopped."
        row = await row_when(kata, ACME, "clock", PluginState.READY)
        assert (row.server and row.server.state, row.sentence) == (ServerState.STOPPED, "Its server is stopped.")
        assert [action.id for action in row.actions] == ["start"]
        await kata.plugins.act(ACME, "clock", "start")
        await eventually("another word", lambda: said(kata).count("server: tock") == 2)
        await kata.plugins.change(ACME, "clock", {"auto_start": "off"})
        await kata.plugins.manager.settled(ACME, "clock")
        row = await kata.plugins.row(ACME, "clock")
        assert row.server is not None
        assert row.server.state is ServerState.STOPPED


async def at_rest_or_starting(kata: Kata) -> None:
    for workspace in (ACME, HOME):
        await kata.plugins.manager.settled(workspace, "clock")


def said(kata: Kata) -> str:
    file = kata.plugins.log_file("clock")
    return file.read_text(encoding="utf-8") if file.exists() else ""


@pytest.fixture(autouse=True)
def _talkative(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "kata_desktop")


async def test_a_command_gets_what_its_manifest_promises_and_nothing_of_ours(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.add("teller", GOOD, COMMANDS)
    monkeypatch.setenv("KATA_SECRET_OF_OURS", "do-not-tell")
    async with running(tmp_path / "data", shelf.source()) as kata:
        await at_rest(kata)
        kata.vault.use_memory_only()
        await kata.plugins.set_credential(ACME, "teller", "api_key", "sesame-street")
        lines: list[str] = []
        result = await kata.plugins.run_command(ACME, "teller", "get", lines.append)
        told = json.loads(result.output)
        folder = (await kata.workspaces.get(ACME)).folder
        data = str(kata.paths.plugins / "teller" / ACME)
        assert (result.exit_code, len(lines)) == (0, 1)
        assert told["argv"] == [folder, data, "{data} stays", "a\nb"]
        assert told["cwd"] == folder
        environment = told["env"]
        assert environment["KATA_WORKSPACE_ID"] == ACME
        assert environment["KATA_CREDENTIAL_API_KEY"] == "‹hidden›", "it was that very value, or it would be shown"
        assert json.loads(environment["KATA_SETTINGS"]) == {"pages": ["a", "b"], "odd": "{data} stays"}
        assert "KATA_SECRET_OF_OURS" not in environment
        with pytest.raises(Refused, match="use get"):
            await kata.plugins.run_command(ACME, "teller", "push")
        await kata.plugins.switch(ACME, "teller", on=False)
        assert (await kata.plugins.run_command(ACME, "teller", "get")).exit_code == 0
