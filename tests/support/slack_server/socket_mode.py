"""Socket Mode: tickets, connections, envelopes, and what happens when nobody acknowledges."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.support.slack_server.arguments import Arguments
from tests.support.slack_server.journal import Journal
from tests.support.slack_server.world import APP

MOST_CONNECTIONS = 10


@dataclass(kw_only=True)
class Timing:
    """How patient this Slack is; seconds."""

    acknowledge_within: float = 3.0
    redeliver_after: tuple[float, ...] = (0.0, 60.0, 300.0)
    """Before each further delivery of an event that nobody acknowledged; empty: there is none."""
    close_after: float = 10.0
    """Between the announcement of a disconnect and the end of that connection."""
    ping_every: float = 10.0


@dataclass(kw_only=True, eq=False)
class Connection:
    """One WebSocket of a client."""

    number: int
    socket: web.WebSocketResponse
    request: web.Request
    frozen: bool = False
    """What is sent to it goes nowhere, and nothing of it is heard: a half-dead line."""


@dataclass(kw_only=True, eq=False)
class Envelope:
    """Something to be acknowledged."""

    kind: str
    payload: dict[str, Any]
    accepts_payload: bool
    attempt: int = 0
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    answer: Any = None
    """The payload of the acknowledgement."""
    deliveries: list[int] = field(default_factory=list)
    """Numbers of the connections it went to."""


class SocketMode:
    """All connections of one app; they share its envelopes."""

    def __init__(self, journal: Journal, timing: Timing, spawn: Callable[[Any], None]) -> None:
        self._journal = journal
        self._timing = timing
        self._spawn = spawn
        self._tickets: set[str] = set()
        self._sent: dict[str, Envelope] = {}
        self._count = 0
        self.address = ""
        self.enabled = True
        self.delivering = True
        """False: events are lost on the way, as when Slack's own queue gives up."""
        self.connections: list[Connection] = []

    def open(self, _arguments: Arguments) -> dict[str, Any]:
        """apps.connections.open: an address that works once."""
        ticket = secrets.token_urlsafe(12)
        self._tickets.add(ticket)
        return {"url": f"{self.address}?ticket={ticket}&app_id={APP}"}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from its ticket to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            self._journal.note("refused", "link", ticket=ticket)
            return web.Response(status=403, text="this address does not work any more")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=self._timing.ping_every)
        await socket.prepare(request)
        if not self.enabled or len(self.connections) >= MOST_CONNECTIONS:
            reason = "too_many_websockets" if self.enabled else "link_disabled"
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}})
            await socket.close()
            return socket
        self._count += 1
        connection = Connection(number=self._count, socket=socket, request=request)
        await self._welcome(connection)
        try:
            await self._listen(connection)
        finally:
            if connection in self.connections:
                self.connections.remove(connection)
            self._journal.note("closed", "link", number=connection.number)
        return socket

    async def _welcome(self, connection: Connection) -> None:
        hello = {
            "type": "hello", "num_connections": len(self.connections) + 1, "connection_info": {"app_id": APP},
            "debug_info": {"host": "local", "approximate_connection_time": 3600},
        }  # fmt: skip
        await connection.socket.send_json(hello)
        self.connections.append(connection)
        self._journal.note("connected", "link", number=connection.number)

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type is WSMsgType.TEXT and not connection.frozen:
                self._heard(connection, message.data)

    def _heard(self, connection: Connection, text: str) -> None:
        try:
            frame = json.loads(text)
            ident = frame["envelope_id"]
        except (ValueError, TypeError, KeyError):
            self._journal.note("violation", "a frame that is no acknowledgement", text=text)
            return
        envelope = self._sent.get(ident)
        if envelope is None:
            self._journal.note("violation", "acknowledged an unknown envelope", id=ident)
        elif frame.get("payload") and not envelope.accepts_payload:
            self._journal.note("violation", "answered an envelope that takes no answer", id=ident)
        elif envelope.acknowledged.is_set():
            self._journal.note("late", envelope.kind, id=ident, number=connection.number)
        else:
            envelope.answer = frame.get("payload")
            envelope.acknowledged.set()
            self._journal.note("acknowledged", envelope.kind, id=ident, number=connection.number)

    def deliver(self, kind: str, payload: dict[str, Any], *, accepts_payload: bool = False) -> Envelope:
        """Hand something to the app; events come again when nobody acknowledges, commands do not."""
        envelope = Envelope(kind=kind, payload=payload, accepts_payload=accepts_payload)
        self._spawn(self._deliver(envelope))
        return envelope

    async def _deliver(self, envelope: Envelope) -> None:
        delays = self._timing.redeliver_after if envelope.kind == "events_api" else ()
        for delay in (0.0, *delays):
            await asyncio.sleep(delay)
            connection = self._pick(envelope)
            if connection:
                await self.send(connection, envelope)
            if await self._acknowledged(envelope, wait=connection is not None):
                return
            envelope.attempt += 1
        self._journal.note("given up", envelope.kind, deliveries=envelope.deliveries)

    def _pick(self, envelope: Envelope) -> Connection | None:
        if not self.delivering or not self.connections:
            return None
        others = [one for one in self.connections if one.number not in envelope.deliveries]
        return secrets.choice(others or self.connections)

    async def _acknowledged(self, envelope: Envelope, *, wait: bool) -> bool:
        try:
            await asyncio.wait_for(envelope.acknowledged.wait(), self._timing.acknowledge_within if wait else 0.01)
        except TimeoutError:
            return False
        return True

    async def send(self, connection: Connection, envelope: Envelope) -> None:
        """Put an envelope on a connection, under an id of its own."""
        ident = secrets.token_hex(8)
        self._sent[ident] = envelope
        envelope.deliveries.append(connection.number)
        frame: dict[str, Any] = {
            "envelope_id": ident, "type": envelope.kind, "payload": envelope.payload,
            "accepts_response_payload": envelope.accepts_payload,
        }  # fmt: skip
        if envelope.kind == "events_api":
            frame |= {"retry_attempt": envelope.attempt, "retry_reason": "timeout" if envelope.attempt else ""}
        self._journal.note("sent", envelope.kind, id=ident, number=connection.number, attempt=envelope.attempt)
        if not connection.frozen and not connection.socket.closed:
            try:
                await connection.socket.send_json(frame)
            except ConnectionError:  # it went away meanwhile: nobody will acknowledge
                return

    async def murmur(self, words: str) -> None:
        """Send every present connection a text that is no frame."""
        for connection in list(self.connections):
            await connection.socket.send_str(words)

    async def announce(self, reason: str) -> None:
        """Tell every present connection that it ends, and end it after the time that clients get for it."""
        for connection in list(self.connections):
            await connection.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}})
            self._spawn(self._close_later(connection))

    async def _close_later(self, connection: Connection) -> None:
        await asyncio.sleep(self._timing.close_after)
        await connection.socket.close()

    def drop(self) -> None:
        """Cut every connection without a word."""
        for connection in list(self.connections):
            if connection.request.transport:
                connection.request.transport.abort()
        self.connections.clear()

    def freeze(self) -> None:
        """Let every present connection go silent without closing it."""
        for connection in self.connections:
            connection.frozen = True
            if isinstance(connection.request.transport, asyncio.Transport):
                connection.request.transport.pause_reading()
