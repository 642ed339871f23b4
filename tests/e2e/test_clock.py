"""The real headless program under a clock that somebody sets, through summer time, in a laptop that travels."""

from __future__ import annotations

import shutil
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.command_line import CommandLine
from tests.support.fake_time import FakeTime
from tests.support.program import Program
from tests.support.waiting import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

Rows = list[tuple[str, str, str]]
BERLIN = ZoneInfo("Europe/Berlin")
NEEDED_OF_ETC = ("passwd", "group", "hosts", "nsswitch.conf", "ld.so.cache", "ssl")


@pytest.fixture
def kata(command_line: CommandLine, fake_time: FakeTime) -> CommandLine:
    command_line.environment.update(fake_time.environment())
    return command_line


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """A local date and time; the second copy of a repeated one is written with an offset."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def add(kata: CommandLine, name: str, **options: object) -> dict[str, Any]:
    added: dict[str, Any] = kata.ask("task.add", prompt=f"Say {name}", name=name, **options)
    return added


def next_run(kata: CommandLine, name: str) -> str:
    return str(kata.ask("task.show", id=name)["next_run"])


def next_run_after_a_look(kata: CommandLine, name: str) -> str:
    look(kata)
    return next_run(kata, name)


def history(kata: CommandLine, name: str) -> Rows:
    """Slot, source and status of a task's rows, oldest first, as the command line tells them."""
    return _told(kata.ok("runs", "list", "--task", name))


def _told(runs: list[dict[str, Any]]) -> Rows:
    return sorted((run["slot"], run["source"], run["status"]) for run in runs)


def wait_history(kata: CommandLine, name: str, rows: Rows) -> None:
    """Wait until a task's history is exactly this."""

    def now() -> Rows:
        return _told(kata.ask("runs.list", task=name)["runs"])

    wait_for(lambda: f"{rows} in the history of {name}, which is {now()}", lambda: now() == rows)
    assert history(kata, name) == rows


def jump(kata: CommandLine, fake_time: FakeTime, moment: datetime) -> None:
    """Set the clock and let the program look at it: by itself it does once a minute, or when the system tells of it."""
    fake_time.run_from(moment)
    look(kata)


def look(kata: CommandLine) -> None:
    """Give it a reason to look at its clock: another task."""
    add(kata, f"Look {len(kata.ask('task.list'))}", every="366d")


def test_a_clock_set_back_by_an_hour_runs_nothing_twice(kata: CommandLine, fake_time: FakeTime) -> None:
    fake_time.stand_at(at("2026-03-10T08:59:58"))
    kata.headless()
    add(kata, "Daily", cron=["0 9 * * *"])
    jump(kata, fake_time, at("2026-03-10T08:59:58"))
    ran = ("2026-03-10T08:00:00Z", "schedule", "succeeded")
    wait_history(kata, "Daily", [ran])
    jump(kata, fake_time, at("2026-03-10T08:00:00"))
    assert next_run(kata, "Daily") == "2026-03-11T08:00:00Z", "what has run does not run again"
    add(kata, "Marker", at="2026-03-10T09:00:01")
    jump(kata, fake_time, at("2026-03-10T08:59:58"))
    wait_history(kata, "Marker", [("2026-03-10T08:00:01Z", "schedule", "succeeded")])
    assert history(kata, "Daily") == [ran]


def test_three_days_forward_run_the_newest_once_and_count_the_others(kata: CommandLine, fake_time: FakeTime) -> None:
    fake_time.run_from(at("2026-03-10T10:00:00"))
    kata.headless()
    add(kata, "Daily", cron=["0 9 * * *"])
    add(kata, "Skipped", cron=["0 9 * * *"], catch_up="skip")
    jump(kata, fake_time, at("2026-03-13T10:00:00"))
    wait_history(
        kata,
        "Daily",
        [("2026-03-12T08:00:00Z", "schedule", "missed"), ("2026-03-13T08:00:00Z", "catch-up", "succeeded")],
    )
    (missed,) = kata.ok("runs", "list", "--task", "Daily", "--status", "missed")
    assert kata.ok("runs", "show", missed["id"])["count"] == 2
    (skipped,) = kata.ok("runs", "list", "--task", "Skipped")
    assert skipped["status"] == "missed"
    assert kata.ok("runs", "show", skipped["id"])["count"] == 3
    assert {next_run(kata, name) for name in ("Daily", "Skipped")} == {"2026-03-14T08:00:00Z"}
    (digest,) = [each for each in kata.ok("outbox", "list") if each["kind"] == "missed"]
    assert digest["body"].startswith("While you were away: 1 ")


