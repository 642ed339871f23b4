"""What plugins add to a task: channels that results may go to, and events that may start it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kata_desktop.domain.plugin import PluginKind, PluginState
from kata_desktop.ui.pages.plugins.plugin_view import plugin_icon

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kata_desktop.domain.channel import TargetSuggestion
    from kata_desktop.domain.trigger import EventKind
    from kata_desktop.ui.services import Services

_CLOSED = frozenset(
    {
        PluginState.OFF,
        PluginState.NEEDS_SETUP,
        PluginState.NEEDS_PAIRING,
        PluginState.INVALID,
        PluginState.UNSUPPORTED,
    }
)
"""States in which nothing can be sent and nobody has set anything up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """What there is in one workspace now."""

    channels: Mapping[str, str] = field(default_factory=dict)
    """Name by id of the channels that are set up, in their order."""
    icons: Mapping[str, str] = field(default_factory=dict)
    """Icon by id of every channel."""
    suggestions: tuple[TargetSuggestion, ...] = ()
    """Where somebody has written from, the last first."""
    events: tuple[EventKind, ...] = ()
    """Events of plugins that are on."""

    def label(self, target: str) -> str:
        """A target as people read it: “Slack #growth” for ``slack:C42`` once somebody wrote from there."""
        kind, _, address = target.partition(":")
        known = next((each.label for each in self.suggestions if each.target == target), address)
        return f"{self.channels.get(kind, kind.capitalize())} {known}".strip()


async def read_reach(services: Services, workspace_id: str) -> Reach:
    """Read what plugins offer in a workspace; nothing where none is named."""
    events = services.scheduling.event_kinds
    if not workspace_id:
        return Reach(events=events)
    rows = [row for row in await services.plugins.rows(workspace_id) if row.kind is PluginKind.CHANNEL]
    return Reach(
        channels={row.id: row.name for row in rows if row.on and row.state not in _CLOSED},
        icons={row.id: plugin_icon(row.icon) for row in rows},
        suggestions=tuple(await services.channels.targets(workspace_id)),
        events=events,
    )
