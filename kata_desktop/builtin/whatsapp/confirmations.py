"""Texts that were handed to the linked device and are not confirmed yet."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

from kata_desktop.builtin.whatsapp.errors import interrupted, not_sent
from kata_desktop.builtin.whatsapp.wire import NotSent, Sent


class Confirmations:
    """Brings answers to those who wait for them."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[str]] = {}

    async def of(self, send: Callable[[int], None]) -> str:
        """Send something under a number and wait for the id that WhatsApp gives it. Raises `DeliveryError`."""
        number = next(self._numbers)
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        send(number)
        try:
            return await answer
        finally:
            self._waiting.pop(number, None)

    def take(self, answer: Sent | NotSent) -> None:
        """An answer came; nobody may be waiting any more."""
        waiting = self._waiting.get(answer.number)
        if waiting is None or waiting.done():
            return
        if isinstance(answer, Sent):
            waiting.set_result(answer.id)
        else:
            waiting.set_exception(not_sent(answer))

    def give_up(self) -> None:
        """No answer will come: nobody knows what became of them."""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(interrupted())
        self._waiting.clear()
