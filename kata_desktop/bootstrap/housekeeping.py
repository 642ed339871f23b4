"""What is done now and then: a backup a day, old history and logs removed, the store kept in shape."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from kata_desktop.desktop.logs import Logs
from kata_desktop.desktop.paths import Paths
from kata_desktop.domain.settings import Settings
from kata_desktop.runtime.clock import Clock
from kata_desktop.store import runs, tasks
from kata_desktop.store.backups import backup
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from kata_desktop.store.errors import StoreTrouble

BACKUP_EVERY = timedelta(hours=24)
AFTER_START = 5.0
"""Seconds the first round waits: a start has better things to do, and a short command needs no housekeeping."""
_BATCH = 500
"""Rows removed in one transaction, so that no run waits for housekeeping."""
_TOMBSTONES = timedelta(days=1)

_log = logging.getLogger(__name__)


class Housekeeping:
    """Called by the engine every hour; each part that fails is logged and tried again the next time."""

    def __init__(
        self, *, database: Database, paths: Paths, clock: Clock, settings: Callable[[], Settings], logs: Logs
    ) -> None:
        self._database = database
        self._paths = paths
        self._clock = clock
        self._settings = settings
        self._logs = logs
        self._started = False

    async def __call__(self) -> None:
        """Do what is due."""
        if not self._started:
            self._started = True
            await self._clock.sleep(AFTER_START)
        self._logs.keep(self._settings().log_days)
        for part in (self._backup, self._forget, self._optimise):
            try:
                await part()
            except (StoreTrouble, OSError) as error:
                _log.warning("Housekeeping: %s", error)

    async def backup_now(self) -> Path:
        """Write a verified backup. Raises `StoreTrouble`."""
        return await asyncio.to_thread(
            backup,
            self._database.path,
            self._paths.backups,
            keep=self._settings().backups_kept,
            at=self._clock.now(),
        )

    async def _backup(self) -> None:
        now = self._clock.now()
        newest = max(_made_at(self._paths.backups), default=None)
        if newest is None or abs(now - newest) >= BACKUP_EVERY:
            _log.info("Wrote the backup %s", (await self.backup_now()).name)

    async def _forget(self) -> None:
        from kata_desktop.store import inbox, senders  # loaded with the channels, and not needed to start

        days = self._settings().history_days
        now = self._clock.now()
        if days:
            before = now - timedelta(days=days)
            while await self._database.write(partial(_forget_runs, before=before)) == _BATCH:
                continue
            while await self._database.write(partial(inbox.remove_older, before=before, limit=_BATCH)) == _BATCH:
                continue
        await self._database.write(lambda db: senders.drop_expired(db, now))
        await self._database.write(lambda db: tasks.remove_forgotten(db, now - _TOMBSTONES))

    async def _optimise(self) -> None:
        await self._database.write(_optimise)


def _made_at(folder: Path) -> Iterator[datetime]:
    """When the backups there were made, as their names say: copying a file changes its own dates."""
    for file in folder.glob("kata-*.db"):
        with contextlib.suppress(ValueError):
            yield datetime.strptime(file.name, "kata-%Y%m%dT%H%M%S%fZ.db").replace(tzinfo=UTC)


def _forget_runs(db: Connection, before: datetime) -> int:
    return runs.remove_older(db, before, _BATCH)


def _optimise(db: Connection) -> None:
    db.execute("PRAGMA analysis_limit = 400")
    db.execute("PRAGMA optimize")
