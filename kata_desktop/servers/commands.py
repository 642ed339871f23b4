"""Runs a program to its end, with a time limit; nothing of it is left when the caller goes away."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from kata_desktop.domain.command import CommandResult, CommandSpec
from kata_desktop.runtime.clock import Clock
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.servers.child import GRACE, Child

LONGEST_OUTPUT = 100_000
LONGEST_ERRORS = 20_000


class Tail:
    """The end of a text that comes line by line, at most so many characters."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lines: deque[str] = deque()
        self._size = 0

    def add(self, line: str) -> None:
        """Take the next line."""
        self._lines.append(line)
        self._size += len(line) + 1
        while self._size > self._most + 1 and len(self._lines) > 1:
            self._size -= len(self._lines.popleft()) + 1

    @property
    def text(self) -> str:
        """What is kept."""
        return "\n".join(self._lines)[-self._most :]


class CommandRunner:
    """Runs commands, one process each."""

    def __init__(self, *, clock: Clock, spawner: Spawner, grace: float = GRACE) -> None:
        self._clock = clock
        self._spawner = spawner
        self._grace = grace

    async def run(self, spec: CommandSpec, *, on_line: Callable[[str], None] | None = None) -> CommandResult:
        """Run a program to its end; every line it writes goes to `on_line`.

        When the time is up or the caller is cancelled, it is stopped with all it has started before this returns.

        Raises:
            NoSuchProgram, NoSuchFolder, NotHere: it cannot be started.
        """
        output, errors = Tail(LONGEST_OUTPUT), Tail(LONGEST_ERRORS)
        began = self._clock.monotonic()
        child = await Child.start(
            spec, on_output=_both(output.add, on_line), on_error=_both(errors.add, on_line), grace=self._grace
        )
        limit = self._spawner.spawn(self._clock.sleep(spec.timeout.total_seconds()), name="time limit of a command")
        try:
            await asyncio.wait({child.ended, limit}, return_when=asyncio.FIRST_COMPLETED)
            timed_out = not child.ended.done()
        finally:
            limit.cancel()
            code = await child.stop()
        return CommandResult(
            exit_code=code,
            output=output.text,
            errors=errors.text,
            timed_out=timed_out,
            seconds=self._clock.monotonic() - began,
        )


def _both(keep: Callable[[str], None], tell: Callable[[str], None] | None) -> Callable[[str], None]:
    def take(line: str) -> None:
        keep(line)
        if tell is not None:
            tell(line)

    return take
