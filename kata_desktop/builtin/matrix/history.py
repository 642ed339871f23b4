"""The part of a room's timeline that a sync left out: paged back, up to where everything was read or the invitation."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kata_desktop.builtin.matrix.errors import MatrixRefusal
from kata_desktop.builtin.matrix.rooms import STATE_TYPES
from kata_desktop.plugins.sdk import ClockView

if TYPE_CHECKING:
    from kata_desktop.builtin.matrix.client import MatrixClient

Event = Mapping[str, Any]
TYPES = ("m.room.message", "m.room.encrypted", *STATE_TYPES)
"""Events that matter here."""
_MOST_PAGES = 50
_PAGES_BEFORE_JOINING = 3
_PATIENCE = 10
"""How often in a row the homeserver may ask for patience before it is given up until the next connection."""


class History:
    """Completes timelines for one account."""

    def __init__(
        self, client: MatrixClient, own_user: str, clock: ClockView, log: logging.LoggerAdapter[logging.Logger]
    ) -> None:
        self._client = client
        self._own_user = own_user
        self._clock = clock
        self._log = log

    async def complete(self, room_id: str, timeline: Event, since: str) -> list[Event]:
        """All events after `since`, oldest first; in a room that Kata has just come into, those after its invitation.

        Raises:
            MatrixRefusal, MatrixUnreachable: it could not be finished.
        """
        events, start = list(timeline.get("events", ())), str(timeline.get("prev_batch") or "")
        if timeline.get("limited") and start:
            older, start = await self._back(room_id, start, since, _MOST_PAGES, lambda _: False)
            events = older + events
        joined = self._joined(events)
        if joined is None:
            return events
        if not _was_invited(events[joined]):
            return events[joined + 1 :]
        if self._invited(events[:joined]) is None and start:
            # What was said between the invitation and now was said to Kata, and may lie before `since`.
            older, _ = await self._back(
                room_id, start, "", _PAGES_BEFORE_JOINING, lambda found: self._invited(found) is not None
            )
            events, joined = older + events, joined + len(older)
        invited = self._invited(events[:joined])
        return events[(joined if invited is None else invited) + 1 :]

    async def _back(
        self, room_id: str, start: str, to: str, pages: int, enough: Callable[[Sequence[Event]], bool]
    ) -> tuple[list[Event], str]:
        """Events before `start`, oldest first, and where to go on."""
        found: list[Event] = []
        for _ in range(pages):
            page = await self._patiently(room_id, start, to)
            chunk = page.get("chunk", ())
            found += chunk
            end = str(page.get("end") or "")
            if not end or end == start or (not chunk and to) or enough(chunk):
                return found[::-1], end or start
            start = end
        if to:
            self._log.warning("%s went on beyond %d pages; what is older was not read.", room_id, pages)
        return found[::-1], start

    async def _patiently(self, room_id: str, start: str, to: str) -> Event:
        for attempt in range(_PATIENCE):
            try:
                return await self._client.messages(room_id, start, to=to, types={"types": TYPES})
            except MatrixRefusal as error:
                if error.retry_after is None or attempt == _PATIENCE - 1:
                    raise
                await self._clock.sleep(error.retry_after.total_seconds())
        raise AssertionError("the last attempt returns or raises")

    def _joined(self, events: Sequence[Event]) -> int | None:
        """Where Kata came in last; changes of its name are no coming in."""
        return self._last(events, "join", but_before="join")

    def _invited(self, events: Sequence[Event]) -> int | None:
        return self._last(events, "invite")

    def _last(self, events: Sequence[Event], membership: str, but_before: str = "") -> int | None:
        for at in range(len(events) - 1, -1, -1):
            event = events[at]
            if event.get("type") != "m.room.member" or event.get("state_key") != self._own_user:
                continue
            if (event.get("content") or {}).get("membership") == membership and _before(event) != but_before:
                return at
        return None


def _before(event: Event) -> str:
    content = (event.get("unsigned") or {}).get("prev_content") or event.get("prev_content") or {}
    return str(content.get("membership") or "none")


def _was_invited(joined: Event) -> bool:
    return _before(joined) == "invite"
