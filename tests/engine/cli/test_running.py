"""The app's life as a process: start, second start, end by signal and by command, sudden death."""

from __future__ import annotations

import signal
import socket
import stat
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine
from tests.support.waiting import wait_for


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_gracefully(kata: CommandLine, number: signal.Signals) -> None:
    app = kata.headless()
    app.signal(number)
    assert app.wait() == 0
    assert app.errors == []
    assert "ended" in kata.log
    assert not kata.socket.exists()
    assert kata.ok("status")["running"] is False


def test_a_signal_in_the_middle_of_a_run_interrupts_it(kata: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and never answers
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        kata.ok("model", "add", "Slow", "--provider", "openai-compatible", "--base-url", address, "--model", "m")
        kata.ok("task", "add", "Work", "--every", "2h", "--model", "Slow", "--retries", "3")
        app = kata.headless()
        run = kata.ok("task", "run", "Work")
        wait_for("the run", lambda: kata.ok("runs", "show", run["id"])["status"] == "running")
        app.signal(signal.SIGTERM)
        assert app.wait() == 0
    assert kata.ok("runs", "show", run["id"])["status"] == "interrupted"
    again = [each for each in kata.ok("runs", "list") if each["id"] != run["id"]]
    assert [(each["source"], each["status"]) for each in again] == [("retry", "queued")]


def test_who_waits_for_a_run_is_told_where_to_look_when_the_app_ends(kata: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        kata.ok("model", "add", "Slow", "--provider", "openai-compatible", "--base-url", address, "--model", "m")
        kata.ok("task", "add", "Work", "--every", "2h", "--retries", "0")
        kata.headless()
        waiting = kata.start("task", "run", "Work", "--wait")
        [run] = wait_for("the run", lambda: kata.ok("runs", "list", "--status", "running"))
        kata.ok("quit")
    assert waiting.wait() == 5
    assert [f"runs show {run['id']}" in line for line in waiting.errors] == [True]
    assert kata.ok("runs", "show", run["id"])["status"] == "interrupted"


def test_quit_returns_when_it_has_ended(kata: CommandLine) -> None:
    app = kata.headless()
    assert kata.ok("quit") == {"ended": True}
    assert app.wait() == 0
    assert kata.ok("quit") == {"ended": False}


def test_a_second_start_leaves_the_first_alone(kata: CommandLine) -> None:
    first = kata.headless()
    second = kata("--headless")
    assert second.code == 0
    assert second.out == ""
    assert "runs here already" in second.err
    assert first.running()
    assert kata.ok("status")["pid"] == first.pid


def test_of_many_starts_one_runs_and_all_others_end_with_0(kata: CommandLine) -> None:
    programs = [kata.start("--headless") for _ in range(6)]
    wait_for("all but one to end", lambda: sum(program.running() for program in programs) == 1, timeout=50.0)
    ended = [program for program in programs if not program.running()]
    assert [program.wait() for program in ended] == [0] * 5
    (first,) = [program for program in programs if program.running()]
    assert kata.ok("status")["pid"] == first.pid


def test_it_starts_after_sigkill(kata: CommandLine) -> None:
    kata.headless().kill()
    assert kata.socket.exists()
    assert kata.ok("status")["running"] is False
    again = kata.headless()
    assert kata.ok("status")["pid"] == again.pid


def test_a_client_that_waits_is_told_when_the_app_dies(kata: CommandLine) -> None:
    app = kata.headless()
    kata.ok("task", "add", "Wait for me", "--at", "2035-01-01T09:00")
    kata.ok("pause")
    app.signal(signal.SIGSTOP)  # so that the answer cannot come
    waiting = kata.start("task", "list")
    wait_for("a caller", lambda: _connected(app.pid, waiting.pid))
    app.kill()
    assert waiting.wait() == 5
    assert len(waiting.errors) == 1
    assert "ended before it answered" in waiting.errors[0]
    assert waiting.lines == []


def _connected(_: int, caller: int) -> bool:
    """Whether the caller has a socket open: it is waiting for an answer then."""
    folder = Path(f"/proc/{caller}/fd")
    return any(str(each.readlink()).startswith("socket:") for each in folder.iterdir() if each.is_symlink())


def test_socket_and_folders_are_for_their_owner_alone(kata: CommandLine) -> None:
    kata.headless()
    assert stat.S_IMODE(kata.socket.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(kata.socket.stat().st_mode) & 0o077 == 0
    for path in [kata.data, *kata.data.rglob("*")]:
        assert stat.S_IMODE(path.lstat().st_mode) & 0o077 == 0, path


def test_without_a_display_it_says_so_and_goes_on(kata: CommandLine) -> None:
    app = kata.start()
    app.wait_line("no display")
    wait_for("an answer", lambda: kata.socket.exists() or None)
    assert kata.ok("status")["role"] == "headless"
    assert len(app.errors) == 1


def test_headless_never_touches_qt(kata: CommandLine, tmp_path: Path) -> None:
    for name in ("PySide6", "shiboken6", "qasync"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise ImportError('libEGL.so.1: cannot open shared object file')")
    app = kata.start("--headless", environment={"PYTHONPATH": str(tmp_path)})
    wait_for("an answer", lambda: kata.socket.exists() or None)
    kata.ok("task", "add", "Say hello", "--every", "2h")
    assert kata("task", "run", "Say hello", "--wait").out == "Say hello\n"
    loaded = Path(f"/proc/{app.pid}/maps").read_text()
    assert not [name for name in ("PySide6", "libQt6", "shiboken6", "pydantic_core") if name in loaded]
    assert app.errors == []


def test_where_qt_cannot_be_loaded_it_says_so_and_goes_on(kata: CommandLine, tmp_path: Path) -> None:
    for name in ("PySide6", "shiboken6", "qasync"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise ImportError('libEGL.so.1: cannot open shared object file')")
    app = kata.start(environment={"PYTHONPATH": str(tmp_path), "DISPLAY": ":99"})
    app.wait_line("libEGL.so.1")
    wait_for("an answer", lambda: kata.socket.exists() or None)
    assert kata.ok("status")["role"] == "headless"


@pytest.mark.parametrize(
    "screen",
    [{"DISPLAY": ":4077"}, {"WAYLAND_DISPLAY": "wayland-gone"}, {"DISPLAY": ":4077", "QT_QPA_PLATFORM": "nonsense"}],
)
def test_where_the_display_does_not_answer_it_says_so_and_goes_on(kata: CommandLine, screen: dict[str, str]) -> None:
    app = kata.start("--hidden", environment=screen)
    app.wait_line("goes on without one, as with --headless")
    wait_for("an answer", lambda: kata.socket.exists() or None)
    status = kata.ok("status")
    assert (status["role"], status["pid"]) == ("headless", app.pid)
    assert len(app.errors) == 1
    app.signal(signal.SIGTERM)
    assert app.wait() == 0


def test_two_commands_at_once_wait_for_each_other(kata: CommandLine) -> None:
    kata.ok("task", "list")
    programs = [kata.start("task", "add", f"Task {number}", "--every", "2h") for number in range(4)]
    assert [program.wait(timeout=30.0) for program in programs] == [0] * 4
    assert len(kata.ok("task", "list")) == 4


def test_a_read_verb_through_the_app_loads_no_engine(kata: CommandLine) -> None:
    kata.headless()
    kata.ok("task", "add", "Say hello", "--every", "2h")
    traced = kata("task", "list", environment={"PYTHONPROFILEIMPORTTIME": "1"})
    assert traced.code == 0
    assert "kata_desktop.cli.parser" in traced.err
    for heavy in ("asyncio", "peewee", "PySide6", "keyring", "pydantic_ai", "openai", "kata_desktop.store", "croniter"):
        assert f"| {heavy}" not in traced.err.replace("|   ", "| ").replace("  ", " "), heavy


def test_a_damaged_store_is_restored_at_start_paused_and_said_so(kata: CommandLine) -> None:
    kata.ok("task", "add", "Keep me", "--every", "2h")
    kata.ok("backup")
    (kata.data / "kata.db").write_bytes(b"")
    kata.headless()
    status = kata.ok("status")
    assert status["paused"] is True
    assert "backup" in status["notice"]
    assert [task["name"] for task in kata.ok("task", "list")] == ["Keep me"]
    assert any("restored" in item["title"] for item in kata.ok("outbox", "list"))


def test_a_newer_store_keeps_it_from_starting(kata: CommandLine) -> None:
    kata.ok("task", "list")
    import sqlite3

    with sqlite3.connect(kata.data / "kata.db") as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    outcome = kata("--headless")
    assert outcome.code == 5
    assert "newer" in outcome.err
    assert outcome.err.count("\n") == 1
