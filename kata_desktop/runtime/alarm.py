"""One precise wake-up: waits for an instant of the wall clock, for a ring, or for somebody setting the clock.

Why not the loop's own timers: qasync's are coarse (±5 %, half of them early), overflow beyond 24.85 days and stay
alive when cancelled.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import os
import sys
from datetime import datetime
from typing import Protocol

from kata_desktop.runtime.clock import Clock

CHUNK_SECONDS = 60.0
"""Longest single wait; the watchdog that notices sleep, clock changes and edits made by another process."""

_log = logging.getLogger(__name__)


class Alarm(Protocol):
    """What the engine waits on."""

    async def wait(self, until: datetime | None, *, chunk: float = CHUNK_SECONDS) -> None:
        """Return at `until` (never before it), when rung, when the clock was set, or after `chunk` seconds: look
        again then.
        """
        ...

    def ring(self) -> None:
        """End the present wait, or the next one if nobody waits now. To be called on the loop's thread."""
        ...

    def close(self) -> None:
        """Give back what it holds."""
        ...


class _TimeSpec(ctypes.Structure):
    _fields_ = (("tv_sec", ctypes.c_long), ("tv_nsec", ctypes.c_long))


class _TimerSpec(ctypes.Structure):
    _fields_ = (("interval", _TimeSpec), ("value", _TimeSpec))


class _TimerFd:
    """A Linux timerfd. Python offers it from 3.13 on; before, the C library is called."""

    _ABSTIME, _CANCEL_ON_SET = 1, 2
    _REALTIME, _MONOTONIC = 0, 1
    _FAR = 4_102_444_800  # the year 2100

    def __init__(self, clock_id: int) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self.fd: int = self._libc.timerfd_create(clock_id, os.O_NONBLOCK | os.O_CLOEXEC)
        if self.fd < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create failed")

    @classmethod
    def relative(cls) -> _TimerFd:
        return cls(cls._MONOTONIC)

    @classmethod
    def clock_was_set(cls) -> _TimerFd:
        """One that becomes readable when somebody sets the wall clock, or the computer wakes."""
        timer = cls(cls._REALTIME)
        timer._set(cls._FAR, 0, cls._ABSTIME | cls._CANCEL_ON_SET)
        return timer

    def arm(self, seconds: float) -> None:
        whole, nanos = divmod(max(1, int(seconds * 1e9)), 1_000_000_000)  # zero would disarm it
        self._set(whole, nanos, 0)

    def rearm_watch(self) -> None:
        self._set(self._FAR, 0, self._ABSTIME | self._CANCEL_ON_SET)

    def disarm(self) -> None:
        self._set(0, 0, 0)

    def drain(self) -> None:
        with contextlib.suppress(OSError):  # ECANCELED: the clock was set; EAGAIN: nothing there
            os.read(self.fd, 8)

    def close(self) -> None:
        os.close(self.fd)

    def _set(self, seconds: int, nanos: int, flags: int) -> None:
        spec = _TimerSpec(_TimeSpec(0, 0), _TimeSpec(seconds, nanos))
        if self._libc.timerfd_settime(self.fd, flags, ctypes.byref(spec), None) < 0:
            raise OSError(ctypes.get_errno(), "timerfd_settime failed")


class SystemAlarm:
    """The real alarm: timerfd on Linux, the loop's `call_later` elsewhere (with a second look, since that may be
    early).
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiter: asyncio.Future[None] | None = None
        self._rung = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: _TimerFd | None = None
        self._watch: _TimerFd | None = None

    async def wait(self, until: datetime | None, *, chunk: float = CHUNK_SECONDS) -> None:
        """See `Alarm.wait`."""
        self._open()
        end = self._clock.monotonic() + chunk
        while not self._rung:
            delay = end - self._clock.monotonic()
            if until is not None:
                delay = min(delay, (until - self._clock.now()).total_seconds())
            if delay <= 0:
                break
            if await self._pause(delay):
                break
        self._rung = False

    def ring(self) -> None:
        """See `Alarm.ring`."""
        self._rung = True
        self._release()

    def close(self) -> None:
        """Give back the timers; harmless when repeated."""
        for timer in (self._timer, self._watch):
            if timer is not None and self._loop is not None:
                if not self._loop.is_closed():
                    self._loop.remove_reader(timer.fd)
                timer.close()
        self._timer = self._watch = self._loop = None

    def _open(self) -> None:
        if self._loop is not None:
            return
        self._loop = asyncio.get_running_loop()
        if sys.platform != "linux":
            return
        try:
            self._timer, self._watch = _TimerFd.relative(), _TimerFd.clock_was_set()
        except (OSError, AttributeError) as error:  # an old kernel or another C library
            _log.info("No timerfd (%s); falling back to the loop's timers", error)
            return
        self._loop.add_reader(self._timer.fd, self._fired)
        self._loop.add_reader(self._watch.fd, self._clock_set)

    async def _pause(self, delay: float) -> bool:
        """Wait once; True when something other than the passing of time ended it."""
        assert self._loop is not None
        self._waiter = self._loop.create_future()
        handle = None
        if self._timer is not None:
            self._timer.arm(delay)
        else:
            handle = self._loop.call_later(delay, self._release)
        try:
            await self._waiter
        finally:
            self._waiter = None
            if handle is not None:
                handle.cancel()
            elif self._timer is not None:
                self._timer.disarm()
        return self._rung

    def _fired(self) -> None:
        if self._timer is not None:
            self._timer.drain()
        self._release()

    def _clock_set(self) -> None:
        if self._watch is not None:
            self._watch.drain()
            self._watch.rearm_watch()
        self.ring()

    def _release(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
