"""A keyring that is locked, frozen, killed or not there: the window answers, messages wait, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.desk.desk import Desk
from tests.support.desk.kata_app import KataApp
from tests.support.desk.keyring import Keyring
from tests.support.pulse import Pulse
from tests.support.slack_beside import SlackBeside
from tests.support.slack_server.access import APP_TOKEN, BOT_TOKEN
from tests.support.waiting import wait_for

pytestmark = [pytest.mark.timeout(400), pytest.mark.slow]
LONGEST = 5.0
"""Seconds; far more than the loop takes on a busy test machine, far less than a keyring that is waited for."""
TOKENS = {"bot_token": BOT_TOKEN, "app_token": APP_TOKEN}


@pytest.fixture
def slack() -> Iterator[SlackBeside]:
    slack = SlackBeside()
    yield slack
    slack.stop()


@pytest.fixture
def keyring(desk: Desk) -> Keyring:
    return Keyring(desk)


def set_up(kata: KataApp, slack: SlackBeside, *, tokens: bool = True) -> None:
    """Slack as a person has set it up before, and a task whose result goes there."""
    kata.terminal.ok("plugin", "set", "slack", "base_url", slack.base_url)
    if tokens:
        for name, token in TOKENS.items():
            kata.terminal.ok("credential", "set", "slack", name, text=token)
    kata.terminal.ok("task", "add", "Say hello", "--name", "Hello", "--every", "2h", "--to", "slack:#general")


def row(kata: KataApp) -> dict[str, Any]:
    found: dict[str, Any] = kata.terminal.ask("plugins.status", id="slack")
    return found


def until(kata: KataApp, state: str, *, timeout: float = 30.0) -> dict[str, Any]:
    return wait_for(
        lambda: f"{state}; it is {row(kata)}",
        lambda: found if (found := row(kata))["state"] == state else None,
        timeout=timeout,
    )


def run_hello(kata: KataApp) -> None:
    """Let the task work, whose result waits in the outbox or goes to Slack."""
    kata.terminal.ask("task.run", id=kata.terminal.ask("task.list")[0]["id"])


def waiting(kata: KataApp) -> list[dict[str, Any]]:
    """What waits for Slack in the outbox."""
    return [
        item
        for item in kata.terminal.ask("outbox.list")
        if item["target"].startswith("slack") and item["state"] == "pending"
    ]


def plain_text(kata: KataApp, *secrets: str) -> list[Path]:
    """Files below the home in which a secret stands; the keyring's own are encrypted."""
    files = [path for path in Path(kata.desk.environment["VD_DIR"]).rglob("*") if path.is_file()]
    return [path for path in files if any(secret.encode() in path.read_bytes() for secret in secrets)]


def arrived(slack: SlackBeside, count: int) -> None:
    wait_for(lambda: f"{count} results; {slack.said('C0GEN')}", lambda: len(slack.said("C0GEN")) == count)


@pytest.mark.desk(keyring="locked", tray="none", notifications="none")
def test_a_locked_keyring_is_asked_for_once_and_slack_goes_on_when_it_is_open(
    kata: KataApp, slack: SlackBeside, keyring: Keyring
) -> None:
    keyring.unlock()
    set_up(kata, slack)
    keyring.lock()
    kata.start()
    with Pulse(kata.terminal.socket) as pulse:
        until(kata, "waiting for keyring")
        assert "window that asks" in row(kata)["sentence"]
        run_hello(kata)
        keyring.dismiss()
        wait_for("the word about it", lambda: "keyring is locked" in row(kata)["sentence"])
        wait_for("the result in the outbox", lambda: waiting(kata))
        window = kata.open_page("Plugins")
        window.find("panel", "Your keyring is (still )?locked.*")
        assert not keyring.asks, "no second question"
        kata.desk.shot("locked")
        window.find("push button", "Unlock keyring…").click()
        keyring.answer()
        until(kata, "ready")
        arrived(slack, 1)
        wait_for("the empty outbox", lambda: not waiting(kata))
    assert pulse.answers > 20
    assert pulse.longest < LONGEST
    assert plain_text(kata, *TOKENS.values()) == []
    assert kata.complaints() == []


