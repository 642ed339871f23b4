"""Setting Slack up step by step."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QApplication, QLineEdit

from kata_desktop.builtin.slack.setting_up import app_manifest
from kata_desktop.domain.errors import Unavailable
from kata_desktop.domain.plugin import PluginState
from kata_desktop.ui.dialogs.question import Question
from kata_desktop.ui.dialogs.slack_setup.dialog import SlackSetup
from kata_desktop.ui.widgets.buttons import Button
from tests.support.eventually import eventually
from tests.support.fake_plugins import APP, BOT, SLACK_ACTIONS, kept
from tests.support.named import named
from tests.ui.plugins.conftest import Scene, gone
from tests.ui.plugins.test_rows import unnamed


@pytest.fixture
async def wizard(scene: Scene) -> SlackSetup:
    scene.plugins.put("slack", state=PluginState.NEEDS_SETUP, credentials=kept(BOT, APP, present=False))
    scene.plugins.answers |= {
        "app-manifest": app_manifest(),
        "new-app": "https://api.slack.com/apps?new_app=1",
        "test": "Both tokens work: @kata in Acme. All permissions are there.",
        "channels": "#general\n#releases\n#random (invite Kata first)",
        "test-message": "The test message is in #releases.",
    }
    await scene.settled()
    return await scene.start("slack", "set-up", SlackSetup)


def press(wizard: SlackSetup, name: str) -> None:
    named(wizard, Button, name).click()


async def at(wizard: SlackSetup, place: int) -> None:
    await eventually(f"step {place}", lambda: wizard.place == place)


async def test_the_whole_way(scene: Scene, wizard: SlackSetup) -> None:
    await eventually("the manifest", wizard.manifest.text.toPlainText)
    press(wizard, "Copy manifest")
    assert json.loads(QApplication.clipboard().text())["settings"]["socket_mode_enabled"] is True
    press(wizard, "Next")
    await at(wizard, 1)
    named(wizard, QLineEdit, "Bot token").setText("xoxb-1")
    named(wizard, QLineEdit, "App token").setText("xapp-1")
    press(wizard, "Next")
    await at(wizard, 2)
    assert (scene.plugins.kept("slack", "bot_token"), scene.plugins.kept("slack", "app_token")) == ("xoxb-1", "xapp-1")
    await eventually("the answer", lambda: wizard.connection.trial.answer.startswith("Both tokens work"))
    press(wizard, "Next")
    await at(wizard, 3)
    await eventually("the channels", wizard.channels.list.count)
    assert wizard.channels.list.item(0).text() == "\N{LEFT-TO-RIGHT MARK}#general", "the sign stays in front"
    wizard.channels.search.setText("#rele")
    assert [each for each in range(3) if not wizard.channels.list.item(each).isHidden()] == [1]
    wizard.channels.choose("#releases")
    press(wizard, "Next")
    await at(wizard, 4)
    assert ("change", "ws_acme", "slack", {"test_channel": "#releases"}) in scene.plugins.calls
    press(wizard, "Send test message")
    await eventually("the answer", lambda: wizard.message.trial.answer == "The test message is in #releases.")
    press(wizard, "Finish")
    await eventually("the end", lambda: gone(wizard))


async def test_every_step_names_its_controls(wizard: SlackSetup) -> None:
    for place in range(5):
        wizard._go(place)
        assert unnamed(wizard) == []


async def test_the_keyboard_is_where_the_work_is(scene: Scene, wizard: SlackSetup) -> None:
    wizard._go(1)
    assert wizard.focusWidget() is named(wizard, QLineEdit, "Bot token")
    wizard._go(3)
    assert wizard.focusWidget() is wizard.channels.search
    wizard._go(2)
    assert wizard.focusWidget() is named(wizard, Button, "Next")
    scene.plugins.answers["app-manifest"] = Unavailable("Slack is still starting; wait a moment and try again.")
    wizard.manifest.text.clear()
    wizard._go(0)
    assert not wizard.manifest._copy.isEnabled(), "nothing is there to be copied"


async def test_tokens_that_were_typed_are_not_lost_by_closing(wizard: SlackSetup) -> None:
    wizard._go(1)
    named(wizard, QLineEdit, "Bot token").setText("xoxb-1")
    press(wizard, "Close")
    box = await eventually("the question", lambda: wizard.findChild(Question))
    assert wizard.isVisible()
    named(box, Button, "Discard").click()
    await eventually("the end", lambda: gone(wizard))


async def test_swapped_and_missing_tokens_are_refused_at_their_fields(scene: Scene, wizard: SlackSetup) -> None:
    wizard._go(1)
    named(wizard, QLineEdit, "Bot token").setText("xapp-1")
    press(wizard, "Next")
    await eventually("the refusal", lambda: wizard.tokens.error_of("bot_token"))
    assert "must begin with xoxb-" in wizard.tokens.error_of("bot_token")
    assert "needed" in wizard.tokens.error_of("app_token")
    assert wizard.place == 1
    assert not scene.plugins.kept("slack", "bot_token")


async def test_a_connection_that_fails_says_why_and_can_be_tried_again(scene: Scene, wizard: SlackSetup) -> None:
    scene.plugins.answers["test"] = Unavailable("Slack refused the bot token; enter it again.")
    wizard._go(2)
    await eventually("the reason", lambda: "refused the bot token" in wizard.connection.trial.answer)
    assert wizard.connection.trial.works is False
    scene.plugins.answers["test"] = "Both tokens work."
    press(wizard, "Test again")
    await eventually("the answer", lambda: wizard.connection.trial.answer == "Both tokens work.")


async def test_slack_that_is_off_is_switched_on_by_a_click(scene: Scene, wizard: SlackSetup) -> None:
    wizard.close()
    scene.plugins.put("slack", on=False, state=PluginState.OFF, actions=())
    await scene.settled()
    again = await scene.start("slack", "set-up", SlackSetup)
    await eventually("the offer", again.manifest.switch_on.isVisible)
    assert not again.manifest.text.toPlainText()
    scene.plugins.put("slack", actions=SLACK_ACTIONS)
    again.manifest.switch_on.button.click()
    await eventually("the manifest", again.manifest.text.toPlainText)
    assert scene.switches("slack") == [True]


async def test_the_web_page_opens_with_everything_filled_in(wizard: SlackSetup) -> None:
    opened: list[QUrl] = []
    wizard.manifest._open_url = opened.append
    press(wizard, "Open api.slack.com/apps")
    press(wizard, "Open it with everything filled in")
    await eventually("both", lambda: len(opened) == 2)
    assert [url.toString() for url in opened] == ["https://api.slack.com/apps", "https://api.slack.com/apps?new_app=1"]
