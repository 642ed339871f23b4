"""Signing in with a password: the token that comes of it is kept in memory only, for the life of the program."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from kata_desktop.builtin.matrix.errors import MatrixRefusal
from kata_desktop.builtin.matrix.settings import MatrixSettings
from kata_desktop.plugins.sdk import ChannelError

if TYPE_CHECKING:
    from kata_desktop.builtin.matrix.client import MatrixClient


class Logins:
    """One workspace's way to a token. Every login is made as the same device, so that devices do not pile up and a
    repeated message is known as the same one after a restart.
    """

    def __init__(self, workspace_id: str) -> None:
        self.device_id = f"KATA{hashlib.sha256(workspace_id.encode()).hexdigest()[:10].upper()}"
        self._tokens: dict[MatrixSettings, str] = {}

    async def token(self, client: MatrixClient, settings: MatrixSettings) -> str:
        """The access token of the settings, or of a login.

        Raises:
            ChannelError: user id or password are wrong.
            MatrixRefusal, MatrixUnreachable: it could not be asked.
        """
        if settings.access_token:
            return settings.access_token
        if settings not in self._tokens:
            try:
                token = await client.login(settings.user_id, settings.password, self.device_id)
            except MatrixRefusal as error:
                if error.code in ("M_FORBIDDEN", "M_INVALID_USERNAME"):
                    raise ChannelError(
                        f"The homeserver does not accept {settings.user_id} with this password; enter both again.",
                        final=True,
                    ) from error
                if error.code == "M_UNRECOGNIZED" or (error.code == "M_UNKNOWN" and error.status == 400):
                    raise ChannelError(
                        "The homeserver takes no passwords; sign in elsewhere and put the access token into the"
                        " plugin's credentials.",
                        final=True,
                    ) from error
                raise
            self._tokens = {settings: token}
        return self._tokens[settings]

    def forget(self, settings: MatrixSettings) -> bool:
        """A token does not work any more; whether another one can be had by signing in."""
        self._tokens.pop(settings, None)
        return not settings.access_token
