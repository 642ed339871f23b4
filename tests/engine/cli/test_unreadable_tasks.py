"""One task that cannot be read: every verb goes on with the others, and says what is wrong with that one."""

from __future__ import annotations

import json
import sqlite3

import pytest

from tests.engine.cli.test_contract import TASK_KEYS, refused
from tests.support.command_line import CommandLine
from tests.support.corruptions import CORRUPTIONS, PAST_THE_CHECKS


def broken(kata: CommandLine, how: str) -> str:
    """The id of a task that a hand changed, beside one that works."""
    kata.ok("task", "add", "Say hello", "--every", "2h")
    ident = str(kata.ok("task", "add", "Say goodbye", "--every", "3h")["id"])
    store = sqlite3.connect(kata.data / "kata.db")
    store.execute(PAST_THE_CHECKS)
    with store:
        (text,) = store.execute("SELECT spec FROM task_revisions WHERE task_id = ?", (ident,)).fetchone()
        changed = CORRUPTIONS[how][0](text)
        store.execute("UPDATE task_revisions SET spec = ? WHERE task_id = ?", (changed, ident))
    store.close()
    return ident


@pytest.mark.parametrize(
    "how", ["another shape", "an unknown choice", "a missing key", "an unknown key", "a wrong type"]
)
def test_it_is_listed_shown_and_deleted(kata: CommandLine, how: str) -> None:
    ident = broken(kata, how)
    listed = {task["name"]: task for task in kata.ok("task", "list")}
    assert set(listed) == {"Say hello", "Say goodbye"}
    assert listed["Say hello"]["enabled"] is True
    item = listed["Say goodbye"]
    assert set(item) == TASK_KEYS
    assert (item["id"], item["state"], item["enabled"], item["next_run"]) == (ident, "paused", False, None)
    assert item["trigger"] == {"kind": "unreadable"}
    assert item["sentence"].startswith("Kata cannot read this task (")
    assert CORRUPTIONS[how][1] in item["sentence"]
    assert set(kata.ok("task", "show", "Say hello")) == set(kata.ok("task", "show", ident))
    gone = kata("task", "delete", "Say goodbye")
    assert (gone.code, gone.out) == (0, "Say goodbye is deleted; its history stays.\n")
    assert [task["name"] for task in kata.ok("task", "list")] == ["Say hello"]


def test_it_is_neither_run_nor_edited_and_an_export_says_that_it_is_left_out(kata: CommandLine) -> None:
    ident = broken(kata, "an unknown choice")
    for words in (("run", ident), ("edit", ident, "--every", "4h"), ("resume", ident), ("duplicate", ident)):
        refused(kata("task", *words), 5, "Kata cannot read this task ('yolo' is not a valid Mode)", "restore a backup")
    exported = kata("export", "-")
    assert exported.code == 0
    assert [task["name"] for task in json.loads(exported.out)["tasks"]] == ["Say hello"]
    assert exported.err.count("\n") == 1
    assert "“Say goodbye”" in exported.err
    assert kata.ok("status")["trouble"] in {"", None}
