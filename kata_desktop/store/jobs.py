"""Closures on their way through the store's threads, and the way back of what became of them."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from kata_desktop.store.connection import Connection

CHUNK = 32
"""Waiting callers woken by one call into their loop: a thousand at once would freeze it for 18 ms."""

_log = logging.getLogger(__name__)

AnyFuture = asyncio.Future[Any] | concurrent.futures.Future[Any]


@dataclass(slots=True, eq=False)
class Job:
    """A closure on its way through a thread, and who waits for it."""

    work: Callable[[Connection], Any]
    future: AnyFuture
    loop: asyncio.AbstractEventLoop | None
    """Where an asyncio future lives; None when a thread waits."""
    result: Any = None
    error: BaseException | None = None


def answer(jobs: Iterable[Job]) -> None:
    """Give every waiting caller its result, a few dozen per call into a loop."""
    jobs = list(jobs)
    for job in jobs:
        release(job.error)
    for loop, group in groupby(jobs, key=lambda job: job.loop):
        members = list(group)
        if loop is None:
            _settle(members)
            continue
        for start in range(0, len(members), CHUNK):
            try:
                loop.call_soon_threadsafe(_settle, members[start : start + CHUNK])
            except RuntimeError:  # the loop was closed: nobody waits any more, and the work is done
                _log.debug("A loop ended before its answer came")


def release(error: BaseException | None) -> None:
    """Let go of what an error's frames hold: a cursor kept there keeps its connection, and so the file, open."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def _settle(jobs: list[Job]) -> None:
    for job in jobs:
        if job.future.done():  # the waiting task was cancelled
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
