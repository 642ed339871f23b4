"""One round of the engine, as one transaction: settle, record what is due, claim what may run, say when to return.

Most rounds find nothing to do. What does the work is imported where there is some: a start need not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module

from kata_desktop.domain.events import ClockMoved, ComputerWoke, Event, NetworkChanged, SchedulerChanged
from kata_desktop.domain.trigger import EventType
from kata_desktop.scheduler.engine.world import LEASE, Told, World
from kata_desktop.store import agenda, boots, leases, marks, pauses, runs, waiting
from kata_desktop.store.boots import Boot
from kata_desktop.store.connection import Connection

IsAlive = Callable[[Boot], bool]
BATCH = 32
"""Tasks handled in one transaction: enough to share a commit, short enough for the writer thread."""
_TOLERANCE = timedelta(seconds=5)
_ZONE = "zone"


def begin(db: Connection, world: World, told: Told, *, boot: Boot, is_alive: IsAlive) -> None:
    """Sign on, settle what dead processes left behind, and start the tasks that wait for the app's start."""
    _follow_clock_since_last_boot(db, world, told)
    boots.insert(db, boot, world.now)
    settle_dead(db, world, told, is_alive)
    _start_listeners(db, world, told, EventType.APP_STARTED)


def look_around(db: Connection, world: World, told: Told, *, is_alive: IsAlive, places: int) -> None:
    """Everything that is to be done now; `places` limited runs may run at once in all processes, 0 claims nothing."""
    told.alone = settle_dead(db, world, told, is_alive)
    _compare_with_store(db, world, told)
    _follow_zone(db, world, told)
    _end_pauses(db, world, told)
    _fire_due(db, world, told)
    if places and leases.any_waiting(db, world.now):
        from kata_desktop.scheduler.engine.claiming import claim_waiting

        import_module("kata_desktop.scheduler.engine.closing")  # what drives runs: in this thread, not on the loop
        claim_waiting(db, world, told, places=places)
    if world.working_on or told.claimed:
        leases.renew(db, world.boot_id, world.now + LEASE)
        for run_id, newer in leases.cancel_requests(db, world.boot_id):
            (told.cancel if newer else told.stop).append(run_id)
    told.waiting = leases.any_waiting(db, world.now)
    told.wake_at = _earliest(agenda.next_due(db), leases.next_available(db, world.now), pauses.next_end(db))


def _compare_with_store(db: Connection, world: World, told: Told) -> None:
    """What this process drives and what the store says it drives must be the same."""
    held = set(leases.held(db, world.boot_id))
    told.lost.extend(sorted(world.working_on - held))
    if orphans := held - world.working_on:
        _recover_own(db, world, told, orphans)


def settle_dead(db: Connection, world: World, told: Told, is_alive: IsAlive) -> bool:
    """End or continue the runs of processes that are gone; returns whether no other process is left."""
    others = [boot for boot in boots.not_ended(db) if boot.id != world.boot_id]
    dead = [boot for boot in others if not is_alive(boot)]
    if dead or world.steady:
        from kata_desktop.scheduler.engine.recovering import recover

        recover(db, world, told, [boot.id for boot in dead])
    for boot in dead:
        boots.end(db, boot.id, world.now)
    return len(dead) == len(others)


def sign_off(db: Connection, world: World, told: Told) -> None:
    """Give everything back."""
    if held := leases.held(db, world.boot_id):
        _recover_own(db, world, told, set(held), in_order=True)
    boots.end(db, world.boot_id, world.now)


def notice(db: Connection, world: World, told: Told, *, event: Event, at: datetime) -> None:
    """Act on news from the outside world, noticed at `at`: the store may take what follows from it much later."""
    match event:
        case ComputerWoke():
            _start_listeners(db, world, told, EventType.COMPUTER_WOKE)
        case ClockMoved(seconds=seconds):
            _follow_clock(db, world, told, seconds=seconds, since=at)
        case NetworkChanged(online=True):
            waiting.hasten_offline(db, world.now)
            told.events.append(SchedulerChanged())
        case _:
            pass


def _follow_clock_since_last_boot(db: Connection, world: World, told: Told) -> None:
    """The clock may have been set back while nobody was there: the store remembers later times then."""
    last = max((at for at in (boots.latest(db), runs.latest_slot(db)) if at is not None), default=world.now)
    if last - world.now > _TOLERANCE:
        _follow_clock(db, world, told, seconds=(world.now - last).total_seconds(), since=world.now)


def _follow_clock(db: Connection, world: World, told: Told, *, seconds: float, since: datetime) -> None:
    from kata_desktop.scheduler.engine.rearming import follow_clock

    follow_clock(db, world, told, seconds=seconds, since=since)


def _follow_zone(db: Connection, world: World, told: Told) -> None:
    """If the computer's zone is another one than at the last look, tasks that follow it come due anew."""
    before = marks.get(db, _ZONE)
    if before == world.system_zone:
        return
    marks.put(db, _ZONE, world.system_zone)
    if before:
        from kata_desktop.scheduler.engine.rearming import follow_zone

        follow_zone(db, world, told, before)


def _end_pauses(db: Connection, world: World, told: Told) -> None:
    """Lift the pauses that have run out, even while nobody was there to see it."""
    for pause in pauses.listed(db):
        if pause.until is not None and pause.until <= world.now:
            from kata_desktop.scheduler.engine.resuming import lift

            lift(db, pause, pause.until, world, told)


def _fire_due(db: Connection, world: World, told: Told) -> None:
    """Record every occurrence that has come due, at most `BATCH` tasks; `told.more` when there are others."""
    if due := agenda.due(db, world.now, BATCH):
        from kata_desktop.scheduler.engine.firing import fire_all

        fire_all(db, due, world, told)
        told.more = told.more or len(due) == BATCH


def _start_listeners(db: Connection, world: World, told: Told, event_type: EventType) -> None:
    if agenda.listening(db, event_type):
        from kata_desktop.scheduler.engine.listening import start_listeners

        start_listeners(db, world, told, event_type)


def _recover_own(db: Connection, world: World, told: Told, ids: set[str], *, in_order: bool = False) -> None:
    from kata_desktop.scheduler.engine.recovering import recover_own

    recover_own(db, world, told, ids, in_order=in_order)


def _earliest(*instants: datetime | None) -> datetime | None:
    return min((instant for instant in instants if instant is not None), default=None)
