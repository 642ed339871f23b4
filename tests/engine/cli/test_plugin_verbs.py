"""Plugins from a shell: the real program, with and without a running app."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import partial
from typing import Any

import psutil
import pytest

from kata_desktop.cli.printing import plain
from kata_desktop.domain.channel import InboxItem, InboxState
from kata_desktop.domain.task import TaskState
from kata_desktop.store import inbox, tasks
from kata_desktop.store.connection import Connection
from tests.support.command_line import CommandLine
from tests.support.fake_channel import WRITTEN, wrote
from tests.support.store_rows import opened
from tests.support.waiting import wait_for


def states(kata: CommandLine, *more: str) -> dict[str, str]:
    return {each["id"]: each["state"] for each in kata.ok("plugin", "list", *more)}


def status(kata: CommandLine, ident: str, *more: str) -> Any:
    return kata.ok("plugin", "status", ident, *more)


def until(kata: CommandLine, ident: str, state: str, *more: str) -> Any:
    return wait_for(
        lambda: f"{ident} {state}; it is {status(kata, ident, *more)}",
        lambda: row if (row := status(kata, ident, *more))["state"] == state else None,
    )


def test_without_an_app_plugins_are_listed_switched_and_set_up(kata: CommandLine) -> None:
    listed = kata.ok("plugin", "list")
    assert {each["id"] for each in listed} >= {"slack", "rss", "webpage", "files", "history", "service"}
    assert set(listed[0]) == {"id", "name", "version", "kind", "workspace", "on", "state", "sentence"}

    kata.ok("plugin", "disable", "rss")
    kata.ok("plugin", "set", "rss", "feeds", "https://a.example/x", "https://b.example/y")

    row = status(kata, "rss")
    assert (row["on"], row["state"]) == (False, "off")
    assert row["settings"]["feeds"] == ["https://a.example/x", "https://b.example/y"]


@pytest.mark.parametrize(
    "words, code, part",
    [
        (("plugin", "enable", "nothing"), 4, "There is no plugin “nothing”"),
        (("plugin", "set", "rss", "colour", "red"), 3, "no setting of that name"),
        (("plugin", "set", "history", "days", "0"), 3, "Days"),
        (("plugin", "set", "history", "days", "many"), 3, "Days"),
        (("plugin", "set", "history", "browsers", "opera"), 3, "for example “firefox”"),
        (("plugin", "set", "rss", "feeds", "not an address"), 3, "for example “https://"),
        (("plugin", "set", "webpage", "pages", "ftp://a.example/"), 3, "for example “https://"),
        (("plugin", "set", "rss", "private_too", "perhaps"), 3, "Also feeds in my own network"),
        (("plugin", "run", "rss", "get"), 3, "no command “get”"),
        (("plugin", "list", "--workspace", "None such"), 4, "None such"),
        (("senders", "block", "slack", "U1"), 4, "U1"),
        (("inbox", "retry", "in_1"), 4, "in_1"),
    ],
)
def test_what_cannot_be_done_is_one_line(kata: CommandLine, words: tuple[str, ...], code: int, part: str) -> None:
    outcome = kata(*words)

    assert (outcome.code, outcome.out) == (code, "")
    assert part in outcome.err
    assert outcome.err.count("\n") == 1


def test_commands_run_by_hand_without_an_app(kata: CommandLine) -> None:
    kata.ok("plugin", "set", "history", "browsers", "firefox")

    assert kata.ok("plugin", "run", "history", "get")["output"] == "0 visits in 0 profiles"
    shown = kata("plugin", "run", "history", "process")
    assert (shown.code, shown.out) == (0, "0 pages on 0 days\n")


def test_a_command_that_fails_says_so(kata: CommandLine) -> None:
    outcome = kata("plugin", "run", "history", "push")

    assert outcome.code == 3
    assert "run process first" in outcome.out
    assert "history push ended with 1" in outcome.err


def test_an_unknown_command_names_what_there_is(kata: CommandLine) -> None:
    assert "while Kata is not running; start Kata first." in kata("plugin", "run", "slack", "test").err
    assert "has no command “nothing”; use get, process, push." in kata("plugin", "run", "history", "nothing").err

    kata.headless()
    until(kata, "slack", "needs set-up")

    assert "use test, channels, test-message, app-manifest, new-app." in kata("plugin", "run", "slack", "nothing").err
    kata.ok("plugin", "disable", "slack")
    wait_for("the end of its buttons", lambda: status(kata, "slack")["actions"] == [])
    assert "Slack is switched off in this workspace; switch it on first." in kata("plugin", "run", "slack", "test").err


def test_what_was_set_is_said_in_the_words_of_the_form(kata: CommandLine) -> None:
    said = kata("plugin", "set", "slack", "allow", "U0ALICE", "U0BOB")
    assert said.out == "Slack in Personal: May write directly is now U0ALICE; U0BOB.\n"
    assert kata("plugin", "set", "slack", "allow", "").out == "Slack in Personal: May write directly is now empty.\n"
    kata("plugin", "set", "slack", "pairing", "yes")
    assert "pairing=on" in kata("plugin", "status", "slack").out
    refused = kata("plugin", "set", "slack", "allow", "@alice")
    assert (refused.code, "for example “U0123456789”" in refused.err) == (3, True)


def test_people_are_looked_for_in_a_workspace_that_is_named(kata: CommandLine) -> None:
    kata.ok("workspace", "add", "Second", "--folder", str(kata.home / "second"))
    assert kata("senders", "list", "--workspace", "Second").out == (
        "Nobody may write in Second, and nobody has asked; senders allow CHANNEL ID lets somebody.\n"
    )
    missing = kata("senders", "block", "slack", "U0ALICE").err
    assert "Nobody of slack in Personal has asked with the id or code “U0ALICE”" in missing
    assert "not answered anyway" in missing


def test_somebody_may_be_let_in_before_they_write(kata: CommandLine) -> None:
    allowed = kata.ok("senders", "allow", "slack", "U0ALICE")
    assert (allowed["state"], allowed["direct"], allowed["group"]) == ("allowed", True, False)
    assert kata("senders", "allow", "slack", "U0BOB", "--group").out == "U0BOB may write.\n"

    settings = status(kata, "slack")["settings"]
    assert (settings["allow"], settings["allow_in_groups"]) == (["U0ALICE", "U0BOB"], ["U0BOB"])
    listed = kata.ok("senders", "list")
    assert [(each["id"], each["direct"], each["group"]) for each in listed] == [
        ("U0ALICE", True, False),
        ("U0BOB", True, True),
    ]
    assert "senders forget slack U0BOB" in kata("senders", "block", "slack", "U0BOB").err
    kata.ok("senders", "forget", "slack", "U0BOB")
    assert [each["id"] for each in kata.ok("senders", "list")] == ["U0ALICE"]
    assert status(kata, "slack")["settings"]["allow_in_groups"] == []


@pytest.mark.parametrize(
    "words, code, part",
    [
        (("allow", "nowhere", "U1"), 4, "There is no plugin “nowhere”"),
        (("allow", "rss", "U1"), 4, "“rss” is no channel"),
        (("allow", "telegram", "ABCDEFGH"), 4, "codes that still hold"),
        (("allow", "slack", "@alice"), 3, "for example “U0123456789”"),
        (("forget", "slack", "U0ALICE"), 4, "senders list"),
    ],
)
def test_who_cannot_be_let_in_ahead(kata: CommandLine, words: tuple[str, ...], code: int, part: str) -> None:
    outcome = kata("senders", *words)
    assert (outcome.code, outcome.out) == (code, "")
    assert part in outcome.err


def test_a_plugin_that_waits_for_the_app_says_so(kata: CommandLine) -> None:
    later = "Kata is not running; it starts with Kata."
    assert kata("plugin", "enable", "rss").out == f"RSS and Atom is on in Personal. {later}\n"
    assert kata("plugin", "restart", "rss").out == f"RSS and Atom begins anew in Personal. {later}\n"


def test_a_credential_that_is_not_there_is_not_forgotten(kata: CommandLine) -> None:
    outcome = kata("credential", "delete", "slack", "bot_token")
    assert (outcome.code, outcome.out) == (4, "")


def test_where_a_result_went_and_did_not_is_told_with_its_run(kata: CommandLine) -> None:
    kata.ok("model", "default", "Reminder")
    kata.ok("task", "add", "Tea", "--at", "2030-01-01T09:00", "--to", "desktop")
    kata.headless()
    run = kata.ok("task", "run", "Tea", "--wait")
    told = wait_for(
        "the failure of its message",
        lambda: [each for each in kata.ok("runs", "show", run["id"])["messages"] if each["state"] == "failed"],
    )
    assert set(told[0]) == {"target", "state", "error"}
    assert "Sent to    desktop: failed. No notification service" in kata("runs", "show", run["id"]).out


def test_nothing_that_is_shown_turns_the_terminal_s_text_around() -> None:
    assert plain("a\u202eb\u2066c\u061c\x1b[31m") == "a\\u202eb\\u2066c\\u061c\\x1b[31m"


def test_switches_take_effect_at_once_and_in_their_workspace_only(kata: CommandLine) -> None:
    kata.ok("workspace", "add", "Second", "--folder", str(kata.home / "second"))
    kata.headless()
    kata.ok("plugin", "set", "service", "command", f"{sys.executable} -c 'import time; time.sleep(300)'")
    kata.ok("plugin", "enable", "service")
    pid = wait_for("the service's process", lambda: (status(kata, "service")["server"] or {}).get("pid"))
    assert states(kata, "--workspace", "Second")["service"] == "off"
    assert psutil.pid_exists(pid)

    gone = kata.ok("plugin", "disable", "service")

    assert gone["stopped_tasks"] == []
    until(kata, "service", "off")
    wait_for("the end of the service", lambda: not psutil.pid_exists(pid))


def test_a_crash_loop_is_told_and_restart_tries_again(kata: CommandLine) -> None:
    kata.headless()
    kata.ok("plugin", "set", "service", "command", f"{sys.executable} -c 'print(\"boom\"); raise SystemExit(3)'")
    kata.ok("plugin", "enable", "service")

    row = until(kata, "service", "degraded")
    assert row["server"]["state"] == "waiting"
    assert "error 3" in row["server"]["sentence"]
    wait_for("the line in its log", lambda: "boom" in kata("plugin", "log", "service").out)

    assert kata.ok("plugin", "restart", "service")["on"] is True


def test_tasks_of_a_plugin_appear_once_it_is_set_up_and_are_named_when_it_is_switched_off(kata: CommandLine) -> None:
    kata.headless()
    until(kata, "rss", "needs set-up")
    assert kata.ok("task", "list") == []

    kata.ok("plugin", "set", "rss", "feeds", "https://feeds.example/x")
    until(kata, "rss", "ready")

    [task] = kata.ok("task", "list")
    assert (task["name"], task["state"]) == ("Read feeds", "active")
    assert kata.ok("plugin", "disable", "rss")["stopped_tasks"] == ["Read feeds"]


def test_a_credential_from_the_environment_is_named_never_told(kata: CommandLine) -> None:
    kata.environment["KATA_CREDENTIAL_SLACK_BOT_TOKEN"] = "xoxb-canary"

    [bot, app] = status(kata, "slack")["credentials"]

    assert bot == {"name": "bot_token", "present": True, "source": "environment", "required": True}
    assert app["present"] is False
    assert "canary" not in kata("plugin", "status", "slack").out


def test_a_credential_of_the_wrong_kind_is_refused_before_it_is_kept(kata: CommandLine) -> None:
    outcome = kata("credential", "set", "slack", "app_token", text="xoxb-canary")

    assert outcome.code == 3
    assert "must begin with xapp-" in outcome.err
    assert "canary" not in outcome.err + outcome.out
    unknown = kata("credential", "set", "slack", "password", text="x")
    assert (unknown.code, "no credential of that name" in unknown.err) == (3, True)


def test_nobody_wrote_yet(kata: CommandLine) -> None:
    assert kata.ok("senders", "list") == []
    assert kata.ok("inbox", "list") == []
    assert kata.ok("outbox", "list") == []
    assert "nobody has asked" in kata("senders", "list").out
    assert os.sep not in kata("inbox", "list").out


def test_messages_are_listed_with_the_names_of_their_writers(kata: CommandLine) -> None:
    home = kata.ok("workspace", "list")[0]["id"]
    with opened(kata.data / "kata.db") as store:
        for ident, name in (("U0ALICE", "Alice"), ("U0BOB", "")):
            message = replace(wrote(ident, "hello", sender=ident), sender_name=name)
            item = InboxItem(id=f"in_{ident}", workspace_id=home, message=message, state=InboxState.RECEIVED)
            store.write_now(partial(inbox.add, item=item, received=WRITTEN))

    shown = kata("inbox", "list").out

    assert "Alice (U0ALICE)" in shown
    assert "  U0BOB  " in shown


def test_what_was_answered_is_not_called_queued(kata: CommandLine) -> None:
    kata.ok("task", "add", "Say hello", "--every", "2h", "--name", "Answer")
    run = kata.ok("task", "run", "Answer", "--wait")
    home = kata.ok("workspace", "list")[0]["id"]
    with opened(kata.data / "kata.db") as store:
        for ident, run_id in (("U0ALICE", run["id"]), ("U0BOB", "run_cleaned_up")):
            item = InboxItem(
                id=f"in_{ident}", workspace_id=home, message=wrote(ident, "hello", sender=ident),
                state=InboxState.RECEIVED,
            )  # fmt: skip
            store.write_now(partial(inbox.add, item=item, received=WRITTEN))
            store.write_now(partial(inbox.settle, item_id=item.id, state=InboxState.QUEUED, run_id=run_id))

    fates = {each["id"]: (each["state"], each["run_status"]) for each in kata.ok("inbox", "list")}

    assert fates == {"in_U0ALICE": ("queued", "succeeded"), "in_U0BOB": ("queued", None)}
    shown = kata("inbox", "list").out.splitlines()
    assert ["answered" in line for line in shown if "U0ALICE" in line] == [True]


def test_a_task_that_was_paused_for_failing_is_named_where_its_cause_is_mended(kata: CommandLine) -> None:
    task = kata.ok("task", "add", "Hello", "--every", "2h", "--to", "slack:#team", "--name", "Read")
    assert status(kata, "slack")["paused_tasks"] == []
    with opened(kata.data / "kata.db") as store:
        store.write_now(lambda db: given_up(db, task["id"]))

    paused = status(kata, "slack")["paused_tasks"]

    assert [(each["id"], each["name"]) for each in paused] == [(task["id"], "Read")]
    assert status(kata, "rss")["paused_tasks"] == []
    resume = f"kata-desktop task resume {task['id']}"
    assert resume in kata("plugin", "status", "slack").out
    said = kata("plugin", "set", "slack", "allow", "U0ALICE").out.splitlines()
    assert said[0] == "Slack in Personal: May write directly is now U0ALICE."
    assert "It failed 5 times in a row" in said[1]
    assert resume in said[1]
    kata.ok("task", "resume", task["id"])
    assert status(kata, "slack")["paused_tasks"] == []


def given_up(db: Connection, task_id: str) -> None:
    """As the engine leaves a task that failed five times."""
    for _ in range(5):
        tasks.count_failure(db, task_id)
    tasks.set_state(db, task_id, TaskState.PAUSED, reason="It failed 5 times in a row, so it was paused.", at=WRITTEN)
