"""Plugins' tools on their way to a prompt's model: named, limited, and answering whatever happens."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kata_desktop.domain.errors import KataError, Refused
from kata_desktop.domain.handler import RunContext
from kata_desktop.domain.task import Mode
from kata_desktop.domain.trigger import Event
from kata_desktop.plugins.activation import Activation
from kata_desktop.plugins.contract import Tool
from kata_desktop.plugins.errors import PluginFault
from kata_desktop.plugins.tool_arguments import check_arguments

LONGEST_OUTPUT = 100_000
_CHANNEL_EVENTS = frozenset({"conversation", "channel-message"})
_WORDS_OF_OTHERS = ("to", "message", "event")
"""Arguments that bring what others wrote: a channel's message, or what an event quotes of a page, a feed or a file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferedTool:
    """A tool of a plugin in one workspace."""

    activation: Activation
    tool: Tool
    hide: Callable[[str], str]
    limit: float
    """Seconds that a call may take."""

    @property
    def name(self) -> str:
        """As the model calls it."""
        return f"plugin_{self.activation.manifest.id.replace('-', '_')}_{self.tool.name}"

    @property
    def description(self) -> str:
        """For the model."""
        return self.tool.description

    @property
    def parameters(self) -> Mapping[str, Any]:
        """JSON schema of an object."""
        return self.tool.parameters

    @property
    def writes(self) -> bool:
        """Whether it may change something anywhere."""
        return self.tool.writes

    async def call(self, arguments: Mapping[str, Any]) -> str:
        """What the model is told: the answer, or one sentence about what went wrong."""
        what, name = f"Its tool “{self.tool.name}”", self.activation.manifest.name
        if not self.activation.works:
            return f"{name} was switched off or does not work now, so this tool cannot be used."
        try:
            if misfit := _misfit(self.tool.parameters, arguments):  # the model's mistake: nothing is known of the tool
                return self.hide(misfit)
            said: object = await self.activation.scope.call(
                lambda: self.tool.run(arguments), what=what, limit=self.limit
            )
            if not isinstance(said, str):
                raise PluginFault(f"It returned {type(said).__name__} instead of text")
        except Exception as error:  # noqa: BLE001 - the top handler for tools: the model goes on without
            self.activation.health.note(what, error)
            return self.hide(_told(error, self.tool.name))
        self.activation.health.note(what, None)
        return self.hide(_cut(said))


def _misfit(schema: Mapping[str, Any], arguments: Mapping[str, Any]) -> str:
    try:
        check_arguments(schema, arguments)
    except Refused as refused:
        return refused.sentence
    return ""


def may_write(context: RunContext) -> bool:
    """Whether a run may use tools that change something: its task acts on its own, and no stranger wrote the words."""
    spec = context.spec
    if spec.mode is not Mode.AUTO:
        return False
    if isinstance(spec.trigger, Event) and spec.trigger.type in _CHANNEL_EVENTS:
        return False
    return not _brings_words_of_others(context.arguments)


def _brings_words_of_others(arguments: str) -> bool:
    content: object = json.loads(arguments or "{}")
    return not isinstance(content, dict) or any(key in content for key in _WORDS_OF_OTHERS)


def _told(error: Exception, tool: str) -> str:
    if isinstance(error, KataError) and not isinstance(error, PluginFault):
        return error.sentence
    reason = error.sentence if isinstance(error, PluginFault) else f"an error of its own ({type(error).__name__})"
    return f"The tool {tool} failed: {reason}".rstrip(".") + "."


def _cut(text: str) -> str:
    if len(text) <= LONGEST_OUTPUT:
        return text
    end = f"\n… (cut; it was {len(text):,} characters long)"
    return text[: LONGEST_OUTPUT - len(end)] + end
