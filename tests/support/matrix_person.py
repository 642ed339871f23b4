"""Somebody with a Matrix account, who uses the plain client API: no code in common with what is tested."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any, Self
from urllib.parse import quote

import aiohttp

from tests.support.eventually import becomes

_numbers = count(1)


class MatrixPerson:
    """Reads and writes in rooms."""

    def __init__(self, address: str, user_id: str, token: str, password: str) -> None:
        self.id = user_id
        self.token = token
        self.password = password
        self._address = address

    def again(self, token: str) -> Self:
        """The same person with another token."""
        return type(self)(self._address, self.id, token, self.password)

    async def call(self, method: str, path: str, body: object = None, **query: str) -> Any:
        """Ask the homeserver; what it refuses fails the test."""
        url = path if path.startswith("/") else f"/_matrix/client/v3/{path}"
        headers = {"Authorization": f"Bearer {self.token}"}
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                method, f"{self._address}{quote(url, safe='/:@!$#_.-')}".replace("#", "%23"), json=body, params=query,
                headers=headers,
            ) as response,
        ):  # fmt: skip
            told = await response.json()
            assert response.status == 200, (method, path, told)
            return told

    async def room(self, *invited: str, direct: bool = False, name: str = "", **changes: object) -> str:
        """A new room; returns its id."""
        body: dict[str, object] = {"preset": "private_chat", "invite": invited, "is_direct": direct, **changes}
        if name:
            body["name"] = name
        told: dict[str, str] = await self.call("POST", "createRoom", body)
        return told["room_id"]

    async def join(self, room: str) -> None:
        """Follow an invitation."""
        await self.call("POST", f"join/{room}", {})

    async def say(self, room: str, text: str, *, thread: str = "", mention: str = "", **content: object) -> str:
        """Say something; returns the event's id."""
        body: dict[str, object] = {"msgtype": "m.text", "body": text, **content}
        if mention:
            body["m.mentions"] = {"user_ids": [mention]}
        if thread:
            body["m.relates_to"] = {"rel_type": "m.thread", "event_id": thread}
        return await self.send(room, "m.room.message", body)

    async def send(self, room: str, kind: str, content: object) -> str:
        """Send any event; returns its id."""
        told: dict[str, str] = await self.call("PUT", f"rooms/{room}/send/{kind}/t{next(_numbers)}", content)
        return told["event_id"]

    async def edit(self, room: str, event: str, text: str) -> None:
        """Replace what was said."""
        new = {"msgtype": "m.text", "body": text}
        relation = {"rel_type": "m.replace", "event_id": event}
        await self.send(room, "m.room.message", {**new, "m.new_content": new, "m.relates_to": relation})

    async def redact(self, room: str, event: str) -> None:
        """Delete what was said."""
        await self.call("PUT", f"rooms/{room}/redact/{event}/t{next(_numbers)}", {})

    async def events(self, room: str) -> list[dict[str, Any]]:
        """What happened in a room, oldest first."""
        told = await self.call("GET", f"rooms/{room}/messages", dir="b", limit="500")
        return list(reversed(told["chunk"]))

    async def said(self, room: str, who: str) -> list[dict[str, Any]]:
        """The contents of what somebody said, oldest first."""
        return [
            event["content"]
            for event in await self.events(room)
            if event["type"] == "m.room.message" and event["sender"] == who
        ]

    async def hears(self, room: str, who: str, times: int = 1, *, limit: float = 30.0) -> list[dict[str, Any]]:
        """Wait until somebody has said so much."""

        async def enough() -> list[dict[str, Any]] | None:
            said = await self.said(room, who)
            return said if len(said) >= times else None

        heard: list[dict[str, Any]] = await becomes(f"{times} messages of {who}", enough, limit=limit)
        return heard

    async def sees_typing(self, room: str, since: str, who: list[str]) -> str:
        """Wait until these are shown as typing, after a sync's token; returns the next token."""
        async with asyncio.timeout(30):
            while True:
                told = await self.call("GET", "sync", since=since, timeout="5000")
                since = str(told["next_batch"])
                seen = told.get("rooms", {}).get("join", {}).get(room, {}).get("ephemeral", {}).get("events", ())
                if any(event["content"].get("user_ids") == who for event in seen):
                    return since

    async def members(self, room: str) -> set[str]:
        """Who is in a room."""
        return set((await self.call("GET", f"rooms/{room}/joined_members"))["joined"])
