"""What the process does: carries Kata's orders out at the gateway, and tells what comes from there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any, assert_never

from kata_desktop.builtin.whatsapp.child.codes import Codes
from kata_desktop.builtin.whatsapp.child.gateway import (
    Account,
    Gateway,
    LibraryMissing,
    Refused,
    SendFailed,
    Unreachable,
)
from kata_desktop.builtin.whatsapp.child.reading import read_message
from kata_desktop.builtin.whatsapp.child.spool import Spool
from kata_desktop.builtin.whatsapp.session import Session
from kata_desktop.builtin.whatsapp.wire import (
    Came,
    LogOut,
    NotSent,
    Offline,
    Online,
    Open,
    Order,
    Over,
    Ping,
    Pong,
    Reason,
    Receive,
    Report,
    Scanned,
    Send,
    Sent,
    Stored,
    Typing,
)

DIAL_PAUSES = (1.0, 3.0)
"""Seconds before the second and third try to open the connection: the library itself tries once only."""
KEEP_AGAIN = 1.0
"""Seconds between two tries to keep a message, such as on a full disk."""
_log = logging.getLogger(__name__)


class Station:
    """One linked device, or one in the making."""

    def __init__(
        self,
        gateway: Gateway,
        session: Session,
        tell: Callable[[Report], None],
        group: asyncio.TaskGroup,
        codes: Codes,
    ) -> None:
        self._gateway = gateway
        self._session = session
        self._spool = Spool(session.spool)
        self._tell = tell
        self._group = group
        self._codes = codes
        self._events: asyncio.Queue[Any] = asyncio.Queue()
        self._me: Account | None = None
        self._receives = False
        self._names: dict[str, str] = {}
        codes.attach(gateway, tell, self._dial)
        group.create_task(self._hear(), name="events")

    def obey(self, order: Order) -> None:
        """Begin to carry an order out."""
        match order:
            case Open():
                self._group.create_task(self._open(order), name="opening")
            case Receive():
                self._receives = True
                for message in self._spool.all():
                    self._tell(message)
            case Stored():
                self._spool.remove(order.token)
            case Ping():
                self._tell(Pong(number=order.number))
            case _:
                self._group.create_task(self._carry_out(order), name=type(order).__name__)

    # -- orders

    async def _carry_out(self, order: Send | Typing | LogOut) -> None:
        match order:
            case Send():
                await self._send(order)
            case Typing():
                await self._gateway.typing(order.to, on=order.on)
            case LogOut():
                await self._log_out()
            case _:
                assert_never(order)

    async def _open(self, order: Open) -> None:
        try:
            if order.pairing:
                self._codes.begin(order.phone)
            await self._dial()
        except Unreachable as error:
            self._tell(Over(reason=Reason.UNREACHABLE, detail=str(error)))
        except LibraryMissing as error:
            self._tell(Over(reason=Reason.LIBRARY, detail=str(error)))

    async def _dial(self) -> None:
        """Open the connection, patiently."""
        for pause in (*DIAL_PAUSES, None):
            try:
                await self._gateway.open(self._events.put_nowait, self._codes.offered)
            except Unreachable:
                if pause is None:
                    raise
                await self._gateway.close()
                await asyncio.sleep(pause)
            else:
                break
        self._session.repair()

    async def _send(self, order: Send) -> None:
        try:
            ident = await self._gateway.send(order.to, order.text)
        except SendFailed as error:
            number, detail = order.number, str(error)
            self._tell(NotSent(number=number, detail=detail, certain=error.certain, retryable=error.retryable))
        else:
            self._tell(Sent(number=order.number, id=ident))

    async def _log_out(self) -> None:
        try:
            await self._gateway.log_out()
        except Refused as error:
            self._tell(Over(reason=Reason.LEFT, detail=str(error) or "it did not answer"))
        else:
            self._tell(Over(reason=Reason.LEFT))
        self._session.unlinked()

    # -- events

    async def _hear(self) -> None:
        while True:
            event = await self._events.get()
            match type(event).__name__:
                case "Message":
                    await self._came(event)
                case "Connected" | "KeepAliveRestored":
                    await self._online()
                case "Disconnected" | "KeepAliveTimeout":
                    self._tell(Offline())
                case name:
                    self._heard_of_the_link(name, event)

    def _heard_of_the_link(self, name: str, event: Any) -> None:
        match name:
            case "PairStatus" if event.Status == type(event).SUCCESS:
                self._codes.end()
                self._tell(Scanned())
            case "PairStatus":
                self._codes.end()
                self._tell(Over(reason=Reason.REFUSED, detail=event.Error))
            case "LoggedOut":
                self._session.unlinked()
                self._tell(Over(reason=Reason.UNLINKED))
            case "StreamReplaced":
                self._tell(Over(reason=Reason.REPLACED))
            case "ClientOutdated":
                self._tell(Over(reason=Reason.OUTDATED))
            case "TemporaryBan":
                self._tell(Over(reason=Reason.BANNED, seconds=max(float(event.Expire), 60.0)))
            case "ConnectFailure":
                self._tell(Over(reason=Reason.UNREACHABLE, detail=event.Message))
            case _:  # the library knows many more
                pass

    async def _online(self) -> None:
        self._codes.end()
        me = self._me = await self._gateway.account()
        self._session.linked(me.phone)
        self._session.repair()
        self._tell(Online(phone=me.phone, lid=me.lid, name=me.name, device=me.device))

    async def _came(self, event: Any) -> None:
        if self._me is None:
            self._me = await self._gateway.account()
        message = read_message(event, self._me)
        if message is None:
            return
        message = await self._kept(await self._completed(message))
        if self._receives:
            self._tell(message)

    async def _kept(self, message: Came) -> Came:
        """On the disk, however long that takes: nobody sends it again."""
        while True:
            try:
                return self._spool.put(message)
            except OSError as error:
                _log.error("A message could not be kept, which is tried again: %s", error.strerror)
                await asyncio.sleep(KEEP_AGAIN)

    async def _completed(self, message: Came) -> Came:
        """With the number behind a hidden id and the group's name, as far as they are known."""
        phone = message.phone or (await self._gateway.phone_of(message.lid) if message.lid else "")
        name = ""
        if message.is_group:
            name = self._names[message.chat] = self._names.get(message.chat) or await self._gateway.group_name(
                message.chat
            )
        return replace(message, phone=phone, chat_name=name)
