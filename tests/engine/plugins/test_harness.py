"""The harness for plugins' tests: the real engine and bounds around a plugin, and time that obeys the test."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import pytest

from kata_desktop.domain.run import Reason
from kata_desktop.domain.task import TaskState
from kata_desktop.plugins.errors import PluginFault
from kata_desktop.plugins.harness import harness
from kata_desktop.plugins.sdk import (
    HandlerContext,
    HandlerError,
    HookEvent,
    HookPoint,
    Plugin,
    PluginContext,
    Registrar,
    Slice,
    Tool,
    scheduled,
)


class Feeds(Plugin):
    def register(self, registrar: Registrar) -> None:
        registrar.handler("clean", self.clean)
        registrar.hook(HookPoint.TASK_COMPLETED, self.completed)
        registrar.tool(
            Tool(name="count", description="Counts.", parameters={"type": "object"}, run=self.count, writes=False)
        )
        self.attempts = 0
        self.heard: list[str] = []

    async def initialize(self, context: PluginContext) -> None:
        self.context = context

    @scheduled(interval="30m", description="Reads all feeds.", retry_attempts=2)
    async def fetch_feeds(self, _: HandlerContext) -> str:
        self.attempts += 1
        if self.attempts == 2:
            raise HandlerError("The feed is down.")
        seen = int(await self.context.memory.get("seen") or 0) + 1
        await self.context.memory.put("seen", str(seen))
        key = await self.context.credentials.get("token")
        await self.context.notifier.notify("News", f"{seen} with {key}", key="news")
        await self.context.channels.send("slack:#team", f"{seen} new", key=f"send-{seen}")
        return f"{self.context.settings.text('feed')} {seen}"

    @scheduled(cron="0 3 * * *", enabled=False)
    async def slow(self, _: HandlerContext) -> str:
        await self.context.clock.sleep(240)
        return "woke"

    @scheduled(cron="0 4 * * *", enabled=False, timeout=60)
    async def too_slow(self, _: HandlerContext) -> None:
        await self.context.clock.sleep(240)

    @scheduled(cron="0 5 * * *", sliced=True, enabled=False)
    async def pages(self, context: HandlerContext) -> Slice | str:
        page = int(context.cursor or 0) + 1
        return context.checkpoint(str(page), f"Page {page}") if page < 4 else "4 pages"

    def clean(self, context: HandlerContext) -> dict[str, object]:
        time.sleep(0.01)  # a plain function works in a thread
        return {"output": f"cleaned {context.args.get('what', 'all')}"}

    async def completed(self, event: HookEvent) -> None:
        self.heard.append(event.task_name)

    async def count(self, arguments: Mapping[str, Any]) -> str:
        return str(arguments["of"])


class Reacts(Plugin):
    @scheduled(event="plugin.found", name="React")
    async def react(self, context: HandlerContext) -> str:
        return context.event


async def test_a_plugins_test_is_ten_lines() -> None:
    async with harness(Feeds, settings={"feed": "https://a"}, credentials={"token": "t"}) as plugin:
        run = await plugin.run("fetch_feeds")
        assert (run.status, run.output) == ("succeeded", "https://a 1")
        await plugin.advance(hours=1)
        assert [each.status for each in await plugin.runs("Fetch feeds")] == ["succeeded"] * 3
        assert [note.body for note in plugin.notifications] == ["1 with t"]
        assert [(sent.target, sent.text) for sent in plugin.messages][:2] == [
            ("slack:#team", "1 new"),
            ("slack:#team", "2 new"),
        ]


async def test_what_comes_due_is_done_at_its_time_retries_included() -> None:
    async with harness(Feeds, settings={"feed": "f"}, credentials={"token": "t"}) as plugin:
        await plugin.advance(hours=1, minutes=2)
        second, first = await plugin.runs("fetch_feeds")
        assert (f"{first.slot:%H:%M}", first.attempt) == ("08:30", 1)
        assert (f"{second.slot:%H:%M}", second.attempt, second.status) == ("09:00", 2, "succeeded")
        assert second.finished_at is not None
        assert f"{second.finished_at:%H:%M}" == "09:01"
        assert plugin.plugin.heard == ["Fetch feeds", "Fetch feeds"]


async def test_work_that_waits_for_the_clock_and_work_that_takes_too_long() -> None:
    async with harness(Feeds, settings={"feed": "f"}, credentials={}) as plugin:
        began = plugin.clock.monotonic()
        assert (await plugin.run("slow")).output == "woke"
        assert plugin.clock.monotonic() - began >= 240
        assert (await plugin.run("too_slow")).reason is Reason.TIMED_OUT


async def test_handlers_tools_and_sliced_work() -> None:
    async with harness(Feeds, settings={"feed": "f"}) as plugin:
        assert (await plugin.run("clean", {"what": "one"})).output == "cleaned one"
        assert (await plugin.run("pages")).output == "4 pages"
        assert await plugin.call_tool("count", of=3) == "3"
        paused = [task.spec.name for task in await plugin.tasks() if task.state is TaskState.PAUSED]
        assert paused == ["Pages", "Slow", "Too slow"]


async def test_events() -> None:
    async with harness(Reacts, event_types=("found",)) as plugin:
        assert (await plugin.run("react", event="An entry")).output == "An entry"
        await plugin.context.events.emit("found", value="Another entry")
        await plugin.advance(5)
        assert (await plugin.runs("react"))[0].output == "Another entry"
    with pytest.raises(PluginFault, match=r"“plugin\.found” is not known"):
        async with harness(Reacts):
            raise AssertionError("its task cannot be made")


async def test_a_plugin_that_does_not_come_up_says_why() -> None:
    class Broken(Plugin):
        async def initialize(self, _: PluginContext) -> None:
            raise RuntimeError("no such host")

    with pytest.raises(PluginFault, match="no such host"):
        async with harness(Broken):
            raise AssertionError("it came up")


async def test_work_that_hangs_fails_the_test_instead_of_hanging_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hangs(Plugin):
        @scheduled(interval="1h")
        async def work(self, _: HandlerContext) -> None:
            await asyncio.get_running_loop().create_future()

    monkeypatch.setattr("kata_desktop.plugins.harness.PATIENCE", 0.3)
    async with harness(Hangs) as plugin:
        with pytest.raises(AssertionError, match="does not wait for the clock"):
            await plugin.run("work")


class Teller(Plugin):
    @scheduled(interval="1h")
    async def tell(self, _: HandlerContext) -> None:
        await self.context.events.emit("news", source="https://a.example/", value="One\nTwo")


async def test_what_a_plugin_told_of_can_be_looked_at() -> None:
    async with harness(Teller, event_types=("news",)) as plugin:
        assert plugin.events == []
        assert (await plugin.run("tell")).status == "succeeded"
        (told,) = plugin.events
        assert (told.type, told.source, told.value) == ("news", "https://a.example/", "One\nTwo")


class Unfinished(Plugin):
    def register(self, _: Registrar) -> None:
        raise RuntimeError("not yet")


async def test_a_plugin_that_is_not_ready_says_so_in_one_sentence() -> None:
    with pytest.raises(PluginFault) as fault:
        async with harness(Unfinished):
            pass
    assert ".." not in fault.value.sentence
    assert fault.value.sentence.endswith(".")
