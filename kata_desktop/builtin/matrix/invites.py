"""Invitations: followed when they come from somebody who may write, otherwise kept until somebody may."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from kata_desktop.builtin.matrix.errors import REJECTED, MatrixRefusal
from kata_desktop.builtin.matrix.rooms import Rooms
from kata_desktop.plugins.sdk import ClockView, Marks, SettingsView

if TYPE_CHECKING:
    from kata_desktop.builtin.matrix.client import MatrixClient

_SCOPE = "invite:"
_DIRECT = "direct "
"""Before the inviter's id in the mark of an invitation to a direct chat."""


class Invites:
    """The invitations of one account that were not followed yet; they survive a restart as marks."""

    def __init__(
        self,
        *,
        client: MatrixClient,
        own_user: str,
        rooms: Rooms,
        marks: Marks,
        settings: Callable[[], SettingsView],
        clock: ClockView,
        log: logging.LoggerAdapter[logging.Logger],
    ) -> None:
        self._client = client
        self._own_user = own_user
        self._rooms = rooms
        self._marks = marks
        self._settings = settings
        self._clock = clock
        self._log = log
        self._open: dict[str, str] = {}
        self._told: set[str] = set()
        self._not_before = 0.0

    async def load(self) -> None:
        """Begin with those that were left open before."""
        marks = await self._marks.all()
        self._open = {
            scope.removeprefix(_SCOPE): mark for scope, mark in marks.items() if mark and scope.startswith(_SCOPE)
        }

    async def take(self, room_id: str, room: Mapping[str, Any]) -> None:
        """An invitation came in; durable when it returns."""
        for event in (room.get("invite_state") or {}).get("events", ()):
            if not isinstance(event, Mapping):  # it comes from the inviter's homeserver
                continue
            if event.get("type") == "m.room.member" and event.get("state_key") == self._own_user:
                content = event.get("content")
                direct = isinstance(content, Mapping) and content.get("is_direct") is True
                await self._put(room_id, f"{_DIRECT if direct else ''}{event.get('sender')}")

    async def gone(self, room_id: str) -> None:
        """It was taken back, or followed."""
        if room_id in self._open:
            await self._put(room_id, "")

    async def settle(self) -> None:
        """Follow those that may be followed now. Raises `MatrixRefusal`, `MatrixUnreachable`."""
        if self._clock.monotonic() < self._not_before:
            return
        for room_id, invitation in list(self._open.items()):
            sender, direct = invitation.removeprefix(_DIRECT), invitation.startswith(_DIRECT)
            if self._may_invite(sender, direct=direct):
                await self._follow(room_id, sender, direct=direct)
            elif room_id not in self._told:
                self._told.add(room_id)
                self._log.info("%s, who may not write to Kata, invited it to %s; it did not follow.", sender, room_id)

    def _may_invite(self, sender: str, *, direct: bool) -> bool:
        settings = self._settings()
        if sender in settings.texts("allow") or sender in settings.texts("allow_in_groups"):
            return True
        return direct and settings.switch("pairing")  # where strangers may ask, they need a place to ask in

    async def _follow(self, room_id: str, sender: str, *, direct: bool) -> None:
        try:
            await self._client.join(room_id)
            if direct:
                await self._rooms.mark_direct(sender, room_id)
        except MatrixRefusal as error:
            if error.code in REJECTED:
                raise
            if error.retry_after is not None:
                self._not_before = self._clock.monotonic() + error.retry_after.total_seconds()
                return
            if error.status >= 500:  # the other server may be away; the next round tries again
                self._log.warning("The invitation to %s could not be followed yet: %s", room_id, error.sentence)
                return
            self._log.warning("The invitation to %s does not hold any more: %s", room_id, error.sentence)
        await self.gone(room_id)

    async def _put(self, room_id: str, invitation: str) -> None:
        await self._marks.put(f"{_SCOPE}{room_id}", invitation)
        if invitation:
            self._open[room_id] = invitation
        else:
            self._open.pop(room_id, None)
