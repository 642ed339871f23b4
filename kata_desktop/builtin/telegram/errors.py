"""What can go wrong with Telegram, and how it is told to the rest of the program."""

from __future__ import annotations

from datetime import timedelta

from kata_desktop.domain.errors import KataError
from kata_desktop.domain.notification import DeliveryError
from kata_desktop.plugins.sdk import ChannelError

_REJECTED = {
    401: "Telegram does not know the bot token any more; get a new one from @BotFather and replace it.",
    404: "Telegram does not take this bot token; copy it from @BotFather again.",
    409: "Another program fetches this bot's messages; stop that one, or make a bot of its own for Kata at @BotFather.",
}
"""Answers that only a person can do something about, by their code."""
_WEBHOOK = "This bot sends its messages to a web address (webhook); delete that, or make a bot of its own for Kata."


class TelegramRefusal(KataError):
    """Telegram answered, and said no."""

    def __init__(
        self, status: int, said: str = "", *, retry_after: timedelta | None = None, moved_to: int | None = None
    ) -> None:
        known = _WEBHOOK if status == 409 and "webhook" in said else _REJECTED.get(status)
        super().__init__(known or f"Telegram refused ({said[:200] or status}).")
        self.status = status
        self.said = said
        self.retry_after = retry_after
        """Telegram's own wish for patience."""
        self.moved_to = moved_to
        """The group became a bigger one, with this id."""

    @property
    def is_final(self) -> bool:
        """Whether only a person can do something about it."""
        return self.status in _REJECTED


class TelegramUnreachable(KataError):
    """Telegram did not answer."""

    def __init__(self, why: str, *, certain: bool) -> None:
        super().__init__(f"Telegram cannot be reached ({why}); check the network, it is tried again by itself.")
        self.certain = certain
        """True when the request surely never got there."""


def channel_error(error: TelegramRefusal | TelegramUnreachable) -> ChannelError:
    """What the connection's keeper has to know of it."""
    if isinstance(error, TelegramUnreachable):
        return ChannelError(error.sentence)
    if error.retry_after is not None:
        sentence = "Telegram asks for patience; it is tried again by itself."
        return ChannelError(sentence, retry_after=error.retry_after)
    return ChannelError(error.sentence, final=error.is_final)


def delivery_error(error: TelegramRefusal | TelegramUnreachable) -> DeliveryError:
    """What the outbox has to know of it."""
    if isinstance(error, TelegramUnreachable):
        return DeliveryError(error.sentence, certain=error.certain)
    if error.retry_after is not None:
        return DeliveryError("Telegram asks for patience; it is sent later.", retry_after=error.retry_after)
    if error.is_final:  # the message is as good as before once a person has repaired it
        return DeliveryError(error.sentence)
    if error.status == 403:
        sentence = "Telegram does not let the bot write there: it was blocked or removed, or never written to."
        return DeliveryError(f"{sentence} Write to the bot first, or add it to the group again.", retryable=False)
    if error.status < 500:
        return DeliveryError(f"{error.sentence} Check the address.", retryable=False)
    return DeliveryError(error.sentence, certain=False)


def not_connected() -> DeliveryError:
    """Said of a message while there is no connection."""
    return DeliveryError("Telegram is not connected; the message waits for the connection.")
