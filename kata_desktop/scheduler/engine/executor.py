"""One claimed run, from its handler's first step to the row that says how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kata_desktop.domain.errors import KataError
from kata_desktop.domain.events import RunLogged
from kata_desktop.domain.handler import HandlerError, HandlerSpec, Result, Slice
from kata_desktop.domain.journal import StepKind
from kata_desktop.domain.run import Reason
from kata_desktop.scheduler.engine.context import Context, News
from kata_desktop.scheduler.engine.discretion import LONG, Hide, discreet_failure, discreet_result, discreet_slice, size
from kata_desktop.scheduler.engine.finishing import Failure
from kata_desktop.scheduler.engine.storable import storable
from kata_desktop.scheduler.engine.tools import Tools
from kata_desktop.scheduler.engine.world import Claimed
from kata_desktop.store import endings, journal, leases
from kata_desktop.store.connection import Connection

CANCEL_GRACE = 10.0
"""Seconds a handler has to heed cancellation; then the run is ``abandoned``."""
SLICE_LIMIT = timedelta(minutes=5)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """A run that is over without a result and without a failure to retry."""

    reason: Reason
    sentence: str
    kind: str = ""
    """Set when the task is to blame."""


Outcome = Result | Slice | Failure | Ended
Save = Callable[[Callable[[Connection], bool]], Awaitable[bool]]
"""Makes something durable, however long the disk refuses."""


class Execution:
    """Drives the handler of one claimed run.

    Attributes:
        context: What the handler sees.
        stop_reason: Why the run is being stopped from outside, and the sentence for its row.
        working: How long it worked, once it is over.
        rest: What it said that is not stored yet, once it is over.
        last_step: Of sliced work: the step that came with the result; to be stored with the end.
    """

    def __init__(self, claimed: Claimed, tools: Tools, save: Save) -> None:
        self.claimed = claimed
        self.context = Context(claimed, tools)
        self.stop_reason = Ended(reason=Reason.CANCELLED, sentence="You stopped it.")
        self.working = timedelta(0)
        self.rest = News()
        self.last_step: Slice | None = None
        self._handler = claimed.handler
        self._tools = tools
        self._save = save

    def stop(self, reason: Reason, sentence: str) -> None:
        """Ask the run to stop; it ends with this reason, or ``abandoned`` if it ignores that for ten seconds."""
        self.stop_reason = Ended(reason=reason, sentence=sentence)
        self.context.cancel()

    async def run(self) -> Result | Failure | Ended:
        """Work until there is something to store; the wall clock plays no part in the limits."""
        began = self._tools.clock.monotonic()
        try:
            while True:
                outcome = await self._attempt(self._time_left(began))
                if not isinstance(outcome, Slice):
                    return outcome
                if outcome.result is not None and self._review(outcome) is None:
                    self.last_step = outcome  # stored together with the end: a crash between the two would lose it
                    return outcome.result
                refused = self._review(outcome) or await self._commit(outcome)
                if refused is not None:
                    return refused
        finally:
            self.rest = self.context.finish()
            self.working = timedelta(seconds=self._tools.clock.monotonic() - began)

    def _time_left(self, began: float) -> timedelta:
        if self._handler.sliced:
            return SLICE_LIMIT
        spent = timedelta(seconds=self._tools.clock.monotonic() - began)
        return self.claimed.spec.timeout - spent

    async def _attempt(self, limit: timedelta) -> Outcome:
        """Call the handler once; end it when time is up or somebody stops it."""
        spawn = self._tools.spawner.spawn
        work = spawn(_guarded(self._handler, self.context), name=f"handler of {self.context.run_id}")
        timer = spawn(
            self._tools.clock.sleep(max(0.0, limit.total_seconds())), name=f"time limit of {self.context.run_id}"
        )
        stop = spawn(self.context.wait_cancelled(), name=f"stop of {self.context.run_id}")
        try:
            await asyncio.wait({work, timer, stop}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                return await self._discreet(_outcome_of(work))
            if stop.done():
                return await self._halt(work, self.stop_reason)
            return await self._halt(work, self._timed_out(limit))
        except asyncio.CancelledError:
            work.cancel()
            raise
        finally:
            timer.cancel()
            stop.cancel()

    async def _discreet(self, outcome: Outcome) -> Outcome:
        """Take secrets out of what is kept; long texts in a thread."""
        if size(outcome) < LONG:
            return _without_secrets(outcome, self._tools.hide)
        return await asyncio.to_thread(_without_secrets, outcome, self._tools.hide)

    def _timed_out(self, limit: timedelta) -> Failure:
        what = "A step" if self._handler.sliced else "It"
        minutes = limit.total_seconds() / 60 if self._handler.sliced else self.claimed.spec.timeout.total_seconds() / 60
        allowed = f"{minutes:.0f} min" if minutes >= 1 else f"{minutes * 60:.0f} s"
        return Failure(
            reason=Reason.TIMED_OUT,
            sentence=(
                f"{what} took longer than the {allowed} allowed, so it was stopped; "
                "raise the time limit if it needs more."
            ),
            kind="timeout",
            retryable=True,
        )

    async def _halt(self, work: asyncio.Task[Outcome], outcome: Failure | Ended) -> Failure | Ended:
        """Cancel the handler; what ignores it is abandoned, and the fence refuses whatever it still brings."""
        self.context.cancel()
        work.cancel()
        grace = self._tools.spawner.spawn(self._tools.clock.sleep(CANCEL_GRACE), name=f"grace of {self.context.run_id}")
        await asyncio.wait({work, grace}, return_when=asyncio.FIRST_COMPLETED)
        grace.cancel()
        if work.done():
            with contextlib.suppress(asyncio.CancelledError):
                work.exception()
            return outcome
        _log.warning("The handler of run %s ignored cancellation", self.context.run_id)
        return Ended(
            reason=Reason.ABANDONED,
            sentence="It did not stop when it was told to; whatever it still does is not counted.",
            kind="timeout" if isinstance(outcome, Failure) else "",
        )

    def _review(self, piece: Slice) -> Ended | None:
        """Why a person must look before sliced work goes on; None when it may."""
        known = self.context.input_hash
        if not known or piece.input_hash == known:
            return None
        sentence = "What it works on has changed since its last step; look at it and start it again."
        return Ended(reason=Reason.NEEDS_REVIEW, sentence=sentence)

    async def _commit(self, piece: Slice) -> Ended | None:
        """Make a step of sliced work durable before the next one begins."""
        now = self._tools.clock.now()
        if not await self._save(lambda db: self.store_step(db, piece, now)):
            return Ended(reason=Reason.ABANDONED, sentence="Another process took the run over.")
        self.context.cursor, self.context.input_hash = piece.cursor, piece.input_hash
        self._tools.bus.publish(RunLogged(run_id=self.claimed.run.id))
        return None

    def store_step(self, db: Connection, piece: Slice, now: datetime) -> bool:
        """Store a step of sliced work; False when the fence refuses it."""
        run, boot_id = self.claimed.run, self._tools.boot_id
        if not leases.holds(db, run.id, boot_id, run.attempt):
            return False
        text = storable(piece.text or "Finished a step")
        journal.add_step(
            db,
            run.id,
            run.attempt,
            text,
            at=now,
            kind=StepKind.SLICE,
            input_hash=piece.input_hash,
            cursor=piece.cursor,
        )
        endings.set_progress(db, run.id, run.attempt, piece.progress, text)
        if piece.output:
            endings.set_partial_output(db, run.id, boot_id, run.attempt, storable(piece.output))
        return True


async def _guarded(handler: HandlerSpec, context: Context) -> Outcome:
    """Run a handler; whatever it does becomes an outcome. The top handler for handlers."""
    try:
        got: object = await handler.run(context)
    except HandlerError as error:
        return Failure.of(error)
    except KataError as error:
        return Failure(reason=Reason.FAILED, sentence=storable(error.sentence), kind="failed", retryable=True)
    except Exception as error:  # noqa: BLE001
        _log.exception("A handler failed")
        sentence = f"It stopped with an error of its own ({type(error).__name__}: {error}); the log has the details."
        return Failure(reason=Reason.FAILED, sentence=storable(sentence), kind="crashed", retryable=True)
    if not isinstance(got, Result | Slice):
        sentence = (
            f"It returned {type(got).__name__} instead of a result; that is an error in the plugin that does this work."
        )
        return Failure(reason=Reason.FAILED, sentence=sentence, kind="bad-result", retryable=False)
    return got


def _without_secrets(outcome: Outcome, hide: Hide) -> Outcome:
    match outcome:
        case Result():
            return discreet_result(outcome, hide)
        case Slice():
            return discreet_slice(outcome, hide)
        case Failure():
            return discreet_failure(outcome, hide)
        case Ended():
            return outcome


def _outcome_of(work: asyncio.Task[Outcome]) -> Outcome:
    if work.cancelled():  # the handler cancelled itself
        return Failure(reason=Reason.FAILED, sentence="It ended without a result.", kind="bad-result", retryable=False)
    return work.result()
