"""The Bot API through python-telegram-bot. Imported late, and built in a thread: both would hold up the loop."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import anyio._backends._asyncio  # noqa: F401 - httpx would import it with its first request, on the loop
import httpx
from telegram import Bot, LinkPreviewOptions, ReplyParameters, Update
from telegram.error import TelegramError
from telegram.request import HTTPXRequest, RequestData

from kata_desktop.builtin.telegram.addresses import Address
from kata_desktop.builtin.telegram.errors import TelegramRefusal, TelegramUnreachable

_LIMIT = 30.0
"""Seconds that an answer may take, beyond what a call is meant to wait."""
_CONNECT = 10.0
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class _Said(TelegramError):
    """An answer that is not a success, with its numbers: the library's own errors keep only some of them."""

    def __init__(self, refusal: TelegramRefusal) -> None:
        super().__init__("refused")
        self.refusal = refusal


class _Request(HTTPXRequest):
    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        code, payload = await super().do_request(url, method, request_data, *args, **kwargs)
        if not 200 <= code < 300:
            raise _Said(_refusal(code, payload))
        return code, payload


class TelegramClient:
    """Calls for one bot; `close` gives everything back. All calls raise `TelegramRefusal`, `TelegramUnreachable`."""

    def __init__(self, token: str, base_url: str) -> None:
        requests = [
            _Request(connection_pool_size=size, read_timeout=_LIMIT, connect_timeout=_CONNECT) for size in (8, 1)
        ]
        self._bot = Bot(token, base_url=f"{base_url}/bot", request=requests[0], get_updates_request=requests[1])

    async def open(self) -> tuple[int, str]:
        """Ask who the bot is: its id and its name without ``@``."""
        try:
            await self._bot.initialize()
        except TelegramError as error:
            raise _translated(error) from None  # the library puts the token into this one
        return self._bot.id, self._bot.username

    async def close(self) -> None:
        """Give back all connections."""
        await self._bot.shutdown()

    async def updates(self, offset: int | None, *, wait: float) -> Sequence[Update]:
        """What came in from an offset on; everything before the offset is confirmed and does not come again."""
        try:
            return await self._bot.get_updates(offset=offset, timeout=int(wait), allowed_updates=["message"])
        except TelegramError as error:
            raise _translated(error) from error

    async def say(self, address: Address, text: str, *, html: bool) -> None:
        """Say something of at most 4,096 characters."""
        answered = None
        if address.message is not None:
            answered = ReplyParameters(message_id=address.message, allow_sending_without_reply=True)
        try:
            await self._bot.send_message(
                address.chat, text, parse_mode="HTML" if html else None, message_thread_id=address.topic,
                reply_parameters=answered, link_preview_options=_NO_PREVIEW,
            )  # fmt: skip
        except TelegramError as error:
            raise _translated(error) from error

    async def type_in(self, address: Address) -> None:
        """Show that the bot types, for five seconds."""
        try:
            await self._bot.send_chat_action(address.chat, "typing", message_thread_id=address.topic)
        except TelegramError as error:
            raise _translated(error) from error

    async def react(self, chat: int, message: int, emoji: str) -> None:
        """Put an emoji on a message; an empty one takes it away."""
        try:
            await self._bot.set_message_reaction(chat, message, reaction=emoji or None)
        except TelegramError as error:
            raise _translated(error) from error


def _refusal(code: int, payload: bytes) -> TelegramRefusal:
    try:
        told = json.loads(payload)
    except ValueError:
        told = None
    data: Mapping[str, Any] = told if isinstance(told, dict) else {}
    parameters = data.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    wait = parameters.get("retry_after")
    seconds = float(wait) if isinstance(wait, int | float) else (5.0 if code == 429 else None)
    moved = parameters.get("migrate_to_chat_id")
    return TelegramRefusal(
        code,
        str(data.get("description") or ""),
        retry_after=None if seconds is None else timedelta(seconds=min(max(seconds, 0.0), 3600.0)),
        moved_to=moved if isinstance(moved, int) else None,
    )


def _translated(error: TelegramError) -> TelegramRefusal | TelegramUnreachable:
    if isinstance(error, _Said):
        return error.refusal
    cause = error.__cause__
    why = "no answer in time" if isinstance(cause, httpx.TimeoutException) else type(cause or error).__name__
    return TelegramUnreachable(why, certain=isinstance(cause, _NEVER_SENT))
