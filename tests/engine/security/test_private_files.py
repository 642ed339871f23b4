"""Other users of the computer: whatever is written is for its owner alone, under the everyday umask 022."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.desktop.paths import FolderRefused, Paths
from kata_desktop.desktop.regular_files import write_private
from tests.support.command_line import CommandLine
from tests.support.rpc import Caller


def open_to_others(folder: Path) -> list[str]:
    """Everything below a folder, itself included, that somebody else may read, write or enter."""
    everything = [folder, *folder.rglob("*")]
    return [f"{path} {mode(path):o}" for path in everything if not path.is_symlink() and mode(path) & 0o077]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_nothing_that_commands_write_is_open_to_others(command_line: CommandLine) -> None:
    command_line.ok("task", "add", "Say hello", "--every", "2h")
    command_line.ok("backup")
    command_line.ok("export", "tasks.json")
    (backup,) = (command_line.data / "backups").iterdir()
    command_line.ok("restore", str(backup))
    assert (command_line.home / "tasks.json").stat().st_size > 0
    assert mode(command_line.home / "tasks.json") == 0o600
    assert any(command_line.data.glob("kata.db.replaced-*"))
    assert open_to_others(command_line.data) == []


def test_nothing_that_a_working_app_holds_is_open_to_others(command_line: CommandLine) -> None:
    command_line.headless()
    command_line.ok("task", "add", "Say hello", "--every", "2h")
    command_line.ok("backup")
    written = {path.name for path in command_line.data.rglob("*")}
    assert {"kata.db", "kata.db-wal", "kata.db-shm", "kata.log", "control.sock", "instance.lock"} <= written
    assert open_to_others(command_line.data) == []


async def test_an_export_over_a_file_that_others_could_read_is_private(kata: Kata) -> None:
    file = kata.paths.data_dir.parent / "tasks.json"
    file.write_text("an older and longer export that everybody could read" * 100)
    file.chmod(0o644)
    await kata.exchange.write(file, await kata.exchange.export())
    assert mode(file) == 0o600
    assert "older" not in file.read_text()


def test_an_export_into_a_pipe_that_nobody_reads_does_not_wait(command_line: CommandLine) -> None:
    os.mkfifo(command_line.home / "pipe")
    outcome = command_line("export", "pipe", timeout=15)
    assert outcome.code == 5
    assert "cannot be written" in outcome.err


def test_an_export_into_a_pipe_that_somebody_reads_arrives(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_text()))
    reader.start()
    while not got and reader.is_alive():
        try:
            write_private(pipe, "x" * 300_000)
        except OSError:  # the reader has not opened it yet
            continue
        reader.join(10)
    assert got == ["x" * 300_000]


def test_a_link_in_a_shared_folder_cannot_lead_the_socket_into_another(tmp_path: Path) -> None:
    mine = tmp_path / "home"
    (mine / "papers").mkdir(parents=True)
    (mine / "papers" / "shared.txt").write_text("for my colleagues")
    for path in (mine, mine / "papers"):
        path.chmod(0o755)
    trap = tmp_path / "kata-desktop-trap"
    trap.symlink_to(mine)
    paths = Paths(data_dir=tmp_path / "data", run_dir=trap)
    with pytest.raises(FolderRefused, match="it is a link"):
        paths.prepare()
    assert [mode(path) for path in (mine, mine / "papers", mine / "papers" / "shared.txt")] == [0o755, 0o755, 0o644]


async def test_the_socket_is_in_a_private_folder_and_tells_nothing_to_others(kata: Kata) -> None:
    assert mode(kata.paths.socket) == 0o600
    assert mode(kata.paths.run_dir) == 0o700
    caller = await Caller.connect(kata.paths.socket)
    assert await caller.result("task.list") == []
    await caller.close()


def test_no_port_is_opened(command_line: CommandLine) -> None:
    program = command_line.headless()
    inodes = {str(link.readlink()) for link in Path(f"/proc/{program.pid}/fd").iterdir() if link.is_symlink()}
    for table in ("tcp", "tcp6", "udp", "udp6"):
        rows = [row.split() for row in Path(f"/proc/{program.pid}/net/{table}").read_text().splitlines()[1:]]
        listening = [row for row in rows if row[3] == "0A" or table.startswith("udp")]
        assert not [row for row in listening if f"socket:[{row[9]}]" in inodes]
