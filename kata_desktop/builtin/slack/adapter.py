"""Slack as a channel: connects with two tokens, receives over Socket Mode, writes through the Web API."""

from __future__ import annotations

import logging

from kata_desktop.builtin.slack.account import Account
from kata_desktop.builtin.slack.commands import CommandBook
from kata_desktop.builtin.slack.errors import (
    REJECTED,
    SlackRefusal,
    SlackUnreachable,
    channel_error,
    delivery_error,
    not_connected,
)
from kata_desktop.builtin.slack.marks import MarkBook
from kata_desktop.builtin.slack.markup import to_mrkdwn
from kata_desktop.builtin.slack.patience import Patience
from kata_desktop.builtin.slack.reading import CHANNEL
from kata_desktop.builtin.slack.settings import read_settings
from kata_desktop.domain.channel import Message
from kata_desktop.plugins.sdk import (
    ChannelAdapter,
    ChannelError,
    ChannelTraits,
    ClockView,
    Connected,
    CredentialsView,
    Marks,
    Memory,
    OnMessage,
    SettingsView,
)

TRAITS = ChannelTraits(
    id=CHANNEL,
    name="Slack",
    longest=4000,
    can_lookup=True,
    threads=True,
    commands="@kata /",
)


class SlackAdapter(ChannelAdapter):
    """One Slack account in one workspace."""

    traits = TRAITS

    def __init__(
        self,
        *,
        settings: SettingsView,
        credentials: CredentialsView,
        memory: Memory,
        clock: ClockView,
        log: logging.LoggerAdapter[logging.Logger],
        patience: Patience,
    ) -> None:
        self._settings_view = settings
        self._credentials = credentials
        self._clock = clock
        self._log = log
        self._patience = patience
        self._commands = CommandBook(memory)
        self._open: Account | None = None

    async def connect(self) -> Connected:
        """Try both tokens, each with the one call that proves it."""
        await self.close()
        settings = await read_settings(self._settings_view, self._credentials)
        try:
            self._open = await Account.open(settings, self._commands, self._clock, self._log, self._patience)
        except (SlackRefusal, SlackUnreachable) as error:
            raise channel_error(error) from error
        return Connected(account=self._open.id, sentence=self._open.sentence)

    async def run(self, on_message: OnMessage, marks: Marks) -> None:
        """Receive; see `ChannelAdapter.run`. What was missed is fetched after every opening of a connection."""
        account = self._open
        if account is None:
            raise ChannelError("Slack is not connected; it is connected again by itself.")
        await account.run(await MarkBook.open(marks, self._clock.now()), on_message)

    async def close(self) -> None:
        """Give back all connections."""
        account, self._open = self._open, None
        if account:
            await account.close()

    def is_healthy(self) -> bool:
        """Whether Slack was heard from lately; pings are answered every ten seconds."""
        return self._open is not None and self._open.sockets.is_alive()

    async def send(self, address: str, text: str, key: str) -> None:
        """Post with the key in the message's metadata, where `lookup` finds it."""
        account = self._account()
        try:
            await account.outgoing.send(address, text, key)
        except SlackRefusal as error:
            if error.code in REJECTED:
                await account.sockets.end(channel_error(error))
            raise delivery_error(error) from error
        except SlackUnreachable as error:
            raise delivery_error(error) from error

    async def lookup(self, address: str, key: str) -> bool | None:
        """Search the conversation's latest messages for the key."""
        try:
            return await self._account().outgoing.lookup(address, key)
        except SlackRefusal as error:
            if error.retry_after is not None:
                raise delivery_error(error) from error
            return None
        except SlackUnreachable as error:
            raise delivery_error(error) from error

    def markup(self, markdown: str) -> str:
        """Slack's own markup; nobody is called by accident."""
        return to_mrkdwn(markdown)

    async def working(self, message: Message, *, on: bool) -> None:
        """Eyes on the message, or a status under the thread; a decoration, so refusals do not matter."""
        if self._open is None:
            return
        try:
            await self._open.outgoing.working(message, self._open.settings.working, on=on)
        except (SlackRefusal, SlackUnreachable) as error:
            self._log.debug("Slack did not show that an answer is on its way: %s", error.sentence)

    def _account(self) -> Account:
        if self._open is None:
            raise not_connected()
        return self._open
