"""Active hours as people type them."""

from __future__ import annotations

import re
from datetime import time

from kata_desktop.domain.errors import FieldError, InvalidInput
from kata_desktop.domain.task import ActiveHours

_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])\s?[-–]\s?([01][0-9]|2[0-3]):([0-5][0-9])")


def parse_hours(text: str) -> ActiveHours:
    """Two times of day with a dash between; an end before the start lies on the next day. Raises `InvalidInput`."""
    match = _HOURS.fullmatch(text.strip())
    if match is None or (not text.isascii() and "–" not in text):
        raise _bad_hours("Not two times of day. Use start-end, 00:00–23:59")
    start, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    if start == end:
        raise _bad_hours("Begin and end at the same time. Leave them empty for the whole day")
    return ActiveHours(start=start, end=end)


def _bad_hours(reason: str) -> InvalidInput:
    return InvalidInput(FieldError(field="active_hours", label="Active hours", reason=reason, example="08:00-20:00"))
