"""A conversation gone on with in Sessions, and a message that was not delivered sent again from the Outbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.support.desk.desk import Desk
from tests.support.desk.kata_app import KataApp
from tests.support.model_server.model_server import Fixture, ModelServer
from tests.support.slack_beside import SlackBeside
from tests.support.slack_server.access import APP_TOKEN, BOT_TOKEN
from tests.support.slack_server.world import BOT_USER
from tests.support.waiting import wait_for

FIRST: Fixture = {"match": {"userMessage": "haiku"}, "response": {"content": "**Soft rain** taps the roof"}}
SECOND: Fixture = {
    "match": {"userMessage": "And now the wind"},
    "response": {"content": "Wind turns every page " + "and page " * 40 + "at last"},
    "streamingProfile": {"ttft": 100, "tps": 8},
}
NOT_DELIVERED = "Rain, Slack #elsewhere, not delivered.*"
CONNECTED = {"KATA_CREDENTIAL_SLACK_APP_TOKEN": APP_TOKEN, "KATA_CREDENTIAL_SLACK_BOT_TOKEN": BOT_TOKEN}


@pytest.fixture
def slack() -> Iterator[SlackBeside]:
    slack = SlackBeside()
    yield slack
    slack.stop()


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.desk(keyring="none")
def test_talking_on_and_sending_again(
    desk: Desk, start_model_server: Callable[..., ModelServer], slack: SlackBeside
) -> None:
    kata, model = KataApp(desk), start_model_server(FIRST, SECOND)
    kata.prefer(last_page="tasks")
    kata.add_model(model.openai_url)
    kata.start(environment={**CONNECTED, "KATA_SLACK_BASE_URL": slack.base_url})
    wait_for("Slack", lambda: kata.terminal.ask("plugins.status", id="slack")["state"] == "ready")
    kata.terminal.ok("task", "add", "Write a haiku about rain.", "--name", "Rain", "--every", "366d",
                     "--to", "slack:#elsewhere")  # fmt: skip
    kata.terminal.ok("task", "run", "Rain")
    kata.wait_run("succeeded", "--task", "Rain")

    talk_on(kata, desk, model)
    send_again(kata, desk, slack)
    assert kata.complaints() == []


def talk_on(kata: KataApp, desk: Desk, model: ModelServer) -> None:
    """Read what was said, say more, see the answer come in."""
    window = kata.open_page("Sessions")
    window.find("list item", "Write a haiku about rain.*Soft rain taps the roof.*")
    window.find("text", "Reply").click()
    desk.screen.type("And now the wind, please.")
    desk.shot("1-typed")
    desk.screen.key("ctrl+Return")
    wait_for("the first words", lambda: "Wind turns" in window.find("text", "Live answer").text)
    window.find("push button", "Stop")
    desk.shot("2-answering")
    wait_for("the whole answer", lambda: any("at last" in each.text for each in window.find_all("label", "Kata said")))
    assert not window.find_all("push button", "Stop")
    desk.shot("3-answered")
    said = model.journal()[-1].user_messages()
    assert said == ["Write a haiku about rain.", "And now the wind, please."], (
        "the model had the conversation before it"
    )


def send_again(kata: KataApp, desk: Desk, slack: SlackBeside) -> None:
    """Kata was not in the channel: neither result nor answer arrived. Let in, it delivers both, each once."""
    window = kata.window()
    wait_for("both in the count", lambda: window.find_all("check box", "Outbox\\. 2 not delivered"))
    kata.open_page("Outbox")
    wait_for("both rows", lambda: len(window.find_all("list item", NOT_DELIVERED)) == 2)
    window.find_all("list item", NOT_DELIVERED)[1].click()
    desk.shot("4-not-delivered")
    slack.do(lambda server: server.world.conversation("C0ELSE").members.add(BOT_USER))
    window.find("push button", "Send again").click()
    wait_for("the result in Slack", lambda: len(slack.said("C0ELSE")) == 1)
    assert "Soft rain" in slack.said("C0ELSE")[0]
    window.find("list item", "Rain, Slack #elsewhere, delivered .*")
    window.find("list item", NOT_DELIVERED).click()
    window.find("push button", "Send again").click()
    wait_for("the answer in Slack", lambda: len(slack.said("C0ELSE")) == 2)
    assert "Wind turns" in slack.said("C0ELSE")[1]
    wait_for("both delivered", lambda: not window.find_all("list item", NOT_DELIVERED))
    window.find("check box", "Outbox")
    desk.shot("5-delivered")
