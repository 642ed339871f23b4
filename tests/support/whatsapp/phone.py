"""The far end of the scripted gateway: WhatsApp's servers and the owner's phone, in the test's own process."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from kata_desktop.builtin.whatsapp.sent import MARK
from tests.support.whatsapp.shapes import DEVICE, LID, PHONE, events, own, packed, pair_success


class Phone:
    """Listens on a Unix socket; outlives every process that connects.

    Attributes:
        sent: Address and text of everything that was sent through the device, in its order.
        typing: Who was shown "typing …", and whether it began or ended.
        linked: Whether the device is on the phone's list.
        opens: How often a connection was opened.
        unreachable: So many next attempts to connect fail.
        silent: Connections are taken and nothing is ever said.
        hold: Sends are taken and never answered.
        send_errors: What the next sends are answered with instead.
        echoes: What is sent to the own chat comes back as a message of this device number, as from another program.
        numbers: Number by hidden id, as far as the library knows it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sent: list[tuple[str, str]] = []
        self.typing: list[tuple[str, bool]] = []
        self.linked = False
        self.opens = 0
        self.unreachable = 0
        self.silent = False
        self.hold = False
        self.send_errors: deque[dict[str, Any]] = deque()
        self.echoes: int | None = None
        self.numbers: dict[str, str] = {}
        self.account = {"phone": PHONE, "lid": LID, "name": "Owner", "device": DEVICE}
        self.phone_codes: list[str] = []
        self.logged_out = 0
        self.waiting: deque[Any] = deque()
        """Messages for a device that is not connected."""
        self._ids = 0
        self._writer: asyncio.StreamWriter | None = None
        self._server: asyncio.Server | None = None
        self._links: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_unix_server(self._serve, self.path, limit=5_000_000)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for link in self._links:
            link.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)

    # -- what happens over there

    def offer(self, *codes: str) -> None:
        """Offer QR codes."""
        for code in codes:
            self._say(op="code", text=code)

    async def accept(self) -> None:
        """Somebody scanned the code, or typed it, and agreed."""
        self.linked = True
        self.event(pair_success())
        await asyncio.sleep(0.05)
        self.event(events.Connected(status=True))

    def write(self, *messages: Any) -> None:
        """People write; what finds nobody connected waits."""
        for message in messages:
            if self._writer is None or not self.linked:
                self.waiting.append(message)
            else:
                self.event(message)

    def unlink(self) -> None:
        """The owner removes the device on the phone."""
        self.linked = False
        self.event(events.LoggedOut(OnConnect=False, Reason=events.ConnectFailureReason.Value("LOGGED_OUT")))

    def event(self, event: Any) -> None:
        """Any of the library's events."""
        self._say(op="event", **packed(event))

    def texts(self, to: str) -> list[str]:
        """What arrived at somebody's, without the mark."""
        return [text.removesuffix(MARK) for where, text in self.sent if where == to]

    # -- the line

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._links.add(task)
        try:
            while line := await reader.readline():
                self._answer(json.loads(line), writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            if self._writer is writer:
                self._writer = None
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
            self._links.discard(task)

    def _answer(self, asked: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        match asked["op"]:
            case "open":
                self._open(asked["has_session"], writer)
            case "send":
                self._send(asked)
            case "typing":
                self.typing.append((asked["to"], asked["on"]))
            case "log_out":
                self.logged_out += 1
                self.linked = False
                self._say(op="answer", n=asked["n"])
            case _:
                self._say(op="answer", n=asked["n"], **self._told(asked))

    def _told(self, asked: dict[str, Any]) -> dict[str, Any]:
        match asked["op"]:
            case "account":
                return self.account
            case "phone_code":
                self.phone_codes.append(asked["phone"])
                return {"code": "ABCD-EFGH"}
            case "phone_of":
                return {"phone": self.numbers.get(asked["lid"], "")}
            case _:
                return {"name": "Team"}

    def _open(self, has_session: bool, writer: asyncio.StreamWriter) -> None:
        self.opens += 1
        if self.silent:
            return
        self._writer = writer
        if self.unreachable:
            self.unreachable -= 1
            self._say(op="unreachable", why="dial tcp: lookup web.whatsapp.com: no such host")
            return
        self._say(op="opened")
        if self.linked and has_session:
            self.event(events.Connected(status=True))
            while self.waiting:
                self.event(self.waiting.popleft())
        elif has_session and self.opens > 1 and self._was_linked:
            self.event(events.LoggedOut(OnConnect=True, Reason=events.ConnectFailureReason.Value("LOGGED_OUT")))

    _was_linked = False

    def remember_link(self) -> None:
        """From now on a session that is not linked is an old one."""
        self._was_linked = True

    def _send(self, asked: dict[str, Any]) -> None:
        error = self.send_errors.popleft() if self.send_errors else None
        if error is not None:
            self._say(op="answer", n=asked["n"], **error)
            return
        self.sent.append((asked["to"], asked["text"]))
        if self.hold:
            return
        self._ids += 1
        ident = f"3EB0{self._ids:016X}"
        if self.echoes is not None and asked["to"].startswith(PHONE):
            self.event(own(ident, asked["text"], device=self.echoes))  # before the confirmation: the worst order
        self._say(op="answer", n=asked["n"], id=ident)

    def _say(self, **words: object) -> None:
        if self._writer is not None:
            self._writer.write(json.dumps(words).encode() + b"\n")
