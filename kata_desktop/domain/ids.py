"""Identifiers: opaque strings that sort by the time they were made."""

from __future__ import annotations

import os
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u


def new_id(prefix: str) -> str:
    """Return a new identifier such as ``task_06f2k9…``: unique, URL-safe, roughly ordered by creation.

    The order is a convenience for people who read the store; nothing may depend on it.
    """
    number = (time.time_ns() // 1_000_000) << 40 | int.from_bytes(os.urandom(5), "big")  # noqa: TID251 - only an order for the eye
    digits = []
    for _ in range(17):
        number, digit = divmod(number, 32)
        digits.append(_ALPHABET[digit])
    return f"{prefix}_{''.join(reversed(digits))}"
