"""What the log takes: no forged lines, nothing that libraries say about requests and statements."""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import peewee
import pytest

from kata_desktop.desktop.logs import Logs
from kata_desktop.desktop.redaction import HIDDEN, Redactor

BEGINNING = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (DEBUG|INFO|WARNING|ERROR) ")


@pytest.fixture
def redactor() -> Redactor:
    return Redactor()


@pytest.fixture
def logs(tmp_path: Path, redactor: Redactor) -> Iterator[Logs]:
    """A log as `-v` makes it."""
    logs = Logs(tmp_path / "logs", redactor=redactor, verbose=True)
    logs.start()
    yield logs
    logs.stop()


def written(logs: Logs) -> str:
    return logs.file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "forged",
    [
        "x\n2026-01-01 09:00:00,000 ERROR kata_desktop: You were hacked",
        "x\r\n2026-01-01 09:00:00,000 ERROR kata_desktop: You were hacked",
        "x\u20282026-01-01 09:00:00,000 ERROR kata_desktop: You were hacked",
        "x\x852026-01-01 09:00:00,000 ERROR kata_desktop: You were hacked",
    ],
)
def test_a_text_from_outside_cannot_look_like_a_record(logs: Logs, forged: str) -> None:
    logging.getLogger("kata_desktop.test").warning("The name is %s", forged)
    assert "hacked" in written(logs)
    assert len([line for line in written(logs).splitlines() if BEGINNING.match(line)]) == 1


def test_a_traceback_stays_readable(logs: Logs) -> None:
    try:
        raise ValueError("one\n2026-01-01 09:00:00,000 ERROR kata_desktop: two")
    except ValueError:
        logging.getLogger("kata_desktop.test").exception("It failed")
    records = [line for line in written(logs).splitlines() if not line.startswith("    ")]
    assert len(records) == 1
    assert 'File "' in written(logs)
    assert "ValueError: one" in written(logs)


@pytest.mark.parametrize("sign", ["\x1b[2J", "\x9b2J", "\u202e", "\u2066", "\0", "\b"])
def test_no_sign_reaches_the_terminal_of_whoever_reads_it(logs: Logs, sign: str) -> None:
    logging.getLogger("kata_desktop.test").warning("a %s b", sign)
    assert sign[0] not in written(logs)


@pytest.mark.parametrize(
    "library",
    ["httpx", "httpx2", "httpcore.http11", "httpcore2", "openai._base_client", "anthropic", "google_genai", "keyring"],
)
def test_what_libraries_say_about_requests_is_not_taken_even_with_v(logs: Logs, library: str) -> None:
    logger = logging.getLogger(library)
    logger.debug("send_request_headers [(b'Authorization', b'Bearer canary-value-1234')]")
    logger.info("HTTP Request: POST https://x/?key=canary-value-1234")
    logging.getLogger("kata_desktop.test").debug("ours")
    assert "canary" not in written(logs)
    assert "ours" in written(logs), "-v makes our own records of every level appear"


def test_statements_of_the_store_are_not_taken_even_with_v(logs: Logs) -> None:
    database = peewee.SqliteDatabase(":memory:")
    database.execute_sql("SELECT ?", ("canary prompt",))  # type: ignore[no-untyped-call]
    database.close()
    logging.getLogger("kata_desktop.test").debug("ours")
    assert "canary" not in written(logs)


def test_warnings_of_libraries_are_taken_without_their_secrets(logs: Logs) -> None:
    logging.getLogger("httpx").warning("Retrying https://me:canary1234@host/v1 with Authorization: Bearer canary1234")
    assert HIDDEN in written(logs)
    assert "canary" not in written(logs)


def test_a_traceback_hides_a_key_in_an_address_a_header_and_by_value(logs: Logs, redactor: Redactor) -> None:
    redactor.add("canary by value")
    headers = {"Authorization": "Bearer canary-bearer-1", "x-api-key": "canary-header-1"}
    try:
        try:
            raise sqlite3.OperationalError("https://canary-user-1@host/ and https://u:canary-p@ss@host/")
        except sqlite3.OperationalError as error:
            raise RuntimeError(f"{headers} canary by value") from error
    except RuntimeError:
        logging.getLogger("kata_desktop.test").exception("Both")
    assert "canary" not in written(logs)
    assert written(logs).count("Traceback") == 2


def test_levels_are_given_back(tmp_path: Path) -> None:
    root, library = logging.getLogger(), logging.getLogger("httpx")
    before = root.level, library.level
    logs = Logs(tmp_path, redactor=Redactor(), verbose=True)
    logs.start()
    logs.stop()
    assert (root.level, library.level) == before
