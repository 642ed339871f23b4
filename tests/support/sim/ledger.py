"""Which occurrences are owed: kept apart from the engine, from what was asked of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never

from kata_desktop.domain.task import Task, TaskState
from kata_desktop.domain.trigger import SYSTEM_ZONE, Cron, Event, Interval, Once
from kata_desktop.scheduler.hours import due_at
from kata_desktop.scheduler.occurrences.slots import count_between, latest_at_or_before, local_key, next_after
from kata_desktop.store import tasks
from kata_desktop.store.connection import Connection
from kata_desktop.store.times import to_us
from tests.support.sim.computer import SimComputer

_SAMPLE = 40


class Broken(AssertionError):
    """A promise was not kept."""


def promise(kept: bool, words: str) -> None:
    """Raise `Broken` with these words unless it was kept."""
    if not kept:
        raise Broken(words[:300])


@dataclass
class _Owed:
    task: Task
    begun: datetime
    since: datetime
    pending: list[datetime] = field(default_factory=list)
    straight: bool = True
    """No edit of its time, no clock set back, no change of zone: rows can be counted."""


@dataclass
class Ledger:
    """Which occurrences are owed, kept apart from the engine."""

    owed: dict[str, _Owed] = field(default_factory=dict)
    set_back: bool = False
    moved: bool = False
    """The zone is another one, and what follows from that is not worked out yet."""

    def open(self, task: Task, now: datetime) -> None:
        """From now on, this task's occurrences are owed."""
        known = self.owed.get(task.id)
        straight = known is None
        self.owed[task.id] = _Owed(task=task, begun=now, since=now, straight=straight)

    def close(self, task_id: str) -> None:
        """Nothing is owed any more."""
        self.owed.pop(task_id, None)

    def crooked(self, *, back: bool = False) -> None:
        """The clock was set."""
        self.set_back = self.set_back or back
        for owed in self.owed.values():
            owed.straight = False

    def travelled(self) -> None:
        """The zone changed: tasks that follow it are recomputed as soon as the store takes that, others untouched."""
        self.moved = True
        for owed in self.owed.values():
            owed.straight = owed.straight and not _follows(owed.task)

    def _settle_move(self, db: Connection, now: datetime, zone: str) -> None:
        self.moved = False
        for owed in self.owed.values():
            if _follows(owed.task):
                owed.since = max(owed.since, now)
                owed.pending.clear()
                _forgive_repeated(db, owed, zone)

    def check(self, computer: SimComputer, db: Connection) -> None:
        """Every occurrence that is due has its row, or is covered by one with a count."""
        now, zone = computer.clock.now(), computer.clock.zone
        if self.moved:
            self._settle_move(db, now, zone)
        for ident, owed in list(self.owed.items()):
            current = tasks.find(db, ident)
            if current is None or current.state in {TaskState.DELETED, TaskState.FINISHED}:
                self.close(ident)
                continue
            if isinstance(owed.task.spec.trigger, Event):
                continue
            slots = [*owed.pending, *_between(owed.task, owed.since, now, zone)]
            due = [slot for slot in slots if due_at(ident, current.spec, slot, zone) <= now]
            owed.pending = [slot for slot in slots if slot not in due]
            owed.since = max(owed.since, now)
            for slot in due:
                promise(_is_told(db, current, slot, zone), f"{ident}: nothing tells what became of {slot}")
            if owed.straight and not self.set_back:
                _count(db, current, owed, now, zone)


def _follows(task: Task) -> bool:
    """Whether another zone changes when a task runs: its pattern follows the computer's, or its active hours do."""
    match task.spec.trigger:
        case Interval():
            return task.spec.active_hours is not None
        case Cron(zone=zone) | Once(zone=zone):
            return zone == SYSTEM_ZONE
        case Event():
            return False
        case _:
            assert_never(task.spec.trigger)


def _forgive_repeated(db: Connection, owed: _Owed, zone: str) -> None:
    """Flying west a local time that had passed comes again: the same local date and time is owed once."""
    current = tasks.find(db, owed.task.id)
    if current is None or current.next_slot is None:
        return
    if local_key(current.spec.trigger, current.next_slot, zone) is not None:
        owed.since = max(owed.since, current.next_slot - timedelta(microseconds=1))


def _between(task: Task, after: datetime, until: datetime, zone: str) -> list[datetime]:
    """The occurrences in (after, until]; the first and last ones where there are very many."""
    trigger, slot = task.spec.trigger, after
    found: list[datetime] = []
    until = until if task.spec.until is None else min(until, task.spec.until)
    while len(found) < _SAMPLE:
        following = next_after(trigger, slot, system_zone=zone)
        if following is None or following > until:
            return found
        found.append(following)
        slot = following
    last: datetime | None = until
    for _ in range(_SAMPLE):
        assert last is not None
        last = latest_at_or_before(trigger, last, not_before=slot + timedelta(seconds=1), system_zone=zone)
        if last is None:
            break
        found.append(last)
        last -= timedelta(microseconds=1)
    return found


def _is_told(db: Connection, task: Task, slot: datetime, zone: str) -> bool:
    us, key = to_us(slot), local_key(task.spec.trigger, slot, zone)
    row = db.one(
        "SELECT 1 FROM runs WHERE task_id = ? AND (slot = ? OR (first_slot <= ? AND slot >= ?) OR local_key = ?)",
        (task.id, us, us, us, key),
    )
    return row is not None


def _count(db: Connection, task: Task, owed: _Owed, now: datetime, zone: str) -> None:
    told = db.value(
        "SELECT coalesce(sum(count), 0) FROM runs WHERE task_id = ? AND source IN ('schedule', 'catch-up')", (task.id,)
    )
    until = now if task.spec.until is None else min(now, task.spec.until)
    due = count_between(task.spec.trigger, owed.begun, until, system_zone=zone)
    if task.next_slot is not None:  # it and what follows wait for their window or jitter
        due -= count_between(task.spec.trigger, task.next_slot - timedelta(microseconds=1), until, system_zone=zone)
    promise(told == due, f"{task.id}: {due} occurrences were due, {told} are told of")
