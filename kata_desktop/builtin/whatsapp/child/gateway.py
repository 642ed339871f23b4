"""The seam to WhatsApp: everything that the process asks of the library, and nothing else of it is known elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Unreachable(Exception):
    """No connection could be opened now."""


class Refused(Exception):
    """WhatsApp said no."""


class LibraryMissing(Exception):
    """The library is not there as it must be; the message is a sentence for people."""


class SendFailed(Exception):
    """A text was not confirmed."""

    def __init__(self, detail: str, *, certain: bool, retryable: bool = True) -> None:
        super().__init__(detail)
        self.certain = certain
        """Whether surely nobody got it."""
        self.retryable = retryable


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Who we are."""

    phone: str
    lid: str
    name: str
    device: int


class Gateway(Protocol):
    """One session with WhatsApp. Both callbacks are called on the loop's thread."""

    async def open(self, on_event: Callable[[object], None], on_code: Callable[[str], None]) -> None:
        """Connect with the stored session, or offer QR codes where there is none; returns with the first sign of life.

        `on_event` gets the library's own events, `on_code` the text of each QR code. Opening again begins anew.

        Raises:
            Unreachable, LibraryMissing: it could not be opened.
        """
        ...

    async def phone_code(self, phone: str) -> str:
        """Ask for a code to type on the phone; only while QR codes are offered. Raises `Refused`."""
        ...

    async def account(self) -> Account:
        """Who we are; only once connected."""
        ...

    async def phone_of(self, lid: str) -> str:
        """Digits of the number behind a hidden id; empty when it is not known."""
        ...

    async def group_name(self, group: str) -> str:
        """What a group is called; empty when that cannot be learned soon."""
        ...

    async def send(self, to: str, text: str) -> str:
        """Send a text and return the id that the message got. Raises `SendFailed`."""
        ...

    async def typing(self, to: str, *, on: bool) -> None:
        """Show that something is being written; best effort."""
        ...

    async def log_out(self) -> None:
        """Give the link up. Raises `Refused`."""
        ...

    async def close(self) -> None:
        """Hang up; harmless when nothing is open."""
        ...
