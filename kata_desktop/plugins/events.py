"""What plugins tell of: events that start the tasks of their workspace that wait for them."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping

from kata_desktop.domain.errors import Bug
from kata_desktop.domain.trigger import EventKind
from kata_desktop.runtime.clock import Clock
from kata_desktop.scheduler.service import Scheduling

MOST_A_MINUTE = 60
"""Events that a plugin may tell of in one workspace; further ones are dropped with one warning until it calms down."""
LONGEST_VALUE = 64 * 1024
"""Characters."""
_MINUTE = 60.0
_log = logging.getLogger(__name__)


def event_kinds(
    plugin_id: str, plugin_name: str, event_types: Iterable[str], words: Mapping[str, str]
) -> tuple[EventKind, ...]:
    """The events of a plugin, for people who make tasks: words as the manifest has them, else made from the type."""
    return tuple(
        EventKind(
            type=f"{plugin_id}.{each}", words=words.get(each) or f"{plugin_name} tells of “{each.replace('-', ' ')}”"
        )
        for each in event_types
    )


class PluginEvents:
    """Implements `EventsApi` for one plugin in one workspace."""

    def __init__(
        self,
        scheduling: Scheduling,
        clock: Clock,
        *,
        workspace_id: str,
        plugin_id: str,
        event_types: tuple[str, ...],
        hide: Callable[[str], str],
    ) -> None:
        self._hide = hide
        self._scheduling = scheduling
        self._clock = clock
        self._workspace_id = workspace_id
        self._plugin_id = plugin_id
        self._event_types = event_types
        self._told: deque[float] = deque()
        self._flooding = False

    async def emit(self, event_type: str, *, source: str = "", value: str = "") -> None:
        """See `EventsApi`. Raises `Bug` for a type that the manifest does not declare."""
        if event_type not in self._event_types:
            known = ", ".join(self._event_types) or "none"
            raise Bug(f"the manifest of {self._plugin_id} declares no event type {event_type!r}, only {known}")
        if self._has_room():
            about, told = self._hide(source), self._hide(value[:LONGEST_VALUE])  # runs keep what started them
            await self._scheduling.emit(f"{self._plugin_id}.{event_type}", about, told, workspace_id=self._workspace_id)

    def _has_room(self) -> bool:
        now = self._clock.monotonic()
        while self._told and self._told[0] <= now - _MINUTE:
            self._told.popleft()
        if len(self._told) < MOST_A_MINUTE:
            self._told.append(now)
            self._flooding = self._flooding and len(self._told) > MOST_A_MINUTE // 2
            return True
        if not self._flooding:
            self._flooding = True
            text = "Plugin %s told of more than %d events within a minute; further ones are dropped until it calms down"
            _log.warning(text, self._plugin_id, MOST_A_MINUTE)
        return False
