"""The list of conversations: where its rows come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kata_desktop.ui.models.paged_rows import PAGE
from kata_desktop.ui.pages.activity.local_time import LocalTime
from kata_desktop.ui.pages.sessions.session_words import face_of

if TYPE_CHECKING:
    from kata_desktop.ui.models.channel_faces import ChannelFaces
    from kata_desktop.ui.models.paged_rows import Face
    from kata_desktop.ui.services import Services


class Conversations:
    """Asks for the conversations of a workspace and puts them into the words of this place.

    Attributes:
        workspace_id: whose.
        search: words that are all in them; empty for every one.
        total: how many there were when they were counted last.
    """

    def __init__(self, services: Services, channels: ChannelFaces) -> None:
        self._services, self._channels = services, channels
        self.workspace_id = ""
        self.search = ""
        self.total = 0

    async def count(self) -> int:
        """Return how many there are."""
        await self._channels.know(self.workspace_id)
        self.total = await self._services.sessions.count(self.workspace_id, search=self.search)
        return self.total

    async def page(self, number: int) -> tuple[Face, ...]:
        """Return the rows of one page."""
        rows = await self._services.sessions.rows(
            self.workspace_id, search=self.search, limit=PAGE, offset=number * PAGE
        )
        clock = self._services.clock
        when = LocalTime(clock.now(), clock.zone_name())
        return tuple(face_of(row, when, self._channels) for row in rows)
