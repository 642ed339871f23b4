"""One program that Kata started, with its guard: its output line by line, its end, and the way to stop it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kata_desktop.domain.command import CommandSpec
from kata_desktop.servers import guard
from kata_desktop.servers.environment import scrubbed
from kata_desktop.servers.errors import NoSuchFolder, NoSuchProgram, NotHere
from kata_desktop.servers.lines import Lines

GRACE = 5.0
"""Seconds between TERM and KILL."""
_READ = 16_384
_DRAIN = 1.0
"""Seconds to wait for the rest of the output after the end."""

OnLine = Callable[[str], None]


class Child:
    """A started program; use `Child.start`.

    Attributes:
        pid: Its process id, and that of its group; 0 until it is known, and when it could not be started.
        known: Done when `pid` is known, or will never be.
        ended: Its exit code, negative for a signal; set when it and all it started are gone.
    """

    def __init__(self, *, on_output: OnLine, on_error: OnLine) -> None:
        loop = asyncio.get_running_loop()
        self.pid = 0
        self.known: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[int] = loop.create_future()
        self._loop = loop
        self._code: int | None = None
        self._control = -1
        self._guard: subprocess.Popen[bytes] | None = None
        self._open: set[int] = set()
        self._sinks = {"output": Lines(on_output), "errors": Lines(on_error), "status": Lines(self._learn)}
        self._late: asyncio.TimerHandle | None = None

    @classmethod
    async def start(
        cls,
        spec: CommandSpec,
        *,
        on_output: OnLine,
        on_error: OnLine | None = None,
        grace: float = GRACE,
        link: int = subprocess.DEVNULL,
    ) -> Child:
        """Start a program; both kinds of output go to `on_output` unless `on_error` is given.

        `link` is a descriptor that becomes its standard input; the caller closes its own copy.

        Raises:
            NoSuchProgram, NoSuchFolder, NotHere: it cannot be started.
        """
        if sys.platform == "win32":
            raise NotHere
        child = cls(on_output=on_output, on_error=on_error or on_output)
        environment = scrubbed(os.environ, spec.environment)
        argv = await asyncio.to_thread(_checked, spec, environment["PATH"])
        # about two milliseconds; in a thread, a cancelled caller would lose sight of what was started
        child._take(*_start_guard(argv, spec.folder, environment, grace, link))
        return child

    async def stop(self) -> int:
        """Stop it with everything it has started and return its exit code; harmless when it has ended."""
        self.ask_to_stop()
        return await asyncio.shield(self.ended)

    def ask_to_stop(self) -> None:
        """Begin to stop it; `ended` tells when that is done."""
        if self._control >= 0:
            os.close(self._control)  # the guard sees the end, as it would if Kata had died
            self._control = -1

    def _take(self, process: subprocess.Popen[bytes], control: int, pipes: dict[str, int]) -> None:
        self._guard, self._control = process, control
        for name, descriptor in pipes.items():
            os.set_blocking(descriptor, False)
            self._open.add(descriptor)
            self._loop.add_reader(descriptor, partial(self._read, name, descriptor))

    def _read(self, name: str, descriptor: int) -> None:
        try:
            data = os.read(descriptor, _READ)
        except BlockingIOError:
            return
        if data:
            self._sinks[name].feed(data)
            return
        self._close(name, descriptor)
        if name == "status":
            self._guard_ended()
        elif not self._open and self._late is not None:
            self._finish()

    def _close(self, name: str, descriptor: int) -> None:
        self._loop.remove_reader(descriptor)
        os.close(descriptor)
        self._open.discard(descriptor)
        self._sinks[name].close()

    def _learn(self, line: str) -> None:
        if line.startswith("end "):
            self._code = int(line.removeprefix("end "))
        elif line.isdecimal():
            self.pid = int(line)
        if not self.known.done():
            self.known.set_result(None)

    def _guard_ended(self) -> None:
        assert self._guard is not None
        self._guard.wait()  # it has closed its last descriptor: this is at once
        self.ask_to_stop()
        if self._code is None:  # somebody killed the guard: then its work falls to us
            self._code = -signal.SIGKILL
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid or self._guard.pid, signal.SIGKILL)
        if not self._open:
            self._finish()
            return
        self._late = self._loop.call_later(_DRAIN, self._finish)

    def _finish(self) -> None:
        if self._late is not None:
            self._late.cancel()
        for descriptor in tuple(self._open):
            self._loop.remove_reader(descriptor)
            os.close(descriptor)
        self._open.clear()
        for sink in self._sinks.values():
            sink.close()
        if not self.known.done():
            self.known.set_result(None)
        if not self.ended.done():
            self.ended.set_result(self._code if self._code is not None else -signal.SIGKILL)


def _checked(spec: CommandSpec, path: str) -> list[str]:
    """The arguments with the program's full path. Looks at the disk."""
    if not Path(spec.folder).is_dir():
        raise NoSuchFolder(spec.folder)
    program = spec.argv[0] if spec.argv else ""
    found = shutil.which(program, path=path) if program and not program.startswith("./") else program
    if program.startswith("./"):
        found = str(Path(spec.folder) / program)
    if not found or not Path(found).exists():
        raise NoSuchProgram(program)
    return [found, *spec.argv[1:]]


def _start_guard(
    argv: list[str], folder: str, environment: dict[str, str], grace: float, link: int
) -> tuple[subprocess.Popen[bytes], int, dict[str, int]]:
    control_read, control = os.pipe()
    status, status_write = os.pipe()
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", guard.__file__, str(control_read), str(status_write), str(grace), *argv],
            stdin=link,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=environment,
            pass_fds=(control_read, status_write),
            start_new_session=True,
        )
    except BaseException:
        os.close(control)
        os.close(status)
        raise
    finally:
        os.close(control_read)
        os.close(status_write)
    assert process.stdout is not None
    assert process.stderr is not None
    pipes = {"status": status, "output": os.dup(process.stdout.fileno()), "errors": os.dup(process.stderr.fileno())}
    process.stdout.close()
    process.stderr.close()
    return process, control, pipes
