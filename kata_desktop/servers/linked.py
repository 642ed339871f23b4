"""A program that talks with Kata while it runs: lines of text both ways over a socket that is its standard input."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import cast

from kata_desktop.domain.command import CommandSpec
from kata_desktop.servers.child import Child, OnLine

LONGEST_LINE = 2_000_000
"""Bytes; a program that writes a longer one does not keep to its protocol and is stopped."""
GRACE = 2.0
"""Seconds between TERM and KILL."""


class LinkedChild:
    """A started program with its link; use `LinkedChild.start`.

    Attributes:
        ended: Its exit code, negative for a signal; set when it and all it started are gone, and the link is closed.
    """

    def __init__(self, child: Child, transport: asyncio.WriteTransport, link: _Link) -> None:
        self._child = child
        self._transport = transport
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        child.ended.add_done_callback(lambda _: transport.close())
        child.ended.add_done_callback(lambda _: self._over(link))
        link.on_lost = lambda: self._over(link)

    @classmethod
    async def start(cls, spec: CommandSpec, *, on_line: OnLine, on_output: OnLine, grace: float = GRACE) -> LinkedChild:
        """Start a program. `on_line` hears what it says over the link, `on_output` what it prints.

        When either side lets go of the link, the program is stopped.

        Raises:
            NoSuchProgram, NoSuchFolder, NotHere: it cannot be started.
        """
        ours, theirs = socket.socketpair()
        try:
            child = await Child.start(spec, on_output=on_output, grace=grace, link=theirs.fileno())
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        loop = asyncio.get_running_loop()
        try:
            ours.setblocking(False)
            transport, link = await loop.create_connection(lambda: _Link(child, on_line), sock=ours)
        except BaseException:
            child.ask_to_stop()
            ours.close()
            raise
        return cls(child, cast("asyncio.WriteTransport", transport), link)

    @property
    def pid(self) -> int:
        """Its process id; 0 until it is known."""
        return self._child.pid

    def send(self, line: str) -> None:
        """Say a line, without its end; nothing happens when the link is gone, of which `ended` tells."""
        if not self._transport.is_closing():
            self._transport.write(line.encode("utf-8", "replace") + b"\n")

    async def stop(self) -> int:
        """Stop it with everything it has started and return its exit code; harmless when it has ended."""
        self._child.ask_to_stop()
        return await asyncio.shield(self.ended)

    def _over(self, link: _Link) -> None:
        if self._child.ended.done() and link.is_lost and not self.ended.done():
            self.ended.set_result(self._child.ended.result())


class _Link(asyncio.Protocol):
    """Our end: cuts what comes into lines."""

    def __init__(self, child: Child, on_line: OnLine) -> None:
        self._child = child
        self._on_line = on_line
        self._transport: asyncio.BaseTransport | None = None
        self._rest = bytearray()
        self.is_lost = False
        self.on_lost: Callable[[], None] = lambda: None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *lines, rest = data.split(b"\n")
        for line in lines:
            whole = bytes(self._rest) + line
            self._rest.clear()
            self._on_line(whole.decode("utf-8", "replace"))
        self._rest += rest
        if len(self._rest) > LONGEST_LINE and self._transport is not None:
            self._transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        self.is_lost = True
        self._child.ask_to_stop()
        self.on_lost()
