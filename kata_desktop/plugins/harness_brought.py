"""What a plugin under test brought, used as models, people and Kata itself use it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from kata_desktop.channels.adapter import ChannelAdapter
from kata_desktop.plugins.contract import PluginContext
from kata_desktop.plugins.errors import PluginFault
from kata_desktop.plugins.registrar import Brought
from kata_desktop.plugins.tool_arguments import check_arguments

T = TypeVar("T")
_FAULT = "that is an error in the plugin"


async def tool_called(brought: Brought, name: str, arguments: Mapping[str, Any]) -> str:
    """What a tool says. Raises what it raises, `Refused` for arguments that do not fit its schema, `PluginFault`."""
    tool = _one_of("tool", brought.tools, name)
    check_arguments(tool.parameters, arguments)
    return _text(await tool.run(arguments), f"The tool “{name}”")


async def pressed(brought: Brought, action: str) -> str:
    """What is said when a button is pressed. Raises what that raises, and `PluginFault`."""
    return _text(await _one_of("action", brought.actions, action).run(), f"The action “{action}”")


def built_adapter(brought: Brought, context: PluginContext) -> ChannelAdapter:
    """The adapter of its channel. Raises `PluginFault` where Kata would refuse it."""
    if brought.channel is None:
        raise PluginFault("It registered no channel", "call registrar.channel in register")
    adapter, wanted = brought.channel(context), context.plugin_id
    if adapter.traits.id != wanted:
        raise PluginFault(f"The traits of its channel have the id “{adapter.traits.id}”", f"it must be “{wanted}”")
    return adapter


def _one_of(noun: str, registered: Mapping[str, T], name: str) -> T:
    if name not in registered:
        raise PluginFault(f"It registered no {noun} “{name}”", f"there is {', '.join(registered) or 'none'}")
    return registered[name]


def _text(said: object, who: str) -> str:
    if not isinstance(said, str):
        raise PluginFault(f"{who} returned {type(said).__name__} instead of text", _FAULT)
    return said
