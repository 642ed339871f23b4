"""What a channel's adapter promises: the one piece of code that knows the other side's protocol."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from kata_desktop.domain.channel import Message
from kata_desktop.domain.errors import KataError

OnMessage = Callable[[Message], Awaitable[bool]]
"""Takes a message into the inbox. Returns once it is durable: only then may the adapter acknowledge it. False when it
was there already. Raises when it could not be stored: then it must not be acknowledged.
"""


class Marks(Protocol):
    """Up to where each conversation was read; durable, bound to one workspace, channel and account."""

    async def get(self, scope: str) -> str:
        """Return the mark of a scope (a conversation, a folder); empty when there is none."""
        ...

    async def put(self, scope: str, mark: str) -> None:
        """Store a mark; durable when it returns. Marks only what is already in the inbox."""
        ...

    async def all(self) -> dict[str, str]:
        """Return every scope with its mark."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelTraits:
    """What the runner has to know about a channel."""

    id: str
    """Equals the plugin's id; the target kind of the outbox, such as ``slack``."""
    name: str
    """What people call it."""
    longest: int
    """Characters that one message may have; longer texts are split at paragraph ends."""
    can_lookup: bool = False
    """Whether `lookup` can tell if a key arrived; without it nothing is sent twice, at the price of "unknown"."""
    allow_list_only: bool = False
    """The owner must name senders; pairing is not offered (WhatsApp)."""
    threads: bool = False
    """Whether conversations have threads."""
    commands: str = "/"
    """What people type before the word of a command; more where the other side keeps words with a slash to itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Connected:
    """What `ChannelAdapter.connect` returns."""

    account: str
    """Stable id of the account, such as ``T012:U034``; one account is connected once per program."""
    sentence: str
    """"Connected as @kata in Acme"."""


class ChannelAdapter(ABC):
    """One connection of one workspace to one channel. Built by its plugin, driven by `channels.runner` alone.

    All methods but `markup` are called on the loop's thread, and never two of `connect`, `run`, `close` at the same
    time. They must not block the loop; every error that the world may cause is raised as a `ChannelError`.
    """

    traits: ChannelTraits

    @abstractmethod
    async def connect(self) -> Connected:
        """Check settings and credentials with the other side and learn who we are; receive nothing yet.

        Raises:
            ChannelError: with the reason, and whether trying again can help.
        """

    @abstractmethod
    async def run(self, on_message: OnMessage, marks: Marks) -> None:
        """Receive until the connection is lost (raise), the task is cancelled, or `close` is called.

        First fetch what was missed since the marks, then go on live; hand everything to `on_message` before it is
        acknowledged; own messages, edits and deletions are dropped here. Doubles are harmless.
        """

    @abstractmethod
    async def close(self) -> None:
        """Give back sockets, tasks and processes; harmless when nothing is open. Takes at most five seconds."""

    @abstractmethod
    def is_healthy(self) -> bool:
        """Tell whether the other side was heard from (heartbeat included) recently; asked every 15 seconds."""

    def remark(self) -> str:
        """What a person has to know although messages flow, one sentence; asked with `is_healthy`, empty mostly."""
        return ""

    @abstractmethod
    async def send(self, address: str, text: str, key: str) -> None:
        """Deliver one message (already split and in the channel's own markup); return once it is confirmed.

        Args:
            address: what a person typed as target or a message's `reply_address`.
            text: at most `traits.longest` characters.
            key: idempotency key; kept with the message where the channel can, so that `lookup` finds it.

        Raises:
            DeliveryError: says whether it surely did not arrive, and when to try again.
        """

    async def lookup(self, address: str, key: str) -> bool | None:  # noqa: ARG002 - for those who can
        """Tell whether a message with this key arrived; None when the channel cannot be asked (now)."""
        return None

    def markup(self, markdown: str) -> str:
        """Convert Markdown to the channel's own markup; plain text unless overridden. Called in a thread."""
        return markdown

    async def working(self, message: Message, *, on: bool) -> None:  # noqa: B027 - not every channel can
        """Show that an answer is being worked on, or no longer; best effort, errors are swallowed by the runner."""


class ChannelError(KataError):
    """The channel cannot be used now."""

    def __init__(
        self,
        sentence: str,
        *,
        final: bool = False,
        needs: str = "",
        retry_after: timedelta | None = None,
        until: datetime | None = None,
    ) -> None:
        super().__init__(sentence)
        self.final = final
        """True when only a person can repair it: token refused, device unlinked."""
        self.needs = needs
        """``set-up``, ``pairing`` or ``keyring`` when that is what is missing; empty otherwise."""
        self.retry_after = retry_after
        self.until = until
