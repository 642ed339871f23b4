"""Programs that talk with Kata over a link."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from kata_desktop.domain.command import CommandSpec
from kata_desktop.servers.linked import LONGEST_LINE, LinkedChild
from tests.support.eventually import eventually
from tests.support.programs import is_alive, python
from tests.support.waiting import wait_for

ECHO = """
import os, socket
link = socket.socket(fileno=0)
heard, said = link.makefile("r", encoding="utf-8"), link.makefile("w", encoding="utf-8")
print("printed", flush=True)
for line in heard:
    said.write(line.upper())
    said.flush()
print("let go", flush=True)
"""
DEAF = """
import os, socket, sys, time
link = socket.socket(fileno=0)
link.sendall(b"x" * int(sys.argv[1]))
print("said", flush=True)
time.sleep(300)
"""
KEEPER = """
import asyncio, sys
from kata_desktop.servers.linked import LinkedChild
from tests.support.programs import python
from pathlib import Path

async def main():
    linked = await LinkedChild.start(python(sys.argv[2], Path(sys.argv[1])), on_line=print, on_output=print)
    while not linked.pid:
        await asyncio.sleep(0.01)
    print(linked.pid, linked._child._guard.pid, flush=True)
    await linked.ended

asyncio.run(main())
"""


async def started(spec: CommandSpec) -> tuple[LinkedChild, list[str], list[str]]:
    said: list[str] = []
    printed: list[str] = []
    return await LinkedChild.start(spec, on_line=said.append, on_output=printed.append), said, printed


async def test_lines_go_both_ways_beside_what_it_prints(tmp_path: Path) -> None:
    linked, said, printed = await started(python(ECHO, tmp_path))
    linked.send("hello")
    linked.send("zwei ä")
    await eventually("both answers", lambda: len(said) == 2)
    assert (said, printed) == (["HELLO", "ZWEI Ä"], ["printed"])
    long = "y" * 300_000
    linked.send(long)
    await eventually("the long answer", lambda: len(said) == 3)
    assert said[2] == long.upper()
    await linked.stop()
    assert not is_alive(linked.pid)
    linked.send("nobody hears this")


async def test_a_program_that_lets_go_of_its_link_is_ended(tmp_path: Path) -> None:
    linked, _, _ = await started(python("import os, time; os.close(0); time.sleep(300)", tmp_path))
    async with asyncio.timeout(30):
        assert await linked.ended == -signal.SIGTERM


async def test_a_line_without_end_ends_the_program(tmp_path: Path) -> None:
    linked, said, _ = await started(python(DEAF, tmp_path, str(LONGEST_LINE + 100_000)))
    async with asyncio.timeout(30):
        await linked.ended
    assert said == []


async def test_killed_programs_are_told_of(tmp_path: Path) -> None:
    linked, _, printed = await started(python(ECHO, tmp_path))
    await eventually("a sign of life", lambda: printed)
    os.kill(linked.pid, signal.SIGKILL)
    async with asyncio.timeout(30):
        assert await linked.ended == -signal.SIGKILL


def test_nothing_is_left_when_kata_is_killed(tmp_path: Path) -> None:
    stubborn = "import signal, socket, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)"
    with subprocess.Popen(
        [sys.executable, "-c", KEEPER, str(tmp_path), stubborn], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    ) as keeper:
        assert keeper.stdout is not None
        program, guard = (int(word) for word in keeper.stdout.readline().split())
        keeper.kill()
    wait_for("the end of the program", lambda: not is_alive(program))
    wait_for("the end of its guard", lambda: not is_alive(guard))
