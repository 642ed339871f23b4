"""Why a message was not delivered, and whether that is certain."""

from __future__ import annotations

from datetime import timedelta

from kata_desktop.domain.errors import KataError


class DeliveryError(KataError):
    """A sender could not deliver a message."""

    def __init__(
        self, sentence: str, *, retryable: bool = True, certain: bool = True, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(sentence)
        self.retryable = retryable
        """Whether trying again later can help."""
        self.certain = certain
        """True when surely nobody got it; False when the other side may have it, so it must not be resent blindly."""
        self.retry_after = retry_after
        """Not before this much time has passed, when the other side said so."""


class NoService(DeliveryError):
    """There is nothing on this desktop that shows notifications."""

    def __init__(self, why: str = "", *, retryable: bool = False) -> None:
        detail = f" ({why})" if why else ""
        super().__init__(
            f"No notification service answers on this desktop{detail}; start one, or read the result in Activity.",
            retryable=retryable,
        )


class Unanswered(DeliveryError):
    """The notification was handed over and no answer came."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The notification service took the message but did not confirm it ({why}); look whether it was shown, "
            "and resend it from the outbox if not.",
            certain=False,
        )
