"""What work of a plugin is given for one attempt: the scheduler's context in the words of plugin authors."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from kata_desktop.domain.errors import Bug
from kata_desktop.domain.handler import EffectHandle, Result, RunContext, Slice
from kata_desktop.domain.run import Source
from kata_desktop.domain.task import TaskSpec

_LEVELS = frozenset({"debug", "info", "warning", "error"})


class HandlerContext:
    """One attempt. What is not `async` may be called from the worker thread of a plain function as well.

    It is a `RunContext` too, so whatever handles runs elsewhere can do the work of a plugin.

    Attributes:
        plugin_id: Whose work it is.
        args: The arguments of this run, of its task if it was given none.
        event: Lines that the event said which started it; empty when none did.
    """

    def __init__(self, run: RunContext, plugin_id: str) -> None:
        self._run = run
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self.plugin_id = plugin_id
        given = _object(run.arguments)
        event = given.pop("event", "") if given.keys() == {"event"} else ""
        self.event = event if isinstance(event, str) else ""
        self.args: Mapping[str, Any] = given or _object(run.spec.arguments)

    @property
    def task_id(self) -> str:
        """Id of the task."""
        return self._run.task_id

    @property
    def task_name(self) -> str:
        """What people call the task."""
        return self._run.spec.name

    @property
    def execution_id(self) -> str:
        """Id of the run; the same for all its attempts."""
        return self._run.run_id

    @property
    def run_id(self) -> str:
        """See `RunContext`."""
        return self._run.run_id

    @property
    def scheduled_at(self) -> datetime:
        """The nominal instant (UTC): when it was meant to run."""
        return self._run.slot

    @property
    def slot(self) -> datetime:
        """See `RunContext`."""
        return self._run.slot

    @property
    def started_at(self) -> datetime:
        """When its first attempt began (UTC)."""
        return self._run.started_at

    @property
    def attempt(self) -> int:
        """Number of this attempt, from 1."""
        return self._run.attempt

    @property
    def source(self) -> Source:
        """What made it start."""
        return self._run.source

    @property
    def spec(self) -> TaskSpec:
        """See `RunContext`."""
        return self._run.spec

    @property
    def last_output(self) -> str:
        """Output of the task's last completed run; empty when there is none."""
        return self._run.last_output

    @property
    def session_id(self) -> str:
        """See `RunContext`."""
        return self._run.session_id

    @property
    def arguments(self) -> str:
        """See `RunContext`; authors read `args`."""
        return self._run.arguments

    @property
    def cursor(self) -> str:
        """Of sliced work: what the last `checkpoint` named; empty at the beginning."""
        return self._run.cursor

    @property
    def cancelled(self) -> bool:
        """Whether this attempt was asked to stop. Async work is cancelled besides; a plain function must look."""
        return self._run.cancelled

    def report_progress(self, percent: float, text: str = "") -> None:
        """Store how far it is, 0–100, and a sentence. Raises `Bug` for other numbers."""
        if not 0 <= percent <= 100:
            raise Bug(f"progress must be 0 to 100, not {percent}")
        self._on_loop(lambda: self._run.progress(round(percent), text))

    def progress(self, percent: int, text: str = "") -> None:
        """See `RunContext`."""
        self.report_progress(percent, text)

    def log(self, level: str, text: str) -> None:
        """Store a line in the run's log: ``debug``, ``info``, ``warning`` or ``error``. Raises `Bug` for others."""
        if level not in _LEVELS:
            raise Bug(f"a log line is debug, info, warning or error, not {level!r}")
        self._on_loop(lambda: self._run.log(level, text))

    def emit(self, text: str) -> None:
        """Show a piece of output live; it is not stored, the result is."""
        self._on_loop(lambda: self._run.emit(text))

    async def note(self, text: str, *, ok: bool = True) -> None:
        """Record one line of "what happened"; durable when it returns."""
        await self._run.note(text, ok=ok)

    async def effect(self, text: str) -> EffectHandle:
        """Record that an effect begins that cannot be repeated; see `RunContext`."""
        return await self._run.effect(text)

    def checkpoint(
        self,
        cursor: str,
        text: str = "",
        *,
        progress: int | None = None,
        output: str = "",
        result: Result | None = None,
    ) -> Slice:
        """Of sliced work: what to *return* after a step, so that it is durable before the next one begins.

        The handler is called again with this `cursor`, after a crash as well, until it returns a result instead (or
        gives one here). When the task's arguments have changed meanwhile a person is asked.
        """
        content = json.dumps(dict(self.args), sort_keys=True, ensure_ascii=True)
        return Slice(
            cursor=cursor,
            input_hash=hashlib.sha256(content.encode()).hexdigest(),
            text=text,
            output=output,
            progress=progress,
            result=result,
        )

    def _on_loop(self, call: Callable[[], None]) -> None:
        if threading.get_ident() == self._thread:
            call()
            return
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody is left to hear it
            self._loop.call_soon_threadsafe(call)


def _object(text: str) -> dict[str, Any]:
    content: object = json.loads(text or "{}")
    return content if isinstance(content, dict) else {}
