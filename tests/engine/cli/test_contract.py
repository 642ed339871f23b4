"""What scripts depend on: keys, times, exit codes, one line on standard error."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import CommandLine, Outcome

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
TASK_KEYS = {
    "id",
    "name",
    "workspace",
    "trigger",
    "sentence",
    "enabled",
    "state",
    "next_run",
    "last_run",
    "last_status",
}
RUN_KEYS = {
    "id",
    "task",
    "slot",
    "source",
    "attempt",
    "status",
    "reason",
    "started",
    "finished",
    "duration_s",
    "output",
    "error",
    "delivery",
    "tokens",
    "cost",
}


def refused(outcome: Outcome, code: int, *parts: str) -> None:
    """A refusal has its code, says nothing on standard output and one line on standard error, never a traceback."""
    assert outcome.code == code, outcome
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1
    assert outcome.err.startswith("kata-desktop: ")
    for part in parts:
        assert part in outcome.err


def test_a_task_item_has_exactly_its_keys(kata: CommandLine) -> None:
    kata.ok("task", "add", "Say hello", "--cron", "0 9 * * 1-5", "--zone", "Europe/Berlin")
    (task,) = kata.ok("task", "list")
    assert set(task) == TASK_KEYS
    assert task["name"] == "Say hello"
    assert task["workspace"] == "Personal"
    assert task["trigger"] == {"kind": "cron", "expressions": ["0 9 * * 1-5"], "zone": "Europe/Berlin"}
    assert task["enabled"] is True
    assert task["state"] == "active"
    assert TIME.fullmatch(task["next_run"])
    assert task["last_run"] is None
    assert task["last_status"] is None


def test_a_run_item_has_exactly_its_keys(kata: CommandLine) -> None:
    task = kata.ok("task", "add", "Say hello", "--every", "2h")
    ran = kata.ok("task", "run", task["id"], "--wait")
    assert set(ran) > RUN_KEYS
    (run,) = kata.ok("runs", "list")
    assert set(run) == RUN_KEYS
    assert run["task"] == task["id"]
    assert (run["source"], run["status"], run["reason"], run["attempt"]) == ("manual", "succeeded", "completed", 1)
    assert run["output"] == "Say hello"
    assert run["error"] is None
    assert run["tokens"] == 0
    assert all(TIME.fullmatch(run[key]) for key in ("slot", "started", "finished"))
    (after,) = kata.ok("task", "list")
    assert after["last_status"] == "succeeded"
    assert TIME.fullmatch(after["last_run"])


def test_next_has_exactly_its_keys_and_needs_no_data_folder(kata: CommandLine) -> None:
    coming = kata.ok("next", "30 2 * * *", "--zone", "Europe/Berlin", "--from", "2027-03-27T12:00", "--count", "3")
    assert set(coming) == {"sentence", "runs"}
    assert [set(run) for run in coming["runs"]] == [{"utc", "local", "note"}] * 3
    assert [run["utc"] for run in coming["runs"]] == [
        "2027-03-28T01:00:00Z",  # clocks go forward over 02:30
        "2027-03-29T00:30:00Z",
        "2027-03-30T00:30:00Z",
    ]
    assert coming["runs"][0]["local"] == "2027-03-28T03:00:00+02:00"
    assert coming["runs"][0]["note"]
    assert not kata.data.exists()


@pytest.mark.parametrize(
    "arguments, keys",
    [
        (
            ("status",),
            {
                "running",
                "role",
                "pid",
                "version",
                "data_dir",
                "paused",
                "paused_until",
                "paused_workspaces",
                "runs",
                "next",
                "trouble",
                "held",
                "offline",
                "notice",
            },
        ),
        (("workspace", "list"), {"id", "name", "folder", "model", "thinking", "concurrency", "quotas", "created"}),
        (("model", "list"), {"name", "provider", "model", "base_url", "thinking", "default"}),
        (("doctor",), {"check", "ok", "sentence", "fix"}),
    ],
)
def test_other_documents_have_exactly_their_keys(kata: CommandLine, arguments: tuple[str, ...], keys: set[str]) -> None:
    document = kata.ok(*arguments)
    for item in document if isinstance(document, list) else [document]:
        assert set(item) == keys


def test_the_doctor_looks_at_everything(kata: CommandLine) -> None:
    kata.ok("task", "list")
    checks = [finding["check"] for finding in kata.ok("doctor")]
    assert checks == ["keyring", "tray", "notifications", "display", "store", "model", "clock", "disk"]
    findings: dict[str, Any] = {finding["check"]: finding for finding in kata.ok("doctor")}
    assert findings["store"]["ok"]
    assert findings["disk"]["ok"]
    assert not findings["tray"]["ok"]
    assert findings["tray"]["fix"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("task",),
        ("task", "add"),
        ("task", "list", "--nonsense"),
        ("task", "add", "x", "--cron", "@daily", "--every", "2h"),
        ("runs", "list", "--limit", "-1"),
        ("runs", "list", "--limit", "many"),
        ("completion", "nonsense"),
        ("plugin",),
    ],
)
def test_wrong_usage_is_2(kata: CommandLine, arguments: tuple[str, ...]) -> None:
    refused(kata(*arguments), 2)


@pytest.mark.parametrize(
    "arguments, part",
    [
        (("task", "add", "x", "--cron", "60 * * * *"), "0–59"),
        (("task", "add", "x"), "Say when"),
        (("task", "add", "x", "--every", "59s"), "1 minute"),
        (("task", "add", " ", "--every", "2h"), "Prompt"),
        (("task", "add", "x", "--at", "2026-02-29T09:00"), "29"),
        (("task", "add", "x", "--every", "2h", "--mode", "godlike"), "read-only"),
        (("next", "@reboot"), "reboot"),
        (("next", "* * * *"), "five"),
        (("pause", "--for", "soon"), "tomorrow"),
        (("workspace", "add", "Personal", "--folder", "x"), "name"),
        (("workspace", "set", "Personal", "colour", "red"), "colour"),
        (("workspace", "remove", "Personal"), "only workspace"),
        (("model", "add", "m", "--provider", "nobody"), "openai"),
        (("runs", "list", "--status", "sucess"), "succeeded"),
        (("credential", "set", "x", "y"), "empty"),
    ],
)
def test_refused_is_3_and_says_why(kata: CommandLine, arguments: tuple[str, ...], part: str) -> None:
    refused(kata(*arguments), 3, part)


@pytest.mark.parametrize(
    "arguments",
    [
        ("task", "show", "task_none"),
        ("task", "run", "task_none"),
        ("task", "delete", "task_none"),
        ("runs", "show", "run_none"),
        ("runs", "log", "run_none"),
        ("runs", "log", "run_none", "--follow"),
        ("runs", "retry", "run_none"),
        ("runs", "list", "--task", "none"),
        ("workspace", "remove", "none"),
        ("pause", "--workspace", "none"),
        ("outbox", "resend", "none"),
        ("sessions", "show", "none"),
        ("model", "remove", "none"),
        ("task", "list", "--workspace", "none"),
    ],
)
def test_not_found_is_4(kata: CommandLine, arguments: tuple[str, ...]) -> None:
    refused(kata(*arguments), 4)


def test_a_damaged_store_is_5_and_left_alone(kata: CommandLine) -> None:
    kata.ok("task", "list")
    store = kata.data / "kata.db"
    store.write_bytes(b"nonsense" * 4096)
    refused(kata("task", "list"), 5, "damaged", "backup")
    assert store.read_bytes() == b"nonsense" * 4096


def test_a_newer_store_is_5_and_untouched(kata: CommandLine) -> None:
    kata.ok("task", "list")
    store = kata.data / "kata.db"
    with sqlite3.connect(store) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    before = store.read_bytes()
    refused(kata("task", "list"), 5, "newer")
    assert store.read_bytes() == before


def test_a_data_folder_that_is_a_file_is_5(kata: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    refused(kata("--data-dir", file, "task", "list"), 5, str(file))


def test_without_a_keyring_a_credential_is_5_and_never_an_argument(kata: CommandLine) -> None:
    refused(kata("credential", "set", "model:GPT", "api_key", text="sk-secret-value-1"), 5, "keyring")
    assert "sk-secret" not in kata.log
    refused(kata("credential", "set", "model:GPT", "api_key", "sk-secret-value-1"), 2)


def test_a_credential_may_come_from_the_environment(kata: CommandLine) -> None:
    environment = {"KATA_CREDENTIAL_MODEL_GPT_API_KEY": "sk-secret-value-1"}
    listed = kata("credential", "list", "--json", environment=environment)
    assert listed.json == [
        {"plugin": "", "name": "", "source": "environment", "variable": "KATA_CREDENTIAL_MODEL_GPT_API_KEY"}
    ]
    doctor = kata("doctor", environment=environment)
    assert "KATA_CREDENTIAL_MODEL_GPT_API_KEY" in doctor.out
    assert "sk-secret" not in listed.out + doctor.out + kata.log


def test_an_internal_error_is_1_with_a_log_and_no_traceback(kata: CommandLine) -> None:
    kata.ok("task", "list")
    with sqlite3.connect(kata.data / "kata.db") as connection:
        connection.execute("ALTER TABLE workspaces RENAME COLUMN folder TO elsewhere")  # nobody's doing but a bug's
    connection.close()
    outcome = kata("workspace", "list")
    refused(outcome, 1, str(kata.data / "logs" / "kata.log"))
    assert "Traceback" in kata.log


def test_global_options_stand_before_or_after_the_verb(kata: CommandLine, tmp_path: Path) -> None:
    assert kata("--json", "task", "list").out == kata("task", "list", "--json").out == "[]\n"
    other = tmp_path / "other"
    assert kata("--data-dir", other, "--json", "task", "list").code == 0
    assert (other / "kata.db").exists()
    assert not (kata.data / "kata.db").exists() or kata.ok("task", "list") == []


def test_version(kata: CommandLine) -> None:
    from kata_desktop.version import __version__

    assert kata("--version").out == f"kata-desktop {__version__}\n"


@pytest.mark.parametrize("text", ["a\x00b", "\udcff\udcfe", "x" * 100_001, "x" * 2_100_000, "\u202eevil", "   "])
def test_a_prompt_from_standard_input_is_checked_too(kata: CommandLine, text: str) -> None:
    refused(kata("task", "add", "-", "--every", "2h", text=text), 3)


def test_a_reader_that_has_seen_enough_is_no_error(kata: CommandLine) -> None:
    command = f"{sys.executable} -m kata_desktop next '* * * * *' --count 1000 | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], env=kata.environment, capture_output=True, check=False
    )
    assert done.stdout
    assert done.stderr == b""
    assert done.returncode in {0, 141}
