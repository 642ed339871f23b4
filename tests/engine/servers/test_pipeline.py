from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kata_desktop.domain.command import CommandSpec, ServerSpec, ServerState
from kata_desktop.domain.errors import Refused
from kata_desktop.domain.handler import HandlerError
from kata_desktop.domain.task import TaskSpec
from kata_desktop.domain.trigger import Interval
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.servers.commands import CommandRunner
from kata_desktop.servers.pipeline import MOST_LINES, Pipeline
from kata_desktop.servers.supervisor import Supervisor
from tests.support.eventually import eventually
from tests.support.programs import is_alive, python
from tests.support.run_context import KeptContext


class Commands:
    """What plugins offer: (plugin, step) to a piece of Python."""

    def __init__(self, folder: Path, **pieces: str) -> None:
        self.folder = folder
        self.pieces = pieces
        self.off: set[str] = set()

    async def find(self, workspace_id: str, plugin: str, step: str) -> CommandSpec | None:
        assert workspace_id == "ws_1"
        if plugin in self.off:
            raise Refused(f"{plugin} is switched off.")
        piece = self.pieces.get(f"{plugin}_{step}")
        return None if piece is None else python(piece, self.folder)


def pipeline(commands: Commands) -> Pipeline:
    return Pipeline(commands.find, CommandRunner(clock=SystemClock(), spawner=Spawner()).run)


def context(**arguments: object) -> KeptContext:
    trigger = Interval(every=timedelta(hours=1), anchor=datetime(2026, 1, 1, tzinfo=UTC))
    spec = TaskSpec(name="News", prompt="", trigger=trigger, workspace_id="ws_1", arguments=json.dumps(arguments))
    return KeptContext(spec=spec, arguments="")


async def test_the_steps_of_every_plugin_run_in_order_with_their_output_in_the_log(tmp_path: Path) -> None:
    commands = Commands(
        tmp_path,
        rss_get="print('fetched 3')",
        rss_push="open('out', 'w').write('x'); print('wrote out')",
        web_get="print(open('out').read())",
    )
    run = context(plugins=["rss", "web"])

    result = await pipeline(commands)(run)

    assert result.output == "x"
    assert run.logged == [
        ("info", "rss get: fetched 3"),
        ("info", "rss push: wrote out"),
        ("info", "web get: x"),
    ]
    assert [note.split(" finished")[0] for note in run.notes] == ["rss: get", "rss: push", "web: get"]
    assert run.reached[-1][0] == 100


async def test_the_first_failure_ends_it_and_says_why(tmp_path: Path) -> None:
    commands = Commands(tmp_path, rss_get="raise SystemExit('no network here')", rss_push="print('never')")
    run = context(plugins=["rss"])

    with pytest.raises(HandlerError) as failed:
        await pipeline(commands)(run)

    assert failed.value.sentence == "rss: get failed. no network here"
    assert ("info", "rss push: never") not in run.logged


async def test_only_the_named_steps_run_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    commands = Commands(tmp_path, rss_get="print('got')", rss_push="print('pushed')")

    assert (await pipeline(commands)(context(plugins=["rss"], steps=["push"]))).output == "pushed"
    for wrong in (context(plugins=["rss"], steps=["rm"]), context(), context(plugins=[])):
        with pytest.raises(HandlerError) as failed:
            await pipeline(commands)(wrong)
        assert not failed.value.retryable


async def test_a_flood_of_lines_is_counted_not_stored(tmp_path: Path) -> None:
    commands = Commands(tmp_path, rss_get=f"for n in range({MOST_LINES + 10}): print(n)")
    run = context(plugins=["rss"])

    await pipeline(commands)(run)

    assert len(run.logged) == MOST_LINES + 1
    assert run.logged[-1] == ("warning", "rss get: 10 further lines were left out")


async def test_a_plugin_that_is_off_stops_the_pipeline(tmp_path: Path) -> None:
    commands = Commands(tmp_path, rss_get="print('got')")
    commands.off.add("rss")

    with pytest.raises(Refused, match="switched off"):
        await pipeline(commands)(context(plugins=["rss"]))


async def test_supervision_does_not_wait_for_a_pipeline_nor_a_pipeline_for_it(tmp_path: Path) -> None:
    """A step that hangs leaves servers supervised; a crash loop leaves pipelines running."""
    commands = Commands(tmp_path, rss_get="import os, time; print(os.getpid()); time.sleep(300)", web_get="print('ok')")
    run = context(plugins=["rss"])
    hanging = asyncio.get_running_loop().create_task(pipeline(commands)(run))
    await eventually("the hanging step", lambda: run.logged)
    lines: list[str] = []
    spawner = Spawner()
    server = Supervisor(
        ServerSpec(command=python("print('up'); raise SystemExit(1)", tmp_path)),
        clock=SystemClock(),
        spawner=spawner,
        on_line=lines.append,
        on_change=lambda: None,
    )
    server.start()
    await eventually("the crash", lambda: server.status.state is ServerState.WAITING)

    quick = replace(context(plugins=["web"]))
    assert (await pipeline(commands)(quick)).output == "ok"

    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    await server.stop()
    assert not is_alive(int(run.logged[0][1].split()[-1]))
