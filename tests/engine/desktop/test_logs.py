from __future__ import annotations

import base64
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kata_desktop.desktop.logs import Logs
from kata_desktop.desktop.redaction import HIDDEN, Redactor

SECRET_LOOKS = {
    "openai": "sk-proj-AbCdEf0123456789abcdefXYZ",
    "anthropic": "sk-ant-api03-AbCdEf0123456789",
    "slack-bot": "xoxb-1234567890-abcdefghij",
    "slack-app": "xapp-1-A012345-6789-abcdef",
    "google": "AIzaSyA-1234567890abcdefghijklmnopq",
    "github": "ghp_0123456789abcdefghijABCDEFGHIJ",
    "telegram": "123456789:AAF-0123456789abcdefghijklmnopqrstu",
    "web-token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc123",
}


@pytest.fixture
def redactor() -> Redactor:
    return Redactor()


@pytest.fixture
def logs(tmp_path: Path, redactor: Redactor) -> Iterator[Logs]:
    before = logging.getLogger().level
    logs = Logs(tmp_path / "logs", redactor=redactor, days=3)
    logs.start()
    yield logs
    logs.stop()
    logging.getLogger().setLevel(before)


@pytest.mark.parametrize("kind", SECRET_LOOKS)
def test_what_looks_like_a_secret_is_hidden(redactor: Redactor, kind: str) -> None:
    secret = SECRET_LOOKS[kind]
    cleaned = redactor.clean(f"the provider said: {secret} is wrong")
    assert secret not in cleaned
    assert cleaned == f"the provider said: {HIDDEN} is wrong"


@pytest.mark.parametrize(
    "text",
    [
        "GET /v1?api_key=hunter2hunter2&model=x",
        "Authorization: Bearer abcdef123456.ghi",
        '{"token": "hunter2hunter2", "a": 1}',
        "password = 'hunter2 hunter2'",
        "https://me:hunter2hunter2@example.org/x",
        "-----BEGIN PRIVATE KEY-----\nhunter2hunter2\n-----END PRIVATE KEY-----",
        "x-api-key: hunter2hunter2",
    ],
)
def test_what_stands_where_secrets_stand_is_hidden(redactor: Redactor, text: str) -> None:
    cleaned = redactor.clean(text)
    assert HIDDEN in cleaned
    assert "hunter2" not in cleaned
    assert "abcdef" not in cleaned


def test_ordinary_text_stays_as_it_is(redactor: Redactor) -> None:
    text = "Task “Keyboard news” ran at 09:00: 12 tokens, model sk-learn, see https://example.org/a?b=c"
    assert redactor.clean(text) == text


def test_a_known_value_is_hidden_in_every_dress(redactor: Redactor) -> None:
    secret = 'swörd"fish/ 42\n'
    redactor.add(secret)
    for dress in (secret, json.dumps({"x": secret}), repr(secret), "a=sw%C3%B6rd%22fish%2F%2042%0A"):
        cleaned = redactor.clean(dress)
        assert "fish" not in cleaned, dress


def test_a_value_too_short_to_hide_does_not_garble_everything(redactor: Redactor) -> None:
    redactor.add("a")
    redactor.add("")
    assert redactor.clean("a banana") == "a banana"


def test_the_file_has_no_secret_not_even_in_a_traceback(logs: Logs, redactor: Redactor) -> None:
    redactor.add("correct horse battery")
    try:
        raise ValueError("cannot log in with correct horse battery")
    except ValueError:
        logging.getLogger("kata_desktop.test").exception("failed for %s", SECRET_LOOKS["openai"])
    text = logs.file.read_text(encoding="utf-8")
    assert "ValueError" in text
    assert "horse" not in text
    assert SECRET_LOOKS["openai"] not in text
    assert logs.file.stat().st_mode & 0o077 == 0


def test_a_line_cannot_forge_what_a_terminal_shows(logs: Logs) -> None:
    logging.getLogger("kata_desktop.test").warning("name \x1b[2Jof \r a task")
    assert "\x1b" not in logs.file.read_text(encoding="utf-8")
    assert "\r" not in logs.file.read_text(encoding="utf-8")


def test_the_day_before_gets_its_date_and_old_days_go(tmp_path: Path, redactor: Redactor) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    current = folder / "kata.log"
    current.write_text("yesterday\n")
    yesterday = current.stat().st_mtime - 86400
    os.utime(current, (yesterday, yesterday))
    for day in range(1, 8):
        (folder / f"kata.log.2026-01-0{day}").write_text("old")
    logs = Logs(folder, redactor=redactor, days=3)
    logs.start()
    try:
        logging.getLogger("kata_desktop.test").warning("today")
        kept = sorted(path.name for path in folder.iterdir())
        assert "today" in current.read_text(encoding="utf-8")
        assert len(kept) == 4
        assert kept[1:3] == ["kata.log.2026-01-06", "kata.log.2026-01-07"]
        assert (folder / kept[3]).read_text(encoding="utf-8") == "yesterday\n"
    finally:
        logs.stop()


def test_a_plugin_writes_to_a_file_of_its_own(logs: Logs) -> None:
    logger = logs.add_plugin("slack")
    assert logs.add_plugin("slack") is logger
    logger.info("connected with %s", SECRET_LOOKS["slack-bot"])
    text = (logs.file.parent / "plugins" / "slack.log").read_text(encoding="utf-8")
    assert text.count("connected") == 1
    assert SECRET_LOOKS["slack-bot"] not in text


def test_logging_costs_the_start_next_to_nothing() -> None:
    program = "import sys, kata_desktop.desktop.logs; print(len(sys.modules), 'psutil' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    count, heavy = done.stdout.split()
    assert heavy == "False"
    assert int(count) < 150


def test_base64_of_basic_authentication_is_hidden(redactor: Redactor) -> None:
    code = base64.b64encode(b"me:hunter2hunter2").decode()
    assert code not in redactor.clean(f"Authorization: Basic {code}")
