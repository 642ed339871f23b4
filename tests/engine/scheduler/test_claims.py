"""Claims under several boots, as a state machine: no run is ever two processes', and the fence always holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kata_desktop.domain.run import Reason, Run, RunState, Source, Usage
from kata_desktop.store import boots, endings, leases, runs
from kata_desktop.store.boots import Boot
from kata_desktop.store.connection import Connection
from tests.support.sim.disk import SimDatabase
from tests.support.store_rows import START, add_task, add_workspace

LEASE = timedelta(seconds=90)
T = TypeVar("T")


class Claims(RuleBasedStateMachine):
    """What the store says against what is right: who holds which run, under which attempt."""

    def __init__(self) -> None:
        super().__init__()
        self.disk = SimDatabase.create()
        self.now = START
        self.holders: dict[str, tuple[str, int]] = {}
        self.stale: set[tuple[str, str, int]] = set()
        self.done: dict[str, Reason] = {}
        self.queued: set[str] = set()
        self.attempts: dict[str, int] = {}
        self.boots = 0
        self._write(self._begin)
        self.boot()

    def _begin(self, db: Connection) -> None:
        add_workspace(db)
        add_task(db)

    def _write(self, work: Callable[[Connection], T]) -> T:
        return self.disk.write_now(work)

    @rule()
    def boot(self) -> None:
        self.boots += 1
        boot = Boot(id=f"b{self.boots}", pid=self.boots, pid_started=0)
        self._write(lambda db: boots.insert(db, boot, self.now))

    @rule()
    def queue(self) -> None:
        ident = f"r{len(self.attempts)}"
        slot = START + timedelta(minutes=len(self.attempts))
        run = Run(
            id=ident,
            task_id="t1",
            task_name="t1",
            workspace_id="w1",
            revision=1,
            slot=slot,
            source=Source.SCHEDULE,
            state=RunState.QUEUED,
            available_at=START,
            created_at=START,
        )
        assert self._write(lambda db: runs.insert(db, run, runs.Placement()))
        twin = replace(run, id=f"twin of {ident}")
        assert not self._write(lambda db: runs.insert(db, twin, runs.Placement())), "an occurrence has one row"
        self.queued.add(ident)
        self.attempts[ident] = 0

    @precondition(lambda self: self.attempts)
    @rule(data=st.data())
    def claim(self, data: st.DataObject) -> None:
        ident = data.draw(st.sampled_from(sorted(self.attempts)))
        boot = f"b{data.draw(st.integers(1, self.boots))}"
        claimed = self._write(lambda db: leases.claim(db, ident, boot, self.now, self.now + LEASE))
        assert (claimed is not None) == (ident in self.queued)
        if claimed is not None:
            self.attempts[ident] += 1
            assert claimed.attempt == self.attempts[ident]
            self.holders[ident] = (boot, claimed.attempt)
            self.queued.discard(ident)

    def _claims(self) -> list[tuple[str, str, int]]:
        return sorted([*self.stale, *((run, boot, attempt) for run, (boot, attempt) in self.holders.items())])

    @precondition(lambda self: self._claims())
    @rule(data=st.data(), reason=st.sampled_from([Reason.COMPLETED, Reason.FAILED, Reason.ABANDONED]))
    def finish(self, data: st.DataObject, reason: Reason) -> None:
        ident, boot, attempt = data.draw(st.sampled_from(self._claims()))
        ours = self.holders.get(ident) == (boot, attempt)
        ending = endings.Ending(reason=reason, output=f"{boot} {attempt}")
        assert self._write(lambda db: endings.finish(db, ident, boot, attempt, ending, self.now)) == ours
        if ours:
            self.stale.add((ident, *self.holders.pop(ident)))
            self.done[ident] = reason

    @precondition(lambda self: self._claims())
    @rule(data=st.data())
    def requeue(self, data: st.DataObject) -> None:
        ident, boot, attempt = data.draw(st.sampled_from(self._claims()))
        ours = self.holders.get(ident) == (boot, attempt)

        def work(db: Connection) -> bool:
            return endings.requeue(
                db,
                ident,
                boot,
                attempt,
                at=self.now,
                detail="",
                error_kind="down",
                uses_retry=True,
                usage=Usage(),
                working=timedelta(0),
            )

        assert self._write(work) == ours
        if ours:
            self.stale.add((ident, *self.holders.pop(ident)))
            self.queued.add(ident)

    @precondition(lambda self: self.holders)
    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        boot = data.draw(st.sampled_from(sorted({boot for boot, _ in self.holders.values()})))
        self._write(lambda db: leases.renew(db, boot, self.now + LEASE))

    @precondition(lambda self: self.holders)
    @rule(data=st.data(), dead=st.booleans())
    def take_back(self, data: st.DataObject, dead: bool) -> None:
        boot = data.draw(st.sampled_from(sorted({boot for boot, _ in self.holders.values()})))

        def work(db: Connection) -> list[Run]:
            lost = leases.lost(db, [boot]) if dead else leases.expired(db, self.now, "nobody")
            return [run for run in lost if leases.take_back(db, run)]

        for run in self._write(work):
            held, attempt = self.holders.pop(run.id)
            assert not dead or held == boot
            self.stale.add((run.id, held, attempt))
            self.queued.add(run.id)

    @rule(seconds=st.integers(0, 200))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def the_store_agrees(self) -> None:
        rows = self.disk.read_now(lambda db: db.all("SELECT id, state, boot_id, attempt, reason FROM runs"))
        for ident, state, boot, attempt, reason in rows:
            assert attempt == self.attempts[ident]
            if ident in self.holders:
                assert (state, boot, attempt) == ("running", *self.holders[ident])
            elif ident in self.queued:
                assert (state, boot) == ("queued", None)
            else:
                assert (state, reason) == ("done", self.done[ident].value)

    def teardown(self) -> None:
        self.disk.connection.close()


Claims.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestClaims = Claims.TestCase
