"""On whose behalf code runs on the loop, so that the tasks that a guest's code makes can be found and ended with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from typing import Any, Protocol


class TaskOwner(Protocol):
    """Who answers for tasks made on its behalf."""

    def wrapped(self, coroutine: Coroutine[Any, Any, Any]) -> Coroutine[Any, Any, Any]:
        """Return what the task is to run instead."""
        ...

    def adopt(self, task: asyncio.Task[Any]) -> None:
        """Take note of a task that code running on this owner's behalf has just made."""
        ...


_OWNER: ContextVar[TaskOwner | None] = ContextVar("owner of new tasks", default=None)


@contextmanager
def on_behalf_of(owner: TaskOwner) -> Iterator[None]:
    """Tasks, callbacks and so on that are made inside belong to `owner`."""
    token = _OWNER.set(owner)
    try:
        yield
    finally:
        _OWNER.reset(token)


def owner_now() -> TaskOwner | None:
    """On whose behalf the present code runs; None when that is our own."""
    return _OWNER.get()


def own_context() -> Context | None:
    """A context that belongs to nobody but us, for work of ours that a guest's call sets off; None when it does
    already.
    """
    if _OWNER.get() is None:
        return None
    context = copy_context()
    context.run(_OWNER.set, None)
    return context


def watch_new_tasks(loop: asyncio.AbstractEventLoop) -> Callable[[], None]:
    """Have every task that the loop makes told to its owner from now on; returns the way to stop that."""
    before: Any = loop.get_task_factory()

    def make(on: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, Any], **options: Any) -> asyncio.Task[Any]:
        owner = _OWNER.get()
        work = coroutine if owner is None else owner.wrapped(coroutine)
        task: asyncio.Task[Any] = (
            asyncio.Task(work, loop=on, **options) if before is None else before(on, work, **options)
        )
        if owner is not None:
            owner.adopt(task)
        return task

    factory: Any = make
    loop.set_task_factory(factory)

    def stop() -> None:
        if loop.get_task_factory() is make:
            loop.set_task_factory(before)

    return stop
