"""What Kata itself has written, so that it never answers itself: ids that are remembered, and a mark nobody sees."""

from __future__ import annotations

import json

from kata_desktop.builtin.whatsapp.wire import Came, Online
from kata_desktop.plugins.sdk import Memory

MARK = "\u2060\u200b\u2060"
"""Stands at the end of what Kata writes into the own chat: whatever else is lost, this comes back with the echo."""
_KEY = "sent"
_MOST = 500


class SentBook:
    """The ids of the latest messages that Kata has sent."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._ids: list[str] | None = None

    async def note(self, ident: str) -> None:
        """Remember an id."""
        ids = [*(await self._known())[-_MOST + 1 :], ident]
        self._ids = ids
        await self._memory.put(_KEY, json.dumps(ids))

    async def has(self, ident: str) -> bool:
        """Whether Kata has sent it."""
        return bool(ident) and ident in await self._known()

    async def is_echo(self, message: Came, me: Online) -> bool:
        """Whether a message in the own chat was written by a Kata; what comes from the phone itself never was."""
        if await self.has(message.id):
            return True
        return message.device != 0 and (message.device == me.device or message.text.endswith(MARK))

    async def _known(self) -> list[str]:
        if self._ids is None:
            self._ids = _read(await self._memory.get(_KEY))
        return self._ids


def _read(text: str) -> list[str]:
    try:
        ids: object = json.loads(text or "[]")
    except ValueError:
        return []
    return [each for each in ids if isinstance(each, str)] if isinstance(ids, list) else []
