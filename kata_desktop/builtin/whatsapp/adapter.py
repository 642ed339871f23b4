"""WhatsApp as a channel: receives and sends through the linked device."""

from __future__ import annotations

import asyncio

from kata_desktop.builtin.whatsapp import library
from kata_desktop.builtin.whatsapp.device import Device
from kata_desktop.builtin.whatsapp.errors import (
    BEING_LINKED,
    NOT_LINKED,
    DeviceEnded,
    DeviceOver,
    channel_error,
)
from kata_desktop.builtin.whatsapp.markup import to_whatsapp
from kata_desktop.builtin.whatsapp.numbers import jid
from kata_desktop.builtin.whatsapp.receiving import CHANNEL, Reader, account_of
from kata_desktop.builtin.whatsapp.sent import MARK, SentBook
from kata_desktop.builtin.whatsapp.settings import WhatsAppSettings, read_settings
from kata_desktop.builtin.whatsapp.wire import Online, Reason
from kata_desktop.domain.channel import Message
from kata_desktop.domain.errors import KataError
from kata_desktop.domain.notification import DeliveryError
from kata_desktop.plugins.sdk import (
    ChannelAdapter,
    ChannelError,
    ChannelTraits,
    Connected,
    Marks,
    Memory,
    OnMessage,
    SettingsView,
)

LONGEST = 4096
"""Characters; WhatsApp itself takes more, and nobody reads them."""
CONNECT_LIMIT = 50.0
TRAITS = ChannelTraits(id=CHANNEL, name="WhatsApp", longest=LONGEST, allow_list_only=True)


class WhatsAppAdapter(ChannelAdapter):
    """One linked device in one workspace."""

    traits = TRAITS

    def __init__(self, *, device: Device, settings: SettingsView, memory: Memory) -> None:
        self._device = device
        self._settings_view = settings
        self._sent = SentBook(memory)
        self._settings: WhatsAppSettings | None = None
        self._me: Online | None = None

    async def connect(self) -> Connected:
        """Start the device's process, or take over the one that has just linked it."""
        self._settings = read_settings(self._settings_view)
        if self._device.is_pairing:
            raise ChannelError(BEING_LINKED, needs="pairing")
        try:
            me = self._me = await self._online()
        except (DeviceOver, DeviceEnded) as error:
            raise await self._lost(error) from error
        except TimeoutError as error:
            raise ChannelError(
                f"WhatsApp did not answer within {CONNECT_LIMIT:g} s; it is tried again by itself."
            ) from error
        if self._settings.number not in ("", account_of(me)):
            number = self._settings.number
            raise ChannelError(
                f"{account_of(me)} is linked, but the settings name {number} as your number; correct it or link again.",
                needs="set-up",
            )
        return Connected(account=account_of(me), sentence=f"Linked with {account_of(me)}")

    async def _online(self) -> Online:
        if not (self._device.is_up and self._device.online):
            if sentence := await asyncio.to_thread(library.problem):
                raise ChannelError(sentence, needs="set-up")
            if not await asyncio.to_thread(lambda: self._device.session.account):
                raise ChannelError(NOT_LINKED, needs="pairing")
            await self._device.start()
        async with asyncio.timeout(CONNECT_LIMIT):
            return await self._device.connected()

    async def run(self, on_message: OnMessage, marks: Marks) -> None:  # noqa: ARG002 - WhatsApp keeps what was missed
        """Receive; see `ChannelAdapter.run`. What was missed comes by itself; it waits on the disk until it is safe."""
        assert self._me is not None
        assert self._settings is not None
        reader = Reader(me=self._me, settings=self._settings, sent=self._sent)
        self._device.receive()
        try:
            while True:
                came = await self._device.next()
                if (message := await reader.message(came)) is not None:
                    await on_message(message)
                self._device.stored(came)
        except (DeviceOver, DeviceEnded) as error:
            raise await self._lost(error) from error

    async def close(self) -> None:
        """End the process, unless it is linking a phone."""
        if not self._device.is_pairing:
            await self._device.stop()

    def is_healthy(self) -> bool:
        """Whether the process answers and its connection is there."""
        return self._device.is_healthy()

    async def send(self, address: str, text: str, key: str) -> None:  # noqa: ARG002 - the library gives messages its ids
        """Send a text; it cannot be asked afterwards whether it arrived."""
        me = self._device.online
        to = jid(address, me.phone if me is not None else "")
        if me is not None and not to:
            raise DeliveryError(
                f"“{address}” is no address in WhatsApp; use me, a number like +49 1512 3456789, or a group's id.",
                retryable=False,
            )
        is_own = me is not None and to == jid("me", me.phone)
        await self._sent.note(await self._device.send(to, f"{text}{MARK}" if is_own else text))

    def markup(self, markdown: str) -> str:
        """WhatsApp's own markup."""
        return to_whatsapp(markdown)

    async def working(self, message: Message, *, on: bool) -> None:
        """Show "typing …"."""
        me = self._device.online
        if me is not None and self._settings is not None and self._settings.typing:
            self._device.typing(jid(message.reply_address, me.phone), on=on)

    async def _lost(self, error: KataError) -> ChannelError:
        if isinstance(error, DeviceOver) and error.over.reason in (Reason.UNLINKED, Reason.LEFT):
            await self._device.forget()
        return channel_error(error)
