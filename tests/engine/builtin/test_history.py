from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kata_desktop.builtin.history.process import by_day, without_tracking
from kata_desktop.builtin.history.push import as_markdown
from tests.support import browsers

NOW = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)  # noqa: TID251 - the commands use the real clock
YESTERDAY = NOW - timedelta(days=1)


class Machine:
    """A home, a workspace and the plugin's own folder."""

    def __init__(self, root: Path) -> None:
        self.home, self.folder, self.data = root / "home", root / "work", root / "data"
        for each in (self.home, self.folder, self.data):
            each.mkdir()
        self.settings: dict[str, object] = {}

    def run(self, step: str) -> subprocess.CompletedProcess[str]:
        """Run a step as Kata does."""
        return self.start(sys.executable, "-m", f"kata_desktop.builtin.history.{step}")

    def start(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """Run a program with what Kata tells the steps."""
        return subprocess.run(
            argv,
            env={
                "HOME": str(self.home),
                "TZ": "Europe/Berlin",
                "KATA_FOLDER": str(self.folder),
                "KATA_DATA": str(self.data),
                "KATA_SETTINGS": json.dumps(self.settings),
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def ok(self, step: str) -> str:
        """Run a step that must succeed."""
        done = self.run(step)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path)
    held = browsers.chrome(
        machine.home,
        [
            (YESTERDAY, "https://example.org/a?utm_source=x&id=1#top", "Page *A*"),
            (YESTERDAY + timedelta(minutes=5), "https://example.org/a?id=1", "Page *A*"),
            (YESTERDAY, "chrome://settings/", "Settings"),
            (NOW - timedelta(days=40), "https://old.example/", "Old"),
            (YESTERDAY, "https://my.bank.example/account", "Money"),
        ],
    )
    browsers.firefox(machine.home, [(YESTERDAY + timedelta(hours=1), "https://mozilla.example/b", "B | C")])
    yield machine
    held.close()


def test_get_process_push_write_a_file_a_day(machine: Machine) -> None:
    machine.settings = {"leave_out": ["bank.example"], "format": "both"}

    assert machine.ok("get") == "4 visits in 2 profiles\n"
    assert machine.ok("process") == "2 pages on 1 days\n"
    assert machine.ok("push") == "2 files written in browser-history\n"
    assert machine.ok("push") == "0 files written in browser-history\n"

    day = YESTERDAY.astimezone(ZoneInfo("Europe/Berlin"))
    lines = (machine.folder / "browser-history" / f"{day:%Y-%m-%d}.md").read_text().splitlines()
    assert lines[0] == f"# {day:%Y-%m-%d}"
    assert lines[2] == f"- {day:%H:%M} [Page \\*A\\*](https://example.org/a?id=1) · 2 times"
    assert lines[3].endswith("[B \\| C](https://mozilla.example/b)")
    (json_file,) = (machine.folder / "browser-history").glob("*.json")
    assert json.loads(json_file.read_text())[0]["times"] == 2


def test_the_browsers_own_files_are_only_read(machine: Machine) -> None:
    files = [file for file in machine.home.rglob("*") if file.is_file() and not file.name.endswith("-shm")]
    before = {file: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    assert any(file.name.endswith("-wal") for file in files)

    machine.ok("get")

    assert {file: hashlib.sha256(file.read_bytes()).hexdigest() for file in files} == before


def test_a_copy_that_a_killed_step_left_is_removed_and_one_in_work_is_not(machine: Machine) -> None:
    for name in ("copy-old", "copy-new"):
        (machine.data / name).mkdir()
        (machine.data / name / "history.sqlite").write_bytes(b"x")
    long_ago = (NOW - timedelta(days=2)).timestamp()
    os.utime(machine.data / "copy-old", (long_ago, long_ago))

    machine.ok("get")

    assert [each.name for each in machine.data.iterdir() if each.is_dir()] == ["copy-new"]


def test_a_damaged_history_is_told_and_the_others_are_read(machine: Machine) -> None:
    (file,) = machine.home.rglob("places.sqlite")
    file.write_bytes(b"no database at all" * 100)

    done = machine.run("get")

    assert done.returncode == 0
    assert "The history of firefox in abc.default-release cannot be read" in done.stderr
    assert "3 visits in 2 profiles" in done.stdout


def test_steps_say_what_is_missing(machine: Machine) -> None:
    assert "run get first" in machine.run("process").stderr
    assert "run process first" in machine.run("push").stderr


def test_nothing_is_written_outside_the_workspace_or_through_a_link(machine: Machine, tmp_path: Path) -> None:
    machine.ok("get")
    machine.ok("process")
    machine.settings = {"subfolder": "../elsewhere"}
    assert "leads out of the workspace's folder" in machine.run("push").stderr
    (tmp_path / "outside").mkdir()
    (machine.folder / "link").symlink_to(tmp_path / "outside")
    machine.settings = {"subfolder": "link"}
    assert machine.run("push").returncode == 1
    machine.settings = {"subfolder": "notes"}
    machine.ok("push")
    (written,) = (machine.folder / "notes").glob("*.md")
    written.unlink()
    target = tmp_path / "outside" / "target"
    target.write_text("precious")
    written.symlink_to(target)
    assert "is a link" in machine.run("push").stderr
    assert target.read_text() == "precious"


@pytest.mark.parametrize("step", ["get", "process", "push"])
def test_two_at_once_do_not_take_each_other_s_file(machine: Machine, step: str) -> None:
    """One of them stands still just before it puts its file in place, while the other does all of its work."""
    for before in ("get", "process"):
        machine.ok(before)
    hook = (
        "import runpy, subprocess, sys, pathlib\n"
        "done, replace = [], pathlib.Path.replace\n"
        "def late(self, target):\n"
        "    if not done:\n"
        "        done.append(subprocess.run([sys.executable, '-m', sys.argv[1]], check=True))\n"
        "    return replace(self, target)\n"
        "pathlib.Path.replace = late\n"
        "runpy.run_module(sys.argv[1], run_name='__main__')\n"
    )
    module = f"kata_desktop.builtin.history.{step}"
    done = machine.start(sys.executable, "-c", hook, module)
    assert done.returncode == 0, done.stderr
    assert not [each for each in (*machine.data.iterdir(), *machine.folder.rglob("*")) if each.suffix == ".new"]


def test_days_are_those_of_the_computer() -> None:
    late = {"at": "2026-03-28T23:30:00+00:00", "url": "https://a.example/", "title": "A", "browser": "chrome"}

    assert list(by_day([late], zone=ZoneInfo("Europe/Berlin"))) == ["2026-03-29"]
    assert list(by_day([late], zone=ZoneInfo("America/New_York"))) == ["2026-03-28"]


def test_addresses_tell_nothing_that_is_not_theirs() -> None:
    assert without_tracking("https://user:secret@x.example/p?fbclid=1&q=a#f") == "https://x.example/p?q=a"
    page = {"time": "09:00", "url": "https://x.example/(a) b", "title": "[x](javascript:1)\n# y", "times": 1}
    assert as_markdown("2026-01-01", [page]).splitlines()[2] == (
        "- 09:00 [\\[x\\](javascript:1) \\# y](https://x.example/%28a%29%20b)"
    )
