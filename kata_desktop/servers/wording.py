"""What people read about programs that ended."""

from __future__ import annotations

import signal
from datetime import timedelta


def ended_words(code: int, up: timedelta) -> str:
    """Say how a program ended and how long it had been up, as a sentence."""
    if code < 0:
        try:
            how = f"was ended by the signal {signal.Signals(-code).name}"
        except ValueError:
            how = f"was ended by the signal {-code}"
    elif code == 0:
        how = "ended by itself"
    else:
        how = f"ended with the error {code}"
    return f"It {how} after {length_words(up)}."


def waiting_words(delay: timedelta) -> str:
    """Say when it is started again."""
    return f"It is started again in {length_words(delay)}."


def length_words(length: timedelta) -> str:
    """A length of time for people: ``3 s``, ``5 min``, ``2 h``, ``4 days``."""
    seconds = length.total_seconds()
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s" if seconds >= 1 else "less than a second"
