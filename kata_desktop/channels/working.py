"""Shows in the channel that an answer is being worked on; best effort."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from kata_desktop.channels.runner import Runner
from kata_desktop.domain.events import RunChanged
from kata_desktop.domain.run import RunState, Source
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.store import inbox
from kata_desktop.store.database import Database

_LIMIT = 10.0
_log = logging.getLogger(__name__)


class WorkingSigns:
    """Tells adapters when the run that answers a message starts and ends."""

    def __init__(
        self, find: Callable[[str, str], Runner | None], database: Database, bus: EventBus, spawner: Spawner
    ) -> None:
        self._find = find
        self._database = database
        self._spawner = spawner
        self._shown: set[str] = set()
        self._signs: dict[str, asyncio.Task[None]] = {}
        self._unsubscribe = bus.subscribe(RunChanged, self._heard)

    def close(self) -> None:
        """Hear nothing more."""
        self._unsubscribe()

    def _heard(self, event: RunChanged) -> None:
        if event.source is not Source.MESSAGE:
            return
        on = event.state is RunState.RUNNING
        if on == (event.run_id in self._shown) or event.state not in {RunState.RUNNING, RunState.DONE}:
            return
        (self._shown.add if on else self._shown.discard)(event.run_id)
        before = self._signs.get(event.run_id)
        sign = self._spawner.spawn(self._show(event.run_id, before, on=on), name=f"sign for {event.run_id}")
        self._signs[event.run_id] = sign
        sign.add_done_callback(lambda ended: self._forget(event.run_id, ended))

    def _forget(self, run_id: str, ended: asyncio.Task[None]) -> None:
        if self._signs.get(run_id) is ended:
            del self._signs[run_id]

    async def _show(self, run_id: str, before: asyncio.Task[None] | None, *, on: bool) -> None:
        if before is not None:  # off never overtakes on
            await asyncio.wait({before})
        try:
            item = await self._database.read(lambda db: inbox.of_run(db, run_id))
            runner = None if item is None else self._find(item.workspace_id, item.message.channel)
            if item is None or runner is None or runner.adapter is None:
                return
            async with asyncio.timeout(_LIMIT):
                await runner.adapter.working(item.message, on=on)
        except Exception as error:  # noqa: BLE001 - a sign is not worth a failure
            _log.info("No sign could be shown in a channel: %s", error)
