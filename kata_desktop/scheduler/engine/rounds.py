"""One round of the engine, as one transaction: settle, record what is due, claim what may run, say when to return."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kata_desktop.domain.events import ClockMoved, ComputerWoke, Event, NetworkChanged, SchedulerChanged
from kata_desktop.domain.trigger import EventType
from kata_desktop.scheduler.engine.claiming import LEASE, claim_waiting
from kata_desktop.scheduler.engine.firing import fire_due
from kata_desktop.scheduler.engine.listening import start_listeners
from kata_desktop.scheduler.engine.rearming import follow_clock, follow_clock_since_last_boot, follow_zone
from kata_desktop.scheduler.engine.recovering import recover, recover_own
from kata_desktop.scheduler.engine.resuming import end_pauses, next_pause_end
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.store import boots, leases, tasks, waiting
from kata_desktop.store.boots import Boot
from kata_desktop.store.connection import Connection

IsAlive = Callable[[Boot], bool]


def begin(db: Connection, world: World, told: Told, *, boot: Boot, is_alive: IsAlive) -> None:
    """Sign on, settle what dead processes left behind, and start the tasks that wait for the app's start."""
    follow_clock_since_last_boot(db, world, told)
    boots.insert(db, boot, world.now)
    settle_dead(db, world, told, is_alive)
    start_listeners(db, world, told, EventType.APP_STARTED)


def look_around(db: Connection, world: World, told: Told, *, is_alive: IsAlive, places: int) -> None:
    """Everything that is to be done now; `places` limited runs may run at once in all processes, 0 claims nothing."""
    told.alone = settle_dead(db, world, told, is_alive)
    _compare_with_store(db, world, told)
    follow_zone(db, world, told)
    end_pauses(db, world, told)
    fire_due(db, world, told)
    if places:
        claim_waiting(db, world, told, places=places)
    if world.working_on or told.claimed:
        leases.renew(db, world.boot_id, world.now + LEASE)
        for run_id, newer in leases.cancel_requests(db, world.boot_id):
            (told.cancel if newer else told.stop).append(run_id)
    told.waiting = leases.any_waiting(db, world.now)
    told.wake_at = _earliest(tasks.next_due(db), leases.next_available(db, world.now), next_pause_end(db))


def _compare_with_store(db: Connection, world: World, told: Told) -> None:
    """What this process drives and what the store says it drives must be the same."""
    held = set(leases.held(db, world.boot_id))
    told.lost.extend(sorted(world.working_on - held))
    if orphans := held - world.working_on:
        recover_own(db, world, told, orphans)


def settle_dead(db: Connection, world: World, told: Told, is_alive: IsAlive) -> bool:
    """End or continue the runs of processes that are gone; returns whether no other process is left."""
    others = [boot for boot in boots.not_ended(db) if boot.id != world.boot_id]
    dead = [boot for boot in others if not is_alive(boot)]
    recover(db, world, told, [boot.id for boot in dead])
    for boot in dead:
        boots.end(db, boot.id, world.now)
    return len(dead) == len(others)


def sign_off(db: Connection, world: World, told: Told) -> None:
    """Give everything back."""
    recover_own(db, world, told, set(leases.held(db, world.boot_id)), in_order=True)
    boots.end(db, world.boot_id, world.now)


def notice(db: Connection, world: World, told: Told, *, event: Event, at: datetime) -> None:
    """Act on news from the outside world, noticed at `at`: the store may take what follows from it much later."""
    match event:
        case ComputerWoke():
            start_listeners(db, world, told, EventType.COMPUTER_WOKE)
        case ClockMoved(seconds=seconds):
            follow_clock(db, world, told, seconds=seconds, since=at)
        case NetworkChanged(online=True):
            waiting.hasten_offline(db, world.now)
            told.events.append(SchedulerChanged())
        case _:
            pass


def _earliest(*instants: datetime | None) -> datetime | None:
    return min((instant for instant in instants if instant is not None), default=None)
