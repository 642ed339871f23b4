"""Keeps one server running: starts it, notices its end, starts it again within reason, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from kata_desktop.domain.command import ServerSpec, ServerState, ServerStatus
from kata_desktop.domain.errors import KataError
from kata_desktop.runtime.clock import Clock
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.servers.child import Child, OnLine
from kata_desktop.servers.foreign import started_elsewhere
from kata_desktop.servers.policy import Again, GiveUp, Patience, after_end
from kata_desktop.servers.wording import ended_words, waiting_words

_log = logging.getLogger(__name__)


class Supervisor:
    """One server of one plugin in one workspace.

    `on_line` takes its output; `on_change` is called whenever `status` has changed. Both must be quick.

    Attributes:
        status: How the server fares.
    """

    def __init__(
        self,
        spec: ServerSpec,
        *,
        clock: Clock,
        spawner: Spawner,
        on_line: OnLine,
        on_change: Callable[[], None],
        patience: Patience | None = None,
    ) -> None:
        self._spec = spec
        self._clock = clock
        self._spawner = spawner
        self._on_line = on_line
        self._on_change = on_change
        self._patience = patience or Patience()
        self._life: asyncio.Task[None] | None = None
        self.status = ServerStatus()

    def start(self) -> None:
        """Begin to keep it running; harmless when that goes on."""
        if self._life is None or self._life.done():
            self._life = self._spawner.spawn(self._live(), name=f"server {self._spec.command.argv[0]}")

    async def stop(self) -> None:
        """Stop it and return when it is gone with all it had started: TERM, and KILL after five seconds."""
        life, self._life = self._life, None
        if life is not None:
            life.cancel()
            await asyncio.wait({life})
        self._set(ServerStatus())

    async def restart(self) -> None:
        """Stop it if it runs, forget its crashes, and start it."""
        await self.stop()
        self.start()

    async def _live(self) -> None:
        crashes = 0
        while not await self._is_somebody_elses():
            began = self._clock.monotonic()
            code = await self._once(crashes)
            if code is None:
                return
            up = timedelta(seconds=self._clock.monotonic() - began)
            restart = self._spec.restart_on_crash
            match after_end(up=up, fast_crashes=crashes, restart=restart, patience=self._patience):
                case GiveUp(fast_crashes=crashes):
                    self._give_up(f"{ended_words(code, up)} {_advice(crashes, restart=restart)}", crashes, code)
                    return
                case Again(delay=delay, fast_crashes=crashes):
                    await self._wait(delay, crashes, code, up)

    async def _is_somebody_elses(self) -> bool:
        """Whether another copy runs already; its status says so then.

        Asked before every start, since two workspaces may have started the same server at the same moment, and asked
        again after a while: when Kata was killed, its guard needs some seconds to end what ran.
        """
        for last in (False, True):
            if not (sentence := await asyncio.to_thread(started_elsewhere, self._spec)):
                return False
            self._set(ServerStatus(state=ServerState.FOREIGN, sentence=sentence, since=self._clock.now()))
            if not last:
                await self._clock.sleep(self._patience.leftover.total_seconds())
        return True

    async def _once(self, crashes: int) -> int | None:
        """Start it and wait for its end; None when it cannot be started at all."""
        try:
            child = await Child.start(self._spec.command, on_output=self._on_line)
        except KataError as error:
            self._give_up(error.sentence, crashes, None)
            return None
        steady = self._spawner.spawn(self._become_steady(), name="server becomes steady")
        try:
            await asyncio.shield(child.known)
            self._set(
                ServerStatus(
                    state=ServerState.STARTING, pid=child.pid or None, fast_crashes=crashes, since=self._clock.now()
                )
            )
            return await asyncio.shield(child.ended)
        finally:
            steady.cancel()
            await child.stop()

    async def _become_steady(self) -> None:
        await self._clock.sleep(self._patience.fast.total_seconds())
        self._set(replace(self.status, state=ServerState.RUNNING, fast_crashes=0))

    async def _wait(self, delay: timedelta, crashes: int, code: int, up: timedelta) -> None:
        self._set(
            ServerStatus(
                state=ServerState.WAITING,
                sentence=f"{ended_words(code, up)} {waiting_words(delay)}",
                fast_crashes=crashes,
                until=self._clock.now() + delay,
                since=self._clock.now(),
                exit_code=code,
            )
        )
        await self._clock.sleep(delay.total_seconds())

    def _give_up(self, sentence: str, crashes: int, code: int | None) -> None:
        self._set(
            ServerStatus(
                state=ServerState.GAVE_UP,
                sentence=sentence,
                fast_crashes=crashes,
                since=self._clock.now(),
                exit_code=code,
            )
        )

    def _set(self, status: ServerStatus) -> None:
        if status != self.status:
            if status.state is not self.status.state:
                _log.info("Server %s: %s. %s", self._spec.command.argv[0], status.state.value, status.sentence)
            self.status = status
            self._on_change()


def _advice(crashes: int, *, restart: bool) -> str:
    if not restart:
        return "It is not started again by itself; press Restart."
    return f"That was {crashes} times in a row, so it is left alone; look at its log and press Restart."
