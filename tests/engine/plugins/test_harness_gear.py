"""The harness proves what the program does: what people cannot give is refused, tools and commands are real."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from kata_desktop.builtin.history.plugin import HistoryPlugin
from kata_desktop.builtin.rss.plugin import RssPlugin
from kata_desktop.domain.plugin import SettingValue
from kata_desktop.plugins.errors import PluginFault
from kata_desktop.plugins.harness import PluginHarness, harness
from kata_desktop.plugins.sdk import (
    ChannelAdapter,
    ChannelError,
    ChannelTraits,
    Connected,
    HandlerContext,
    Marks,
    Message,
    OnMessage,
    Plugin,
    PluginContext,
    Refused,
    Registrar,
    Tool,
    scheduled,
)


@pytest.mark.parametrize(
    "given, said",
    [
        ({"settings": {"feed": "https://a.example/"}}, "the setting “feed”; its manifest.toml declares feeds"),
        ({"settings": {"feeds": ("no address",)}}, "“no address”"),
        ({"settings": {"feeds": 5}}, "a list of texts"),
        ({"credentials": {"token": "t"}}, "the credential “token”; its manifest.toml declares none"),
        ({"event_types": ("told",)}, "the event types told"),
    ],
)
async def test_a_test_cannot_give_what_people_cannot(given: dict[str, Any], said: str) -> None:
    with pytest.raises(PluginFault) as fault:
        async with harness(RssPlugin, **given):
            raise AssertionError("it came up")
    assert said in fault.value.sentence


async def test_commands_of_the_manifest_are_really_run() -> None:
    browsers: Mapping[str, SettingValue] = {"browsers": ["firefox"]}  # type: ignore[dict-item]  # authors write lists
    async with harness(HistoryPlugin, settings=browsers) as plugin:
        run = await plugin.run("pipeline")
        assert run.status == "succeeded", run.detail
        assert (await plugin.context.commands.run("get")).exit_code == 0


class Weather(Plugin):
    def register(self, registrar: Registrar) -> None:
        days = {"type": "object", "properties": {"day": {"type": "string"}}, "required": ["day"]}
        registrar.tool(Tool(name="tell", description="Tells.", parameters=days, run=self.tell))
        registrar.tool(Tool(name="mute", description="Tells nothing.", parameters={"type": "object"}, run=self.mute))
        registrar.action("test", "Test", self.test)

    async def tell(self, arguments: Mapping[str, Any]) -> str:
        return f"{arguments['day']}: rain"

    async def mute(self, arguments: Mapping[str, Any]) -> Any:
        return len(arguments)

    async def test(self) -> str:
        return "It works."

    @scheduled(interval="1h")
    async def forget(self, _: HandlerContext) -> None:
        await self.context.memory.put("seen", {"a": 1})  # type: ignore[arg-type]


async def test_tools_and_buttons_are_used_as_in_the_program() -> None:
    async with harness(Weather) as plugin:
        assert await plugin.call_tool("tell", day="today") == "today: rain"
        with pytest.raises(Refused, match="“day” is missing"):
            await plugin.call_tool("tell")
        with pytest.raises(PluginFault, match="no tool “told”; there is tell, mute"):
            await plugin.call_tool("told")
        with pytest.raises(PluginFault, match="returned int instead of text"):
            await plugin.call_tool("mute")
        assert await plugin.press("test") == "It works."
        with pytest.raises(PluginFault, match="no action “look”; there is test"):
            await plugin.press("look")


async def test_memory_keeps_texts_alone() -> None:
    async with harness(Weather) as plugin:
        run = await plugin.run("forget")
        assert "not dict under str" in run.detail, run


class Line(ChannelAdapter):
    """Hands on what lies in its queue; a text that is "hang up" ends the connection."""

    def __init__(self, channel: str) -> None:
        self.traits = ChannelTraits(id=channel, name="Line", longest=100)
        self.queue: asyncio.Queue[str] = asyncio.Queue()
        self.closed = False

    async def connect(self) -> Connected:
        return Connected(account="me", sentence="Connected")

    async def run(self, on_message: OnMessage, marks: Marks) -> None:
        while (text := await self.queue.get()) != "hang up":
            message = Message(
                id=text, channel="plugin", account="me", sender="U1", conversation="C1", text=text,
                at=datetime(2026, 3, 2, tzinfo=UTC), reply_address="C1",
            )  # fmt: skip
            if await on_message(message):
                await marks.put("C1", text)
        raise ChannelError("The other side hung up.")

    async def close(self) -> None:
        self.closed = True

    def is_healthy(self) -> bool:
        return True

    async def send(self, address: str, text: str, key: str) -> None: ...


class Phone(Plugin):
    channel = "plugin"

    def register(self, registrar: Registrar) -> None:
        registrar.channel(self.build)

    def build(self, _: PluginContext) -> ChannelAdapter:
        return Line(self.channel)


class Other(Phone):
    channel = "phone"


async def test_a_channel_receives_as_in_the_program() -> None:
    async with harness(Phone) as plugin:
        async with plugin.connected() as line:
            assert isinstance(line, Line)
            for text in ("one", "one", "two"):
                line.queue.put_nowait(text)
            await plugin.advance()
            assert [message.text for message in plugin.received] == ["one", "two"]
        assert line.closed
        with pytest.raises(ChannelError, match="hung up"):
            await hang_up(plugin)


async def hang_up(plugin: PluginHarness[Phone]) -> None:
    async with plugin.connected() as line:
        assert isinstance(line, Line)
        line.queue.put_nowait("hang up")
        await plugin.advance()


async def test_a_channel_of_another_name_is_told() -> None:
    async with harness(Other) as plugin:
        with pytest.raises(PluginFault, match="have the id “phone”; it must be “plugin”"):
            plugin.adapter()
