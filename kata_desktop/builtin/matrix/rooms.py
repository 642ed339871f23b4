"""What is known of rooms: who is in them, what they are called, whether they are direct or encrypted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kata_desktop.builtin.matrix.errors import MatrixRefusal
from kata_desktop.domain.channel import ConversationKind

if TYPE_CHECKING:
    from kata_desktop.builtin.matrix.client import MatrixClient

Event = Mapping[str, Any]
STATE_TYPES = ("m.room.member", "m.room.name", "m.room.canonical_alias", "m.room.encryption")
"""The state that matters here."""


@dataclass(kw_only=True, slots=True)
class Room:
    """One room as its state tells it."""

    names: dict[str, str] = field(default_factory=dict)
    """Who is in it, with what they call themselves."""
    invited: set[str] = field(default_factory=set)
    name: str = ""
    alias: str = ""
    encrypted: bool = False

    def apply(self, event: Event) -> None:
        """Take a state event over."""
        content = event.get("content")
        content = content if isinstance(content, Mapping) else {}
        match event.get("type"):
            case "m.room.member":
                self._member(str(event.get("state_key") or ""), content)
            case "m.room.name":
                self.name = str(content.get("name") or "")
            case "m.room.canonical_alias":
                self.alias = str(content.get("alias") or "")
            case "m.room.encryption":
                self.encrypted = True
            case _:
                pass

    def _member(self, user: str, content: Event) -> None:
        self.names.pop(user, None)
        self.invited.discard(user)
        if content.get("membership") == "join":
            self.names[user] = str(content.get("displayname") or "")
        elif content.get("membership") == "invite":
            self.invited.add(user)

    @property
    def shown_name(self) -> str:
        """What people call it; empty when it has no name."""
        return self.name or self.alias


class Rooms:
    """The rooms of one account; state is fetched once and then kept up to date by what comes in."""

    def __init__(self, client: MatrixClient, own_user: str) -> None:
        self._client = client
        self._own_user = own_user
        self._rooms: dict[str, Room] = {}
        self._direct: dict[str, list[str]] | None = None

    async def room(self, room_id: str) -> Room:
        """A room as it is now. Raises `MatrixRefusal`, `MatrixUnreachable`."""
        if room_id not in self._rooms:
            room = Room()
            for event in await self._client.state(room_id):
                room.apply(event)
            self._rooms[room_id] = room
        return self._rooms[room_id]

    def apply(self, room_id: str, event: Event) -> None:
        """A state event of a room came in."""
        if "state_key" in event and room_id in self._rooms:
            self._rooms[room_id].apply(event)

    def forget(self, room_id: str) -> None:
        """Something may have been missed there: ask anew when it matters."""
        self._rooms.pop(room_id, None)

    async def kind(self, room_id: str) -> ConversationKind:
        """Direct when nobody else can read along, and the room is marked as direct or has no name of its own."""
        room = await self.room(room_id)
        if len(room.names) > 2:
            return ConversationKind.GROUP
        if room.shown_name and not await self._is_marked(room_id):
            return ConversationKind.GROUP
        return ConversationKind.DIRECT

    async def _is_marked(self, room_id: str) -> bool:
        return any(room_id in rooms for rooms in (await self._marked()).values())

    def take_direct(self, content: Event) -> None:
        """The account's list of direct rooms changed."""
        self._direct = _lists(content)

    async def mark_direct(self, user: str, room_id: str) -> None:
        """Remember a room as the direct one with somebody."""
        marked = await self._marked()
        if room_id not in marked.get(user, []):
            changed = {**marked, user: [room_id, *marked.get(user, [])]}
            await self._client.put_direct_rooms(self._own_user, changed)
            self._direct = changed

    async def find_direct(self, user: str) -> str:
        """The direct room with somebody who is in it or invited; empty when there is none."""
        for room_id in (await self._marked()).get(user, []):
            self.forget(room_id)  # whoever has left a moment ago would never read it
            room = await self._mine(room_id)
            if room and len(room.names) <= 2 and (user in room.names or user in room.invited):
                return room_id
        return ""

    async def open_direct(self, user: str) -> str:
        """The direct room with somebody, made when there is none."""
        found = await self.find_direct(user)
        if not found:
            found = await self._client.create_direct(user)
            await self.mark_direct(user, found)
        return found

    async def _mine(self, room_id: str) -> Room | None:
        """A room that Kata is in; None when it is not."""
        try:
            room = await self.room(room_id)
        except MatrixRefusal as error:
            if error.code in ("M_FORBIDDEN", "M_NOT_FOUND"):
                return None
            raise
        return room if self._own_user in room.names else None

    async def _marked(self) -> dict[str, list[str]]:
        if self._direct is None:
            self._direct = _lists(await self._client.direct_rooms(self._own_user))
        return self._direct


def _lists(content: Event) -> dict[str, list[str]]:
    return {str(user): [str(room) for room in rooms] for user, rooms in content.items() if isinstance(rooms, list)}
