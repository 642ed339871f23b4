"""Secrets of plugins: kept, used, refused, rotated, told by a plugin that tells everything, and yet found nowhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from kata_desktop.domain.errors import Unavailable
from tests.support.canaries import ProcessWatch, forms_of, holding
from tests.support.command_line import CommandLine
from tests.support.desk.kata_app import KataApp
from tests.support.model_server.model_server import ModelServer
from tests.support.program import Program
from tests.support.services import service_in
from tests.support.slack_beside import SlackBeside
from tests.support.slack_server.access import APP_TOKEN, BOT_TOKEN
from tests.support.waiting import wait_for

pytestmark = [pytest.mark.timeout(400), pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Grüße 'canary' \"4711\" & more"  # as people choose them: nothing shows that it is one
NEW_PASSWORD = "rotated-canary-0815%+x"
GIVEN = "canary from the environment 99"
WRONG_TOKEN = "xoxb-canary-of-nobody-31337"
MODEL_KEY = "sk-canary-77aa88bb99cc"
SECRETS = (PASSWORD, NEW_PASSWORD, GIVEN, WRONG_TOKEN, BOT_TOKEN, APP_TOKEN, MODEL_KEY)
PHONE = "+49 30 5550 4711"
REFUSES = {
    "match": {"userMessage": "refuse"},
    "response": {"error": {"message": f"Incorrect key: {MODEL_KEY}", "type": "invalid_request_error"}, "status": 401},
}


@pytest.fixture
def slack() -> Iterator[SlackBeside]:
    slack = SlackBeside()
    yield slack
    slack.stop()


def started(kata: KataApp) -> Program:
    """The real program with the plugin that tells everything; in detail, as ``-v`` logs."""
    environment = {
        **kata.terminal.environment,
        "PYTHONPATH": str(ROOT),
        "KATA_CREDENTIAL_LEAKY_GIVEN": GIVEN,
    }
    app = kata.desk.start(sys.executable, "-m", "tests.support.leaky.program", environment=environment)

    def answers() -> bool:
        with suppress(Unavailable):
            return bool(kata.terminal.ask("app.status")["pid"] == app.pid)
        return False

    wait_for(lambda: f"an answer; it said {app.errors[-10:]}", answers)
    return app


def until(terminal: CommandLine, ident: str, *states: str) -> Any:
    def row() -> Any:
        return terminal.ask("plugins.status", id=ident)

    return wait_for(
        lambda: f"{states}: {row()}", lambda: found if (found := row())["state"] in states else None, timeout=20.0
    )


def put_in(terminal: CommandLine, slack: SlackBeside, model: ModelServer, home: Path) -> None:
    """Keep everything, the first password and a wrong token first."""
    terminal.ok("plugin", "set", "leaky", "program", str(ROOT / "tests/support/leaky/talk.py"))
    for plugin, name, value in (
        ("leaky", "password", PASSWORD),
        ("slack", "app_token", APP_TOKEN),
        ("slack", "bot_token", WRONG_TOKEN),
    ):
        terminal.ok("credential", "set", plugin, name, text=value)
    terminal.ok("plugin", "set", "slack", "base_url", slack.base_url)
    terminal.ok("plugin", "set", "leaky", "phone", PHONE)
    terminal.ok("plugin", "set", "service", "command", f"{service_in(home / 'service')} stay")
    terminal.ok("plugin", "enable", "service")
    how = ("--provider", "openai-compatible", "--base-url", model.openai_url, "--model", "gpt-4o-mini")
    terminal.ok("model", "add", "Local", *how)
    terminal.ok("credential", "set", "model:Local", "api_key", text=MODEL_KEY)
    terminal.ok("model", "default", "Local")
    terminal.ok("task", "add", "Please refuse.", "--name", "Refused", "--every", "2h", "--retries", "0")
    terminal.ok("task", "add", "React to {event}, refuse", "--name", "Reacts", "--on", "leaky.told", "--retries", "0")


def used(terminal: CommandLine) -> list[str]:
    """Let everything work and fail; returns all that was told about it."""
    said = [terminal("plugin", "run", "leaky", word) for word in ("get", "ask", "fail")]
    for name in ("Leaky work", "Leaky failure", "Refused"):
        said.append(terminal("task", "run", name, "--wait"))
    return [outcome.out + outcome.err for outcome in said]


def told(terminal: CommandLine, *how: str) -> list[str]:
    """What the command line shows of everything, for people or with ``--json``."""
    runs = terminal.ok("runs", "list")
    words = [
        *(("runs", "show", run["id"]) for run in runs),
        *(("runs", "log", run["id"]) for run in runs),
        *(("plugin", "status", ident) for ident in ("slack", "leaky", "service")),
        *(("plugin", "log", ident) for ident in ("slack", "leaky", "service")),
        ("plugin", "list"),
        ("outbox", "list"),
        ("doctor",),
        ("credential", "list"),
    ]
    return [terminal(*each, *how).out for each in words]


def leaks(said: list[str]) -> list[str]:
    """What stands before each secret that was told."""
    found = []
    for text in said:
        for secret in SECRETS:
            for form in forms_of(secret):
                before, there, _ = text.partition(form.decode())
                found += [before[-120:]] if there else []
    return found


@pytest.mark.desk(tray="none", notifications="none")
def test_secrets_of_plugins_are_found_nowhere(
    kata: KataApp, slack: SlackBeside, start_model_server: Callable[..., ModelServer], tmp_path: Path
) -> None:
    terminal, said = kata.terminal, []
    with ProcessWatch(kata.desk.home, SECRETS) as processes:
        app = started(kata)
        put_in(terminal, slack, start_model_server(REFUSES), kata.desk.home)
        until(terminal, "slack", "rejected")
        said += used(terminal) + told(terminal, "--json")
        terminal.ok("credential", "set", "slack", "bot_token", text=BOT_TOKEN)
        until(terminal, "slack", "ready")
        terminal.ok("credential", "set", "leaky", "password", text=NEW_PASSWORD)
        until(terminal, "leaky", "starting", "ready", "degraded")
        said += used(terminal)
        slack.do(lambda server: server.revoke())
        until(terminal, "slack", "rejected")
        terminal.ok("plugin", "set", "leaky", "crash", "on")
        crashed = until(terminal, "leaky", "crashed")
        terminal.ok("export", tmp_path / "export.json")
        terminal.ok("backup")
        said += told(terminal)
        app.end()
        said += [*app.lines, *app.errors]
        app = started(kata)
        until(terminal, "leaky", "crashed")
        said += told(terminal, "--json")
        app.end()
    assert "was refused" in crashed["sentence"]
    assert not leaks(said), "\n".join(leaks(said))
    assert holding(Path(kata.desk.environment["VD_DIR"]), SECRETS) == []
    assert holding(tmp_path, SECRETS) == []
    assert processes.on_command_lines == set()
    _examine_surroundings(processes.surroundings)
    # what was looked at is there, and what is no secret can be found
    texts = "\n".join(said)
    for part in ("connecting with ‹hidden›", "login failed for ‹hidden›", "401 for ‹hidden›", "done with ‹hidden›"):
        assert part in texts, part
    assert holding(terminal.data / "backups", [PHONE])


def _examine_surroundings(surroundings: dict[str, set[str]]) -> None:
    """Only the program that needs a secret, with its guard, has it around itself; and the app what it was given."""
    for line, inside in surroundings.items():
        if "leaky/talk.py" in line:
            assert inside <= {PASSWORD, NEW_PASSWORD, GIVEN}, line
        elif "tests.support.leaky.program" in line:
            assert inside <= {GIVEN}, line
        else:
            assert inside == set(), line
    assert any("leaky/talk.py" in line for line in surroundings)
    assert any("service.py" in line for line in surroundings)
