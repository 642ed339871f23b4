"""``runs``: what happened, what is happening, once more."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kata_desktop.cli.options import Nouns, noun, paging, verb
from kata_desktop.cli.printing import document, facts, local_time, plain, table
from kata_desktop.cli.session import Session
from kata_desktop.control.client import Gone, Told
from kata_desktop.domain.errors import Unavailable

QUIET = 5.0
"""Seconds that a command may hold the data folder without a word."""


def add(nouns: Nouns) -> None:
    """Add the noun to a command line."""
    verbs = noun(nouns, "runs", "list, show, follow, cancel and repeat runs")
    listing = verb(verbs, "list", "list runs, newest first", _list)
    listing.add_argument("--task", metavar="ID", default="", help="id or unique name")
    listing.add_argument("--workspace", metavar="W", default="", help="name or id")
    listing.add_argument("--status", metavar="S", default="", help="succeeded, failed, skipped, running …")
    paging(listing, limit=50)
    _add_ident(verb(verbs, "show", "show everything about a run", _show))
    logging = verb(verbs, "log", "print a run's log", _log)
    _add_ident(logging)
    logging.add_argument("--follow", action="store_true", help="go on until the run has ended")
    _add_ident(verb(verbs, "cancel", "stop a run", _cancel))
    _add_ident(verb(verbs, "retry", "run it again", _retry))


def _add_ident(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="id of the run")


def _list(session: Session) -> int:
    options = session.options
    found = session.call(
        "runs.list",
        task=options.task,
        workspace=options.workspace,
        status=options.status,
        limit=options.limit,
        offset=options.offset,
    )
    if session.json:
        return session.show(found["runs"], str)
    return session.show(found, _as_table)


def _as_table(found: Any) -> str:
    if not found["runs"]:
        return "No runs."
    rows = [
        (
            run["id"],
            found["names"].get(run["task"], run["task"]),
            local_time(run["started"] or run["slot"]),
            run["source"],
            run["status"],
            run["error"] or run["output"],
        )
        for run in found["runs"]
    ]
    return table(("ID", "TASK", "WHEN", "SOURCE", "STATUS", "RESULT"), rows)


def _show(session: Session) -> int:
    return session.show(session.call("runs.show", id=session.options.id), run_facts)


def run_facts(run: Any) -> str:
    """Everything about a run, in words."""
    tokens = f"{run['tokens']:,}" if run["tokens"] else ""
    shown = facts(
        [
            ("Id", run["id"]),
            ("Task", f"{run['task_name']} ({run['task']})"),
            ("Workspace", run["workspace"]),
            ("Due", local_time(run["slot"])),
            ("Source", run["source"]),
            ("Status", run["status"] + (f" ({run['reason']})" if run["reason"] else "")),
            ("Why", run["error"]),
            ("Started", local_time(run["started"]) if run["started"] else ""),
            ("Finished", local_time(run["finished"]) if run["finished"] else ""),
            ("Worked", f"{run['duration_s']:g} s" if run["duration_s"] is not None else ""),
            ("Attempts", len(run["attempts"]) or ""),
            ("Delivery", run["delivery"]),
            *(("Sent to", _sent(each)) for each in run["messages"]),
            ("Model", run["model"]),
            ("Tokens", tokens),
            ("Cost", f"${run['cost']:.4f}" if run["cost"] else ""),
            ("Session", run["session"]),
        ]
    )
    steps = "\n".join(f"{local_time(step['at'])}  {plain(step['text'])}" for step in run["steps"])
    return "\n\n".join(part for part in (shown, steps, plain(run["output"])) if part)


def _sent(message: Any) -> str:
    return f"{message['target']}: {message['state']}" + (f". {message['error']}" if message["error"] else "")


def _log(session: Session) -> int:
    options = session.options
    link = session.link()
    if not options.follow or not link.running:  # without an app nothing more can happen to the run
        lines = session.call("runs.log", id=options.id)
        return session.show(lines, lambda lines: "\n".join(map(_log_line, lines)))
    heard: list[object] = []

    def told(_: str, line: object) -> None:
        heard.append(line)
        if not session.json:
            session.put(_log_line(line))

    _waited(session, "runs.follow", options.id, told)
    if session.json:
        session.put(document(heard))
    return 0


def _waited(session: Session, method: str, run_id: str, told: Told | None = None) -> Any:
    """Call what takes as long as a run. It only looks, so nothing is in doubt when the app ends meanwhile."""
    try:
        return session.call(method, id=run_id, told=told)
    except Gone as error:
        shown = f"kata-desktop runs show {run_id}"
        raise Unavailable(f"Kata Desktop ended meanwhile; “{shown}” says what became of the run.") from error


@contextmanager
def _told_of_the_folder(session: Session) -> Iterator[None]:
    """Without an app the run goes on in this very process: a person whose other commands wait has to know why."""
    said = (
        "Kata Desktop does not run, so this command does the work itself; other commands and a start of Kata are "
        "refused until it has ended. Ctrl-C stops it."
    )
    timer = threading.Timer(QUIET, session.tell, (said,))
    if not session.json and not session.link().running:
        timer.daemon = True
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _log_line(line: Any) -> str:
    return f"{local_time(line['at'])}  {line['level']:<7}  {plain(line['text'])}"


def _cancel(session: Session) -> int:
    run = session.call("runs.cancel", id=session.options.id)
    done = run["status"] not in {"queued", "running", "waiting"}
    return session.show(run, lambda run: f"{run['id']} {'is ' + run['status'] if done else 'is being stopped'}.")


def _retry(session: Session) -> int:
    return after_run(session, session.call("runs.retry", id=session.options.id), wait=False)


def after_run(session: Session, run: Any, *, wait: bool) -> int:
    """Tell about a run that was just started; with `wait`, what became of it."""
    if not wait:
        later = "" if session.link().running else "; it starts when Kata Desktop does"
        return session.show(run, lambda run: f"{run['id']}  {run['status']}{later}")
    with _told_of_the_folder(session):
        ended = _waited(session, "runs.wait", run["id"])
    if session.json:
        return session.show(ended, str)
    if ended["status"] == "succeeded":
        return session.show(ended, lambda ended: plain(ended["output"]))
    session.tell(f"{ended['id']} {ended['status']}: {ended['error'] or ended['reason']}")
    return 0
