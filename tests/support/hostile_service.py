"""A server that speaks just enough HTTP to answer every request with whatever bytes a test wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress


class HostileService:
    """Answers on 127.0.0.1; `requests` holds the raw requests so far."""

    def __init__(self, pieces: Callable[[], AsyncIterator[bytes]]) -> None:
        self._pieces = pieces
        self._callers: set[asyncio.Task[None]] = set()
        self.requests: list[bytes] = []
        self.url = ""

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._callers.add(task)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next((int(row[15:]) for row in head.lower().split(b"\r\n") if row[:15] == b"content-length:"), 0)
            self.requests.append(head + await reader.readexactly(length))
            async for piece in self._pieces():
                writer.write(piece)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            return  # the other side has had enough
        finally:
            self._callers.discard(task)
            writer.close()

    async def end(self) -> None:
        """Hang up on everybody."""
        for task in tuple(self._callers):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def hostile_service(pieces: Callable[[], AsyncIterator[bytes]]) -> AsyncIterator[HostileService]:
    """Serve until the end of the block; `pieces` is asked anew for each request, and hangs up where it ends."""
    service = HostileService(pieces)
    server = await asyncio.start_server(service._serve, "127.0.0.1", 0)
    service.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield service
    finally:
        server.close()
        await service.end()


def answering(
    body: bytes, *, kind: str = "text/event-stream", status: str = "200 OK", extra: str = ""
) -> Callable[[], AsyncIterator[bytes]]:
    """One whole answer."""

    async def pieces() -> AsyncIterator[bytes]:
        yield f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{extra}\r\n".encode()
        yield body

    return pieces


def streaming(
    piece: bytes, times: int | None = None, *, end: bytes = b"", kind: str = "text/event-stream"
) -> Callable[[], AsyncIterator[bytes]]:
    """The same piece again and again, without end unless `times` says how often; the answer ends with the line."""

    async def pieces() -> AsyncIterator[bytes]:
        yield f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n".encode()
        count = 0
        while times is None or count < times:
            count += 1
            yield piece
            if count % 100 == 0:
                await asyncio.sleep(0)
        yield end

    return pieces
