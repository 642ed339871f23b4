"""Delivers what the outbox holds for a channel: in the channel's own markup, in parts that it takes, each once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from kata_desktop.channels.adapter import ChannelAdapter
from kata_desktop.channels.runner import Runner
from kata_desktop.channels.splitting import fit
from kata_desktop.domain.channel import ChannelState
from kata_desktop.domain.notification import DeliveryError, NotificationKind, OutboxItem
from kata_desktop.store import outbox, outbox_claims
from kata_desktop.store.database import Database

PART_LIMIT = 60.0
"""Seconds that the other side may take for one part."""
_EMPTY = "(The answer was empty.)"
_WAITS = frozenset(
    {ChannelState.STARTING, ChannelState.RECONNECTING, ChannelState.RATE_LIMITED, ChannelState.WAITING_KEYRING}
)
"""States that pass by themselves, or with the keyring: what is to be sent waits for their end."""


class ChannelSender:
    """The outbox's sender for one channel, in all workspaces."""

    def __init__(
        self, find: Callable[[str], Runner | None], database: Database, name: str, *, starting: Callable[[], bool]
    ) -> None:
        self._find = find
        self._starting = starting
        self._database = database
        self._name = name

    def waits(self, workspace_id: str) -> str:
        """Why nothing can be sent just now; empty when it can be tried."""
        runner = self._find(workspace_id)
        if runner is None:
            return f"It waits until {self._name} has started here." if self._starting() else ""
        if runner.status.state not in _WAITS:
            return ""
        if runner.status.state is ChannelState.WAITING_KEYRING:
            return f"It waits for the keyring, in which {self._name}'s credentials are; unlock it."
        return f"It waits for the connection to {self._name}; it is sent as soon as that is there."

    def can_lookup(self, workspace_id: str) -> bool:
        """Whether the channel can tell what arrived."""
        runner = self._find(workspace_id)
        return runner is None or runner.traits.can_lookup

    async def send(self, item: OutboxItem) -> None:
        """Send all parts that have not arrived yet. Raises `DeliveryError`."""
        adapter = self._adapter(item.workspace_id)
        parts = await asyncio.to_thread(_parts, item, adapter)
        for number in range(await self._arrived(item), len(parts)):
            try:
                async with asyncio.timeout(PART_LIMIT):
                    await adapter.send(item.target_address, parts[number], part_key(item, number + 1))
            except TimeoutError as error:
                raise DeliveryError(
                    f"{self._name} did not confirm it within {PART_LIMIT:g} s; look whether it arrived.", certain=False
                ) from error
            await self._database.write(partial(outbox_claims.part_sent, item_id=item.id, parts=number + 1))

    async def lookup(self, item: OutboxItem) -> bool | None:
        """Ask about the part that was under way: True when it was the last and arrived, False when there is still
        something to send.
        """
        adapter = self._adapter(item.workspace_id)
        parts, arrived = await asyncio.to_thread(_parts, item, adapter), await self._arrived(item)
        if arrived >= len(parts):
            return True
        found = await adapter.lookup(item.target_address, part_key(item, arrived + 1))
        if not found:
            return found
        await self._database.write(partial(outbox_claims.part_sent, item_id=item.id, parts=arrived + 1))
        return arrived + 1 >= len(parts)

    def _adapter(self, workspace_id: str) -> ChannelAdapter:
        runner = self._find(workspace_id)
        if runner is None:
            raise DeliveryError(f"{self._name} is switched off in this workspace; switch it on under Plugins.")
        if runner.adapter is None:
            raise DeliveryError(f"{self._name} is not connected. {runner.status.sentence}")
        return runner.adapter

    async def _arrived(self, item: OutboxItem) -> int:
        stored = await self._database.read(partial(outbox.get, item_id=item.id))
        return item.parts_sent if stored is None else stored.parts_sent


def part_key(item: OutboxItem, number: int) -> str:
    """The idempotency key of one part, counted from 1."""
    return f"{item.key}:{number}"


def _parts(item: OutboxItem, adapter: ChannelAdapter) -> list[str]:
    """The same parts every time, so that their numbers mean the same. Takes its time with a long text."""
    return fit(_text(item), adapter.traits.longest, adapter.markup) or [_EMPTY]


def _text(item: OutboxItem) -> str:
    if item.kind is NotificationKind.ANSWER:
        return item.body
    title = " ".join(item.title.split()).replace("*", "∗")
    return f"**{title}**\n\n{item.body}" if item.body.strip() else f"**{title}**"