@pytest.mark.desk(keyring="locked", tray="none", notifications="none")
def test_a_keyring_that_is_opened_for_another_program_serves_slack_as_well(
    kata: KataApp, slack: SlackBeside, keyring: Keyring
) -> None:
    keyring.unlock()
    set_up(kata, slack)
    keyring.lock()
    kata.start()
    until(kata, "waiting for keyring")
    keyring.dismiss()
    wait_for("the word about it", lambda: "keyring is locked" in row(kata)["sentence"])

    keyring.unlock_by_another_program()

    until(kata, "ready")
    assert kata.complaints() == []


@pytest.mark.desk(tray="none", notifications="none")
def test_a_frozen_keyring_holds_up_slack_alone_and_goes_on_when_it_answers(
    kata: KataApp, slack: SlackBeside, keyring: Keyring
) -> None:
    set_up(kata, slack)
    pid = keyring.pid
    keyring.freeze()
    kata.start()
    with Pulse(kata.terminal.socket) as pulse:
        until(kata, "waiting for keyring")
        run_hello(kata)
        wait_for("the result in the outbox", lambda: waiting(kata))
        kata.open_page("Plugins")
        kata.open_page("Settings")
        kata.open_page("Plugins").find("panel", "Slack\\. Waiting for keyring.*")
        keyring.thaw(pid)
        until(kata, "ready")
        arrived(slack, 1)
    assert pulse.answers > 20
    assert pulse.longest < LONGEST
    keyring.freeze()
    kata.terminal.ask("plugins.restart", id="slack")
    kata.in_front()
    kata.desk.screen.key("ctrl+q")
    assert kata.running.wait() == 0, "a keyring that hangs does not hold up the end"
    keyring.thaw(pid)
    assert plain_text(kata, *TOKENS.values()) == []
    assert kata.complaints() == []


@pytest.mark.desk(tray="none", notifications="none")
def test_a_keyring_that_dies_in_mid_use_is_waited_for_and_found_again(
    kata: KataApp, slack: SlackBeside, keyring: Keyring
) -> None:
    set_up(kata, slack)
    kata.start()
    until(kata, "ready")
    with Pulse(kata.terminal.socket) as pulse:
        keyring.kill()
        run_hello(kata)
        arrived(slack, 1)  # what is connected needs no keyring
        slack.drop()
        until(kata, "waiting for keyring")
        run_hello(kata)
        wait_for("the result in the outbox", lambda: waiting(kata))
        outcome = kata.terminal("credential", "set", "slack", "bot_token", text="xoxb-canary-new-one")
        assert (outcome.code, "keyring" in outcome.err) == (5, True), outcome
        window = kata.open_page("Plugins")
        window.find("panel", "There is no keyring.*")
        kata.desk.shot("no-keyring")
        keyring.come_back()
        until(kata, "ready")
        arrived(slack, 2)
    assert pulse.longest < LONGEST
    assert plain_text(kata, *TOKENS.values(), "xoxb-canary-new-one") == []
    assert kata.complaints() == []


@pytest.mark.desk(keyring="none", tray="none", notifications="none")
def test_without_any_keyring_credentials_of_this_session_work_and_leave_nothing_behind(
    kata: KataApp, slack: SlackBeside
) -> None:
    set_up(kata, slack, tokens=False)
    kata.start()
    until(kata, "needs set-up")
    outcome = kata.terminal("credential", "set", "slack", "bot_token", text=BOT_TOKEN)
    assert (outcome.code, "no keyring" in outcome.err) == (5, True), outcome
    window = kata.open_page("Settings")
    window.find("check box", "Models").click()
    window.find("push button", "Keep keys in memory for this session only").click()
    window.find("panel", "Keys are kept in memory for this session only.*")
    for name, token in TOKENS.items():
        kata.terminal.ok("credential", "set", "slack", name, text=token)
    until(kata, "ready")
    run_hello(kata)
    arrived(slack, 1)
    assert {entry["source"] for entry in kata.terminal.ok("credential", "list")} == {"memory"}
    kata.in_front()
    kata.desk.screen.key("ctrl+q")
    assert kata.running.wait() == 0
    assert plain_text(kata, *TOKENS.values()) == []
    assert kata.terminal.ok("credential", "list") == []
    kata.start()
    until(kata, "needs set-up")
    assert kata.complaints() == []
