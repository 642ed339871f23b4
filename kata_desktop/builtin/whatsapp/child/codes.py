"""The codes that link a device: renewed until one was used, for as long as somebody may be looking at them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from kata_desktop.builtin.whatsapp.child.gateway import Gateway, LibraryMissing, Refused, Unreachable
from kata_desktop.builtin.whatsapp.wire import Code, Expired, Over, Reason, Report


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeTimes:
    """Seconds, as WhatsApp's own clients have them."""

    first: float = 60.0
    """The first QR code after connecting."""
    following: float = 20.0
    """Each of the five after it; then the server hangs up."""
    phone: float = 160.0
    """A code to type on the phone ends with its connection."""
    late: float = 5.0
    """After that much more, no further code is expected on this connection."""
    all: float = 600.0
    """Beyond, nobody is looking any more."""


class Codes:
    """Offers codes between `begin` and `end`."""

    def __init__(self, group: asyncio.TaskGroup, times: CodeTimes) -> None:
        self._group = group
        self._times = times
        self._gateway: Gateway | None = None
        self._tell: Callable[[Report], None] = lambda _: None
        self._dial: Callable[[], Awaitable[None]] | None = None
        self._phone = ""
        self._on = False
        self._is_first = True
        self._until = 0.0
        self._watch: asyncio.Task[None] | None = None

    def attach(self, gateway: Gateway, tell: Callable[[Report], None], dial: Callable[[], Awaitable[None]]) -> None:
        """Say where codes come from and go to."""
        self._gateway, self._tell, self._dial = gateway, tell, dial

    def begin(self, phone: str) -> None:
        """Offer codes: for scanning, or for typing on the phone with these digits."""
        self._phone, self._on = phone, True
        self._until = asyncio.get_running_loop().time() + self._times.all

    def end(self) -> None:
        """One was used, or none is wanted any more."""
        self._on = False
        self._stop_watching()

    def offered(self, text: str) -> None:
        """The connection has a QR code for us."""
        if not self._on:
            return
        is_first, self._is_first = self._is_first, False
        if self._phone:
            if is_first:
                self._group.create_task(self._ask_for_phone_code(), name="phone code")
            return
        seconds = self._times.first if is_first else self._times.following
        self._tell(Code(text=text, seconds=seconds, is_phone_code=False))
        self._watch_for(seconds + self._times.late)

    async def _ask_for_phone_code(self) -> None:
        assert self._gateway is not None
        try:
            code = await self._gateway.phone_code(self._phone)
        except Refused as error:
            self.end()
            self._tell(Over(reason=Reason.REFUSED, detail=str(error)))
            return
        self._tell(Code(text=code, seconds=self._times.phone, is_phone_code=True))
        self._watch_for(self._times.phone)

    def _watch_for(self, seconds: float) -> None:
        self._stop_watching()
        self._watch = self._group.create_task(self._renew(seconds), name="renewal of codes")

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._watch = None

    async def _renew(self, seconds: float) -> None:
        """No further code came: connect anew for the next ones, unless it has gone on for too long."""
        await asyncio.sleep(seconds)
        self._watch = None  # the code that comes next must not end what brings it
        assert self._gateway is not None
        assert self._dial is not None
        await self._gateway.close()
        if self._phone or asyncio.get_running_loop().time() >= self._until:
            self._on = False
            self._tell(Expired())
            return
        self._is_first = True
        try:
            await self._dial()
        except Unreachable as error:
            self._tell(Over(reason=Reason.UNREACHABLE, detail=str(error)))
        except LibraryMissing as error:
            self._tell(Over(reason=Reason.LIBRARY, detail=str(error)))
