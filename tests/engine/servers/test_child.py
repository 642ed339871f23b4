from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from kata_desktop.domain.command import CommandSpec
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.servers.child import Child
from kata_desktop.servers.commands import LONGEST_OUTPUT, CommandRunner
from kata_desktop.servers.errors import NoSuchFolder, NoSuchProgram
from tests.support.eventually import eventually
from tests.support.programs import DAEMON, STUBBORN, is_alive, python
from tests.support.waiting import wait_for

KEEPER = """
import asyncio, sys
from pathlib import Path
from kata_desktop.servers.child import Child
from tests.support.programs import DAEMON, python

async def main():
    child = await Child.start(python(DAEMON, Path(sys.argv[1]), sys.argv[1] + "/daemon"), on_output=print)
    while not child.pid:
        await asyncio.sleep(0.01)
    print(child.pid, child._guard.pid, flush=True)
    await child.ended

asyncio.run(main())
"""


@pytest.fixture
def runner() -> CommandRunner:
    return CommandRunner(clock=SystemClock(), spawner=Spawner(), grace=0.5)


async def test_output_errors_and_exit_code_are_told(runner: CommandRunner, tmp_path: Path) -> None:
    seen: list[str] = []
    code = "import sys; print('one'); print('zwei ä'); print('oh', file=sys.stderr); sys.exit(3)"

    result = await runner.run(python(code, tmp_path), on_line=seen.append)

    assert (result.exit_code, result.output, result.errors, result.timed_out) == (3, "one\nzwei ä", "oh", False)
    assert sorted(seen) == ["oh", "one", "zwei ä"]


async def test_a_signal_is_a_negative_code(runner: CommandRunner, tmp_path: Path) -> None:
    result = await runner.run(python("import os; os.kill(os.getpid(), 11)", tmp_path))

    assert result.exit_code == -signal.SIGSEGV


async def test_the_program_heeds_signals_that_its_guard_does_not(runner: CommandRunner, tmp_path: Path) -> None:
    code = "import signal; print(*(signal.getsignal(n).name for n in (15, 1, 13)))"

    result = await runner.run(python(code, tmp_path))

    assert result.output == "SIG_DFL SIG_DFL SIG_IGN"  # Python itself ignores SIGPIPE


async def test_nothing_of_our_environment_or_open_files_is_handed_on(
    runner: CommandRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    monkeypatch.setenv("LC_TIME", "C")
    code = "import os; print(sorted(os.environ)); print(sorted(os.listdir('/proc/self/fd')))"

    result = await runner.run(python(code, tmp_path, KATA_DATA="x"))

    names, descriptors = result.output.splitlines()
    assert "OPENAI_API_KEY" not in names
    assert "KATA_DATA" in names
    assert "LC_TIME" in names
    assert descriptors == "['0', '1', '2', '3']"  # the fourth is the listing itself


async def test_a_command_that_takes_too_long_is_stopped(runner: CommandRunner, tmp_path: Path) -> None:
    spec = python(STUBBORN, tmp_path)

    result = await runner.run(CommandSpec(argv=spec.argv, folder=spec.folder, timeout=timedelta(seconds=0.5)))

    assert result.timed_out
    assert result.output == "ready"
    assert result.exit_code == -signal.SIGKILL


async def test_cancelling_the_caller_ends_the_program(runner: CommandRunner, tmp_path: Path) -> None:
    code = "import os, time; print(os.getpid()); time.sleep(300)"
    lines: list[str] = []
    work = asyncio.get_running_loop().create_task(runner.run(python(code, tmp_path), on_line=lines.append))
    await eventually("the program's id", lambda: lines)

    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work

    assert not is_alive(int(lines[0]))


async def test_what_left_the_group_is_ended_as_well(tmp_path: Path) -> None:
    note = tmp_path / "daemon"
    child = await Child.start(python(DAEMON, tmp_path, str(note)), on_output=lambda _: None)
    daemon = int(await eventually("the daemon's id", lambda: note.exists() and note.read_text()))

    await child.stop()

    assert not is_alive(child.pid)
    assert not is_alive(daemon)


async def test_output_that_a_grandchild_holds_open_does_not_hold_up_the_end(
    runner: CommandRunner, tmp_path: Path
) -> None:
    code = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'])"

    async with asyncio.timeout(30):
        result = await runner.run(python(code, tmp_path))

    assert result.exit_code == 0


async def test_a_flood_keeps_its_end_and_the_loop_alive(runner: CommandRunner, tmp_path: Path) -> None:
    code = "for n in range(60_000): print(n, 'x' * 40)\nprint('y' * 30_000)"

    result = await runner.run(python(code, tmp_path))

    assert result.output.endswith("y" * 1000)
    assert len(result.output) <= LONGEST_OUTPUT


async def test_what_is_not_there_is_said(runner: CommandRunner, tmp_path: Path) -> None:
    with pytest.raises(NoSuchProgram, match="There is no program “no-such-thing”"):
        await runner.run(CommandSpec(argv=("no-such-thing",), folder=str(tmp_path)))
    with pytest.raises(NoSuchFolder, match="is not there"):
        await runner.run(CommandSpec(argv=("true",), folder=str(tmp_path / "no")))


async def test_a_file_that_is_no_program_fails_with_a_sentence(runner: CommandRunner, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no program")
    text.chmod(0o700)

    result = await runner.run(CommandSpec(argv=(str(text),), folder=str(tmp_path)))

    assert result.exit_code == 127
    assert "could not be started" in result.errors


async def test_a_killed_guard_takes_the_program_with_it(tmp_path: Path) -> None:
    child = await Child.start(python(STUBBORN, tmp_path), on_output=lambda _: None)
    await eventually("the program's id", lambda: child.pid)
    assert child._guard is not None
    child._guard.kill()

    assert await child.ended == -signal.SIGKILL
    await eventually("the program's end", lambda: not is_alive(child.pid))


def test_when_kata_is_killed_nothing_is_left(tmp_path: Path) -> None:
    """SIGKILL leaves no time for anything: the guard sees the broken pipe."""
    keeper = subprocess.Popen(
        [sys.executable, "-c", KEEPER, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]
    )
    assert keeper.stdout is not None
    pids = [int(word) for word in keeper.stdout.readline().split()]
    note = tmp_path / "daemon"
    pids.append(int(wait_for("the daemon's id", lambda: note.read_text() if note.exists() else "")))
    assert all(psutil.pid_exists(pid) for pid in pids)

    os.kill(keeper.pid, signal.SIGKILL)
    keeper.wait()
    keeper.stdout.close()

    wait_for("the end of program, guard and daemon", lambda: not any(map(is_alive, pids)))
