"""Slack's Web API through slack-sdk: two tokens, two clients, one session. Imported late: the libraries are heavy."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from kata_desktop.builtin.slack.errors import SlackRefusal, SlackUnreachable
from kata_desktop.builtin.slack.patience import Patience

PAGE = 200
"""Rows a page; Slack advises no more."""
_LIMIT = aiohttp.ClientTimeout(total=30, sock_connect=10)
_GOODBYE = aiohttp.ClientWSTimeout(ws_close=2.0)
"""A dead line does not answer a goodbye; closing must not wait for it."""
_LARGEST_FRAME = 16 * 1024 * 1024

# At DEBUG the library writes out whole messages; those belong in no log.
_quiet = logging.getLogger(f"{__name__}.library")
_quiet.setLevel(logging.WARNING)

Argument = str | int | bool | Mapping[str, Any] | None
"""None is left out."""


class SlackClient:
    """Calls Slack with the right token each time; `close` gives everything back."""

    def __init__(self, *, bot_token: str, app_token: str, base_url: str, patience: Patience | None = None) -> None:
        # The library's own proxy setting knows no exceptions such as NO_PROXY; the session's does.
        self._session = aiohttp.ClientSession(timeout=_LIMIT, trust_env=True)
        self._patience = patience or Patience()
        self._bot = self._web_client(bot_token, base_url)
        self._app = self._web_client(app_token, base_url)

    def _web_client(self, token: str, base_url: str) -> AsyncWebClient:
        # No retry handlers: the outbox and the connection's keeper decide what is tried again, and when.
        client = AsyncWebClient(token, base_url, session=self._session, retry_handlers=[], logger=_quiet)
        client.proxy = None
        return client

    async def call(self, method: str, **arguments: Argument) -> Mapping[str, Any]:
        """Call a method with the bot's token; returns what Slack answers.

        Raises:
            SlackRefusal: with Slack's code.
            SlackUnreachable: no answer came.
        """
        return (await self._send(self._bot, method, arguments))[0]

    async def whoami(self) -> tuple[Mapping[str, Any], frozenset[str]]:
        """Whose the bot token is, and which permissions it has."""
        data, headers = await self._send(self._bot, "auth.test", {})
        scopes = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), "")
        return data, frozenset(scope.strip() for scope in scopes.split(",") if scope.strip())

    async def socket_address(self) -> str:
        """An address for one WebSocket, good once and soon, by the app's token."""
        data, _ = await self._send(self._app, "apps.connections.open", {})
        return str(data["url"])

    async def rows(self, method: str, key: str, *, most_pages: int, **arguments: Argument) -> AsyncIterator[Any]:
        """Every row of a method with pages, as far as `most_pages`."""
        cursor = ""
        for _ in range(most_pages):
            page = await self.call(method, **arguments, limit=PAGE, cursor=cursor or None)
            for row in page.get(key, ()):
                yield row
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    async def _send(
        self, client: AsyncWebClient, method: str, arguments: Mapping[str, Argument]
    ) -> tuple[Mapping[str, Any], Mapping[str, str]]:
        form = {name: _written(value) for name, value in arguments.items() if value is not None}
        self._mind_patience(method)
        try:
            response = await client.api_call(method, data=form)
        except SlackApiError as error:
            raise self._noted(method, _refusal(method, error)) from error
        except (SlackClientError, aiohttp.ClientError, ssl.SSLError, OSError, TimeoutError) as error:
            raise _unreachable(error) from error
        data = response.data
        return (data if isinstance(data, dict) else {}), response.headers

    def _mind_patience(self, method: str) -> None:
        if left := self._patience.left(method):
            raise SlackRefusal(method, "ratelimited", status=429, retry_after=left)

    def _noted(self, method: str, refusal: SlackRefusal) -> SlackRefusal:
        if refusal.retry_after is not None:
            self._patience.asked(method, refusal.retry_after)
        return refusal

    async def respond(self, address: str, text: str) -> None:
        """Answer a slash command at its own address, visible to its writer alone.

        Raises:
            SlackRefusal: for instance when the address has expired or was used up.
            SlackUnreachable: no answer came.
        """
        body = {"text": text, "response_type": "ephemeral"}
        try:
            async with self._session.post(address, json=body, allow_redirects=False) as response:
                status, answer = response.status, await response.text(errors="replace")
                patience = response.headers.get("Retry-After", "")
        except (aiohttp.ClientError, ssl.SSLError, OSError, TimeoutError) as error:
            raise _unreachable(error) from error
        refused = _refused_in(answer)
        if status != 200 or refused:
            wait = _seconds(patience) if status == 429 else None
            raise SlackRefusal("the answer to a command", refused or answer[:100], status=status, retry_after=wait)

    async def open_socket(self, address: str) -> aiohttp.ClientWebSocketResponse:
        """Connect to an address of `socket_address`. Raises `SlackUnreachable`."""
        try:
            async with asyncio.timeout(15):
                # Pings are answered by the reader, so that it knows when Slack was heard from.
                return await self._session.ws_connect(
                    address,
                    autoping=False,
                    heartbeat=self._patience.heartbeat,
                    max_msg_size=_LARGEST_FRAME,
                    timeout=_GOODBYE,
                )
        except (aiohttp.ClientError, ssl.SSLError, OSError, TimeoutError) as error:
            raise _unreachable(error) from error

    async def close(self) -> None:
        """Give back all connections."""
        await self._session.close()


def _written(value: Argument) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, Mapping) else str(value)


def _refusal(method: str, error: SlackApiError) -> SlackRefusal:
    response = error.response
    data = getattr(response, "data", None)
    data = data if isinstance(data, dict) else {}
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
    headers = getattr(response, "headers", None) or {}
    patience = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    wait = _seconds(patience) if status == 429 or data.get("error") == "ratelimited" else None
    return SlackRefusal(
        method, str(data.get("error", "")), status=status, retry_after=wait, needed=str(data.get("needed", ""))
    )


def _refused_in(answer: str) -> str:
    """The code in an answer with ``"ok": false``; empty when it is none: success is told in a word or in JSON."""
    try:
        body = json.loads(answer)
    except ValueError:
        return ""
    return str(body.get("error") or "refused") if isinstance(body, dict) and body.get("ok") is False else ""


def _seconds(text: str) -> timedelta:
    try:
        return timedelta(seconds=min(max(float(text), 0.0), 3600.0))
    except ValueError:
        return timedelta(seconds=30)


def _unreachable(error: Exception) -> SlackUnreachable:
    # Only a connection that never came about proves that nothing arrived.
    never_sent = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL)
    return SlackUnreachable(_told(error), certain=never_sent)


def _told(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    reason = getattr(error, "strerror", None) or type(error).__name__
    return str(reason)
