"""What can go wrong with Slack, and how it is told to the rest of the program."""

from __future__ import annotations

from datetime import timedelta

from kata_desktop.domain.errors import KataError
from kata_desktop.domain.notification import DeliveryError
from kata_desktop.plugins.sdk import ChannelError

_REPLACE = "make new tokens at api.slack.com/apps and replace them in the plugin's credentials"
REJECTED = {
    "invalid_auth": f"Slack does not know the token; {_REPLACE}.",
    "not_authed": f"Slack got no token; {_REPLACE}.",
    "token_revoked": f"The token was revoked in Slack; {_REPLACE}.",
    "token_expired": f"The token has expired; {_REPLACE}.",
    "account_inactive": "The app was removed from the Slack workspace; install it again and replace its tokens.",
    "org_login_required": "The Slack workspace asks for a new login of its organisation; sign in there, then restart.",
    "team_access_not_granted": "The app was not granted access to this Slack workspace; install it there again.",
    "not_allowed_token_type": "A token is of the wrong kind: the app token begins with xapp-, the bot token with xoxb-;"
    " put each in its own field.",
    "link_disabled": "Socket Mode is switched off for the app; switch it on at api.slack.com/apps under Socket Mode.",
    "missing_scope": "The app lacks a permission; paste the app manifest again and reinstall the app.",
}
"""Refusals that only a person can repair, by Slack's codes."""

_UNDELIVERABLE = {
    "channel_not_found": "Slack has no such conversation, or Kata cannot see it; invite Kata with /invite @kata there.",
    "not_in_channel": "Kata is not in that channel; invite it there with /invite @kata.",
    "is_archived": "That channel is archived; choose another one or restore it in Slack.",
    "user_not_found": "Slack has no such person; choose another address.",
    "user_disabled": "That person's Slack account is switched off; choose another address.",
    "cannot_dm_bot": "Bots cannot be written to directly; choose another address.",
    "msg_too_long": "The message is too long for Slack; shorten it.",
    "no_text": "The message has no text; Slack does not take empty ones.",
    "thread_not_found": "The thread does not exist any more; write to the channel instead.",
    "restricted_action": "An owner of the Slack workspace does not allow posting there; choose another channel.",
    "restricted_action_read_only_channel": "That channel is read-only for Kata; choose another one.",
}
"""Refusals of one message that no repetition changes."""


_PASSING = frozenset({"", "fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable"})
"""Refusals that say nothing of the request; without a code it was not Slack's program that answered."""


class SlackRefusal(KataError):
    """Slack answered, and said no."""

    def __init__(
        self, method: str, code: str, *, status: int = 200, retry_after: timedelta | None = None, needed: str = ""
    ) -> None:
        extra = f" It needs “{needed}”." if needed else ""
        known = REJECTED.get(code) or _UNDELIVERABLE.get(code)
        super().__init__(f"{known or f'Slack refused {method} ({code or status}); try again later.'}{extra}")
        self.code = code
        self.status = status
        self.retry_after = retry_after
        """Slack's own wish for patience."""

    @property
    def passes(self) -> bool:
        """Whether the same request may be granted a little later."""
        return self.retry_after is not None or self.status >= 500 or self.code in _PASSING


class SlackUnreachable(KataError):
    """Slack did not answer."""

    def __init__(self, why: str, *, certain: bool) -> None:
        super().__init__(f"Slack cannot be reached ({why}); check the network, it is tried again by itself.")
        self.certain = certain
        """True when the request surely never got there."""


def channel_error(error: SlackRefusal | SlackUnreachable) -> ChannelError:
    """What the connection's keeper has to know of it."""
    if isinstance(error, SlackUnreachable):
        return ChannelError(error.sentence)
    if error.retry_after is not None:
        return ChannelError("Slack asks for patience; it is tried again by itself.", retry_after=error.retry_after)
    return ChannelError(error.sentence, final=error.code in REJECTED)


def delivery_error(error: SlackRefusal | SlackUnreachable) -> DeliveryError:
    """What the outbox has to know of it."""
    if isinstance(error, SlackUnreachable):
        return DeliveryError(error.sentence, certain=error.certain)
    if error.retry_after is not None:
        return DeliveryError("Slack asks for patience; it is sent later.", retry_after=error.retry_after)
    if error.code in REJECTED:  # the message is as good as before once a person has repaired it
        return DeliveryError(error.sentence)
    if error.code in _UNDELIVERABLE:
        return DeliveryError(error.sentence, retryable=False)
    # internal_error, fatal_error, 5xx: Slack says that a part of it may have been done
    return DeliveryError(error.sentence, certain=False)


def not_connected() -> DeliveryError:
    """Said of a message while there is no connection."""
    return DeliveryError("Slack is not connected; the message waits for the connection.")
