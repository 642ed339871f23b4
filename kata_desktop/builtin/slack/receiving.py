"""What comes in over Socket Mode or was fetched: read, handed to the inbox, marked."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from kata_desktop.builtin.slack.commands import CommandBook
from kata_desktop.builtin.slack.errors import REJECTED
from kata_desktop.builtin.slack.marks import MarkBook
from kata_desktop.builtin.slack.reading import Reader, trigger_of
from kata_desktop.plugins.sdk import ChannelError, ClockView, OnMessage

Row = Mapping[str, Any]
_TRY_AGAIN = {"text": "Kata could not take this on just now. Please try again in a minute."}
_ENDS = {"app_uninstalled": "account_inactive", "tokens_revoked": "token_revoked"}


class Receiving:
    """One connection's way into the inbox. A method that returns has put things where they survive."""

    def __init__(
        self,
        *,
        reader: Reader,
        book: MarkBook,
        commands: CommandBook,
        own_user: str,
        on_message: OnMessage,
        clock: ClockView,
        log: logging.LoggerAdapter[logging.Logger],
    ) -> None:
        self._reader = reader
        self._book = book
        self._commands = commands
        self._own_user = own_user
        self._on_message = on_message
        self._clock = clock
        self._log = log

    async def envelope(self, kind: str, payload: Row) -> Row | None:
        """Take one envelope; returns what its acknowledgement tells the writer of a command.

        Raises:
            ChannelError: it says that the app was removed or its tokens were revoked.
            Exception: whatever kept a message from being stored; it must not be acknowledged.
        """
        if kind == "slash_commands":
            return await self._command(payload)
        if kind == "events_api":
            await self._event(payload.get("event") or {})
        return None  # buttons and the like: Kata shows none, so there is nothing behind them

    async def _event(self, event: Row) -> None:
        kind, conversation = str(event.get("type", "")), str(event.get("channel") or "")
        if kind in _ENDS and not _is_about_people(event):
            raise ChannelError(REJECTED[_ENDS[kind]], final=True)
        if kind == "member_joined_channel" and event.get("user") == self._own_user:
            # What was said before Kata came in was not said to it.
            await self._book.fetched(conversation, "", str(event.get("event_ts") or "0"))
        elif kind in ("message", "app_mention") and conversation:
            await self._live(conversation, event)

    async def _live(self, conversation: str, event: Row) -> None:
        message = await self._reader.message(event, conversation)
        if message is None:
            return
        ts, stored = str(event["ts"]), False
        try:
            await self._on_message(message)
            stored = True
        finally:
            if not stored:
                self._book.refused(conversation, ts)
        await self._book.seen(conversation, message.thread, ts)

    async def missed(self, conversation: str, row: Row) -> None:
        """Take one row of a history."""
        message = await self._reader.message(row, conversation)
        if message is not None:
            await self._on_message(message)

    async def _command(self, payload: Row) -> Row | None:
        # Slack does not deliver a command again: its writer must hear of it when it cannot be stored.
        try:
            now = self._clock.now()
            message = await self._reader.command(payload, now)
            address = str(payload.get("response_url") or "")
            await self._commands.remember(trigger_of(payload), address, now)
            await self._on_message(message)
        except Exception:  # noqa: BLE001 - top handler of a command; the writer is told
            self._log.exception("A slash command could not be taken on; its writer was asked to try again.")
            return _TRY_AGAIN
        return None


def _is_about_people(event: Row) -> bool:
    """Whether it tells of tokens that people gave, not of the bot's own."""
    tokens = event.get("tokens")
    return isinstance(tokens, dict) and bool(tokens.get("oauth")) and not tokens.get("bot")
