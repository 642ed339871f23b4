"""A channel's adapter within its plugin's bounds: whatever it does, the runner sees answers or errors of channels."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from kata_desktop.channels.adapter import ChannelAdapter, ChannelError, Connected, Marks, OnMessage
from kata_desktop.domain.channel import Message
from kata_desktop.domain.errors import KataError
from kata_desktop.domain.notification import DeliveryError
from kata_desktop.plugins.containment import discreet, explained
from kata_desktop.plugins.errors import PluginFault
from kata_desktop.plugins.scope import Scope

T = TypeVar("T")


class GuardedAdapter(ChannelAdapter):
    """Does what the plugin's adapter does, as a part of its plugin; the runner limits and cancels it.

    `hide` takes secrets out of its words: the outbox keeps what went wrong.
    """

    def __init__(self, adapter: ChannelAdapter, scope: Scope, hide: Callable[[str], str]) -> None:
        self._hide = hide
        self.traits = adapter.traits
        self._adapter = adapter
        self._scope = scope

    async def connect(self) -> Connected:
        """See `ChannelAdapter`."""
        got = await self._done(self._adapter.connect, "Connecting")
        if not isinstance(got, Connected):
            raise ChannelError(f"Connecting returned {type(got).__name__}; that is an error in the plugin.", final=True)
        return replace(got, sentence=self._hide(got.sentence))

    async def run(self, on_message: OnMessage, marks: Marks) -> None:
        """See `ChannelAdapter`."""
        await self._done(lambda: self._adapter.run(on_message, marks), "Receiving")

    async def close(self) -> None:
        """See `ChannelAdapter`."""
        await self._done(self._adapter.close, "Closing the connection")

    def is_healthy(self) -> bool:
        """See `ChannelAdapter`."""
        try:
            return bool(self._scope.sync(self._adapter.is_healthy, "Looking after the connection"))
        except Exception:  # noqa: BLE001 - logged by the scope; whoever cannot tell is not well
            return False

    def remark(self) -> str:
        """See `ChannelAdapter`."""
        try:
            return self._hide(str(self._scope.sync(self._adapter.remark, "Looking after the connection")))
        except Exception:  # noqa: BLE001 - logged by the scope; messages flow all the same
            return ""

    async def send(self, address: str, text: str, key: str) -> None:
        """See `ChannelAdapter`."""
        try:
            await self._scope.inside(lambda: self._adapter.send(address, text, key), "Sending")
        except DeliveryError as error:
            raise discreet(error, self._hide) from error.__cause__
        except Exception as error:  # an error of the plugin's code: nobody knows whether it arrived
            certain = isinstance(error, KataError) and not isinstance(error, PluginFault)
            raise DeliveryError(self._hide(explained(error, "Sending")), certain=certain) from error

    async def lookup(self, address: str, key: str) -> bool | None:
        """See `ChannelAdapter`."""
        return await self._done(lambda: self._adapter.lookup(address, key), "Looking for a message")

    def markup(self, markdown: str) -> str:
        """See `ChannelAdapter`."""
        try:
            return str(self._scope.in_thread(lambda: self._adapter.markup(markdown), "Converting Markdown"))
        except Exception:  # noqa: BLE001 - logged by the scope; the text as it is beats no text
            return markdown

    async def working(self, message: Message, *, on: bool) -> None:
        """See `ChannelAdapter`."""
        await self._done(lambda: self._adapter.working(message, on=on), "Showing that it works")

    async def _done(self, work: Callable[[], Awaitable[T]], what: str) -> T:
        try:
            return await self._scope.inside(work, what)
        except KataError as error:
            if isinstance(error, PluginFault):
                raise ChannelError(self._hide(explained(error, what))) from error
            raise discreet(error, self._hide) from error.__cause__
        except Exception as error:
            raise ChannelError(self._hide(explained(error, what))) from error
