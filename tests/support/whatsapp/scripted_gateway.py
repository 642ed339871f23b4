"""A gateway whose WhatsApp is the test: it talks with `phone.py` over a Unix socket.

It keeps its "session" in the store as the library does, readable for everybody and with key material in it, and chats
about keys on both output streams and in its log.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kata_desktop.builtin.whatsapp.child.gateway import Account, Refused, SendFailed, Unreachable
from tests.support.whatsapp.shapes import unpacked

CANARY_KEY = "yJ8kQw3vT1mZ0pR7sB5nX2cL9dF4hG6aE1uI3oV5xYk="
CANARY_HEX = "9f1c4a7e2b8d5f3061a4c7e9b2d8f5a3061c4e7a9b2d8f5c"


class ScriptedGateway:
    """See `Gateway`."""

    def __init__(self, store: Path, socket: str) -> None:
        self._store = store
        self._socket = socket
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def open(self, on_event: Callable[[object], None], on_code: Callable[[str], None]) -> None:
        await self.close()
        reader, self._writer = await asyncio.open_unix_connection(self._socket, limit=5_000_000)
        os.write(1, f"a new code: 2@{CANARY_KEY},{CANARY_HEX}\n".encode())  # as the part in Go prints
        os.write(2, f"noise key {CANARY_KEY} identity {list(CANARY_KEY.encode())}\n".encode())
        logging.getLogger("whatsmeow.Client").warning("adv secret %s", CANARY_HEX)
        self._say(op="open", has_session=self._store.exists())
        answer = json.loads(await reader.readline() or "{}")
        if answer.get("op") != "opened":
            raise Unreachable(str(answer.get("why", "the line is dead")))
        if not self._store.exists():
            self._store.write_text(f"device, not linked; noise key {CANARY_KEY}", encoding="ascii")
        self._store.chmod(0o644)
        self._reading = asyncio.get_running_loop().create_task(self._read(reader, on_event, on_code))

    async def _read(
        self, reader: asyncio.StreamReader, on_event: Callable[[object], None], on_code: Callable[[str], None]
    ) -> None:
        while line := await reader.readline():
            said = json.loads(line)
            match said["op"]:
                case "event":
                    on_event(unpacked(said["type"], said["data"]))
                case "code":
                    on_code(said["text"])
                case "answer":
                    self._answers.pop(said["n"]).set_result(said)
                case other:
                    raise AssertionError(other)

    async def phone_code(self, phone: str) -> str:
        answer = await self._ask(op="phone_code", phone=phone)
        if "error" in answer:
            raise Refused(answer["error"])
        return str(answer["code"])

    async def account(self) -> Account:
        answer = await self._ask(op="account")
        return Account(phone=answer["phone"], lid=answer["lid"], name=answer["name"], device=answer["device"])

    async def phone_of(self, lid: str) -> str:
        return str((await self._ask(op="phone_of", lid=lid))["phone"])

    async def group_name(self, group: str) -> str:
        return str((await self._ask(op="group_name", group=group))["name"])

    async def send(self, to: str, text: str) -> str:
        answer = await self._ask(op="send", to=to, text=text)
        if "error" in answer:
            raise SendFailed(answer["error"], certain=answer["certain"], retryable=answer["retryable"])
        return str(answer["id"])

    async def typing(self, to: str, *, on: bool) -> None:
        self._say(op="typing", to=to, on=on)

    async def log_out(self) -> None:
        answer = await self._ask(op="log_out")
        if "error" in answer:
            raise Refused(answer["error"])

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        if self._writer is not None:
            self._writer.close()
        self._reading = self._writer = None

    async def _ask(self, **words: object) -> dict[str, Any]:
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        self._say(n=number, **words)
        got: dict[str, Any] = await answer
        return got

    def _say(self, **words: object) -> None:
        if self._writer is not None:
            self._writer.write(json.dumps(words).encode() + b"\n")
