"""The linked device as Kata sees it: a process with a link, at most one, looked after by a heartbeat."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, assert_never

from kata_desktop.builtin.whatsapp import wire
from kata_desktop.builtin.whatsapp.codec import NotOurs, decode, encode
from kata_desktop.builtin.whatsapp.confirmations import Confirmations
from kata_desktop.builtin.whatsapp.errors import NOT_CONNECTED, DeviceEnded, DeviceOver
from kata_desktop.builtin.whatsapp.secrecy import without_keys
from kata_desktop.builtin.whatsapp.session import Session
from kata_desktop.domain.errors import KataError
from kata_desktop.domain.notification import DeliveryError
from kata_desktop.plugins.sdk import ClockView, LinkedProgram, ProgramsApi

BEAT = 15.0
"""Seconds between two heartbeats."""
_MISSED = 2.7
"""Heartbeats without an answer after which the process counts as blocked."""
_AWAY_MOST = 90.0
"""Seconds that the library may take to open a lost connection again."""
_LOG_OUT_LIMIT = 15.0
_CHATTER = ("Press Ctrl+C", "Login event:")
"""What the library prints without meaning."""

Told = Callable[[wire.Report], None]


class Device:
    """One account's linked device in one workspace.

    Attributes:
        session: Its files.
        online: Who we are, once it was connected.
        on_report: Hears of codes, scanning, connecting and the end; the pairing listens here.
        is_pairing: A device is being linked: whoever wants to receive waits.
    """

    def __init__(
        self,
        *,
        folder: Path,
        argv: tuple[str, ...],
        programs: ProgramsApi,
        clock: ClockView,
        log: logging.LoggerAdapter[logging.Logger],
        spawn: Callable[[Coroutine[Any, Any, None], str], None],
        beat: float = BEAT,
    ) -> None:
        self.session = Session(folder)
        self.online: wire.Online | None = None
        self.on_report: Told = lambda _: None
        self.is_pairing = False
        self._argv = argv
        self._programs = programs
        self._clock = clock
        self._log = log
        self._spawn = spawn
        self._beat = beat
        self._program: LinkedProgram | None = None
        self._failure: KataError | None = None
        self._changed = asyncio.Event()
        self._incoming: asyncio.Queue[wire.Came | None] = asyncio.Queue()
        self._confirmations = Confirmations()
        self._heard = 0.0
        self._away_since: float | None = None
        self._one_at_a_time = asyncio.Lock()

    # -- the process

    @property
    def is_up(self) -> bool:
        """Whether the process runs and nothing speaks against it."""
        return self._program is not None and self._failure is None

    async def start(self, *, pairing: bool = False, phone: str = "") -> None:
        """Start the process anew and let it connect. Raises `Refused`, `Unavailable`."""
        async with self._one_at_a_time:
            await self._start(pairing=pairing, phone=phone)

    async def _start(self, *, pairing: bool, phone: str) -> None:
        await self.stop()
        await asyncio.to_thread(self.session.prepare)
        self.online, self._failure, self._away_since = None, None, None
        self._incoming = asyncio.Queue()
        self._heard = self._clock.monotonic()
        reports: list[LinkedProgram] = []  # what an earlier process says late concerns nobody
        program = await self._programs.start(
            self._argv, on_line=lambda line: self._line(reports, line), on_output=self._output
        )
        reports.append(program)
        self._program = program
        program.ended.add_done_callback(partial(self._ended, program))
        program.send(encode(wire.Open(pairing=pairing, phone=phone)))
        self._spawn(self._heartbeat(program), "heartbeat of the linked device")

    async def stop(self) -> None:
        """End the process; harmless when there is none, and when others do the same."""
        program = self._program
        if program is None:
            return
        if self._failure is None:
            self._fail(DeviceEnded(0))
        await program.stop()
        if self._program is program:
            self._program = None

    async def forget(self) -> None:
        """End the process and remove the session with its keys."""
        async with self._one_at_a_time:
            if self._failure is None:
                self._fail(DeviceOver(wire.Over(reason=wire.Reason.LEFT)))
            await self.stop()
            await asyncio.to_thread(self.session.forget)

    def is_healthy(self) -> bool:
        """Whether the process answers, and its connection was not lost for long."""
        now = self._clock.monotonic()
        away = 0.0 if self._away_since is None else now - self._away_since
        return self.is_up and now - self._heard <= self._beat * _MISSED and away <= _AWAY_MOST

    async def connected(self) -> wire.Online:
        """Wait until it is connected. Raises `DeviceOver`, `DeviceEnded`."""
        while True:
            if self._failure is not None:
                raise self._failure
            if self.online is not None:
                return self.online
            self._changed.clear()
            await self._changed.wait()

    # -- orders

    def receive(self) -> None:
        """Let messages come, from the first that was not confirmed."""
        self._say(wire.Receive())

    async def next(self) -> wire.Came:
        """The next message. Raises `DeviceOver`, `DeviceEnded`."""
        message = await self._incoming.get()
        if message is None:
            raise self._failure or DeviceEnded(0)
        return message

    def stored(self, message: wire.Came) -> None:
        """A message is safe."""
        self._say(wire.Stored(token=message.token))

    def typing(self, to: str, *, on: bool) -> None:
        """Show that an answer is being written, or no longer."""
        self._say(wire.Typing(to=to, on=on))

    async def send(self, to: str, text: str) -> str:
        """Send a text and return the id that it got. Raises `DeliveryError`."""
        if self._program is None or self._failure is not None or self._away_since is not None or not self.online:
            raise DeliveryError(NOT_CONNECTED)
        return await self._confirmations.of(lambda number: self._say(wire.Send(number=number, to=to, text=text)))

    async def log_out(self) -> bool:
        """Give the link up; whether WhatsApp has heard of it."""
        if not self.is_healthy() or self.online is None:
            return False
        self._say(wire.LogOut())
        try:
            async with asyncio.timeout(_LOG_OUT_LIMIT):
                while self._failure is None:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return isinstance(self._failure, DeviceOver) and self._failure.over == wire.Over(reason=wire.Reason.LEFT)

    def _say(self, order: wire.Order) -> None:
        if self._program is not None:
            self._program.send(encode(order))

    # -- reports

    def _line(self, current: list[LinkedProgram], line: str) -> None:
        if self._failure is not None or (current and current[0] is not self._program):
            return
        try:
            report = decode(line, wire.REPORTS)
        except NotOurs as error:
            self._log.error("What the process of the linked device said could not be read: %s", error)
            return
        self._heard = self._clock.monotonic()
        self._take(report)

    def _take(self, report: wire.Report) -> None:
        match report:
            case wire.Came():
                self._incoming.put_nowait(report)
            case wire.Sent() | wire.NotSent():
                self._confirmations.take(report)
            case wire.Offline():
                self._away_since = self._away_since or self._heard
            case wire.Pong():
                pass
            case wire.Code() | wire.Expired() | wire.Scanned() | wire.Online() | wire.Over():
                self._got_on(report)
            case _:
                assert_never(report)

    def _got_on(self, report: wire.Code | wire.Expired | wire.Scanned | wire.Online | wire.Over) -> None:
        """Something about the link itself, which others wait for."""
        if isinstance(report, wire.Online):
            self.online, self._away_since = report, None
        elif isinstance(report, wire.Over):
            self._fail(DeviceOver(report))
        self._changed.set()
        self.on_report(report)

    def _ended(self, program: LinkedProgram, ended: asyncio.Future[int]) -> None:
        if program is not self._program:
            return
        self._program = None
        if self._failure is None:
            self._fail(DeviceEnded(ended.result()))
            self.on_report(wire.Over(reason=wire.Reason.REFUSED, detail="the process ended"))

    def _fail(self, error: KataError) -> None:
        self._failure = error
        self._changed.set()
        self._incoming.put_nowait(None)
        self._confirmations.give_up()

    async def _heartbeat(self, program: LinkedProgram) -> None:
        for number in itertools.count(1):
            program.send(encode(wire.Ping(number=number)))
            await asyncio.wait({program.ended}, timeout=self._beat)
            if program.ended.done():
                return

    def _output(self, line: str) -> None:
        if line.strip() and not line.startswith(_CHATTER):
            self._log.warning("The process of the linked device: %s", without_keys(line))
