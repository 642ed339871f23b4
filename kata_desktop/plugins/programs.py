"""Programs that a plugin starts and talks with while they run, such as a library that must not share our process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kata_desktop.domain.command import CommandSpec

OnLine = Callable[[str], None]


class LinkedProgram(Protocol):
    """A program with lines of text both ways: its standard input is a socket to read from and write to."""

    @property
    def pid(self) -> int:
        """Its process id; 0 until it is known."""
        ...

    @property
    def ended(self) -> asyncio.Future[int]:
        """Its exit code, negative for a signal; set when it and all it started are gone."""
        ...

    def send(self, line: str) -> None:
        """Say a line, without its end; nothing happens when the program is gone."""
        ...

    async def stop(self) -> int:
        """Stop it within some two seconds, with everything it has started; harmless when it has ended."""
        ...


class ProgramsApi(Protocol):
    """Starting programs; none outlives Kata, and none is left when the plugin is switched off and stops them."""

    async def start(self, argv: tuple[str, ...], *, on_line: OnLine, on_output: OnLine) -> LinkedProgram:
        """Start a program in the plugin's data folder, in a scrubbed environment.

        Args:
            argv: program and arguments; never a secret, which every user of the computer could read.
            on_line: hears every line it says over the link.
            on_output: hears every line it prints.

        Raises:
            Refused, Unavailable: it cannot be started.
        """
        ...


class StartLinked(Protocol):
    """How linked programs are started; see `servers.linked`."""

    def __call__(self, spec: CommandSpec, *, on_line: OnLine, on_output: OnLine) -> Awaitable[LinkedProgram]: ...


@dataclass(frozen=True, kw_only=True)
class BoundPrograms:
    """Bound to one workspace and plugin; see `ProgramsApi`."""

    folder: Path
    starter: StartLinked

    async def start(self, argv: tuple[str, ...], *, on_line: OnLine, on_output: OnLine) -> LinkedProgram:
        """Start a program."""
        spec = CommandSpec(argv=argv, folder=str(self.folder))
        return await self.starter(spec, on_line=on_line, on_output=on_output)
