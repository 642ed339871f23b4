"""The whole program without a window, on a clock and in a folder of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from kata_desktop.bootstrap.foundation import Foundation
from kata_desktop.bootstrap.kata import Kata
from kata_desktop.bootstrap.plugin_source import PluginSource
from kata_desktop.bootstrap.process import this_boot
from kata_desktop.desktop.logs import Logs
from kata_desktop.desktop.paths import Paths
from kata_desktop.desktop.redaction import Redactor
from kata_desktop.domain.workspace import Workspace
from kata_desktop.runtime.clock import Clock
from kata_desktop.store import settings as stored_settings
from kata_desktop.store import workspaces
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database


@asynccontextmanager
async def built_kata(folder: Path, clock: Clock, plugins: PluginSource | None = None) -> AsyncIterator[Kata]:
    """Services with the workspaces "Acme Research" (``ws_acme``) and "Personal" (``ws_home``); nothing runs until the
    engine is started.
    """
    paths = Paths(data_dir=folder, run_dir=folder / "run")
    paths.prepare()
    database = Database.open(paths.store, clock=clock)
    database.write_now(lambda db: _furnish(db, folder, clock))
    redactor = Redactor()
    logs = Logs(paths.logs, redactor=redactor)
    foundation = Foundation(
        paths=paths,
        role="app",
        clock=clock,
        database=database,
        logs=logs,
        redactor=redactor,
        boot=this_boot(),
        settings=database.read_now(stored_settings.load),
        notice="",
    )
    kata = Kata(foundation, plugins)
    try:
        await kata.scheduling.refresh_known()
        yield kata
    finally:
        await kata.spawner.close()
        kata.close_vault()
        await database.aclose()
        logs.stop()


def _furnish(db: Connection, folder: Path, clock: Clock) -> None:
    for ident, name in (("ws_acme", "Acme Research"), ("ws_home", "Personal")):
        place = folder / "workspaces" / name
        place.mkdir(parents=True, exist_ok=True)
        if workspaces.find(db, ident) is None:  # the second life of a folder
            workspaces.insert(db, Workspace(id=ident, name=name, folder=str(place), created_at=clock.now()))
