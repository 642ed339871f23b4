"""How long to wait before trying again."""

from __future__ import annotations

from datetime import timedelta


def doubling(attempt: int, *, base: timedelta, cap: timedelta) -> timedelta:
    """Delay before retry number `attempt` (from 1): `base`, doubled each time, never above `cap`."""
    if attempt < 1:
        return timedelta(0)
    exponent = min(attempt - 1, 40)  # beyond that every delay is the cap, and timedelta would overflow
    seconds = min(base.total_seconds() * 2**exponent, cap.total_seconds())
    return timedelta(seconds=seconds)
