"""What the engine and every attempt work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.clock import Clock
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.store.database import Database


@dataclass(frozen=True, kw_only=True, slots=True)
class Tools:
    """Handed to the engine once, and by it to every attempt."""

    database: Database
    clock: Clock
    bus: EventBus
    spawner: Spawner
    boot_id: str
    hide: Callable[[str], str] = str
    """Takes secrets out of text that is going to be stored; may be called from any thread."""
    settled: Callable[[str], int] = len
    """How much of a text that still grows may be shown, as far as secrets in it can be known."""
