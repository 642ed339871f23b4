"""Kata's end of the link to a process of the linked device, held by the test itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from kata_desktop.builtin.whatsapp.codec import decode, encode
from kata_desktop.builtin.whatsapp.wire import REPORTS, Order, Report
from kata_desktop.domain.command import CommandSpec
from kata_desktop.servers.linked import LinkedChild
from tests.support.eventually import eventually

R = TypeVar("R")


@dataclass
class Line:
    """What was said and printed over there."""

    reports: list[Report] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    program: LinkedChild | None = None

    def say(self, order: Order) -> None:
        """Give an order."""
        assert self.program is not None
        self.program.send(encode(order))

    async def heard(self, kind: type[R], count: int = 1, *, limit: float = 30.0) -> list[R]:
        """The reports of a kind, once there are so many."""

        def enough() -> list[R] | None:
            found: list[R] = [report for report in self.reports if isinstance(report, kind)]
            return found if len(found) >= count else None

        return await eventually(f"{count} {kind.__name__} beside {self.printed}", enough, limit=limit)


@asynccontextmanager
async def line_to(argv: tuple[str, ...], folder: Path) -> AsyncIterator[Line]:
    """Start a process in a folder; it is stopped at the end."""
    line = Line()
    await asyncio.to_thread(partial(folder.mkdir, exist_ok=True))
    line.program = await LinkedChild.start(
        CommandSpec(argv=argv, folder=str(folder)),
        on_line=lambda text: line.reports.append(decode(text, REPORTS)),
        on_output=line.printed.append,
    )
    try:
        yield line
    finally:
        await line.program.stop()
