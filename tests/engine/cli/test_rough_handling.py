"""Shells do odd things: streams that are closed or full, Ctrl-C at any moment, arguments that are no text."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.command_line import CommandLine
from tests.support.program import Program

HALF = "\udcff"
"""An argument that is no UTF-8, as Python hands it on."""


def shell(kata: CommandLine, command: str) -> subprocess.CompletedProcess[str]:
    """Have a shell run a command; ``$K`` is the program."""
    return subprocess.run(
        ["bash", "-c", command],
        env={**kata.environment, "K": f"{sys.executable} -m kata_desktop"},
        cwd=kata.home,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("words", ["task list", "status --json", "completion bash", "plugin status rss"])
def test_output_that_cannot_be_written_is_said(kata: CommandLine, words: str) -> None:
    done = shell(kata, f"$K {words} >/dev/full")
    assert done.returncode == 5, done
    assert done.stderr.count("\n") == 1
    assert "no space left" in done.stderr


@pytest.mark.parametrize(
    "words, code", [("task list", 0), ("task add - --every 2h", 3), ("credential set model:x api_key", 3)]
)
def test_streams_that_are_closed_are_no_errors_of_ours(kata: CommandLine, words: str, code: int) -> None:
    done = shell(kata, f"$K {words} <&- >&-")
    assert done.returncode == code, done
    assert "an error of its own" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("task", "show", HALF),
        ("task", "list", "--search", HALF),
        ("runs", "show", HALF),
        ("runs", "list", "--task", HALF),
        ("workspace", "set", HALF, "name", "x"),
        ("model", "remove", HALF),
        ("sessions", "send", HALF, "hi"),
        ("outbox", "drop", HALF),
        ("inbox", "retry", HALF),
        ("senders", "list", "--channel", HALF),
        ("pause", "--workspace", HALF),
        ("credential", "set", HALF, "x"),
    ],
)
def test_an_argument_that_is_no_text_is_refused(kata: CommandLine, words: tuple[str, ...]) -> None:
    outcome = kata(*words, text="value")
    assert (outcome.code, outcome.out) == (3, ""), outcome
    assert "half a character" in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_file_may_be_called_anything(kata: CommandLine) -> None:
    kata.ok("task", "add", "Say hello", "--every", "2h")
    name = f"tasks{HALF}.json"
    assert kata("export", name).code == 0
    kata.ok("task", "delete", "Say hello")
    assert kata("import", name).code == 0
    assert [each["name"] for each in kata.ok("task", "list")] == ["Say hello"]


def test_ctrl_c_while_it_still_loads_is_no_traceback(kata: CommandLine) -> None:
    """The interrupt comes with the first import of the program's own."""
    interrupts = (
        "import signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'kata_desktop.cli.parser': signal.raise_signal(signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from kata_desktop.__main__ import main\n"
        "sys.exit(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", interrupts], env=kata.environment, cwd=kata.home, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


@contextmanager
def endless_run(kata: CommandLine) -> Iterator[Program]:
    """A command that does a task itself, since no app runs, and waits for a model that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        kata.ok("model", "add", "Slow", "--provider", "openai-compatible", "--base-url", address, "--model", "m")
        kata.ok("task", "add", "Work", "--every", "2h", "--model", "Slow", "--retries", "0")
        waiting = kata.start("task", "run", "Work", "--wait")
        silent.settimeout(30)
        with silent.accept()[0]:
            yield waiting


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_stops_a_run_that_the_command_does_itself_waits_for_nothing(
    kata: CommandLine, number: signal.Signals
) -> None:
    with endless_run(kata) as waiting:
        waiting.signal(number)
        assert waiting.wait(timeout=20) == 130
    assert "Traceback" not in "\n".join(waiting.errors)
    (run,) = kata.ok("runs", "list")
    assert run["status"] == "interrupted"


def test_a_command_that_does_the_work_itself_says_that_it_holds_the_folder(kata: CommandLine) -> None:
    with endless_run(kata) as waiting:
        told = waiting.wait_line("Kata Desktop does not run")
        assert "Ctrl-C" in told
        waiting.signal(signal.SIGINT)
        waiting.wait(timeout=20)
    assert kata.ok("status")["running"] is False


@pytest.mark.parametrize("count", ["0", "1001"])
def test_a_number_of_occurrences_that_cannot_be_is_wrong_usage(kata: CommandLine, count: str) -> None:
    outcome = kata("next", "0 9 * * *", "--count", count)
    assert (outcome.code, outcome.out) == (2, "")
    assert "1 to 1000" in outcome.err


def test_the_doctor_comes_to_a_folder_that_cannot_be_used(kata: CommandLine) -> None:
    kata.ok("task", "list")
    lock = kata.data / "instance.lock"
    lock.unlink()
    lock.symlink_to(kata.home / "elsewhere")
    assert kata("task", "list").code == 5
    (store,) = [each for each in kata.ok("doctor") if each["check"] == "store"]
    assert store["ok"] is False
    assert str(lock) in store["sentence"]


def test_a_lock_that_cannot_be_made_names_the_folder(kata: CommandLine) -> None:
    outcome = kata("--data-dir", kata.home / ("x" * 300), "task", "list")
    assert (outcome.code, outcome.out) == (5, "")
    assert "file name too long" in outcome.err
    assert "choose another with --data-dir" in outcome.err
