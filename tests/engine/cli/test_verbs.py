"""Every verb does what it says, without an app and through one: the answers are the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.command_line import CommandLine
from tests.support.program import Program
from tests.support.waiting import wait_for


@pytest.fixture(params=["direct", "through the app"])
def kata(request: pytest.FixtureRequest) -> Iterator[CommandLine]:
    """The command line without an app, and with one."""
    with TemporaryDirectory(prefix="kata-") as folder:
        command_line = CommandLine(Path(folder))
        if request.param != "direct":
            command_line.headless()
        yield command_line
        command_line.close()


def test_a_tasks_life(kata: CommandLine) -> None:
    added = kata("task", "add", "-", "--every", "90m", "--name", "Größe 🧑‍🚀", text="Line one\nLine two\n")
    assert added.code == 0, added
    ident, rest = added.out.split(maxsplit=1)
    assert rest.startswith("next run 20")
    shown = kata.ok("task", "show", "größe 🧑‍🚀")
    assert shown["id"] == ident
    assert shown["prompt"] == "Line one\nLine two"
    assert shown["trigger"]["every"] == "90m"
    edited = kata.ok(
        "task", "edit", ident, "--cron", "0 9 * * 1", "--cron", "0 18 * * 5", "--tag", "work", "--retries", "0"
    )
    assert edited["trigger"]["expressions"] == ["0 9 * * 1", "0 18 * * 5"]
    assert edited["tags"] == ["work"]
    assert edited["retries"] == 0
    assert edited["prompt"] == "Line one\nLine two"
    assert kata.ok("task", "pause", ident)["state"] == "paused"
    assert kata.ok("task", "list", "--filter", "paused")[0]["enabled"] is False
    assert kata.ok("task", "resume", ident)["state"] == "active"
    copy = kata.ok("task", "duplicate", ident)
    assert copy["state"] == "paused"
    assert copy["id"] != ident
    assert kata.ok("task", "delete", ident) == {"id": ident, "name": "Größe 🧑‍🚀"}
    assert [task["id"] for task in kata.ok("task", "list")] == [copy["id"]]
    assert kata("task", "show", ident).code == 4


def test_pauses_outlive_everything(kata: CommandLine) -> None:
    assert "until 20" in kata("pause", "--for", "tomorrow").out
    assert kata.ok("status")["paused"] is True
    assert kata.ok("status")["paused_until"].endswith(":00:00Z")
    kata.ok("resume")
    assert kata.ok("status")["paused"] is False
    kata.ok("pause", "--workspace", "personal", "--for", "30m")
    status = kata.ok("status")
    assert status["paused"] is False
    assert [each["workspace"] for each in status["paused_workspaces"]] == ["Personal"]


def test_a_name_that_two_tasks_have_is_not_guessed_at(kata: CommandLine) -> None:
    kata.ok("workspace", "add", "Work", "--folder", "here")
    for workspace in ("Personal", "Work"):
        kata.ok("task", "add", "Say hello", "--every", "2h", "--name", "Hello", "--workspace", workspace)
    outcome = kata("task", "delete", "hello")
    assert outcome.code == 3, outcome
    assert "2 tasks are called “Hello”" in outcome.err
    assert len(kata.ok("task", "list")) == 2


def test_a_model_that_becomes_the_default_says_so(kata: CommandLine) -> None:
    options = ("--provider", "openai-compatible", "--base-url", "http://127.0.0.1:9/v1", "--model", "m")
    assert kata("model", "add", "First", *options).out == "First is set up and is the default model.\n"
    assert kata("model", "add", "Second", *options).out == "Second is set up.\n"


def test_runs_are_listed_by_every_status(kata: CommandLine) -> None:
    kata.ok("task", "add", "Say hello", "--every", "2h", "--name", "Hello")
    kata.ok("task", "run", "Hello", "--wait")
    for status in ("failed", "timed-out", "waiting"):
        assert kata.ok("runs", "list", "--status", status) == []
    assert len(kata.ok("runs", "list", "--status", "succeeded")) == 1


def test_workspaces(kata: CommandLine) -> None:
    made = kata.ok("workspace", "add", "Work", "--folder", "here")
    assert made["folder"] == str(kata.home / "here")
    assert Path(made["folder"]).is_dir()
    kata.ok("workspace", "set", "work", "concurrency", "5")
    kata.ok("workspace", "set", "work", "quota-tasks", "1")
    kata.ok("task", "add", "One", "--every", "2h", "--workspace", "Work")
    assert kata("task", "add", "Two", "--every", "2h", "--workspace", "Work").code == 3
    work = next(each for each in kata.ok("workspace", "list") if each["name"] == "Work")
    assert work["concurrency"] == 5
    assert work["quotas"]["tasks"] == 1
    refused = kata("workspace", "remove", "Work")
    assert refused.code == 3, refused
    assert "holds a task" in refused.err
    assert "--force" in refused.err
    assert len(kata.ok("task", "list")) == 1
    kata.ok("workspace", "remove", "Work", "--force")
    assert [each["name"] for each in kata.ok("workspace", "list")] == ["Personal"]
    assert kata.ok("task", "list") == []


def test_models(kata: CommandLine) -> None:
    kata.ok(
        "model",
        "add",
        "Local",
        "--provider",
        "openai-compatible",
        "--base-url",
        "http://127.0.0.1:9/v1",
        "--model",
        "m",
    )
    kata.ok("model", "default", "Reminder")
    kata.ok("model", "default", "Local")
    assert [each["name"] for each in kata.ok("model", "list") if each["default"]] == ["Local"]
    assert kata.ok("model", "test", "Reminder")["ok"] is True
    kata.ok("model", "default", "Reminder", "--workspace", "Personal")
    assert kata.ok("workspace", "list")[0]["model"] == "Reminder"
    kata.ok("model", "remove", "Local")
    assert [each["name"] for each in kata.ok("model", "list")] == ["Reminder"]
    assert kata("model", "remove", "Reminder").code == 3


def test_a_run_that_is_waited_for(kata: CommandLine) -> None:
    task = kata.ok("task", "add", "Drink water", "--every", "2h", "--name", "Water")
    waited = kata("task", "run", "Water", "--wait")
    assert (waited.code, waited.out, waited.err) == (0, "Drink water\n", "")
    (run,) = kata.ok("runs", "list", "--task", "Water")
    assert kata.ok("runs", "list", "--status", "failed") == []
    shown = kata.ok("runs", "show", run["id"])
    assert shown["task_name"] == "Water"
    assert [attempt["outcome"] for attempt in shown["attempts"]] == ["completed"]
    assert any("Reminder" in step["text"] for step in shown["steps"])
    assert kata("runs", "log", run["id"], "--follow").code == 0
    assert kata.ok("runs", "cancel", run["id"])["status"] == "succeeded"
    assert kata.ok("task", "list")[0]["id"] == task["id"]


def test_the_outbox(kata: CommandLine) -> None:
    kata.ok("task", "add", "Drink water", "--every", "2h", "--name", "Water")
    kata("task", "run", "Water", "--wait")

    def settled() -> object:
        items = kata.ok("outbox", "list")
        return items if items and items[0]["state"] in {"failed", "pending"} else None

    wait_for("a message", settled)
    (item,) = kata.ok("outbox", "list")
    assert item["title"] == "Water"
    assert item["target"] == "desktop"
    dropped = kata("outbox", "drop", item["id"], "--json")
    assert dropped.json["state"] == "dropped"
    assert kata.ok("runs", "list")[0]["delivery"] == "dropped"
    assert kata.ok("outbox", "resend", item["id"])["state"] == "pending"


def test_backup(kata: CommandLine) -> None:
    kata.ok("task", "add", "Keep me", "--every", "2h")
    made = Path(kata.ok("backup")["file"])
    assert made.is_file()
    assert made.stat().st_mode & 0o777 == 0o600


def test_exported_tasks_come_back_paused_and_ask_first(kata: CommandLine) -> None:
    kata.ok("task", "add", "Keep me", "--name", "One", "--every", "2h", "--mode", "auto")
    kata.ok("task", "add", "Change me", "--name", "Two", "--every", "2h")
    file = kata.home / "tasks.json"
    assert kata("export", "tasks.json").out == f"{file}\n"
    assert file.stat().st_mode & 0o777 == 0o600
    kata.ok("task", "delete", "One")
    kata.ok("task", "edit", "Two", "--every", "3h")
    assert kata("import", "tasks.json").code == 3
    planned = kata.ok("import", "tasks.json", "--merge", "--dry-run")
    assert {row["name"]: row["change"] for row in planned["tasks"]} == {"One": "new", "Two": "changed"}
    assert [task["name"] for task in kata.ok("task", "list")] == ["Two"]
    assert len(kata.ok("import", "tasks.json", "--merge")["imported"]) == 2
    tasks = {task["name"]: task for task in kata.ok("task", "list")}
    assert {task["state"] for task in tasks.values()} == {"paused"}
    assert kata.ok("task", "show", "One")["mode"] == "ask"
    assert tasks["Two"]["trigger"]["every"] == "2h"


@pytest.mark.parametrize("file", ["/dev/zero", "/nowhere", ".", "/etc/hostname"])
def test_what_is_no_export_is_not_imported(kata: CommandLine, file: str) -> None:
    assert kata("import", file).code == 3
    assert kata("export", "/nowhere/at/all.json").code == 5


def test_human_output_holds_no_control_characters(kata: CommandLine) -> None:
    added = kata("task", "add", "-", "--every", "2h", text="Look \u200b out")
    assert added.code == 0, added
    for arguments in (("task", "list"), ("runs", "list"), ("outbox", "list"), ("status",), ("model", "list")):
        out = kata(*arguments).out
        assert out
        assert all(letter.isprintable() or letter in {"\n", "\u200b"} for letter in out)


def test_a_restored_backup_is_paused_and_the_old_data_are_kept() -> None:
    with TemporaryDirectory(prefix="kata-") as folder:
        kata = CommandLine(Path(folder))
        kata.ok("task", "add", "First", "--every", "2h")
        made = kata.ok("backup")["file"]
        kata.ok("task", "add", "Second", "--every", "2h")
        notice = kata.ok("restore", made)["notice"]
        assert "paused" in notice
        assert [task["name"] for task in kata.ok("task", "list")] == ["First"]
        assert kata.ok("status")["paused"] is True
        assert list(kata.data.glob("kata.db.replaced-*"))


@pytest.mark.parametrize("file", ["/dev/zero", "/nowhere/at/all", "/etc/hostname", "."])
def test_what_is_no_backup_is_not_restored(file: str) -> None:
    with TemporaryDirectory(prefix="kata-") as folder:
        kata = CommandLine(Path(folder))
        kata.ok("task", "add", "First", "--every", "2h")
        assert kata("restore", file).code == 3
        assert [task["name"] for task in kata.ok("task", "list")] == ["First"]
        assert sorted(file.name for file in kata.data.iterdir() if file.name.startswith((".kata", "kata"))) == [
            "kata.db"
        ]


def test_a_backup_is_not_restored_under_a_running_app(kata: CommandLine) -> None:
    made = kata.ok("backup")["file"]
    running = kata.ok("status")["running"]
    assert kata("restore", made).code == (3 if running else 0)


def test_what_was_asked_for_without_an_app_happens_at_the_next_start() -> None:
    with TemporaryDirectory(prefix="kata-") as folder:
        kata = CommandLine(Path(folder))
        kata.ok("task", "add", "Later", "--every", "2h")
        started = kata("task", "run", "Later")
        assert "starts when Kata Desktop does" in started.out
        assert kata.ok("runs", "list")[0]["status"] == "queued"
        app: Program = kata.headless()
        wait_for("the run", lambda: kata.ok("runs", "list")[0]["status"] == "succeeded")
        app.end()
        kata.close()


def test_json_holds_any_text(kata: CommandLine) -> None:
    prompt = 'quotes " and \\ and \u2028 and 🧑‍🚀 and \x7f'
    outcome = kata("task", "add", "-", "--every", "2h", "--json", text=prompt.replace("\x7f", ""))
    assert outcome.code == 0, outcome
    assert json.loads(outcome.out)["prompt"] == prompt.replace("\x7f", "").strip()
