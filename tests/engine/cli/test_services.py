"""Services and pipelines in the real program: whatever they do, nothing of them is left and the states are right."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil

from tests.support.command_line import CommandLine
from tests.support.program import Program
from tests.support.services import running_in, service_in, starts_in
from tests.support.waiting import wait_for


def row(kata: CommandLine, ident: str, workspace: str = "") -> Any:
    return kata.ask("plugins.status", id=ident, workspace=workspace)


def until(kata: CommandLine, ident: str, *states: str, workspace: str = "", timeout: float = 30.0) -> Any:
    """The plugin's row once its server is in one of these states."""

    def there() -> Any:
        found = row(kata, ident, workspace)
        return found if found["server"] and found["server"]["state"] in states else None

    return wait_for(lambda: f"{states}; it is {row(kata, ident, workspace)}", there, timeout=timeout)


def keep_running(kata: CommandLine, way: str, workspace: str = "", **settings: str) -> Path:
    """Let a service run in a folder of its own."""
    folder = kata.home / f"service{workspace}"
    values = {"command": f"{service_in(folder)} {way}", "folder": str(folder), **settings}
    for key, value in values.items():
        kata.ask("plugins.set", id="service", key=key, value=value, workspace=workspace)
    kata.ask("plugins.enable", id="service", workspace=workspace)
    return folder


def ready(kata: CommandLine) -> None:
    """Wait until a service says so."""
    wait_for("its output", lambda: any("ready" in line for line in kata.ask("plugins.log", id="service")["lines"]))


