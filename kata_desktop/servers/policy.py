"""When a server that ended is started again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from kata_desktop.runtime.backoff import doubling


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """The figures of the rule."""

    fast: timedelta = timedelta(seconds=10)
    """An end within this time after the start is a fast crash; being up for longer makes up for the earlier ones."""
    first_delay: timedelta = timedelta(seconds=5)
    """Before the first restart; doubles with every further fast crash."""
    longest_delay: timedelta = timedelta(seconds=300)
    most: int = 5
    """After so many fast crashes in a row nobody tries any more."""
    leftover: timedelta = timedelta(seconds=7)
    """A copy that is found running may be what a killed life of Kata left behind: so long its end is waited for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Again:
    """Start it again after a while."""

    delay: timedelta
    fast_crashes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveUp:
    """Leave it to a person."""

    fast_crashes: int


def after_end(*, up: timedelta, fast_crashes: int, restart: bool, patience: Patience) -> Again | GiveUp:
    """Decide what follows when a server ended by itself after having been `up`; `fast_crashes` came before this one."""
    crashes = fast_crashes + 1 if up < patience.fast else 0
    if not restart or crashes >= patience.most:
        return GiveUp(fast_crashes=crashes)
    delay = doubling(max(crashes, 1), base=patience.first_delay, cap=patience.longest_delay)
    return Again(delay=delay, fast_crashes=crashes)
