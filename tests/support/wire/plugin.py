"""The near end: a plugin whose channel talks to `far_end` over a Unix socket."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from datetime import datetime
from typing import Any

from kata_desktop.plugins.sdk import (
    ChannelAdapter,
    ChannelError,
    ChannelTraits,
    Connected,
    ConversationKind,
    DeliveryError,
    Marks,
    Message,
    OnMessage,
    Plugin,
    PluginContext,
    Registrar,
)


class WireAdapter(ChannelAdapter):
    """One connection to the far end."""

    def __init__(self, path: str, *, can_lookup: bool) -> None:
        self.traits = ChannelTraits(id="wire", name="Wire", longest=2000, can_lookup=can_lookup)
        self._path = path
        self._writer: asyncio.StreamWriter | None = None
        self._reader: asyncio.StreamReader | None = None
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[bool | None]] = {}

    async def connect(self) -> Connected:
        try:
            self._reader, self._writer = await asyncio.open_unix_connection(self._path, limit=1_000_000)
            hello = json.loads(await self._reader.readline())
        except (OSError, ValueError) as error:
            raise ChannelError("The far end does not answer; start it.") from error
        assert hello["op"] == "hello"
        return Connected(account="W1", sentence="Connected")

    async def run(self, on_message: OnMessage, marks: Marks) -> None:  # noqa: ARG002
        assert self._reader is not None
        received: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        reading = asyncio.get_running_loop().create_task(self._read(received), name="wire")
        try:
            while True:
                taking = asyncio.get_running_loop().create_task(received.get(), name="wire: next")
                await asyncio.wait({taking, reading}, return_when=asyncio.FIRST_COMPLETED)
                if not taking.done():
                    taking.cancel()
                    raise ChannelError("The far end went away.")
                message = taking.result()
                await on_message(_message(message))
                self._say(op="ack", id=message["id"])
        finally:
            reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reading

    async def _read(self, received: asyncio.Queue[dict[str, Any]]) -> None:
        assert self._reader is not None
        while line := await self._reader.readline():
            said = json.loads(line)
            if said["op"] == "message":
                received.put_nowait(said["message"])
            elif (waiter := self._waiting.pop(said["n"], None)) is not None and not waiter.done():
                waiter.set_result(said["yes"])

    async def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
        for waiter in self._waiting.values():
            if not waiter.done():
                waiter.set_exception(DeliveryError("The connection was closed.", certain=False))

    def is_healthy(self) -> bool:
        return True

    async def send(self, address: str, text: str, key: str) -> None:
        await self._ask(op="send", address=address, text=text, key=key)

    async def lookup(self, address: str, key: str) -> bool | None:  # noqa: ARG002
        return await self._ask(op="lookup", key=key) if self.traits.can_lookup else None

    async def _ask(self, **words: object) -> bool | None:
        number = next(self._numbers)
        waiter: asyncio.Future[bool | None] = asyncio.get_running_loop().create_future()
        self._waiting[number] = waiter
        self._say(n=number, **words)
        return await waiter

    def _say(self, **words: object) -> None:
        assert self._writer is not None
        if self._writer.is_closing():
            raise DeliveryError("The connection is closed.")
        self._writer.write(json.dumps(words).encode() + b"\n")


def _message(facts: dict[str, Any]) -> Message:
    return Message(
        id=facts["id"],
        channel="wire",
        account="W1",
        sender=facts["sender"],
        conversation=facts["conversation"],
        kind=ConversationKind.DIRECT,
        text=facts["text"],
        at=datetime.fromisoformat(facts["at"]),
        reply_address=facts["conversation"],
    )


class WirePlugin(Plugin):
    """Brings the channel."""

    can_lookup = True

    def register(self, registrar: Registrar) -> None:
        registrar.channel(self._adapter)

    def _adapter(self, context: PluginContext) -> ChannelAdapter:
        return WireAdapter(context.settings.text("socket"), can_lookup=self.can_lookup)


class DeafWirePlugin(WirePlugin):
    """The same on a channel that cannot be asked what arrived."""

    can_lookup = False
