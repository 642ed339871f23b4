"""Keeps up with a homeserver: everything after the stored mark, then live, each batch marked once it is stored."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from kata_desktop.builtin.matrix.encrypted import EncryptedRooms
from kata_desktop.builtin.matrix.errors import REJECTED, MatrixRefusal
from kata_desktop.builtin.matrix.history import TYPES, History
from kata_desktop.builtin.matrix.invites import Invites
from kata_desktop.builtin.matrix.reading import Reader
from kata_desktop.builtin.matrix.rooms import STATE_TYPES, Rooms
from kata_desktop.plugins.sdk import Marks, OnMessage

if TYPE_CHECKING:
    from kata_desktop.builtin.matrix.client import MatrixClient

Event = Mapping[str, Any]
WAIT = 30.0
"""Seconds that the homeserver may wait for something new."""
MARK = "since"
_NOTHING: Mapping[str, Any] = {"types": []}
_AT_FIRST: Mapping[str, Any] = {
    "presence": _NOTHING,
    "account_data": _NOTHING,
    "room": {"state": _NOTHING, "ephemeral": _NOTHING, "account_data": _NOTHING, "timeline": {"limit": 1, **_NOTHING}},
}
_LIVE: Mapping[str, Any] = {
    "presence": _NOTHING,
    "account_data": {"types": ["m.direct"]},
    "room": {
        "state": {"types": list(STATE_TYPES)},
        "ephemeral": _NOTHING,
        "account_data": _NOTHING,
        "timeline": {"limit": 50, "types": list(TYPES)},
    },
}


class Syncing:
    """One connection's way into the inbox."""

    def __init__(
        self,
        *,
        client: MatrixClient,
        rooms: Rooms,
        reader: Reader,
        history: History,
        invites: Invites,
        marks: Marks,
        on_message: OnMessage,
        encrypted: EncryptedRooms,
        heard: Callable[[], None],
        log: logging.LoggerAdapter[logging.Logger],
    ) -> None:
        """Args:
        heard: called with every sign of life.
        """
        self._client = client
        self._rooms = rooms
        self._reader = reader
        self._history = history
        self._invites = invites
        self._marks = marks
        self._on_message = on_message
        self._encrypted = encrypted
        self._heard = heard
        self._log = log

    async def run(self) -> None:
        """Go on until it fails. Raises `MatrixRefusal`, `MatrixUnreachable`, and whatever kept a message from being
        stored: the mark then stays, and it comes again.
        """
        await self._invites.load()
        since, wait = await self._marks.get(MARK), 0.0
        if not since:
            since = await self._begin()
        while True:
            await self._invites.settle()
            answer = await self._next(since, wait)
            self._heard()
            await self._take(answer, since)
            following = str(answer["next_batch"])
            if following != since:
                await self._marks.put(MARK, following)
            since, wait = following, WAIT

    async def _begin(self) -> str:
        """The very first time, everything until now counts as read; invitations stand."""
        answer = await self._client.sync("", _AT_FIRST, wait=0.0)
        await self._take_invites(answer)
        since = str(answer["next_batch"])
        await self._marks.put(MARK, since)
        return since

    async def _next(self, since: str, wait: float) -> Event:
        try:
            return await self._client.sync(since, _LIVE, wait=wait)
        except MatrixRefusal as error:
            if error.status not in (400, 404) or error.code in REJECTED:
                raise
            # The homeserver does not know the mark: it was set up anew, or went back to a backup.
            self._log.warning("The homeserver does not know any more where Kata stopped reading: %s", error.sentence)
            return {"next_batch": await self._begin()}

    async def _take(self, answer: Event, since: str) -> None:
        for event in (answer.get("account_data") or {}).get("events", ()):
            if event.get("type") == "m.direct":
                self._rooms.take_direct(event.get("content") or {})
        rooms = answer.get("rooms") or {}
        for room_id in rooms.get("leave") or {}:
            self._rooms.forget(room_id)
            await self._invites.gone(room_id)
            await self._encrypted.gone(room_id)
        for room_id, room in (rooms.get("join") or {}).items():
            await self._invites.gone(room_id)
            await self._take_room(room_id, room, since)
        await self._take_invites(answer)

    async def _take_invites(self, answer: Event) -> None:
        for room_id, room in ((answer.get("rooms") or {}).get("invite") or {}).items():
            await self._invites.take(room_id, room)

    async def _take_room(self, room_id: str, room: Event, since: str) -> None:
        timeline = room.get("timeline") or {}
        if timeline.get("limited"):
            self._rooms.forget(room_id)
        for event in (room.get("state") or {}).get("events", ()):
            self._rooms.apply(room_id, event)
        try:
            for event in await self._history.complete(room_id, timeline, since):
                await self._take_event(room_id, event)
        except MatrixRefusal as error:
            if error.code not in ("M_FORBIDDEN", "M_NOT_FOUND"):
                raise
            self._log.warning("Kata is no longer in %s, so what was said there last was not read.", room_id)

    async def _take_event(self, room_id: str, event: Event) -> None:
        self._rooms.apply(room_id, event)
        if event.get("type") == "m.room.encrypted":
            await self._encrypted.heard(room_id)
        elif (message := await self._reader.message(room_id, event)) is not None:
            await self._on_message(message)
