"""Durations said in one unit, so that a number and a unit can show them."""

from __future__ import annotations

import re
from datetime import timedelta

from kata_desktop.domain.errors import InvalidInput
from kata_desktop.scheduler.inputs.durations import DurationField, parse_duration

_ANY = DurationField(field="", label="", low=timedelta(0), high=timedelta(days=100_000), example="")
_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def in_one_unit(raw: str) -> str:
    """Return ``90m`` for ``1h30m``; what is no duration is returned as it is."""
    try:
        seconds = int(parse_duration(raw, _ANY).total_seconds())
    except InvalidInput:
        return raw
    if not seconds or re.fullmatch("[0-9]+[a-z]", raw):
        return raw
    return next(f"{seconds // size}{letter}" for letter, size in _UNITS if seconds % size == 0)
