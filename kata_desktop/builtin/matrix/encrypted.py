"""Rooms that Kata cannot read: said there once, and on the plugin's row."""

from __future__ import annotations

import logging

from kata_desktop.builtin.matrix.errors import MatrixRefusal
from kata_desktop.builtin.matrix.outgoing import Outgoing
from kata_desktop.builtin.matrix.rooms import Rooms
from kata_desktop.plugins.sdk import Marks

_SCOPE = "encrypted:"
SORRY = (
    "This room is end-to-end encrypted, and I cannot read encrypted messages yet. "
    "Please write to me in a room without encryption."
)


class EncryptedRooms:
    """Remembers where it was said, beyond restarts."""

    def __init__(
        self, *, outgoing: Outgoing, rooms: Rooms, marks: Marks, log: logging.LoggerAdapter[logging.Logger]
    ) -> None:
        self._outgoing = outgoing
        self._rooms = rooms
        self._marks = marks
        self._log = log
        self._names: dict[str, str] = {}

    async def load(self) -> None:
        """Begin with those that are known already."""
        marks = await self._marks.all()
        self._names = {
            scope.removeprefix(_SCOPE): name for scope, name in marks.items() if name and scope.startswith(_SCOPE)
        }

    def remark(self) -> str:
        """For the row; empty when there is no such room."""
        if not self._names:
            return ""
        shown = ", ".join(list(self._names.values())[:3])
        more = f" and {len(self._names) - 3} more" if len(self._names) > 3 else ""
        return f"End-to-end encrypted rooms are not supported yet; Kata cannot read {shown}{more}."

    async def heard(self, room_id: str) -> None:
        """Something was said that cannot be read. Raises `MatrixRefusal` for a wish for patience,
        `MatrixUnreachable`.
        """
        if room_id in self._names:
            return
        room = await self._rooms.room(room_id)
        try:
            await self._outgoing.notice(room_id, SORRY, f"{_SCOPE}{room_id}")
        except MatrixRefusal as error:
            if error.retry_after is not None:
                raise
            self._log.warning("It could not be said in %s that it cannot be read: %s", room_id, error.sentence)
        name = room.shown_name or ", ".join(room.names[user] or user for user in sorted(room.names)) or room_id
        self._names[room_id] = name
        await self._marks.put(f"{_SCOPE}{room_id}", name)

    async def gone(self, room_id: str) -> None:
        """Kata is no longer in a room."""
        if self._names.pop(room_id, ""):
            await self._marks.put(f"{_SCOPE}{room_id}", "")
