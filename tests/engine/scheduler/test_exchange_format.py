"""Reading import files as if a stranger had written them."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from kata_desktop.domain.errors import InvalidInput
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.scheduler.exchange_format import FORMAT, LARGEST, read_bytes, read_file, write
from tests.support.input_table import CASES, InputCase, task_input

TASK = TaskInput(prompt="Café ☕", name="A", cron=("0 9 * * *",), tags=("x",), only_when_changed=True, retries="2")
TOKEN = "xoxb-" + "1234567890-abcdefghijkl"


def document(**changes: Any) -> bytes:
    base: dict[str, Any] = {"format": FORMAT, "version": 1, "tasks": [{"prompt": "Go", "every": "2h"}]}
    return json.dumps({**base, **changes}).encode()


def task(text: str) -> bytes:
    return document(tasks=[]).replace(b"[]", b"[{" + text.encode() + b"}]")


def test_what_was_written_is_read_again() -> None:
    text = write([TASK, TaskInput(prompt="B", on="app-started")], exported_at="2026-11-21T09:00:00Z", program="1.0")
    found = read_bytes(text.encode())
    assert found.tasks == (TASK, TaskInput(prompt="B", on="app-started"))
    assert (found.version, found.exported_at, found.program) == (1, "2026-11-21T09:00:00Z", "1.0")


def test_a_byte_order_mark_and_whole_numbers_are_taken() -> None:
    assert read_bytes(b"\xef\xbb\xbf" + document()).tasks[0].prompt == "Go"
    assert read_bytes(task('"prompt": "Go", "retries": 3')).tasks[0].retries == "3"


@pytest.mark.parametrize(
    "data, fragment",
    [
        (b"", "Not JSON"),
        (b"nonsense", "Not JSON"),
        (b"[]", "Not an export"),
        (b"null", "Not an export"),
        (document(format="other"), "Not an export"),
        (document(version=2), "newer version"),
        (document(version="1"), "version"),
        (document(version=True), "version"),
        (document(version=0), "version"),
        (document(extra=1), "Unknown key “extra” in the file"),
        (document(tasks={}), "not a list"),
        (document(tasks=[1]), "not a list"),
        (document(tasks=[{}] * 1001), "1,001 tasks"),
        (document() + b"x", "Something follows"),
        (document() + document(), "Something follows"),
        (task('"retries": NaN'), "not finite"),
        (task('"retries": -Infinity'), "not finite"),
        (task('"retries": 1.5'), "fraction"),
        (task('"retries": 1e400'), "fraction"),
        (task('"retries": ' + "9" * 5000), "too large"),
        (task(f'"max_tokens_per_day": {2**63}'), "too large"),
        (task('"name": "a", "name": "b"'), "twice"),
        (task('"command": "rm"'), "Unknown key “command” in task 1"),
        (task('"zone": null'), "“zone” of task 1 is not a text"),
        (task('"cron": "0 9 * * *"'), "not a list of texts"),
        (task('"cron": [1]'), "not a text"),
        (task('"name": true'), "not a text"),
        (task('"retries": true'), "not a text"),
        (task('"only_when_changed": 1'), "not true or false"),
        (b"[" * 200_000, "20 deep"),
        (b'{"a":' * 200_000, "20 deep"),
        (b'{"format": "\xff"}', "Not UTF-8"),
        (b"\xff\xfe{\x00}\x00", "Not UTF-8"),
        (b" " * 2_000_000, "Larger than 1 MB"),
    ],
    ids=lambda value: ascii(value[:24]),
)
def test_refused(data: bytes, fragment: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_bytes(data)
    (error,) = caught.value.errors
    assert error.field == "file"
    assert fragment in error.sentence


@pytest.mark.parametrize(
    "data",
    [
        task(f'"prompt": "use {TOKEN} please"'),
        task(f'"cron": ["{TOKEN}"]'),
        task(f'"{TOKEN}": "x"'),
        task(f'"zone": 1, "name": "{TOKEN}"'),
        task('"prompt": "-----BEGIN OPENSSH PRIVATE KEY-----"'),
        task('"prompt": "sk-proj-abcdefghijklmnop"'),
        task('"prompt": "ghp_abcdefghijklmnopqrstuvwxyz0123456789"'),
        document(program=TOKEN),
        document(**{TOKEN: 1}),
        document()[:-1] + f', "tasks": "{TOKEN}"'.encode() + b"}",
    ],
)
def test_a_secret_is_refused_and_never_repeated(data: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_bytes(data)
    for secret in (TOKEN, "sk-proj", "ghp_abc", "OPENSSH"):
        assert secret not in str(caught.value)


@pytest.mark.parametrize("data", [b'"' + b'\\"' * 400_000, b'"\\' * 400_000, b"[" * 19 + b'"' * 500_001])
def test_hostile_text_is_judged_quickly(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_bytes(data)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_file_gets_the_same_answers_as_the_dialog(case: InputCase) -> None:
    typed = task_input(case)
    row = {key: value for key, value in asdict(typed).items() if value is not None}
    (imported,) = read_bytes(document(tasks=[row])).tasks
    assert imported == typed


def test_files(tmp_path: Path) -> None:
    good = tmp_path / "tasks.json"
    good.write_bytes(document())
    assert len(read_file(good).tasks) == 1


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    big = tmp_path / "big.json"
    big.write_bytes(b" " * (LARGEST + 1))
    expected = {
        pipe: "Not a regular file",
        Path("/dev/zero"): "Not a regular file",
        tmp_path: "Not a regular file",
        big: "Larger than 1 MB",
        tmp_path / "missing.json": "Cannot be read",
    }
    for path, fragment in expected.items():
        with pytest.raises(InvalidInput, match=fragment):
            read_file(path)
