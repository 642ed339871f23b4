"""A caller of the control socket that may misbehave."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, Self

ANSWER_LIMIT = 30.0


class Caller:
    """One connection; sends any bytes and reads line by line."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._number = 0

    @classmethod
    async def connect(cls, path: Path) -> Self:
        """Reach the socket."""
        return cls(*await asyncio.open_unix_connection(path, limit=64 * 1024 * 1024))

    async def send(self, line: bytes) -> None:
        """Send bytes as they are."""
        self._writer.write(line)
        await self._writer.drain()

    async def next(self) -> Any:
        """The next message; None when the other side hung up."""
        async with asyncio.timeout(ANSWER_LIMIT):
            line = await self._reader.readline()
        return json.loads(line) if line else None

    async def begin(self, method: str, **params: object) -> int:
        """Send a call and return its id."""
        self._number += 1
        message = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params}
        await self.send(json.dumps(message).encode() + b"\n")
        return self._number

    async def call(self, method: str, **params: object) -> Any:
        """The whole answer to a call; what comes before it is left out."""
        number = await self.begin(method, **params)
        while True:
            message = await self.next()
            assert message is not None, "hung up"
            if message.get("id") == number:
                return message

    async def result(self, method: str, **params: object) -> Any:
        """The result of a call that must succeed."""
        answer = await self.call(method, **params)
        assert "result" in answer, answer
        return answer["result"]

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except OSError:
            return
