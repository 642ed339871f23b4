"""Fetches what came in and confirms what is stored: Telegram keeps the rest for a day and sends it again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from kata_desktop.builtin.telegram.errors import TelegramRefusal
from kata_desktop.builtin.telegram.reading import Reader
from kata_desktop.plugins.sdk import ClockView, OnMessage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Update

    from kata_desktop.builtin.telegram.client import TelegramClient

WAIT = 30.0
"""Seconds that Telegram may wait for something new."""
_CONFLICTS = 3
"""Times in a row that another program may be told of: one is how a request of our own that was cut off may end."""
_BETWEEN = 2.0


class Polling:
    """One connection's way into the inbox."""

    def __init__(
        self,
        *,
        client: TelegramClient,
        reader: Reader,
        on_message: OnMessage,
        heard: Callable[[], None],
        clock: ClockView,
        log: logging.LoggerAdapter[logging.Logger],
    ) -> None:
        """Args:
        heard: called with every sign of life.
        """
        self._client = client
        self._reader = reader
        self._on_message = on_message
        self._heard = heard
        self._clock = clock
        self._log = log
        self._conflicts = 0

    async def run(self) -> None:
        """Go on until it fails. Raises `TelegramRefusal`, `TelegramUnreachable`, and whatever kept a message from
        being stored: it is not confirmed then, and comes again.
        """
        offset: int | None = None  # what was confirmed before does not come again; numbers may begin anew
        wait = 0.0
        while True:
            updates = await self._next(offset, wait)
            self._heard()
            for update in updates:
                message = self._reader.message(update)
                if message is not None:
                    await self._on_message(message)
            if updates:
                offset = updates[-1].update_id + 1
            wait = WAIT

    async def _next(self, offset: int | None, wait: float) -> Sequence[Update]:
        while True:
            try:
                updates = await self._client.updates(offset, wait=wait)
            except TelegramRefusal as error:
                self._conflicts += 1
                if error.status != 409 or "webhook" in error.said or self._conflicts >= _CONFLICTS:
                    raise
                self._log.info("Another program fetched this bot's messages at the same time; trying again.")
                await self._clock.sleep(_BETWEEN)
            else:
                self._conflicts = 0
                return updates
