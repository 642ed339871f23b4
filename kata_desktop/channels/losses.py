"""Why a connection ended, and what follows from it. Pure."""

from __future__ import annotations

from datetime import datetime

from kata_desktop.channels.adapter import ChannelError
from kata_desktop.domain.channel import ChannelState

_NEEDS = {
    "set-up": ChannelState.NEEDS_SETUP,
    "pairing": ChannelState.NEEDS_PAIRING,
    "keyring": ChannelState.WAITING_KEYRING,
}


class Taken(ChannelError):
    """Another workspace has this account connected."""

    def __init__(self, account: str, workspace: str) -> None:
        super().__init__(
            f"This account is connected in the workspace “{workspace}” already; switch it off there first."
        )
        self.account = account


def final_state(error: ChannelError) -> ChannelState | None:
    """The state that only a person, or an account that becomes free, gets it out of; None when it is tried again."""
    if isinstance(error, Taken):
        return ChannelState.TAKEN
    if error.needs in _NEEDS:
        return _NEEDS[error.needs]
    return ChannelState.REJECTED if error.final else None


def asked_until(error: ChannelError, now: datetime) -> datetime | None:
    """Until when the other side asked for patience; None when it did not."""
    if error.until is not None:
        return error.until
    return None if error.retry_after is None else now + error.retry_after
