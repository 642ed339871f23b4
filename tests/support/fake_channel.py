"""A channel with a far end in memory: it keeps what arrived, hands out what people write, and fails as it is told."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kata_desktop.channels.adapter import (
    ChannelAdapter,
    ChannelError,
    ChannelTraits,
    Connected,
    Marks,
    OnMessage,
)
from kata_desktop.domain.channel import ChannelRules, ConversationKind, Message
from kata_desktop.domain.notification import DeliveryError

WRITTEN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def wrote(ident: str, text: str, *, sender: str = "U1", **more: object) -> Message:
    """A direct message to Kata; fields of it by name."""
    facts: dict[str, object] = {
        "id": ident,
        "channel": "fake",
        "account": "A1",
        "sender": sender,
        "sender_name": sender.title(),
        "conversation": f"D-{sender}",
        "text": text,
        "at": WRITTEN,
        "reply_address": f"D-{sender}",
    }
    return Message(**(facts | more))  # type: ignore[arg-type]


def in_room(ident: str, text: str, *, sender: str = "U1", room: str = "R1", **more: object) -> Message:
    """A message in a group that mentions Kata."""
    facts: dict[str, object] = {"conversation": room, "conversation_name": f"#{room}", "reply_address": room}
    facts |= {"kind": ConversationKind.GROUP, "mentioned": True}
    return wrote(ident, text, sender=sender, **(facts | more))


class FarEnd:
    """The other side of the channel, which outlives every adapter.

    Attributes:
        arrived: Text by key, of everything it has accepted; what comes again under the same key is kept in `twice`.
        waiting: What people wrote and nobody has acknowledged; handed out anew with every connection.
        send_errors: Raised by the next sends, before (`certain`) or after it has accepted the text.
        connect_errors: Raised by the next attempts to connect.
    """

    def __init__(self, *, can_lookup: bool = True, longest: int = 4000, account: str = "A1") -> None:
        self.can_lookup = can_lookup
        self.commands = "/"
        """What people type before the word of a command."""
        self.longest = longest
        self.account = account
        self.arrived: dict[str, tuple[str, str]] = {}
        self.twice: list[str] = []
        self.waiting: deque[Message] = deque()
        self.acknowledged: list[str] = []
        self.send_errors: deque[DeliveryError | None] = deque()
        self.connect_errors: deque[Exception] = deque()
        self.connects = 0
        self.closes = 0
        self.signs: list[tuple[str, bool]] = []
        self.healthy = True
        self.answers_lookups = True
        self.hold: asyncio.Event | None = None
        self.forgets_to_acknowledge = False
        self._news = asyncio.Event()
        self._lost: Exception | None = None

    def write(self, *messages: Message) -> None:
        """People write."""
        self.waiting.extend(messages)
        self._news.set()

    def lose(self, error: Exception | None = None) -> None:
        """The connection breaks now."""
        self._lost = error or ChannelError("The connection broke.")
        self._news.set()

    @property
    def texts(self) -> list[str]:
        """What arrived, in the order it came."""
        return [text for _, text in self.arrived.values()]

    def to(self, address: str) -> list[str]:
        """What arrived at an address."""
        return [text for where, text in self.arrived.values() if where == address]

    def adapter(self) -> FakeAdapter:
        """A new adapter on this far end."""
        return FakeAdapter(self)

    async def _receive(self, on_message: OnMessage) -> None:
        while True:
            self._news.clear()
            for message in list(self.waiting):
                await on_message(message)
                self.acknowledged.append(message.id)
                if not self.forgets_to_acknowledge:
                    self.waiting.remove(message)
            self.forgets_to_acknowledge = False
            if self._lost is not None:
                error, self._lost = self._lost, None
                raise error
            await self._news.wait()

    async def _accept(self, address: str, text: str, key: str) -> None:
        if self.hold is not None:
            await self.hold.wait()
        error = self.send_errors.popleft() if self.send_errors else None
        if error is not None and error.certain:
            raise error
        assert text.strip(), "an empty message was sent"
        assert len(text) <= self.longest, "a message was too long"
        if key in self.arrived:
            self.twice.append(key)
        self.arrived[key] = (address, text)
        if error is not None:
            raise error


class FakeAdapter(ChannelAdapter):
    """Talks to a `FarEnd`."""

    def __init__(self, far: FarEnd) -> None:
        self.traits = ChannelTraits(
            id="fake", name="Fake", longest=far.longest, can_lookup=far.can_lookup, commands=far.commands
        )
        self._far = far
        self.open = False

    async def connect(self) -> Connected:
        self._far.connects += 1
        if self._far.connect_errors:
            raise self._far.connect_errors.popleft()
        self.open = True
        return Connected(account=self._far.account, sentence="Connected as @kata")

    async def run(self, on_message: OnMessage, marks: Marks) -> None:
        await marks.put("all", str(self._far.connects))
        await self._far._receive(on_message)

    async def close(self) -> None:
        self._far.closes += 1
        self.open = False

    def is_healthy(self) -> bool:
        return self._far.healthy

    async def send(self, address: str, text: str, key: str) -> None:
        assert self.open, "sent through a closed adapter"
        await self._far._accept(address, text, key)

    async def lookup(self, address: str, key: str) -> bool | None:  # noqa: ARG002
        if not self._far.can_lookup or not self._far.answers_lookups:
            return None
        return key in self._far.arrived

    async def working(self, message: Message, *, on: bool) -> None:
        self._far.signs.append((message.id, on))


@dataclass(kw_only=True)
class WantedFake:
    """What a plugin would hand to the host."""

    far: FarEnd
    workspace_id: str = "ws_acme"
    channel: str = "fake"
    given: ChannelRules = field(default_factory=lambda: ChannelRules(allow=("U1", "U2"), allow_in_groups=("U1", "U2")))

    @property
    def build(self) -> Callable[[], ChannelAdapter]:
        return self.far.adapter

    @property
    def rules(self) -> Callable[[], ChannelRules]:
        return lambda: self.given
