"""What can go wrong with a Matrix homeserver, and how it is told to the rest of the program."""

from __future__ import annotations

from datetime import timedelta

from kata_desktop.domain.errors import KataError
from kata_desktop.domain.notification import DeliveryError
from kata_desktop.plugins.sdk import ChannelError

_REPLACE = "put a new access token into the plugin's credentials"
REJECTED = {
    "M_UNKNOWN_TOKEN": f"The homeserver does not accept the access token any more; {_REPLACE}.",
    "M_MISSING_TOKEN": f"The homeserver got no access token; {_REPLACE}.",
    "M_USER_DEACTIVATED": "The Matrix account was switched off; use another one.",
    "M_USER_SUSPENDED": "The Matrix account was suspended; ask whoever runs the homeserver.",
}
"""Refusals that only a person can repair, by Matrix's codes."""

_UNDELIVERABLE = {
    "M_FORBIDDEN": "Kata may not write there; invite it to the room and let it speak.",
    "M_NOT_FOUND": "The homeserver knows no such room or person; check the address.",
    "M_TOO_LARGE": "The message is too long for Matrix; shorten it.",
    "M_INVALID_PARAM": "The homeserver takes no such address; check it.",
    "M_BAD_JSON": "The homeserver does not take the message; shorten it or take markup out.",
    "M_ROOM_IN_USE": "The homeserver already has that room; use its address.",
}
"""Refusals of one message that no repetition changes."""


class MatrixRefusal(KataError):
    """The homeserver answered, and said no."""

    def __init__(self, code: str, said: str = "", *, status: int = 400, retry_after: timedelta | None = None) -> None:
        known = REJECTED.get(code) or _UNDELIVERABLE.get(code)
        why = f"{code or status}: {said[:200]}" if said else f"{code or status}"
        super().__init__(known or f"The homeserver refused ({why}); try again later.")
        self.code = code
        self.status = status
        self.retry_after = retry_after
        """The homeserver's own wish for patience."""


class MatrixUnreachable(KataError):
    """The homeserver did not answer."""

    def __init__(self, why: str, *, certain: bool) -> None:
        super().__init__(f"The homeserver cannot be reached ({why}); check the network, it is tried again by itself.")
        self.certain = certain
        """True when the request surely never got there."""


def channel_error(error: MatrixRefusal | MatrixUnreachable) -> ChannelError:
    """What the connection's keeper has to know of it."""
    if isinstance(error, MatrixUnreachable):
        return ChannelError(error.sentence)
    if error.retry_after is not None:
        return ChannelError(
            "The homeserver asks for patience; it is tried again by itself.", retry_after=error.retry_after
        )
    return ChannelError(error.sentence, final=error.code in REJECTED)


def delivery_error(error: MatrixRefusal | MatrixUnreachable) -> DeliveryError:
    """What the outbox has to know of it."""
    if isinstance(error, MatrixUnreachable):
        return DeliveryError(error.sentence, certain=error.certain)
    if error.retry_after is not None:
        return DeliveryError("The homeserver asks for patience; it is sent later.", retry_after=error.retry_after)
    if error.code in REJECTED:  # the message is as good as before once a person has repaired it
        return DeliveryError(error.sentence)
    if error.code in _UNDELIVERABLE:
        return DeliveryError(error.sentence, retryable=False)
    return DeliveryError(error.sentence, certain=error.status < 500)


def not_connected() -> DeliveryError:
    """Said of a message while there is no connection."""
    return DeliveryError("Matrix is not connected; the message waits for the connection.")
