"""A phone's number as people write it."""

from __future__ import annotations

_BESIDE_DIGITS = frozenset("+ -()/")
_LEAST, _MOST = 7, 15
"""How many digits an international number has (ITU-T E.164)."""


def digits_of(text: str) -> str:
    """Return the digits of an international number; empty when it is none."""
    digits = "".join(letter for letter in text if letter in "0123456789")
    strange = set(text.strip()) - set(digits) - _BESIDE_DIGITS
    return digits if not strange and _LEAST <= len(digits) <= _MOST else ""
