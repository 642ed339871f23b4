"""``status``, ``pause``, ``resume`` and ``quit``: the program as a whole."""

from __future__ import annotations

import time
from typing import Any

from kata_desktop.cli.link import reach_app
from kata_desktop.cli.options import Nouns, verb
from kata_desktop.cli.printing import facts, local_time, plain
from kata_desktop.cli.session import Session
from kata_desktop.control.client import Gone
from kata_desktop.desktop.instance import holder

QUIT_LIMIT = 15.0
"""Seconds the app may take to end; it gives itself ten."""
_PAUSE = 0.05


def add(nouns: Nouns) -> None:
    """Add the verbs to a command line."""
    verb(nouns, "status", "how things are", _status)
    pausing = verb(nouns, "pause", "pause all schedules", _pause)
    pausing.add_argument("--for", dest="span", default="", metavar="30m|1h|tomorrow", help="then go on by itself")
    pausing.add_argument("--workspace", metavar="W", default="", help="only this workspace")
    resuming = verb(nouns, "resume", "go on after a pause", _resume)
    resuming.add_argument("--workspace", metavar="W", default="", help="only this workspace")
    verb(nouns, "quit", "end the running app", _quit)


def _status(session: Session) -> int:
    return session.show(session.call("app.status"), _as_facts)


def _as_facts(status: Any) -> str:
    running = f"yes ({status['role']}, process {status['pid']})" if status["running"] else "no"
    paused = "yes" if status["paused"] else ""
    if status["paused_until"]:
        paused = f"until {local_time(status['paused_until'])}"
    apart = ", ".join(plain(each["workspace"]) for each in status["paused_workspaces"])
    runs, planned = status["runs"], status["next"]
    return facts(
        [
            ("Running", running),
            ("Version", status["version"]),
            ("Data", status["data_dir"]),
            ("Paused", paused or ("workspaces " + apart if apart else "no")),
            ("Runs", f"{runs['running']} running, {runs['queued']} queued, {runs['waiting']} waiting for you"),
            ("Next", f"{local_time(planned['at'])} {plain(planned['name'])}" if planned else "nothing planned"),
            ("Network", "offline" if status["offline"] else ""),
            ("Trouble", status["trouble"]),
            ("Notice", status["notice"]),
        ]
    )


def _pause(session: Session) -> int:
    options = session.options
    paused = session.call("scheduler.pause", **{"for": options.span, "workspace": options.workspace})
    what = f"The workspace {plain(options.workspace)}" if options.workspace else "Everything"

    def human(paused: Any) -> str:
        until = f"until {local_time(paused['until'])}" if paused["until"] else "until you resume"
        return f"{what} is paused {until}."

    return session.show(paused, human)


def _resume(session: Session) -> int:
    session.call("scheduler.resume", workspace=session.options.workspace)
    return session.show({}, lambda _: "Schedules go on.")


def _quit(session: Session) -> int:
    client = reach_app(session.paths)
    if client is None:
        return session.show({"ended": False}, lambda _: "Kata Desktop does not run.")
    with client:
        client.call("app.quit", limit=QUIT_LIMIT)
    end = time.monotonic() + QUIT_LIMIT
    while (who := holder(session.paths.lock)) is not None and who.role != "command":
        if time.monotonic() > end:
            raise Gone
        time.sleep(_PAUSE)
    return session.show({"ended": True}, lambda _: "Kata Desktop has ended.")
