"""A homeserver's client API through matrix-nio. Imported late: the library is heavy.

nio gives the requests and carries them; what comes back is read here. Its own reading checks every event against a
schema and keeps all members of all rooms, on the loop's thread: a busy account would hold up the whole program.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import aiohttp
from nio import Api, AsyncClient, MessageDirection

from kata_desktop.builtin.matrix.errors import MatrixRefusal, MatrixUnreachable

Answer = Mapping[str, Any]
Call = tuple[str, ...]
"""What nio's `Api` gives: method, path and perhaps a body."""

PAGE = 100
"""Events a page."""
_LIMIT = 30.0
"""Seconds that an answer may take, beyond what a call is meant to wait."""
_LARGE = 100_000
"""Bytes from which an answer is read in a thread."""
_DEVICE = "Kata Desktop"


class MatrixClient:
    """Calls one homeserver; `close` gives everything back. All calls raise `MatrixRefusal` and `MatrixUnreachable`."""

    def __init__(self, homeserver: str, token: str = "") -> None:
        self.homeserver = homeserver.rstrip("/")
        self.token = token
        self._nio = AsyncClient(self.homeserver)
        # A session of our own: nio's knows neither the system's proxy nor a limit for connecting.
        self._session = aiohttp.ClientSession(trust_env=True)
        self._nio.client_session = self._session

    async def close(self) -> None:
        """Give back all connections."""
        await self._nio.close()

    async def login(self, user: str, password: str, device_id: str) -> str:
        """Sign in as a device and return its token; an earlier token of the same device ends with that."""
        call = Api.login(user, password=password, device_name=_DEVICE, device_id=device_id)
        return str((await self._ask(call))["access_token"])

    async def whoami(self) -> str:
        """The user id that the token stands for."""
        return str((await self._ask(Api.whoami(self.token)))["user_id"])

    async def sync(self, since: str, sync_filter: Mapping[str, Any], *, wait: float) -> Answer:
        """What is new since a token; waits `wait` seconds for something."""
        call = Api.sync(self.token, since=since or None, timeout=int(wait * 1000), filter=dict(sync_filter))
        return await self._ask(call, wait=wait)

    async def messages(self, room: str, start: str, *, to: str = "", types: Mapping[str, Any]) -> Answer:
        """A page of a room's history, newest first, from a token (empty: from now) back to another."""
        call = Api.room_messages(
            self.token, room, start=start or None, end=to or None, direction=MessageDirection.back, limit=PAGE,
            message_filter=dict(types),
        )  # fmt: skip
        return await self._ask(call)

    async def state(self, room: str) -> list[Answer]:
        """Every state event of a room."""
        found = await self._ask(Api.room_get_state(self.token, room))
        return list(found.get("events", ()))

    async def event(self, room: str, event_id: str) -> Answer:
        """One event, with what the homeserver knows of its thread."""
        return await self._ask(Api.room_get_event(self.token, room, event_id))

    async def send(self, room: str, content: Mapping[str, Any], transaction: str) -> str:
        """Say something; the same transaction is said once however often it is asked for. Returns the event's id."""
        call = Api.room_send(self.token, room, "m.room.message", dict(content), transaction)
        return str((await self._ask(call))["event_id"])

    async def join(self, room: str) -> None:
        """Follow an invitation."""
        await self._ask((*Api.join(self.token, room), "{}"))

    async def create_direct(self, user: str) -> str:
        """Make a room for two and invite somebody; returns its id."""
        body = {"preset": "trusted_private_chat", "is_direct": True, "invite": [user]}
        return str((await self._ask(("POST", "/_matrix/client/v3/createRoom", json.dumps(body))))["room_id"])

    async def resolve(self, alias: str) -> str:
        """The room that an alias stands for."""
        return str((await self._ask(Api.room_resolve_alias(alias)))["room_id"])

    async def typing(self, room: str, user: str, *, on: bool, seconds: float) -> None:
        """Show that somebody writes, or no longer."""
        await self._ask(Api.room_typing(self.token, room, user, on, int(seconds * 1000)))

    async def direct_rooms(self, user: str) -> Answer:
        """Which rooms are direct, by person, as the account remembers it."""
        try:
            return await self._ask(Api.direct_room_list(self.token, user))
        except MatrixRefusal as error:
            if error.code == "M_NOT_FOUND":
                return {}
            raise

    async def put_direct_rooms(self, user: str, rooms: Mapping[str, Any]) -> None:
        """Replace what the account remembers of direct rooms."""
        path = f"/_matrix/client/v3/user/{quote(user, safe='')}/account_data/m.direct"
        await self._ask(("PUT", path, json.dumps(dict(rooms))))

    async def discover(self) -> str:
        """Where the client API of this server name is, as it says itself; empty when it does not say."""
        try:
            found = await self._ask(Api.discovery_info())
        except (MatrixRefusal, MatrixUnreachable):
            return ""
        told = found.get("m.homeserver")
        return str(told.get("base_url") or "") if isinstance(told, dict) else ""

    async def _ask(self, call: Call, *, wait: float = 0.0) -> Answer:
        method, path, body = call[0], call[1], call[2] if len(call) > 2 else None
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        limit = aiohttp.ClientTimeout(total=wait + _LIMIT, sock_connect=10)
        try:
            response = await self._nio.send(method, _without_token(path), body, headers, timeout=limit)
            async with response:
                raw, status, patience = await response.read(), response.status, response.headers.get("Retry-After", "")
        except (aiohttp.ClientError, ssl.SSLError, OSError, TimeoutError) as error:
            raise _unreachable(error) from error
        data = await (asyncio.to_thread(_parsed, raw) if len(raw) > _LARGE else _at_once(raw))
        if not 200 <= status < 300:
            raise _refusal(status, data, patience)
        return data


async def _at_once(raw: bytes) -> Answer:
    return _parsed(raw)


def _parsed(raw: bytes) -> Answer:
    try:
        data = json.loads(raw)
    except ValueError:
        return {}
    if isinstance(data, list):  # a room's state is the one answer that is a list
        return {"events": data}
    return data if isinstance(data, dict) else {}


def _without_token(path: str) -> str:
    """Tokens go into the header: addresses end up in the logs of servers and proxies."""
    parts = urlsplit(path)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "access_token"]
    return urlunsplit(parts._replace(query=urlencode(kept)))


def _refusal(status: int, data: Answer, patience: str) -> MatrixRefusal:
    code = str(data.get("errcode") or "")
    wait = _seconds(data.get("retry_after_ms"), patience) if status == 429 or code == "M_LIMIT_EXCEEDED" else None
    return MatrixRefusal(code, str(data.get("error") or ""), status=status, retry_after=wait)


def _seconds(told: object, header: str) -> timedelta:
    seconds = told / 1000 if isinstance(told, int | float) else 0.0
    if header.strip().isdigit():
        seconds = max(seconds, float(header))
    return timedelta(seconds=min(max(seconds, 0.1), 3600.0) if seconds else 5.0)


def _unreachable(error: Exception) -> MatrixUnreachable:
    # Only a connection that never came about proves that nothing arrived.
    never_sent = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL)
    why = "no answer in time" if isinstance(error, TimeoutError) else getattr(error, "strerror", None)
    return MatrixUnreachable(str(why or type(error).__name__), certain=never_sent)
