"""The gateway to the real WhatsApp. The library is imported when it is opened, and in this process alone."""

from __future__ import annotations

import asyncio
import itertools
import logging
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from kata_desktop.builtin.whatsapp import library
from kata_desktop.builtin.whatsapp.child.gateway import Account, LibraryMissing, Refused, SendFailed, Unreachable
from kata_desktop.builtin.whatsapp.numbers import HIDDEN, PEOPLE
from kata_desktop.builtin.whatsapp.secrecy import without_keys

OPEN_LIMIT = 40.0
"""Seconds until the first sign of life; the library itself would wait for ever."""
_QUESTION_LIMIT = 5.0
_EVENTS = (
    "PairStatusEv", "ConnectedEv", "DisconnectedEv", "KeepAliveTimeoutEv", "KeepAliveRestoredEv", "LoggedOutEv",
    "StreamReplacedEv", "TemporaryBanEv", "ConnectFailureEv", "ClientOutdatedEv", "MessageEv",
)  # fmt: skip
_BEFORE_SENDING = ("not connected", "doesn't contain a device", "not logged in", "unknown server", "no device")
"""In errors of sending that come before anything has left."""


def load() -> Any:
    """Import the library without giving it a way to download anything. Raises `LibraryMissing`."""
    if sentence := library.problem():
        raise LibraryMissing(sentence)
    download = ModuleType("neonize.download")
    download.__dict__["__GONEONIZE_VERSION__"] = library.PINNED
    download.__dict__["download"] = _refuse_download
    sys.modules.setdefault(download.__name__, download)
    logging.getLogger("neonize.utils.log").setLevel(logging.WARNING)  # handed to the part that is written in Go
    try:
        import neonize.aioze.client
        import neonize.aioze.events
    except (ImportError, OSError, RuntimeError) as error:
        sentence = f"The library for WhatsApp cannot be loaded ({without_keys(str(error))})"
        raise LibraryMissing(f"{sentence}; install Kata with its extra again.") from error
    return neonize.aioze.client


def _refuse_download() -> None:
    raise OSError("nothing is downloaded")


class NeonizeGateway:
    """See `Gateway`."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._numbers = itertools.count(1)
        self._client: Any = None
        self._old: list[Any] = []
        """Clients that were stopped; the end of one of them would stop what is open under its name."""

    async def open(self, on_event: Callable[[object], None], on_code: Callable[[str], None]) -> None:
        """Connect; see `Gateway`."""
        module = await asyncio.to_thread(load)
        await self.close()
        props = module.DeviceProps(os="Kata Desktop", platformType=module.DeviceProps.DESKTOP)
        client = self._client = module.NewAClient(str(self._store), props=props, uuid=f"kata-{next(self._numbers)}")
        alive = asyncio.Event()
        self._listen(client, alive, on_event, on_code)
        task = await client.connect()
        task.add_done_callback(lambda ended: alive.set() if ended.cancelled() or ended.exception() else None)
        try:
            async with asyncio.timeout(OPEN_LIMIT):
                await alive.wait()
        except TimeoutError as error:
            raise Unreachable(f"no answer within {OPEN_LIMIT:g} s") from error
        if task.done() and not task.cancelled() and (failure := task.exception()) is not None:
            raise Unreachable(without_keys(str(failure))) from failure

    def _listen(
        self, client: Any, alive: asyncio.Event, on_event: Callable[[object], None], on_code: Callable[[str], None]
    ) -> None:
        from neonize.aioze import events

        async def heard(_: object, event: object) -> None:
            if client is self._client:
                alive.set()
                on_event(event)

        async def offered(_: object, code: bytes) -> None:
            if client is self._client:
                alive.set()
                on_code(code.decode("ascii"))

        for name in _EVENTS:
            client.event(getattr(events, name))(heard)
        client.event.qr(offered)

    async def phone_code(self, phone: str) -> str:
        """Ask for a code to type; see `Gateway`."""
        from neonize.exc import PairPhoneError
        from neonize.utils.enum import ClientName, ClientType

        try:
            code = await self._client.PairPhone(phone, True, ClientName.LINUX, ClientType.CHROME)
        except PairPhoneError as error:
            raise Refused(without_keys(str(error))) from error
        return str(code)

    async def account(self) -> Account:
        """Who we are."""
        me = await self._client.get_me()
        return Account(phone=me.JID.User, lid=me.LID.User, name=me.PushName, device=me.JID.Device)

    async def phone_of(self, lid: str) -> str:
        """The number behind a hidden id."""
        from neonize.exc import GetJIDFromStoreError

        with suppress(GetJIDFromStoreError):
            found = await self._client.get_pn_from_lid(self._jid(f"{lid}@{HIDDEN}"))
            return str(found.User) if found.Server == PEOPLE else ""
        return ""

    async def group_name(self, group: str) -> str:
        """What a group is called."""
        from neonize.exc import GetGroupInfoError

        with suppress(GetGroupInfoError, TimeoutError):
            async with asyncio.timeout(_QUESTION_LIMIT):
                return str((await self._client.get_group_info(self._jid(group))).GroupName.Name)
        return ""

    async def send(self, to: str, text: str) -> str:
        """Send a text; see `Gateway`. The library chooses the id itself."""
        from neonize.exc import SendMessageError
        from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import Message

        if self._client is None:
            raise SendFailed("not connected", certain=True)
        try:  # a message, not a text: nobody is mentioned by accident, and no linked page is fetched
            answer = await self._client.send_message(self._jid(to), Message(conversation=text))
        except SendMessageError as error:
            raise _send_failed(str(error)) from error
        return str(answer.ID)

    async def typing(self, to: str, *, on: bool) -> None:
        """Show that something is being written."""
        from neonize.exc import SendPresenceError
        from neonize.utils.enum import ChatPresence, ChatPresenceMedia

        if self._client is None:
            return
        state = ChatPresence.CHAT_PRESENCE_COMPOSING if on else ChatPresence.CHAT_PRESENCE_PAUSED
        with suppress(SendPresenceError):
            await self._client.send_chat_presence(self._jid(to), state, ChatPresenceMedia.CHAT_PRESENCE_MEDIA_TEXT)

    async def log_out(self) -> None:
        """Give the link up."""
        from neonize.exc import LogoutError

        if self._client is None:
            raise Refused("not connected")
        try:
            await self._client.logout()
        except LogoutError as error:
            raise Refused(without_keys(str(error))) from error

    async def close(self) -> None:
        """Hang up."""
        client, self._client = self._client, None
        if client is not None:
            self._old.append(client)
            await _within(client.stop(), _QUESTION_LIMIT)

    def _jid(self, text: str) -> Any:
        from neonize.utils.jid import build_jid

        user, _, server = text.partition("@")
        return build_jid(user, server)


def _send_failed(detail: str) -> SendFailed:
    detail = without_keys(detail)
    if "server returned error" in detail:
        return SendFailed(detail, certain=True, retryable=False)
    return SendFailed(detail, certain=any(words in detail for words in _BEFORE_SENDING))


async def _within(work: Awaitable[object], seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await work
