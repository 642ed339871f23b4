"""The beginning of an engine's work: signing on and settling what others left behind, once the store takes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from kata_desktop.scheduler.engine import rounds
from kata_desktop.scheduler.engine.lookout import Commit
from kata_desktop.store.boots import Boot


class Beginning:
    """Is done once, and tried until then.

    Attributes:
        first: Done before it, on the store as dead processes left it; may be done more than once.
    """

    def __init__(self, commit: Commit, boot: Boot, is_alive: rounds.IsAlive) -> None:
        self.first: Callable[[], Awaitable[None]] | None = None
        self._commit = commit
        self._settle = partial(rounds.begin, boot=boot, is_alive=is_alive)
        self._done = False

    async def ensure(self) -> None:
        """Begin, unless that is done. Raises `StoreTrouble`."""
        if self._done:
            return
        if self.first is not None:
            await self.first()
        await self._commit(self._settle)
        self._done = True
