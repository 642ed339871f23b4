"""Files in and out leave the tasks of plugins alone: no file can bring the plugin that does their work."""

from __future__ import annotations

import json

import pytest

from kata_desktop.domain.errors import InvalidInput, Refused
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.plugins.handler_context import HandlerContext
from kata_desktop.plugins.scheduler_api import TaskDeclaration
from kata_desktop.scheduler import exchange_format
from kata_desktop.scheduler.exchange import Exchange
from kata_desktop.scheduler.import_plan import Change, ImportMode
from tests.support.plugin_desk import PluginDesk
from tests.support.sim.computer import SimComputer
from tests.support.sim.tasks import add, daily


async def work(_: HandlerContext) -> None: ...


async def with_plugin(computer: SimComputer) -> Exchange:
    await add(computer, daily(), ident="mine")
    plugin = PluginDesk(computer)
    plugin.on(work=work)
    await plugin.declare(work=TaskDeclaration(name="Fetch feeds", handler="work", interval="1h"))
    return Exchange(computer.process.core, computer.scheduling, "test")


def file_with(*names: str) -> bytes:
    raws = [TaskInput(name=name, prompt="Mine", workspace="Home", every="1h") for name in names]
    return exchange_format.write(raws, exported_at="2026-03-01T00:00:00Z", program="test").encode()


async def test_an_export_holds_what_a_person_made(computer: SimComputer) -> None:
    exchange = await with_plugin(computer)
    assert [task["name"] for task in json.loads(await exchange.export())["tasks"]] == ["mine"]
    [task] = await PluginDesk(computer).api.list_tasks()
    with pytest.raises(Refused, match="belongs to a plugin and cannot be exported"):
        await exchange.export(task_ids=(task.id,))


async def test_an_import_that_replaces_everything_deletes_no_plugins_task(computer: SimComputer) -> None:
    exchange = await with_plugin(computer)
    plan = await exchange.plan(file_with("other"), ImportMode.REPLACE)
    assert [(row.name, row.change) for row in plan.rows] == [("other", Change.NEW), ("mine", Change.REMOVED)]


async def test_an_import_changes_no_plugins_task(computer: SimComputer) -> None:
    exchange = await with_plugin(computer)
    with pytest.raises(InvalidInput, match="a task of a plugin has that name here: rename it in the file"):
        await exchange.plan(file_with("Fetch feeds"), ImportMode.MERGE)
