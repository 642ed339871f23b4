from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kata_desktop.domain.command import ServerSpec, ServerState, ServerStatus
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.servers.policy import Again, GiveUp, Patience, after_end
from kata_desktop.servers.supervisor import Supervisor
from tests.support.eventually import eventually
from tests.support.programs import is_alive, python

QUICK = Patience(
    fast=timedelta(seconds=0.6),
    first_delay=timedelta(seconds=0.05),
    longest_delay=timedelta(seconds=0.2),
    most=3,
    leftover=timedelta(seconds=0.2),
)
CRASHING = replace(QUICK, fast=timedelta(minutes=1))
"""For servers that crash: on a busy computer even that takes a while."""
STAYS = "import os, time; print(os.getpid()); time.sleep(300)"
CRASHES = "print('boom'); raise SystemExit(7)"


class Watched:
    """A supervisor with what it told."""

    def __init__(self, spec: ServerSpec, patience: Patience = QUICK) -> None:
        self.lines: list[str] = []
        self.states: list[ServerStatus] = []
        self.when: dict[ServerState, Callable[[], object]] = {}
        """What happens at the moment in which it comes to a state."""
        self.spawner = Spawner()
        self.supervisor = Supervisor(
            spec,
            clock=SystemClock(),
            spawner=self.spawner,
            on_line=self.lines.append,
            on_change=self._changed,
            patience=patience,
        )

    def _changed(self) -> None:
        self.states.append(self.supervisor.status)
        self.when.pop(self.supervisor.status.state, bool)()

    async def until(self, state: ServerState) -> ServerStatus:
        """What it told when it came to this state; it may have left it since."""
        return await eventually(
            f"the state {state}", lambda: next((each for each in reversed(self.states) if each.state is state), None)
        )

    async def pid(self, number: int = 1) -> int:
        await eventually("the process id", lambda: len(self.lines) >= number)
        return int(self.lines[number - 1])


def spec(code: str, folder: Path, **more: object) -> ServerSpec:
    return ServerSpec(command=python(code, folder), **more)  # type: ignore[arg-type]


async def test_it_runs_becomes_steady_and_stops_without_a_trace(tmp_path: Path) -> None:
    server = Watched(spec(STAYS, tmp_path))
    server.supervisor.start()
    server.supervisor.start()
    await server.until(ServerState.STARTING)
    await server.until(ServerState.RUNNING)
    pid = await server.pid()

    await server.supervisor.stop()

    assert [status.pid for status in server.states] == [pid, pid, None]
    assert not is_alive(pid)
    assert server.supervisor.status == ServerStatus()
    assert [status.state for status in server.states] == ["starting", "running", "stopped"]
    assert server.spawner.names == []


async def test_a_killed_server_is_started_again(tmp_path: Path) -> None:
    server = Watched(spec(STAYS, tmp_path))
    server.supervisor.start()
    await server.until(ServerState.RUNNING)

    os.kill(await server.pid(), signal.SIGKILL)

    waiting = await server.until(ServerState.WAITING)
    assert "signal SIGKILL" in waiting.sentence
    assert waiting.fast_crashes == 0
    assert await server.pid(2) != await server.pid()
    await eventually(
        "the second life", lambda: [status.state for status in server.states].count(ServerState.RUNNING) == 2
    )
    await server.supervisor.stop()


async def test_a_crash_loop_ends_and_restart_forgets_it(tmp_path: Path) -> None:
    server = Watched(spec(CRASHES, tmp_path), CRASHING)
    server.supervisor.start()

    given_up = await server.until(ServerState.GAVE_UP)

    assert server.lines == ["boom"] * 3
    assert given_up.fast_crashes == 3
    assert given_up.exit_code == 7
    assert given_up.sentence.endswith(
        "That was 3 times in a row, so it is left alone; look at its log and press Restart."
    )

    await server.supervisor.restart()
    await eventually("another try", lambda: len(server.lines) == 4)
    await server.supervisor.stop()


