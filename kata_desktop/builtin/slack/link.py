"""One WebSocket of Socket Mode: frames come in, acknowledgements go out."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import TYPE_CHECKING, Any

import aiohttp

from kata_desktop.builtin.slack.errors import SlackUnreachable

if TYPE_CHECKING:
    from kata_desktop.builtin.slack.client import SlackClient

_ENDED = (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)


class Link:
    """An open connection. Slack closes each after some hours and says so before."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, heard: Callable[[], None]) -> None:
        self._socket = socket
        self._heard = heard

    @classmethod
    async def open(cls, client: SlackClient, address: str, heard: Callable[[], None]) -> Link:
        """Connect to an address that `SlackClient.socket_address` gave; `heard` is called with every sign of life.

        Raises:
            SlackUnreachable: it could not be opened.
        """
        link = cls(await client.open_socket(address), heard)
        heard()
        return link

    async def frames(self) -> AsyncGenerator[Mapping[str, Any], None]:
        """What Slack sends, until the connection ends in whatever way."""
        while True:
            message = await self._socket.receive()
            if message.type in _ENDED:
                return
            self._heard()
            if message.type is aiohttp.WSMsgType.PING:
                await self._answer_ping(message.data)
            elif message.type is aiohttp.WSMsgType.TEXT:
                frame = _read(message.data)
                if frame:
                    yield frame

    async def _answer_ping(self, data: bytes) -> None:
        try:
            await self._socket.pong(data)
        except (aiohttp.ClientError, ConnectionError):
            return  # the end of the connection is noticed by the next receive

    async def acknowledge(self, envelope_id: str, payload: Mapping[str, Any] | None = None) -> None:
        """Tell Slack that something has arrived for good. Raises `SlackUnreachable`."""
        frame: dict[str, Any] = {"envelope_id": envelope_id}
        if payload:
            frame["payload"] = payload
        try:
            await self._socket.send_str(json.dumps(frame))
        except (aiohttp.ClientError, ConnectionError) as error:
            raise SlackUnreachable("the connection ended", certain=False) from error

    async def close(self) -> None:
        """End it; harmless when it has ended."""
        await self._socket.close()


def _read(text: str) -> Mapping[str, Any]:
    """A frame of Slack's; empty for words in between that are none, which its own libraries pass over as well."""
    try:
        frame = json.loads(text)
    except ValueError:
        return {}
    return frame if isinstance(frame, dict) else {}
