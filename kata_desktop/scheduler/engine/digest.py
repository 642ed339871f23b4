"""After an absence: one quiet message instead of many."""

from __future__ import annotations

from kata_desktop.domain.notification import NotificationKind
from kata_desktop.scheduler.engine.alerts import message, queue
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.store import runs
from kata_desktop.store.connection import Connection


def queue_digest(db: Connection, world: World, told: Told, *, late: int, missed: int) -> None:
    """Queue "While you were away: 2 runs start late, 1 was missed, 1 waits for you"."""
    parts = []
    if late:
        parts.append(f"{late} {'run starts' if late == 1 else 'runs start'} late")
    if missed:
        parts.append(f"{missed} {'was' if missed == 1 else 'were'} missed")
    waiting = runs.state_counts(db).get("parked", 0)
    if waiting:
        parts.append(f"{waiting} {'waits' if waiting == 1 else 'wait'} for you")
    key = f"digest:{world.boot_id}:{world.now.isoformat()}"
    body = f"While you were away: {', '.join(parts)}."
    queue(db, message(NotificationKind.MISSED, key, "Welcome back", body, world), told)
