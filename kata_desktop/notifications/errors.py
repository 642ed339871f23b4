"""Why a message was not delivered, and whether that is certain."""

from __future__ import annotations

from kata_desktop.domain.notification import DeliveryError


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
