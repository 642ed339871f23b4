"""``task``: adding, looking, changing, running."""

from __future__ import annotations

import argparse
from dataclasses import fields
from typing import Any

from kata_desktop.cli.options import Nouns, noun, verb
from kata_desktop.cli.printing import facts, local_time, plain, table
from kata_desktop.cli.runs import after_run
from kata_desktop.cli.session import Session
from kata_desktop.domain.task_input import TaskInput

_EVENTS = (
    "app-started, computer-woke, file-changed, task-finished, channel-message, or a plugin's, such as rss.new-entry; "
    "what it is about may follow, such as file-changed:notes/*.md"
)
_WHEN = (
    ("--every", "every", "90m", "a duration from 1 minute to 366 days"),
    ("--at", "at", "ISO", "once, at a local date-time such as 2026-11-21T09:00"),
    ("--on", "on", "EVENT", f"when something happens: {_EVENTS}"),
    ("--when", "when", "WORDS", 'in words: "every weekday at 9"'),
)
_RULES = (
    ("--name", "name", "NAME", "made from the prompt when not given"),
    ("--zone", "zone", "ZONE", "IANA time zone, or system"),
    ("--workspace", "workspace", "W", "name or id"),
    ("--model", "model", "NAME", "a configured model"),
    ("--thinking", "thinking", "LEVEL", "low, medium or high"),
    ("--mode", "mode", "MODE", "read-only, ask or auto"),
    ("--approval-timeout", "approval_timeout", "D", "how long an approval waits"),
    ("--approval-fallback", "approval_fallback", "WHAT", "skip or fail"),
    ("--session", "session", "USE", "fresh or continue"),
    ("--retries", "retries", "N", "0 to 10"),
    ("--retry-delay", "retry_delay", "S", "before the first retry"),
    ("--timeout", "timeout", "S", "time limit of a run"),
    ("--catch-up", "catch_up", "HOW", "once, skip or all"),
    ("--window", "window", "D", "how late a missed run may still be caught up"),
    ("--overlap", "overlap", "HOW", "skip, queue, restart or parallel"),
    ("--jitter", "jitter", "D", "random but stable delay"),
    ("--active-hours", "active_hours", "08:00-20:00", "daily window; empty switches it off"),
    ("--outside-hours", "outside_hours", "HOW", "defer or skip"),
    ("--until", "until", "ISO", "no run after this"),
    ("--max-runs", "max_runs", "N", "finished after so many"),
    ("--max-tokens-per-day", "max_tokens_per_day", "N", "budget"),
    ("--max-cost-per-day", "max_cost_per_day", "USD", "budget"),
)


def add(nouns: Nouns) -> None:
    """Add the noun to a command line."""
    verbs = noun(nouns, "task", "add, list, show, change and run tasks")
    adding = verb(verbs, "add", "add a task; prints its id and its next run", _add)
    adding.add_argument("prompt", metavar="PROMPT", help="what to do; - reads it from standard input")
    adding.add_argument("--paused", action="store_true", help="add it switched off")
    _add_fields(adding)
    listing = verb(verbs, "list", "list tasks", _list)
    listing.add_argument("--workspace", metavar="W", default="", help="name or id")
    listing.add_argument("--filter", metavar="WHICH", default="all", help="all, active, attention, paused or finished")
    listing.add_argument("--search", metavar="WORDS", default="", help="all words must occur")
    listing.add_argument("--tag", metavar="T", default="", help="only those with this tag")
    editing = verb(verbs, "edit", "change a task from its next run on", _edit)
    _add_ident(editing)
    editing.add_argument("--prompt", metavar="TEXT", help="what to do; - reads it from standard input")
    _add_fields(editing)
    _add_ident(verb(verbs, "show", "show everything about a task", _show))
    _add_ident(verb(verbs, "pause", "switch a task off", _pause))
    _add_ident(verb(verbs, "resume", "switch a task on", _resume))
    _add_ident(verb(verbs, "duplicate", "make a paused copy", _duplicate))
    deleting = verb(verbs, "delete", "delete a task, its history stays", _delete)
    _add_ident(deleting)
    deleting.add_argument("--force", action="store_true", help="also while it runs; the run is stopped")
    running = verb(verbs, "run", "run a task now", _run)
    _add_ident(running)
    running.add_argument("--wait", action="store_true", help="wait for the end and print the output")
    running.add_argument("--test", action="store_true", help="as a test run, which counts for nothing")


def _add_ident(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="id or unique name")


