"""Whether a look can find anything: where nothing happened since the last one, it would read the same store again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.store.footprint import Footprint

SKIPPED_MOST = 9
"""Looks in a row that are left out; one in ten is taken whatever the files say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stillness:
    """What the last look found, when only time or a change can bring something to do."""

    told: Told
    footprint: Footprint
    system_zone: str
    held: str
    left: int = SKIPPED_MOST

    def lasts(self, world: World, footprint: Footprint | None) -> bool:
        """Whether another look would find what this one found."""
        due = self.told.wake_at is not None and self.told.wake_at <= world.now
        same = (self.footprint, self.system_zone, self.held) == (footprint, world.system_zone, world.held)
        return same and not due and self.left > 0

    def skipped(self) -> Stillness:
        """The same after one more look was left out."""
        return replace(self, left=self.left - 1)


def still_after(told: Told, world: World, footprint: Footprint | None) -> Stillness | None:
    """What holds after a look; `world` and `footprint` are from before it. None when there may be more to do."""
    if footprint is None or not told.alone or told.waiting or told.claimed or world.working_on:
        return None
    return Stillness(told=told, footprint=footprint, system_zone=world.system_zone, held=world.held)
