"""Slash commands that wait for their answer: where it is posted, and which parts of it were."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from kata_desktop.plugins.sdk import Memory

_ADDRESS_HOLDS = timedelta(minutes=29)
"""Slack takes answers for half an hour."""
_MOST_ANSWERS = 5
_KEPT = timedelta(days=1)
_KEY = "commands"


class Part(StrEnum):
    """What is known of one message of an answer."""

    UNKNOWN = "unknown"
    """Never begun."""
    UNDER_WAY = "under way"
    """Handed to Slack; it did not say whether it took it."""
    ARRIVED = "arrived"
    """Slack took it."""


class CommandBook:
    """Durable across restarts. Answers at such an address are in no history, so what became of them is kept here."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def remember(self, trigger: str, address: str, now: datetime) -> None:
        """Keep where a command is answered."""
        book = await self._read()
        fresh = {name: entry for name, entry in book.items() if now.timestamp() - entry["at"] < _KEPT.total_seconds()}
        fresh.setdefault(trigger, {"address": address, "at": now.timestamp(), "parts": {}})
        await self._write(fresh)

    async def address(self, trigger: str, now: datetime) -> str:
        """Where to post; empty when its time is over or it was used up."""
        entry = (await self._read()).get(trigger)
        if entry is None or now.timestamp() - entry["at"] > _ADDRESS_HOLDS.total_seconds():
            return ""
        return str(entry["address"]) if len(entry["parts"]) < _MOST_ANSWERS else ""

    async def note(self, trigger: str, key: str, part: Part) -> None:
        """Keep what became of a part; UNKNOWN forgets it."""
        book = await self._read()
        if trigger in book:
            book[trigger]["parts"].pop(key, None)
            if part is not Part.UNKNOWN:
                book[trigger]["parts"][key] = part.value
            await self._write(book)

    async def part(self, trigger: str, key: str) -> Part:
        """What is known of a part."""
        entry = (await self._read()).get(trigger)
        return Part(entry["parts"].get(key, Part.UNKNOWN)) if entry else Part.UNKNOWN

    async def _read(self) -> dict[str, Any]:
        text = await self._memory.get(_KEY)
        book: dict[str, Any] = json.loads(text) if text else {}
        return book

    async def _write(self, book: dict[str, Any]) -> None:
        await self._memory.put(_KEY, json.dumps(book))
