"""Channels: what comes in from people elsewhere, who they are, and how things stand with the connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum


class ConversationKind(StrEnum):
    """Who can read along."""

    DIRECT = "direct"
    """One person and Kata."""
    GROUP = "group"
    """A room, channel or group."""
    OWN = "own"
    """The owner's chat with themselves ("message yourself"): private, and the owner is the only writer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """What is known about a file that came with a message; the file itself is not fetched."""

    name: str
    media_type: str = ""
    size: int | None = None
    """Bytes, when the channel says so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One message as a channel's adapter hands it on; own messages and edits never become one."""

    id: str
    """The channel's own id, stable across redeliveries; unique within channel and account."""
    channel: str
    """Id of the channel, such as ``slack``; equals the plugin's id."""
    account: str
    """Stable id of the account that received it, such as team and bot user."""
    sender: str
    """Stable id of who wrote it; never a display name."""
    sender_name: str = ""
    """What people call them; shown, never trusted."""
    conversation: str
    """Stable id of the room or direct conversation."""
    conversation_name: str = ""
    kind: ConversationKind = ConversationKind.DIRECT
    thread: str = ""
    """Id of the thread inside the conversation; empty outside threads. A mention that starts a thread carries the
    thread that its answer will open.
    """
    text: str
    """Plain text or Markdown; the mention of Kata itself is taken out."""
    mentioned: bool = False
    """Whether Kata was spoken to by name; direct messages always count as that."""
    at: datetime
    """When it was written (aware, UTC), by the channel's clock."""
    attachments: tuple[Attachment, ...] = ()
    reply_address: str
    """Where an answer goes: an address that the same channel's `send` understands, thread included."""


def written_at(seconds: float) -> datetime:
    """The instant (UTC) that a channel's clock names, in seconds since 1970; the nearest that can be shown everywhere
    when it names one that no calendar has.
    """
    return _EPOCH + timedelta(seconds=min(seconds, _LATEST) if seconds > 0 else 0)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 10**10
"""Seconds; some time in 2286."""

NO_ANSWER = "Sorry, I could not answer this. Whoever runs Kata here can see why."
"""What somebody who wrote is told when there will be no answer; causes stay in the house."""


CANNOT_NOW = "Sorry, I cannot answer just now. Whoever runs Kata here can see why. I say so once, until I can again."
"""What people are told whose messages cannot be taken on, such as when a quota is used up."""


class ChannelState(StrEnum):
    """How things stand with one channel in one workspace."""

    OFF = "off"
    """Switched off here."""
    STARTING = "starting"
    """Being connected for the first time."""
    CONNECTED = "connected"
    """Messages flow."""
    RECONNECTING = "reconnecting"
    """The connection was lost, or never came about; it is tried again by itself."""
    NEEDS_SETUP = "needs set-up"
    """A setting or credential is missing."""
    NEEDS_PAIRING = "needs pairing"
    """No device or account is linked yet."""
    WAITING_KEYRING = "waiting for keyring"
    """Its credentials are in a keyring that is locked or does not answer."""
    REJECTED = "rejected"
    """The other side refused the credentials, or unlinked the device; final until a person repairs it."""
    RATE_LIMITED = "rate-limited"
    """The other side asked for patience until an instant."""
    TAKEN = "taken"
    """The same account is already connected in another workspace of this program."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelStatus:
    """What the screen and ``plugin status`` show of a channel."""

    workspace_id: str
    channel: str
    state: ChannelState = ChannelState.OFF
    sentence: str = ""
    """What a person reads: "Connected as @kata in Acme"."""
    account: str = ""
    """The last one that was connected since Kata started or it was switched on; empty before the first."""
    until: datetime | None = None
    """With RATE_LIMITED and RECONNECTING: when it is tried again (UTC)."""
    since: datetime | None = None
    """Since when it has been in this state (UTC)."""

    @property
    def never_connected(self) -> bool:
        """Whether it is tried again and again and has not been connected yet: nothing was lost then."""
        return self.state is ChannelState.RECONNECTING and not self.account


class SenderState(StrEnum):
    """What the owner decided about somebody who writes."""

    PENDING = "pending"
    """Asked to be let in with a pairing code; waits for the owner."""
    ALLOWED = "allowed"
    """May talk to Kata in the kinds of conversation that are named."""
    BLOCKED = "blocked"
    """Never answered, never asked about again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """Somebody who wrote in a channel, and the owner's decision; keyed by workspace, channel, account and `id`."""

    workspace_id: str
    channel: str
    account: str
    id: str
    """The channel's stable id."""
    name: str = ""
    state: SenderState
    direct: bool = True
    """Allowed in direct conversations."""
    group: bool = False
    """Allowed in groups."""
    code: str = ""
    """With PENDING: the pairing code that the sender was told, to be compared by the owner."""
    expires_at: datetime | None = None
    """With PENDING: when the code ends (UTC)."""
    created_at: datetime | None = None


class InboxState(StrEnum):
    """What became of a message that came in."""

    RECEIVED = "received"
    """Stored; not yet decided about."""
    QUEUED = "queued"
    """A run answers it, or has answered it: see its run."""
    HANDLED = "handled"
    """A command such as ``/status``; answered without a model."""
    IGNORED = "ignored"
    """Not for Kata, or its sender is not allowed; the reason says which."""
    FAILED = "failed"
    """It could not be taken on after three tries; the reason says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxItem:
    """A stored message and its fate."""

    id: str
    workspace_id: str
    message: Message
    state: InboxState
    reason: str = ""
    """One sentence for a person when it was ignored or failed."""
    run_id: str = ""
    tries: int = 0
    received_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetSuggestion:
    """Somewhere that a result may be sent, because somebody wrote from there."""

    target: str
    """As people type it: ``CHANNEL:ADDRESS``."""
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelRules:
    """Who may talk to Kata in one channel of one workspace, and when it listens; part of that plugin's settings."""

    allow: tuple[str, ...] = ()
    """Stable sender ids that may write in direct conversations; those allowed with one click are in the store."""
    allow_in_groups: tuple[str, ...] = ()
    """Stable sender ids that may write in groups."""
    pairing: bool = False
    """Whether strangers may ask to be let in; off unless the owner switches it on."""
    patterns: tuple[str, ...] = ()
    """Case-insensitive patterns (glob within the text) of which one must match; none means everything."""
    mention_needed: bool = True
    """In groups, listen only when spoken to by name."""