def nothing_left(kata: CommandLine, *apps: Program, timeout: float = 30.0) -> None:
    """Wait until nothing runs but these apps."""
    pids = tuple(app.pid for app in apps)
    wait_for(
        lambda: f"the end of {running_in(kata.home, but=pids)}",
        lambda: not running_in(kata.home, but=pids),
        timeout=timeout,
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def test_a_service_that_clings_to_life_is_gone_when_it_is_switched_off(kata: CommandLine) -> None:
    app = kata.headless()
    folder = keep_running(kata, "stubborn,daemon,family")
    ready(kata)
    assert len(running_in(kata.home, but=(app.pid,))) >= 6, "the guard, the service, its daemon and three children"

    kata.ask("plugins.disable", id="service")

    wait_for("off", lambda: row(kata, "service")["state"] == "off")
    nothing_left(kata, app)
    assert len(starts_in(folder)) == 1


def test_switching_off_in_the_wait_after_a_crash_starts_nothing_more(kata: CommandLine) -> None:
    app = kata.headless()
    folder = keep_running(kata, "crash")
    waiting = until(kata, "service", "waiting")
    assert (waiting["state"], waiting["server"]["fast_crashes"]) == ("degraded", 1)

    kata.ask("plugins.disable", id="service")
    wait_for("off", lambda: row(kata, "service")["server"] is None)
    nothing_left(kata, app)
    kata.ask("plugins.enable", id="service")

    assert until(kata, "service", "waiting")["server"]["fast_crashes"] == 1, "it begins anew"
    assert len(starts_in(folder)) == 2


def test_of_two_workspaces_with_one_port_the_second_leaves_the_first_alone(kata: CommandLine) -> None:
    """Both start at once with the program: whoever loses the port sees that somebody has it."""
    port = str(free_port())
    kata.ok("workspace", "add", "Second", "--folder", str(kata.home / "second"))
    app = kata.headless()
    keep_running(kata, f"port {port}", "Personal", port=port)
    ready(kata)
    keep_running(kata, f"port {port}", "Second", port=port)
    second = until(kata, "service", "foreign", workspace="Second")
    assert f"port {port}" in second["server"]["sentence"]
    app.end()
    nothing_left(kata)

    app = kata.headless()
    states = wait_for(
        lambda: f"one that runs, one that does not; {_states(kata)}",
        lambda: (
            states if sorted(states := _states(kata)) in (["foreign", "running"], ["foreign", "starting"]) else None
        ),
        timeout=25.0,
    )
    loser = ("Personal", "Second")[states.index("foreign")]
    kata.ask("plugins.disable", id="service", workspace="Second" if loser == "Personal" else "Personal")
    nothing_left(kata, app)
    kata.ask("plugins.restart", id="service", workspace=loser)
    until(kata, "service", "starting", "running", workspace=loser)


def _states(kata: CommandLine) -> list[str]:
    rows = [row(kata, "service", workspace) for workspace in ("Personal", "Second")]
    return [found["server"]["state"] if found["server"] else "" for found in rows]


def test_what_a_killed_life_left_behind_is_waited_for(kata: CommandLine) -> None:
    """The service of the life before has five seconds to go; it still holds the port when Kata is back."""
    port = str(free_port())
    app = kata.headless()
    folder = keep_running(kata, f"port,stubborn {port}", port=port)
    ready(kata)
    os.kill(app.pid, signal.SIGKILL)
    app.wait()

    kata.headless()

    until(kata, "service", "starting", "running")
    wait_for("its second start", lambda: len(starts_in(folder)) == 2)
    assert not psutil.pid_exists(starts_in(folder)[0])


def history_task(kata: CommandLine) -> Any:
    """The task that the history's manifest declares, ready to run."""
    wait_for("the plugin", lambda: row(kata, "history")["state"] == "ready")
    return wait_for(
        "its task",
        lambda: next((task for task in kata.ask("task.list") if task["name"] == "Note what I read on the web"), None),
    )


ENDLESS = """
CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url TEXT, title TEXT, hidden INTEGER);
CREATE VIEW moz_historyvisits AS WITH RECURSIVE counted (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM counted)
  SELECT number AS visit_date, number AS place_id, 1 AS visit_type FROM counted;
"""


def hang(kata: CommandLine) -> None:
    """Let the step `get` of the history never end: a browser's history that goes on for ever."""
    place = kata.home / ".mozilla/firefox/endless.default"
    place.mkdir(parents=True)
    with closing(sqlite3.connect(place / "places.sqlite")) as database:
        database.executescript(ENDLESS)


def test_a_hanging_pipeline_leaves_supervision_alone_and_is_stopped_by_its_time_limit(kata: CommandLine) -> None:
    app = kata.headless()
    kata.ask("plugins.enable", id="history")
    task = history_task(kata)
    hang(kata)
    kata.ok("task", "edit", task["id"], "--timeout", "4s", "--retries", "0")
    run = kata.ask("task.run", id=task["id"])["id"]
    wait_for("the hanging step", lambda: "history.get" in str(running_in(kata.home, but=(app.pid,))))

    keep_running(kata, "stay")
    up = until(kata, "service", "starting")["server"]["pid"]
    os.kill(up, signal.SIGKILL)

    assert until(kata, "service", "waiting")["server"]["fast_crashes"] == 1
    assert kata.ask("runs.show", id=run)["status"] == "running"
    ended = wait_for(
        lambda: f"its end: {kata.ask('runs.show', id=run)}",
        lambda: found if (found := kata.ask("runs.show", id=run))["status"] == "timed-out" else None,
        timeout=25.0,
    )
    assert "4 s" in ended["error"]
    wait_for("the end of its program", lambda: "history.get" not in str(running_in(kata.home)))


def test_switching_a_plugin_off_cancels_its_pipeline_and_its_program_is_gone(kata: CommandLine) -> None:
    app = kata.headless()
    kata.ask("plugins.enable", id="history")
    task = history_task(kata)
    hang(kata)
    run = kata.ask("task.run", id=task["id"])["id"]
    wait_for("the hanging step", lambda: "history.get" in str(running_in(kata.home, but=(app.pid,))))

    kata.ask("plugins.disable", id="history")

    ended = wait_for(
        lambda: f"its end: {kata.ask('runs.show', id=run)}",
        lambda: found if (found := kata.ask("runs.show", id=run))["status"] == "cancelled" else None,
    )
    assert "switched off" in str(ended)
    nothing_left(kata, app)
    assert row(kata, "history")["state"] == "off"


def test_what_lies_in_the_workspace_is_never_run_by_a_plugins_command(kata: CommandLine) -> None:
    folder = Path(kata.ok("workspace", "list")[0]["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("json", "sqlite3", "kata_desktop"):
        (folder / f"{name}.py").write_text("open('planted.txt', 'w').close()\n", encoding="utf-8")

    assert kata.ok("plugin", "run", "history", "get")["exit_code"] == 0

    assert not (folder / "planted.txt").exists()
