"""Instants as the store keeps them: whole microseconds since 1970-01-01 UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import overload

from kata_desktop.domain.errors import Bug

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_US = 86_400_000_000


@overload
def to_us(instant: datetime) -> int: ...
@overload
def to_us(instant: None) -> None: ...
@overload
def to_us(instant: datetime | None) -> int | None: ...
def to_us(instant: datetime | None) -> int | None:
    """Microseconds of an aware instant, exactly; None passes through. A naive one is a `Bug`."""
    if instant is None:
        return None
    if instant.tzinfo is None:
        raise Bug(f"an instant without a zone reached the store: {instant!r}")
    return duration_to_us(instant - _EPOCH)


@overload
def from_us(microseconds: int) -> datetime: ...
@overload
def from_us(microseconds: None) -> None: ...
@overload
def from_us(microseconds: int | None) -> datetime | None: ...
def from_us(microseconds: int | None) -> datetime | None:
    """The aware UTC instant of stored microseconds, exactly; None passes through."""
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


def duration_to_us(duration: timedelta) -> int:
    """Whole microseconds of a duration, exactly (floats would round beyond 285 years)."""
    return duration.days * _DAY_US + duration.seconds * 1_000_000 + duration.microseconds


def span_us(span: timedelta) -> int:
    """Return a length of time as the store keeps it: whole microseconds."""
    return span // timedelta(microseconds=1)
