"""Canaries: secrets go through every part of the program, and afterwards no file and no command line holds one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.desk.desk import Desk
from tests.support.desk.kata_app import KataApp
from tests.support.model_server.model_server import ModelServer

KEY = "sk-canary-5e1f0c9b7a42d6"
OTHER = "xoxb-canary-771903-plugin"
TALKATIVE = (
    {"match": {"userMessage": "what key"}, "response": {"content": f"The key that I was called with is {KEY}."}},
    {
        "match": {"userMessage": "refuse"},
        "response": {
            "error": {"message": f"Incorrect API key provided: {KEY}", "type": "invalid_request_error"},
            "status": 401,
        },
    },
)


def files(folder: Path) -> Iterator[Path]:
    """Every file below a folder but the keyring's own, which is encrypted."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and "keyrings" not in path.parts:
            yield path


def holding(folder: Path, secret: str) -> list[Path]:
    """The files that hold a secret."""
    return [path for path in files(folder) if secret.encode() in path.read_bytes()]


def command_lines() -> list[bytes]:
    """What everybody on this computer can read of every process."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            with suppress(OSError):
                found.append((folder / "cmdline").read_bytes())
    return found


@pytest.mark.desk(tray="none")
def test_secrets_are_nowhere_but_in_the_keyring(
    kata: KataApp, desk: Desk, start_model_server: Callable[..., ModelServer], tmp_path: Path
) -> None:
    terminal = kata.terminal
    kata.add_model(start_model_server(*TALKATIVE).openai_url)
    terminal.ok("credential", "set", "model:Local", "api_key", text=f"{KEY}\n")
    kata.start("-v")
    terminal.ok("credential", "set", "slack", "bot_token", text=OTHER)
    assert {entry["name"] for entry in terminal.ok("credential", "list")} == {"api_key", "bot_token"}
    terminal.ok("task", "add", "Tell me what key you got: {last_result}", "--name", "Talker", "--every", "2h")
    terminal.ok("task", "add", "Please refuse.", "--name", "Refused", "--every", "2h", "--retries", "0")
    told = [terminal("task", "run", name, "--wait") for name in ("Talker", "Talker", "Refused")]
    shown = [
        *(terminal.ok("runs", "show", run["id"]) for run in kata.runs()),
        *(terminal.ok("runs", "log", run["id"]) for run in kata.runs()),
        terminal.ok("outbox", "list"),
        terminal.ok("sessions", "list"),
        terminal.ok("doctor"),
        [outcome.out + outcome.err for outcome in told],
    ]
    export = tmp_path / "export.json"
    terminal.ok("export", export)
    terminal.ok("backup")
    lines = command_lines()
    kata.open_page("Activity")
    desk.screen.key("ctrl+q")
    assert kata.running.wait() == 0
    said = [*kata.running.lines, *kata.running.errors]
    for secret in (KEY, OTHER):
        assert not holding(desk.home, secret)
        assert not holding(tmp_path, secret)
        assert not [line for line in lines if secret.encode() in line]
        assert secret not in str(said)
        assert secret not in str(shown)
    assert {run["status"] for run in terminal.ok("runs", "list")} == {"succeeded", "failed"}
    assert "The key that I was called with is" in str(shown), "the secret did come back"
    assert holding(desk.home, "The key that I was called with is"), "what is stored can be found"
    assert holding(tmp_path, "Tell me what key you got")
