"""What a handler is given for one attempt: the scheduler's side of `domain.handler.RunContext`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from kata_desktop.domain.errors import Bug
from kata_desktop.domain.events import RunChanged, RunLogged
from kata_desktop.domain.journal import StepKind
from kata_desktop.domain.run import RunState, Source
from kata_desktop.domain.task import TaskSpec
from kata_desktop.scheduler.engine.live_output import LiveOutput
from kata_desktop.scheduler.engine.storable import storable
from kata_desktop.scheduler.engine.tools import Tools
from kata_desktop.scheduler.engine.world import Claimed
from kata_desktop.store import endings, journal, leases
from kata_desktop.store.connection import Connection
from kata_desktop.store.errors import StoreTrouble

LOG_MOST = 10_000
"""Log lines stored of one attempt; a handler that floods is cut off with a line that says so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """What a handler said beside its result; false when that is nothing."""

    lines: tuple[tuple[datetime, str, str], ...] = ()
    progress: tuple[int, str] | None = None

    def __bool__(self) -> bool:
        return bool(self.lines) or self.progress is not None


class Effect:
    """A begun effect; see `domain.handler.EffectHandle`."""

    def __init__(self, context: Context, number: int) -> None:
        self._context = context
        self._number = number

    async def done(self) -> None:
        """Record that the effect happened."""
        await self._context.settle(self._number)


class Context:
    """One attempt of one run."""

    def __init__(self, claimed: Claimed, tools: Tools) -> None:
        self._claimed = claimed
        self._tools = tools
        self._cancelled = asyncio.Event()
        self._lines: list[tuple[datetime, str, str]] = []
        self._progress: tuple[int, str] | None = None
        self._flushing = False
        self._over = False
        self._logged = 0
        self._live = LiveOutput(tools, claimed.run.id)
        self.cursor = claimed.cursor
        self.input_hash = claimed.input_hash

    @property
    def live(self) -> str:
        """The output shown so far, without secrets; not stored."""
        return self._live.text

    @property
    def task_id(self) -> str:
        """See `RunContext`."""
        return self._claimed.run.task_id

    @property
    def run_id(self) -> str:
        """See `RunContext`."""
        return self._claimed.run.id

    @property
    def spec(self) -> TaskSpec:
        """See `RunContext`."""
        return self._claimed.spec

    @property
    def slot(self) -> datetime:
        """See `RunContext`."""
        return self._claimed.run.slot

    @property
    def started_at(self) -> datetime:
        """See `RunContext`."""
        return self._claimed.run.started_at or self._claimed.run.slot

    @property
    def attempt(self) -> int:
        """See `RunContext`."""
        return self._claimed.run.attempt

    @property
    def source(self) -> Source:
        """See `RunContext`."""
        return self._claimed.run.source

    @property
    def last_output(self) -> str:
        """See `RunContext`."""
        return self._claimed.last_output

    @property
    def session_id(self) -> str:
        """See `RunContext`."""
        return self._claimed.run.session_id

    @property
    def arguments(self) -> str:
        """See `RunContext`."""
        return self._claimed.run.arguments or "{}"

    @property
    def cancelled(self) -> bool:
        """See `RunContext`."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask this attempt to stop."""
        self._cancelled.set()

    async def wait_cancelled(self) -> None:
        """Return once somebody asked this attempt to stop."""
        await self._cancelled.wait()

    def finish(self) -> News:
        """The attempt is over: whatever its handler still says is not heard. Returns what is not stored yet."""
        self._over = True
        self._live.end()
        return self._take()

    def emit(self, text: str) -> None:
        """See `RunContext`."""
        self._live.add(text)

    def progress(self, percent: int, text: str = "") -> None:
        """See `RunContext`."""
        if not 0 <= percent <= 100:
            raise Bug(f"progress must be 0 to 100, not {percent}")
        self._progress = percent, self._fit(text)
        self._flush_soon()

    def log(self, level: str, text: str) -> None:
        """See `RunContext`."""
        self._logged += 1
        if self._logged > LOG_MOST:
            return
        if self._logged == LOG_MOST:
            level, text = "warning", f"More than {LOG_MOST:,} log lines: the rest of this attempt is not kept."
        self._lines.append((self._tools.clock.now(), level, self._fit(text)))
        self._flush_soon()

    def _fit(self, text: str) -> str:
        return storable(self._tools.hide(text))

    def _flush_soon(self) -> None:
        if not self._flushing and not self._over:
            self._flushing = True
            self._tools.spawner.spawn(self._flush(), name=f"log of {self.run_id}")

    async def note(self, text: str, *, ok: bool = True) -> None:
        """See `RunContext`."""
        await self._step(text, StepKind.NOTE, ok=ok)

    async def effect(self, text: str) -> Effect:
        """See `RunContext`."""
        return Effect(self, await self._step(text, StepKind.EFFECT, ok=None))

    async def settle(self, number: int) -> None:
        """An effect happened."""
        await self._tools.database.write(lambda db: journal.settle_effect(db, self.run_id, number))
        self._tools.bus.publish(RunLogged(run_id=self.run_id))

    async def _step(self, text: str, kind: StepKind, *, ok: bool | None) -> int:
        now, text = self._tools.clock.now(), self._fit(text)

        def work(db: Connection) -> int:
            if not leases.holds(db, self.run_id, self._tools.boot_id, self.attempt):
                return 0  # the fence: an attempt that was given up writes nothing any more
            return journal.add_step(db, self.run_id, self.attempt, text, at=now, kind=kind, ok=ok)

        number = await self._tools.database.write(work)
        if not number:
            raise asyncio.CancelledError("this attempt was given up")
        self._tools.bus.publish(RunLogged(run_id=self.run_id))
        return number

    def _take(self) -> News:
        news = News(lines=tuple(self._lines), progress=self._progress)
        self._lines, self._progress = [], None
        return news

    async def _flush(self) -> None:
        """Store log lines and progress; neighbours share a transaction."""
        try:
            while news := self._take():
                await self._store(news)
        except StoreTrouble:
            return  # the engine meets the same trouble and says so; what was said is kept for the next time
        finally:
            self._flushing = False

    async def _store(self, news: News) -> None:
        try:
            await self._tools.database.write(partial(self.store, news))
        except StoreTrouble:
            self._lines[:0] = news.lines
            self._progress = self._progress or news.progress
            raise
        self._tell(progressed=news.progress is not None)

    def store(self, news: News, db: Connection) -> None:
        """Store what an attempt said, unless it was given up."""
        if not news or not leases.holds(db, self.run_id, self._tools.boot_id, self.attempt):
            return
        journal.add_log(db, self.run_id, news.lines)
        if news.progress is not None:
            endings.set_progress(db, self.run_id, self.attempt, *news.progress)

    def _tell(self, *, progressed: bool) -> None:
        self._tools.bus.publish(RunLogged(run_id=self.run_id))
        if progressed:
            run = self._claimed.run
            self._tools.bus.publish(
                RunChanged(
                    run_id=run.id,
                    task_id=run.task_id,
                    workspace_id=run.workspace_id,
                    state=RunState.RUNNING,
                    source=run.source,
                )
            )
