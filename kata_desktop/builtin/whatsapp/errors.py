"""What can go wrong with WhatsApp, and how it is told to the rest of the program."""

from __future__ import annotations

from datetime import timedelta

from kata_desktop.builtin.whatsapp.wire import NotSent, Over, Reason
from kata_desktop.domain.errors import KataError, Refused
from kata_desktop.domain.notification import DeliveryError
from kata_desktop.plugins.sdk import ChannelError

UNLINKED = "The device was unlinked on the phone; link it again."
NOT_LINKED = "No phone is linked yet; link one."
BEING_LINKED = "A phone is being linked."
NOT_CONNECTED = "WhatsApp is not connected; the message waits for the connection."


class DeviceOver(KataError):
    """The linked device is of no use any more; a new process has to be started, if that can help."""

    def __init__(self, over: Over) -> None:
        super().__init__(sentence_of(over))
        self.over = over


class DeviceEnded(KataError):
    """The process of the linked device is gone."""

    def __init__(self, code: int) -> None:
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        super().__init__(f"The process that holds the link to WhatsApp ended ({how}); it is started again by itself.")


class NotSetUp(Refused):
    """Something is missing before a phone can be linked."""

    def __init__(self) -> None:
        super().__init__("WhatsApp is not set up yet; say in its settings who may write, then link a phone.")


class LinkedAlready(Refused):
    """There is a device already."""

    def __init__(self, account: str) -> None:
        super().__init__(f"+{account} is linked already; unlink it first to link another phone.")


class NoPhoneNumber(Refused):
    """What was given is no phone number."""

    def __init__(self, typed: str) -> None:
        super().__init__(f"“{typed}” is no phone number with its country code; write it like +49 1512 3456789.")


_SENTENCES = {
    Reason.UNLINKED: UNLINKED,
    Reason.LEFT: NOT_LINKED,
    Reason.REPLACED: "Another program has opened the same link to WhatsApp; close it, then restart the plugin.",
    Reason.OUTDATED: "WhatsApp does not talk with this version of the library any more; update Kata.",
    Reason.BANNED: "WhatsApp has locked the account for a while; the phone says why. It is tried again afterwards.",
    Reason.UNREACHABLE: "WhatsApp cannot be reached{said}; check the network, it is tried again by itself.",
    Reason.REFUSED: "WhatsApp did not link the device{said}; try again, with the newest WhatsApp on the phone.",
    Reason.LIBRARY: "{detail}",
    Reason.BUSY: "Another process works with the link to WhatsApp; it is tried again by itself.",
}
_FINAL = frozenset({Reason.UNLINKED, Reason.REPLACED, Reason.OUTDATED})
_NEEDS = {Reason.LEFT: "pairing", Reason.REFUSED: "pairing", Reason.LIBRARY: "set-up"}


def sentence_of(over: Over) -> str:
    """What happened, why, and what to do."""
    return _SENTENCES[over.reason].format(said=f" ({over.detail})" if over.detail else "", detail=over.detail)


def channel_error(error: KataError) -> ChannelError:
    """What the connection's keeper has to know of it."""
    if not isinstance(error, DeviceOver):
        return ChannelError(error.sentence)
    reason = error.over.reason
    patience = timedelta(seconds=error.over.seconds) if reason is Reason.BANNED else None
    return ChannelError(error.sentence, final=reason in _FINAL, needs=_NEEDS.get(reason, ""), retry_after=patience)


def not_sent(answer: NotSent) -> DeliveryError:
    """What the outbox has to know of a text that was not confirmed."""
    if not answer.retryable:
        return DeliveryError(f"WhatsApp refused the message ({answer.detail}); look at the address.", retryable=False)
    if answer.certain:
        return DeliveryError(f"WhatsApp could not send the message ({answer.detail}); it is tried again.")
    return DeliveryError(
        f"WhatsApp did not confirm the message ({answer.detail}); look whether it arrived.", certain=False
    )


def interrupted() -> DeliveryError:
    """The process ended between sending and the confirmation."""
    return DeliveryError(
        "The link to WhatsApp ended before the message was confirmed; look whether it arrived.", certain=False
    )
