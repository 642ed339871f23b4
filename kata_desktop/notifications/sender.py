"""What the outbox asks of everything that can deliver a message."""

from __future__ import annotations

from typing import Protocol

from kata_desktop.domain.notification import OutboxItem


class Sender(Protocol):
    """Delivers messages of one target kind."""

    async def send(self, item: OutboxItem) -> None:
        """Deliver it; returns only when the other side confirmed it. Raises `DeliveryError`."""
        ...

    async def lookup(self, item: OutboxItem) -> bool | None:
        """Tell whether an earlier try arrived, by the item's key; None when the other side cannot be asked (now)."""
        ...

    def can_lookup(self, workspace_id: str) -> bool:
        """Whether `lookup` can ever tell; asked only while nothing is waited for."""
        ...

    def waits(self, workspace_id: str) -> str:
        """Why nothing can be sent or asked for just now, as a sentence; empty when it can be tried.

        What waits uses up no attempt: the connection is being made, or the keyring is locked.
        """
        ...
