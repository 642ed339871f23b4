"""What the strip of the next 24 hours shows and where: arithmetic without a screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from kata_desktop.ui.theme.tokens import Tone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

HOURS = 24.0
"""How far the strip looks ahead."""
_EVERY = 3
_GAP = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class StripRun:
    """One planned run on the strip."""

    at_hours: float
    """How many hours from now it starts, 0 to 24."""
    label: str
    """The name of the task; drawn above its first run where there is room."""
    tone: Tone = Tone.INFO
    """`Tone.BAD` is drawn as a ring: it is known to fail."""
    key: str = ""
    """What the strip reports when the run is chosen."""
    tip: str = ""
    """The sentence for the tip and the screen reader, such as "Inbox triage at 12:00"; the label when empty."""

    @property
    def words(self) -> str:
        """What a tip and a screen reader say."""
        return self.tip or self.label


def hour_marks(now: datetime) -> list[tuple[float, datetime]]:
    """Return every third full local hour within the strip, as hours from now and as local time.

    `now` carries its zone, so that a day with a clock change has its marks where the clock will show them.
    """
    start = now.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    marks = []
    for step in range(1, int(HOURS) + 2):
        moment = start + timedelta(hours=step)
        ahead = (moment - now.astimezone(UTC)).total_seconds() / 3600
        local = moment.astimezone(now.tzinfo)
        if ahead < HOURS and local.hour % _EVERY == 0:
            marks.append((ahead, local))
    return marks


def label_places(
    runs: Sequence[StripRun], at: Callable[[float], float], width_of: Callable[[str], float], room: tuple[float, float]
) -> list[tuple[float, str]]:
    """Return where labels start and what they say: the first run of each task, the soonest first, without overlap.

    A label that would overlap gives way towards later runs, and is left out when that takes it too far from its run.

    Args:
        runs: what is planned, soonest first.
        at: from hours to a place.
        width_of: how wide a text is.
        room: the left and right end of the strip.
    """
    first: dict[str, StripRun] = {}
    for run in runs:
        if run.label:
            first.setdefault(run.label, run)
    left, right = room
    forward = at(HOURS) > at(0)
    edge = left if forward else right
    placed = []
    for run in first.values():
        width, center = width_of(run.label), at(run.at_hours)
        start = max(min(center - width / 2, right - width), left)
        start = max(start, edge) if forward else min(start, edge - width)
        if left <= start and start + width <= right and abs(start + width / 2 - center) <= width:
            placed.append((start, run.label))
            edge = start + width + _GAP if forward else start - _GAP
    return placed
