"""The set-up of Slack with the real plugin, switched on in a workspace, and a strict Slack on this computer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.builtin.slack.settings import BASE_URL_VARIABLE
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.dialogs.slack_setup.dialog import SlackSetup
from kata_desktop.ui.theme.theme import Theme
from kata_desktop.ui.widgets.buttons import Button
from tests.support.built_kata import built_kata
from tests.support.eventually import eventually
from tests.support.named import named
from tests.support.slack_server.access import APP_TOKEN, BOT_TOKEN
from tests.support.slack_server.slack_server import SlackServer
from tests.ui.plugins.conftest import gone


@asynccontextmanager
async def housed(folder: Path) -> AsyncIterator[Kata]:
    """The program with Slack switched on in one workspace. No fixture: Qt goes on without the loop between two."""
    async with built_kata(folder, SystemClock()) as kata:
        kata.vault.use_memory_only()
        for ident in kata.plugins.ids():
            await kata.plugins.switch("ws_home", ident, on=False)
            await kata.plugins.switch("ws_acme", ident, on=ident == "slack")
        await kata.plugins.manager.register_all()
        kata.plugins.manager.initialise_all()
        try:
            yield kata
        finally:
            await kata.plugins.manager.stop()


async def test_from_nothing_to_a_message_in_slack(
    tmp_path: Path, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with SlackServer() as slack, housed(tmp_path / "data") as house:
        monkeypatch.setenv(BASE_URL_VARIABLE, slack.base_url)
        bridge = Bridge(house.bus, house.clock)
        wizard = SlackSetup(house, theme, bridge, await house.plugins.row("ws_acme", "slack"))
        wizard.show()
        await walk(wizard)
        (said,) = slack.world.conversation("C0TEAM").messages
        assert said["text"] == "Hello from Kata Desktop: messages arrive here."
        bridge.close()


async def walk(wizard: SlackSetup) -> None:
    """Go through every step."""
    await eventually("the manifest", lambda: "socket_mode_enabled" in wizard.manifest.text.toPlainText())
    named(wizard, Button, "Next").click()
    await eventually("the tokens", lambda: wizard.place == 1)
    named(wizard, QLineEdit, "Bot token").setText(BOT_TOKEN)
    named(wizard, QLineEdit, "App token").setText(APP_TOKEN)
    named(wizard, Button, "Next").click()
    await eventually("the test", lambda: wizard.connection.trial.answer.startswith("Both tokens work: @"))
    named(wizard, Button, "Next").click()
    await eventually("the channels", wizard.channels.list.count)
    wizard.channels.choose("#team")
    named(wizard, Button, "Next").click()
    await eventually("the last step", lambda: wizard.place == 4)
    named(wizard, Button, "Send test message").click()
    await eventually("the answer", lambda: wizard.message.trial.answer)
    assert wizard.message.trial.answer == "The test message is in #team."
    named(wizard, Button, "Finish").click()
    await eventually("the end", lambda: gone(wizard))
