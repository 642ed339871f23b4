"""What Kata and the process of the linked device say to each other: one JSON object a line, read strictly."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why the device is of no use any more; the process waits to be stopped."""

    UNLINKED = "unlinked"
    """Removed on the phone, or by WhatsApp; only linking anew helps."""
    LEFT = "left"
    """Kata itself has logged out, as it was told to."""
    REPLACED = "replaced"
    """The same session was opened by another program."""
    OUTDATED = "outdated"
    """WhatsApp does not talk with this version of the library any more."""
    BANNED = "banned"
    """WhatsApp has locked the account for a while."""
    UNREACHABLE = "unreachable"
    """No connection could be opened, several times."""
    REFUSED = "refused"
    """WhatsApp did not link the device."""
    LIBRARY = "library"
    """The library or something it needs is not there, or not as it must be."""
    BUSY = "busy"
    """Another process works with the session."""


# -- from Kata to the process


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """Connect; the first order, and the only one of its kind."""

    pairing: bool
    """Whether there is no linked device yet, so that one is to be linked."""
    phone: str = ""
    """With pairing: digits of the phone that is to show a code of eight letters; empty for QR codes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Receive:
    """Hand on what came in, from the first message that was not confirmed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """A message is safe; forget it."""

    token: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Send:
    """Send a text."""

    number: int
    """Chosen by Kata; the answer carries it."""
    to: str
    """Such as ``4915123456789@s.whatsapp.net``."""
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Typing:
    """Show that an answer is being written, or no longer."""

    to: str
    on: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class LogOut:
    """Give the link up; answered by `Over`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ping:
    """Are you there?"""

    number: int


# -- from the process to Kata


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """Something to scan or to type. It opens the account: shown to the owner, never written down."""

    text: str
    seconds: float
    """How long it can be used."""
    is_phone_code: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Expired:
    """Nobody scanned or typed a code in time; there are no more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scanned:
    """The phone accepted; the device is being set up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Online:
    """Connected as a linked device."""

    phone: str
    """Digits of the account's number."""
    lid: str
    """Digits of the account's hidden id; empty when it has none."""
    name: str
    device: int
    """Number of this device; the phone is 0."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Offline:
    """The connection was lost; the library opens it again by itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Over:
    """The device is of no use any more."""

    reason: Reason
    detail: str = ""
    """What the other side said, in its own words; or, with LIBRARY, a sentence for people."""
    seconds: float = 0.0
    """With BANNED: for how long."""


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """What is known of a file that came along."""

    name: str
    media_type: str
    size: int
    """Bytes; 0 when it is not said."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Came:
    """A message came in; told again with every `Receive` until it is `Stored`."""

    token: str
    """Of this message in the process's own store."""
    id: str
    chat: str
    """Such as ``4915123456789@s.whatsapp.net`` or ``1203…@g.us``."""
    chat_name: str
    is_group: bool
    is_own: bool
    """Whether it stands in the owner's chat with themselves."""
    phone: str
    """Digits of the writer's number; empty when WhatsApp hides it."""
    lid: str
    """Digits of the writer's hidden id; empty when there is none."""
    name: str
    device: int
    """From which of the writer's devices; the phone is 0."""
    text: str
    mentioned: bool
    """Whether the account is mentioned."""
    quotes: str
    """Id of the message that it replies to."""
    at: float
    """Seconds since 1970, UTC."""
    files: tuple[File, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """WhatsApp has confirmed a text."""

    number: int
    id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NotSent:
    """A text was not confirmed."""

    number: int
    detail: str
    certain: bool
    """Whether surely nobody got it."""
    retryable: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Pong:
    """I am here."""

    number: int


Order = Open | Receive | Stored | Send | Typing | LogOut | Ping
Report = Code | Expired | Scanned | Online | Offline | Over | Came | Sent | NotSent | Pong
ORDERS: tuple[type[Order], ...] = (Open, Receive, Stored, Send, Typing, LogOut, Ping)
REPORTS: tuple[type[Report], ...] = (Code, Expired, Scanned, Online, Offline, Over, Came, Sent, NotSent, Pong)
