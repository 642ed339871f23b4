"""Matrix as a channel: signs in, follows its rooms by syncing, writes with transactions that count once."""

from __future__ import annotations

import logging
from collections.abc import Callable

from kata_desktop.builtin.matrix.account import Account
from kata_desktop.builtin.matrix.errors import (
    REJECTED,
    MatrixRefusal,
    MatrixUnreachable,
    channel_error,
    delivery_error,
    not_connected,
)
from kata_desktop.builtin.matrix.logins import Logins
from kata_desktop.builtin.matrix.outgoing import LONGEST
from kata_desktop.builtin.matrix.reading import CHANNEL
from kata_desktop.builtin.matrix.settings import MatrixSettings, read_settings
from kata_desktop.domain.channel import Message
from kata_desktop.plugins.sdk import (
    ChannelAdapter,
    ChannelError,
    ChannelTraits,
    ClockView,
    Connected,
    CredentialsView,
    Marks,
    OnMessage,
    SettingsView,
)

TRAITS = ChannelTraits(
    id=CHANNEL,
    name="Matrix",
    longest=LONGEST,
    can_lookup=True,
    threads=True,
)


class MatrixAdapter(ChannelAdapter):
    """One Matrix account in one workspace."""

    traits = TRAITS

    def __init__(
        self,
        *,
        settings: Callable[[], SettingsView],
        credentials: CredentialsView,
        logins: Logins,
        clock: ClockView,
        log: logging.LoggerAdapter[logging.Logger],
    ) -> None:
        self._settings_view = settings
        self._credentials = credentials
        self._logins = logins
        self._clock = clock
        self._log = log
        self._settings: MatrixSettings | None = None
        self._open: Account | None = None

    async def connect(self) -> Connected:
        """Sign in if need be, and ask whose the token is."""
        await self.close()
        settings = self._settings = await read_settings(self._settings_view(), self._credentials)
        try:
            self._open = await Account.open(settings, self._logins, self._clock, self._log)
        except (MatrixRefusal, MatrixUnreachable) as error:
            raise self._lost(channel_error(error), error) from error
        return Connected(account=self._open.id, sentence=f"Connected as {self._open.id}")

    async def run(self, on_message: OnMessage, marks: Marks) -> None:
        """Receive; see `ChannelAdapter.run`."""
        if self._open is None:
            raise ChannelError("Matrix is not connected; it is connected again by itself.")
        try:
            await self._open.run(on_message, marks, self._settings_view)
        except ChannelError as error:
            raise self._lost(error, error.__cause__) from error

    async def close(self) -> None:
        """Give back all connections."""
        account, self._open = self._open, None
        if account:
            await account.close()

    def is_healthy(self) -> bool:
        """Whether the homeserver was heard from lately; it answers every half minute at least."""
        return self._open is not None and self._open.is_alive()

    def remark(self) -> str:
        """Says so when there are encrypted rooms."""
        return self._open.remark() if self._open is not None else ""

    async def send(self, address: str, text: str, key: str) -> None:
        """Say something; the homeserver takes the same key once."""
        account = self._account()
        try:
            await account.outgoing.send(address, text, key)
        except MatrixRefusal as error:
            account.end(error)
            raise delivery_error(error) from error
        except MatrixUnreachable as error:
            raise delivery_error(error) from error

    async def lookup(self, address: str, key: str) -> bool | None:
        """Search what Kata said last in the room for the key."""
        try:
            return await self._account().outgoing.lookup(address, key)
        except MatrixRefusal as error:
            if error.retry_after is not None:
                raise delivery_error(error) from error
            return None
        except MatrixUnreachable as error:
            raise delivery_error(error) from error

    async def working(self, message: Message, *, on: bool) -> None:
        """Kata is shown as typing; a decoration, so refusals do not matter."""
        if self._open is None:
            return
        try:
            await self._open.outgoing.working(message, on=on)
        except (MatrixRefusal, MatrixUnreachable) as error:
            self._log.debug("Matrix did not show that an answer is on its way: %s", error.sentence)

    def _lost(self, error: ChannelError, cause: BaseException | None) -> ChannelError:
        """A token that came of a password is replaced by signing in again; only a given one is a person's business."""
        refused = isinstance(cause, MatrixRefusal) and cause.code in REJECTED and cause.code != "M_USER_DEACTIVATED"
        if refused and self._settings is not None and self._logins.forget(self._settings):
            return ChannelError("The homeserver ended the session; Kata signs in again.")
        return error

    def _account(self) -> Account:
        if self._open is None:
            raise not_connected()
        return self._open
