"""Where plugins come from, and what is known of them without their code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kata_desktop import builtin
from kata_desktop.plugins.catalogue import Bundled, Catalogue
from kata_desktop.plugins.equipment import Limits
from kata_desktop.plugins.loading import SideThreads
from kata_desktop.plugins.switchboard import Switchboard
from kata_desktop.runtime.clock import Clock
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.store.database import Database


@dataclass(frozen=True, kw_only=True, slots=True)
class PluginSource:
    """Which plugins there are, and how patient one is with them; tests bring their own."""

    bundled: Sequence[Bundled]
    folder: Path = Path(builtin.__path__[0])
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The same, looked up."""

    catalogue: Catalogue
    board: Switchboard
    limits: Limits


def looked_up(source: PluginSource, *, clock: Clock, spawner: Spawner, database: Database) -> Source:
    """Read what is switched on: one short reading of the store, which the calling thread waits for."""
    threads = SideThreads(clock=clock, spawner=spawner)
    catalogue = Catalogue(source.bundled, source.folder, threads=threads, load_limit=source.limits.load)
    board = Switchboard(catalogue)
    database.read_now(board.look)
    return Source(catalogue=catalogue, board=board, limits=source.limits)
