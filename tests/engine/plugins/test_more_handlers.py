"""Work that a plugin makes known while it works, such as one for every entry of a list, and takes back again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kata_desktop.domain.errors import InvalidInput
from kata_desktop.plugins.errors import PluginFault
from kata_desktop.plugins.harness import harness
from kata_desktop.plugins.sdk import HandlerContext, Plugin, PluginContext, TaskDeclaration


class Lists(Plugin):
    taken_back: Callable[[], None]

    async def initialize(self, context: PluginContext) -> None:
        self.taken_back = context.scheduler.register_handler("entry", self.entry)

    async def entry(self, run: HandlerContext) -> str:
        return f"{run.args['of']} read"


DAILY = TaskDeclaration(name="Read", handler="entry", interval="1d", arguments={"of": "one"})


async def test_it_does_tasks_like_any_other() -> None:
    async with harness(Lists) as plugin:
        await plugin.context.scheduler.create_task(DAILY)
        assert (await plugin.run("Read")).output == "one read"
        await plugin.advance(days=1)
        assert [run.status for run in await plugin.runs("Read")] == ["succeeded"] * 2


async def test_taken_back_it_is_known_no_more_and_may_come_again() -> None:
    async with harness(Lists) as plugin:
        task = await plugin.context.scheduler.create_task(DAILY)
        plugin.plugin.taken_back()
        plugin.plugin.taken_back()
        await plugin.advance(days=1)
        assert [run.status for run in await plugin.runs("Read")] == ["skipped"]
        with pytest.raises(InvalidInput, match="no handler “entry”"):
            await plugin.context.scheduler.create_task(DAILY)
        plugin.context.scheduler.register_handler("entry", plugin.plugin.entry)
        assert (await plugin.context.scheduler.run_now(task.id)).task_id == task.id
        await plugin.advance(1)
        assert [run.status for run in await plugin.runs("Read")] == ["succeeded", "skipped"]


async def test_what_cannot_be_registered_is_told() -> None:
    async with harness(Lists) as plugin:
        register = plugin.context.scheduler.register_handler
        for name, work, said in (
            ("entry", plugin.plugin.entry, "twice"),
            ("No name", plugin.plugin.entry, "which is none"),
            ("other", None, "cannot be called"),
        ):
            with pytest.raises(PluginFault, match=said):
                register(name, work)  # type: ignore[arg-type]
    with pytest.raises(PluginFault, match="after it was switched off"):
        register("late", plugin.plugin.entry)