async def test_without_restart_one_end_is_enough(tmp_path: Path) -> None:
    server = Watched(spec(CRASHES, tmp_path, restart_on_crash=False))
    server.supervisor.start()

    assert "press Restart" in (await server.until(ServerState.GAVE_UP)).sentence
    assert server.lines == ["boom"]


async def test_what_cannot_be_started_is_said_at_once(tmp_path: Path) -> None:
    server = Watched(spec(STAYS, tmp_path / "gone"))
    server.supervisor.start()

    assert "is not there" in (await server.until(ServerState.GAVE_UP)).sentence


async def test_a_server_that_somebody_else_started_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "it.pid").write_text(f"{os.getpid()}\n")
    server = Watched(spec(STAYS, tmp_path, pid_file="it.pid"))
    server.supervisor.start()
    assert f"process {os.getpid()}" in (await server.until(ServerState.FOREIGN)).sentence
    await eventually("the last look", lambda: server.spawner.names == [])
    assert (server.supervisor.status.state, server.lines) == (ServerState.FOREIGN, [])

    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        other = Watched(spec(STAYS, tmp_path, port=port))
        other.supervisor.start()
        assert f"port {port}" in (await other.until(ServerState.FOREIGN)).sentence
        assert other.lines == []
    await other.supervisor.restart()
    await other.pid()
    await other.supervisor.stop()


async def test_a_copy_that_ends_soon_was_left_behind_by_a_life_before(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Watched(spec(STAYS, tmp_path, port=listening.getsockname()[1]))
        server.when[ServerState.FOREIGN] = listening.close
        server.supervisor.start()
        await server.until(ServerState.FOREIGN)
        await server.pid()
    await server.supervisor.stop()


async def test_whoever_loses_the_port_to_another_copy_sees_that_at_the_next_start(tmp_path: Path) -> None:
    with socket.socket() as another:
        another.bind(("127.0.0.1", 0))
        server = Watched(spec(CRASHES, tmp_path, port=another.getsockname()[1]), CRASHING)
        server.when[ServerState.WAITING] = another.listen
        server.supervisor.start()
        await server.until(ServerState.FOREIGN)
        assert server.lines == ["boom"]
        await server.supervisor.stop()


@pytest.mark.parametrize("content", ["", "no number", "999999999", "-1", "1" * 70, "0x10"])
async def test_a_pid_file_that_names_nobody_stops_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "it.pid").write_text(content)
    server = Watched(spec(STAYS, tmp_path, pid_file="it.pid"))
    server.supervisor.start()

    await server.pid()
    await server.supervisor.stop()


async def test_stopping_in_the_wait_for_a_restart_starts_nothing_more(tmp_path: Path) -> None:
    slow = Patience(first_delay=timedelta(minutes=5))
    server = Watched(spec(CRASHES, tmp_path), slow)
    server.supervisor.start()
    waiting = await server.until(ServerState.WAITING)
    assert "started again in 5 min" in waiting.sentence

    await server.supervisor.stop()

    assert server.lines == ["boom"]
    assert server.spawner.names == []


def test_the_delay_doubles_up_to_its_cap_and_five_crashes_are_enough() -> None:
    second, crashes, delays = timedelta(seconds=1), 0, []
    for _ in range(4):
        decision = after_end(up=second, fast_crashes=crashes, restart=True, patience=Patience())
        assert isinstance(decision, Again)
        crashes = decision.fast_crashes
        delays.append(decision.delay.total_seconds())
    assert delays == [5, 10, 20, 40]
    assert after_end(up=second, fast_crashes=4, restart=True, patience=Patience()) == GiveUp(fast_crashes=5)
    patient = Patience(most=100)
    last = after_end(up=second, fast_crashes=50, restart=True, patience=patient)
    assert last == Again(delay=timedelta(seconds=300), fast_crashes=51)
    long_up = after_end(up=timedelta(seconds=11), fast_crashes=4, restart=True, patience=Patience())
    assert long_up == Again(delay=timedelta(seconds=5), fast_crashes=0)