def _add_fields(parser: argparse.ArgumentParser) -> None:
    # what a value may be is said by one checker for dialog, import and command line, not by argparse
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--cron", action="append", metavar="C", help="five fields; may be repeated")
    for flag, name, shown, text in _WHEN:
        when.add_argument(flag, dest=name, metavar=shown, help=text)
    for flag, name, shown, text in _RULES:
        parser.add_argument(flag, dest=name, metavar=shown, help=text)
    parser.add_argument("--to", action="append", dest="targets", metavar="TARGET", help="desktop or CHANNEL:ADDRESS")
    parser.add_argument("--tag", action="append", dest="tags", metavar="T", help="may be repeated")
    parser.add_argument("--only-when-changed", action=argparse.BooleanOptionalAction, help="keep equal results quiet")


def _given(session: Session) -> dict[str, Any]:
    values = {field.name: getattr(session.options, field.name, None) for field in fields(TaskInput)}
    if values["prompt"] == "-":
        values["prompt"] = session.read()
    return {name: value for name, value in values.items() if value is not None}


def _add(session: Session) -> int:
    task = session.call("task.add", paused=session.options.paused, **_given(session))
    return session.show(task, lambda task: f"{task['id']}  {_next(task)}")


def _edit(session: Session) -> int:
    task = session.call("task.edit", id=session.options.id, **_given(session))
    return session.show(task, lambda task: f"{task['id']}  {_next(task)}")


def _next(task: Any) -> str:
    if task["next_run"]:
        return f"next run {local_time(task['next_run'])}"
    return "runs when its event happens" if task["enabled"] else str(task["state"])


def _list(session: Session) -> int:
    options = session.options
    found = session.call(
        "task.list", workspace=options.workspace, filter=options.filter, search=options.search, tag=options.tag
    )
    return session.show(found, _as_table)


def _as_table(found: Any) -> str:
    if not found:
        return 'No tasks. Add one: kata-desktop task add "…" --when "every weekday at 9"'
    rows = [
        (
            task["id"],
            task["name"],
            task["workspace"],
            task["sentence"],
            task["state"],
            local_time(task["next_run"]),
            task["last_status"],
        )
        for task in found
    ]
    return table(("ID", "NAME", "WORKSPACE", "WHEN", "STATE", "NEXT RUN", "LAST"), rows)


def _show(session: Session) -> int:
    return session.show(session.call("task.show", id=session.options.id), _as_facts)


def _as_facts(task: Any) -> str:
    state = f"{task['state']} ({task['state_reason']})" if task["state_reason"] else task["state"]
    last = f"{local_time(task['last_run'])} {task['last_status']}" if task["last_run"] else ""
    shown = facts(
        [
            ("Id", task["id"]),
            ("Name", task["name"]),
            ("Workspace", task["workspace"]),
            ("When", task["sentence"]),
            ("State", state),
            ("Next run", local_time(task["next_run"]) if task["next_run"] else ""),
            ("Last run", last),
            ("Model", task["model"]),
            ("Deliver to", ", ".join(task["targets"])),
            ("Mode", task["mode"]),
            ("Retries", f"{task['retries']}, first after {task['retry_delay']}"),
            ("Time limit", task["timeout"]),
            ("Catch-up", f"{task['catch_up']}, within {task['window']}"),
            ("Overlap", task["overlap"]),
            ("Active hours", task["active_hours"]),
            ("Until", local_time(task["until"]) if task["until"] else ""),
            ("Most runs", task["max_runs"]),
            ("Tags", ", ".join(task["tags"])),
        ]
    )
    return f"{shown}\n\n{plain(task['prompt'])}"


def _pause(session: Session) -> int:
    task = session.call("task.pause", id=session.options.id)
    return session.show(task, lambda task: f"{plain(task['name'])} is paused.")


def _resume(session: Session) -> int:
    task = session.call("task.resume", id=session.options.id)
    return session.show(task, lambda task: f"{plain(task['name'])}: {_next(task)}.")


def _duplicate(session: Session) -> int:
    task = session.call("task.duplicate", id=session.options.id)
    return session.show(task, lambda task: f"{task['id']}  {plain(task['name'])}, paused")


def _delete(session: Session) -> int:
    gone = session.call("task.delete", id=session.options.id, confirm_running=session.options.force)
    return session.show(gone, lambda gone: f"{plain(gone['name'])} is deleted; its history stays.")


def _run(session: Session) -> int:
    options = session.options
    session.link(engine=options.wait)
    run = session.call("task.run", id=options.id, test=options.test)
    return after_run(session, run, wait=options.wait)
