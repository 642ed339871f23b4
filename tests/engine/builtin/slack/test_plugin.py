"""The plugin as the manager sees it: quick to load, with the buttons that its set-up presses."""

from __future__ import annotations

import json
import subprocess
import sys

from kata_desktop.builtin.slack.adapter import SlackAdapter
from kata_desktop.builtin.slack.plugin import SlackPlugin
from kata_desktop.domain.channel import ChannelRules
from kata_desktop.plugins.harness import harness
from kata_desktop.plugins.settings import SettingsValues
from tests.support.slack_channel import ALL_TOKENS, MANIFEST
from tests.support.slack_server.slack_server import SlackServer

HEAVY = ("slack_sdk", "slack_bolt", "aiohttp")


def test_loading_it_imports_no_heavy_library() -> None:
    code = "import sys; import kata_desktop.builtin.slack.plugin; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert not {name for name in done.stdout.split() if name.partition(".")[0] in HEAVY}


def test_nobody_may_write_at_first() -> None:
    assert SettingsValues.of(MANIFEST.settings, {}).rules() == ChannelRules()


async def test_its_buttons_lead_through_the_set_up(slack: SlackServer) -> None:
    settings = {"base_url": slack.base_url, "test_channel": "#team"}
    async with harness(SlackPlugin, settings=settings, credentials=ALL_TOKENS) as plugin:
        assert json.loads(await plugin.plugin.show_app_manifest())["settings"]["socket_mode_enabled"]
        assert (await plugin.plugin.show_new_app_address()).startswith("https://api.slack.com/apps?")
        assert "Both tokens work" in await plugin.plugin.test_connection()
        assert "#team" in (await plugin.plugin.list_channels()).splitlines()
        assert "#team" in await plugin.plugin.send_test_message()
    assert len(slack.said("C0TEAM")) == 1


async def test_it_brings_a_channel_that_connects(slack: SlackServer) -> None:
    async with harness(SlackPlugin, settings={"base_url": slack.base_url}, credentials=ALL_TOKENS) as plugin:
        adapter = plugin.adapter()
        assert isinstance(adapter, SlackAdapter)
        connected = await adapter.connect()
        await adapter.send("#general", "hello", "k")
        await adapter.close()
        await adapter.close()
    assert connected.sentence == "Connected as @kata in Acme"
    assert len(slack.said("C0GEN")) == 1