def test_a_time_that_the_clocks_leave_out_comes_at_the_first_instant_after(
    kata: CommandLine, fake_time: FakeTime
) -> None:
    fake_time.stand_at(at("2026-03-29T01:59:58"))
    kata.headless()
    added = add(kata, "Fixed", cron=["30 2 * * *"])
    assert added["next_run"] == "2026-03-29T01:00:00Z"
    add(kata, "Wild", cron=["*/30 * * * *"])
    jump(kata, fake_time, at("2026-03-29T01:59:58"))
    at_three = ("2026-03-29T01:00:00Z", "schedule", "succeeded")
    wait_history(kata, "Fixed", [at_three])
    wait_history(kata, "Wild", [at_three])
    assert next_run(kata, "Fixed") == "2026-03-30T00:30:00Z"
    assert next_run(kata, "Wild") == "2026-03-29T01:30:00Z"


def test_a_time_that_comes_twice_comes_once(kata: CommandLine, fake_time: FakeTime) -> None:
    fake_time.stand_at(at("2026-10-25T02:29:58+02:00"))
    kata.headless()
    add(kata, "Fixed", cron=["30 2 * * *"])
    add(kata, "Wild", cron=["30 * * * *"])
    jump(kata, fake_time, at("2026-10-25T02:29:58+02:00"))
    first = ("2026-10-25T00:30:00Z", "schedule", "succeeded")
    wait_history(kata, "Fixed", [first])
    wait_history(kata, "Wild", [first])
    assert next_run(kata, "Fixed") == "2026-10-26T01:30:00Z"
    assert next_run(kata, "Wild") == "2026-10-25T01:30:00Z"
    jump(kata, fake_time, at("2026-10-25T02:29:58+01:00"))
    wait_history(kata, "Wild", [first, ("2026-10-25T01:30:00Z", "schedule", "succeeded")])
    assert history(kata, "Fixed") == [first]


@pytest.fixture
def travelling(kata: CommandLine, tmp_path: Path) -> Path:
    """A private /etc for the program, seen through a mount of its own; gives its folder."""
    folder = tmp_path / "etc"
    folder.mkdir()
    for name in NEEDED_OF_ETC:
        source = Path("/etc", name)
        if source.is_dir():
            shutil.copytree(source, folder / name, symlinks=True)
        elif source.exists():
            shutil.copy(source, folder / name)
    del kata.environment["TZ"]
    return folder


def go_to(etc: Path, zone: str) -> None:
    """What `timedatectl set-timezone` does."""
    part = etc / "localtime.part"
    part.symlink_to(f"/usr/share/zoneinfo/{zone}")
    part.replace(etc / "localtime")


def start_with(etc: Path, kata: CommandLine) -> Program:
    script = 'mount --bind "$0" /etc && exec "$@"'
    inside = ["sh", "-c", script, str(etc), sys.executable, "-m", "kata_desktop", "--headless"]
    program = Program(["unshare", "--map-root-user", "--mount", *inside], environment=kata.environment, cwd=kata.home)
    wait_for(lambda: f"an answer; it said {program.errors}", kata.socket.exists)
    return program


def test_a_laptop_that_travels(kata: CommandLine, fake_time: FakeTime, travelling: Path) -> None:
    go_to(travelling, "Europe/Berlin")
    fake_time.stand_at(at("2026-03-10T08:59:58"))
    program = start_with(travelling, kata)
    try:
        add(kata, "Here", cron=["0 9 * * *"])
        fixed = add(kata, "There", cron=["0 12 * * *"], zone="Europe/Berlin")
        jump(kata, fake_time, at("2026-03-10T08:59:58"))
        wait_history(kata, "Here", [("2026-03-10T08:00:00Z", "schedule", "succeeded")])
        go_to(travelling, "Europe/Lisbon")
        jump(kata, fake_time, at("2026-03-10T08:50:00", ZoneInfo("Europe/Lisbon")))
        wait_for("the new zone", lambda: next_run_after_a_look(kata, "Here") == "2026-03-11T09:00:00Z")
        assert next_run(kata, "There") == fixed["next_run"] == "2026-03-10T11:00:00Z"
        add(kata, "Marker", at="2026-03-10T09:00:02", zone="Europe/Lisbon")
        jump(kata, fake_time, at("2026-03-10T08:59:58", ZoneInfo("Europe/Lisbon")))
        wait_history(kata, "Marker", [("2026-03-10T09:00:02Z", "schedule", "succeeded")])
        assert history(kata, "Here") == [("2026-03-10T08:00:00Z", "schedule", "succeeded")], "nine o'clock came once"
    finally:
        assert program.end() == 0
