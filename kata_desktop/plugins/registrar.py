"""Takes what a plugin brings, and refuses what could not work."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from kata_desktop.channels.adapter import ChannelAdapter
from kata_desktop.domain.command import ServerSpec
from kata_desktop.plugins.contract import Hook, HookPoint, Pairing, Plugin, PluginContext, Tool
from kata_desktop.plugins.errors import PluginFault
from kata_desktop.plugins.handlers import PluginWork

BuildChannel = Callable[[PluginContext], ChannelAdapter]
BuildServer = Callable[[PluginContext], Awaitable[ServerSpec | None]]
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_TOOL = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, kw_only=True, slots=True)
class BroughtHandler:
    """A handler as the plugin gave it."""

    run: PluginWork
    sliced: bool
    limited: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class BroughtAction:
    """A button."""

    label: str
    run: Callable[[], Awaitable[str]]


@dataclass(kw_only=True, slots=True)
class Brought:
    """What one object of a plugin brought."""

    handlers: dict[str, BroughtHandler] = field(default_factory=dict)
    tools: dict[str, Tool] = field(default_factory=dict)
    hooks: list[tuple[HookPoint, Hook]] = field(default_factory=list)
    actions: dict[str, BroughtAction] = field(default_factory=dict)
    channel: BuildChannel | None = None
    sender_id: Callable[[str], str] = str
    server: BuildServer | None = None
    pairing: Pairing | None = None


class Collector:
    """The registrar that plugins are given; every refusal is a `PluginFault`."""

    def __init__(self) -> None:
        self.brought = Brought()
        self._open = True

    def close(self) -> None:
        """Take nothing any more."""
        self._open = False

    def handler(self, name: str, run: PluginWork, *, sliced: bool = False, limited: bool = False) -> None:
        """See `Registrar`."""
        self._check("handler", name, run, taken=name in self.brought.handlers)
        self.brought.handlers[name] = BroughtHandler(run=run, sliced=sliced, limited=limited)

    def channel(self, adapter: BuildChannel, *, sender_id: Callable[[str], str] = str) -> None:
        """See `Registrar`."""
        self._check("channel", "channel", adapter, taken=self.brought.channel is not None)
        self.brought.channel, self.brought.sender_id = adapter, sender_id

    def tool(self, tool: Tool) -> None:
        """See `Registrar`."""
        if not isinstance(tool, Tool):
            raise _fault(f"registered {type(tool).__name__} as a tool")
        self._check("tool", tool.name, tool.run, taken=tool.name in self.brought.tools, shape=_TOOL)
        if tool.parameters.get("type") != "object":
            raise _fault(f"registered the tool “{tool.name}”, whose parameters are no JSON schema of an object")
        self.brought.tools[tool.name] = tool

    def server(self, spec: BuildServer) -> None:
        """See `Registrar`."""
        self._check("server", "server", spec, taken=self.brought.server is not None)
        self.brought.server = spec

    def hook(self, point: HookPoint, hook: Hook) -> None:
        """See `Registrar`."""
        if not isinstance(point, HookPoint):
            raise _fault(f"registered a hook for “{point}”, which is no moment that there is")
        self._check("hook", point.value, hook, taken=False)
        self.brought.hooks.append((point, hook))

    def action(self, name: str, label: str, run: Callable[[], Awaitable[str]]) -> None:
        """See `Registrar`."""
        self._check("action", name, run, taken=name in self.brought.actions)
        self.brought.actions[name] = BroughtAction(label=label, run=run)

    def pairing(self, flow: Pairing) -> None:
        """See `Registrar`."""
        self._check("pairing", "pairing", flow.start, taken=self.brought.pairing is not None)
        self.brought.pairing = flow

    def _check(self, noun: str, name: str, call: object, *, taken: bool, shape: re.Pattern[str] = _NAME) -> None:
        if not self._open:
            raise _fault(f"registered the {noun} “{name}” after its registration had ended")
        if taken:
            raise _fault(f"registered the {noun} “{name}” twice")
        if not shape.fullmatch(name):
            raise _fault(f"registered a {noun} under the name “{name}”, which is none")
        if not callable(call):
            raise _fault(f"registered the {noun} “{name}” with something that cannot be called")


def registered(plugin_class: type[Plugin]) -> tuple[Plugin, Brought]:
    """Make a plugin's object and let it register; to be called in a thread.

    Raises what its code raises, and `PluginFault`.
    """
    plugin, collector = plugin_class(), Collector()
    got: object = plugin.register(collector)  # type: ignore[func-returns-value]  # a plugin may not keep to it
    collector.close()
    if got is not None:
        if asyncio.iscoroutine(got):
            got.close()
        raise PluginFault(f"Its register returned {type(got).__name__} instead of nothing")
    return plugin, collector.brought


def _fault(what: str) -> PluginFault:
    return PluginFault(f"It {what}", "that is an error in the plugin")
