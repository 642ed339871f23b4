from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kata_desktop.desktop.instance import AlreadyRunning, InstanceLock, holder
from kata_desktop.desktop.paths import FolderRefused

CONTENDER = """
import sys, pathlib
from kata_desktop.desktop.instance import AlreadyRunning, InstanceLock
try:
    lock = InstanceLock.take(pathlib.Path(sys.argv[1]), role="app")
except AlreadyRunning as error:
    print("second", error.holder.pid, flush=True)
else:
    print("first", flush=True)
    sys.stdin.read()
"""


def contender(lock: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CONTENDER, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def says(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    process.communicate()


def test_of_ten_starts_at_once_one_is_first_and_the_others_are_told(tmp_path: Path) -> None:
    lock = tmp_path / "instance.lock"
    starts = [contender(lock) for _ in range(10)]
    words = [says(process) for process in starts]
    first = starts[words.index("first")]
    assert sorted(words) == ["first", *[f"second {first.pid}"] * 9]
    assert (who := holder(lock)) is not None
    assert (who.pid, who.role) == (first.pid, "app")
    for process in starts:
        end(process)
    assert holder(lock) is None


def test_a_killed_holder_leaves_nothing_behind(tmp_path: Path) -> None:
    lock = tmp_path / "instance.lock"
    first = contender(lock)
    assert says(first) == "first"
    os.kill(first.pid, signal.SIGKILL)
    end(first)
    assert holder(lock) is None, "its text is still there, its lock is not"
    mine = InstanceLock.take(lock, role="command")
    assert (who := holder(lock)) is not None
    assert who.pid == os.getpid()
    mine.release()


def test_looking_does_not_loosen_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "instance.lock"
    mine = InstanceLock.take(lock, role="headless")
    for _ in range(3):
        assert holder(lock) is not None
    with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}"):
        InstanceLock.take(lock, role="app")
    mine.release()
    mine.release()
    InstanceLock.take(lock, role="app").release()
    assert lock.stat().st_mode & 0o077 == 0


def test_a_command_at_work_is_not_called_the_app(tmp_path: Path) -> None:
    mine = InstanceLock.take(tmp_path / "instance.lock", role="command")
    with pytest.raises(AlreadyRunning, match="Another command is still at work"):
        InstanceLock.take(tmp_path / "instance.lock", role="app")
    mine.release()


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder")
    with pytest.raises(FolderRefused, match=r"data” cannot be used because it is no folder; .*--data-dir"):
        holder(tmp_path / "data" / "instance.lock")
