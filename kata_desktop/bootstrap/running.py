"""Start and stop: an engine that works, or services without one for a single command."""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from kata_desktop.bootstrap.first_start import furnish
from kata_desktop.bootstrap.foundation import Foundation
from kata_desktop.bootstrap.kata import Kata
from kata_desktop.bootstrap.locking import take_lock
from kata_desktop.bootstrap.process import is_alive, this_boot
from kata_desktop.desktop.logs import Logs
from kata_desktop.desktop.paths import Paths
from kata_desktop.desktop.redaction import Redactor
from kata_desktop.domain.errors import KataError
from kata_desktop.domain.ids import new_id
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.runtime.garbage import spare_what_exists
from kata_desktop.store import boots, tasks
from kata_desktop.store import settings as stored_settings
from kata_desktop.store.database import Database
from kata_desktop.store.recovery import open_or_restore, restore_from

REST_AFTER = 0.05
"""Seconds until what runs tasks, delivers and watches files is loaded: that would hold up the tray icon."""
_REST = (
    "kata_desktop.scheduler.service",
    "kata_desktop.scheduler.engine.claiming",
    "kata_desktop.scheduler.engine.closing",
    "kata_desktop.scheduler.engine.rearming",
    "kata_desktop.scheduler.engine.recovering",
    "kata_desktop.scheduler.files",
    "kata_desktop.bootstrap.senders",
    "kata_desktop.notifications.outbox",
    "kata_desktop.notifications.desktop",
    "kata_desktop.bootstrap.plugin_parts",
    "kata_desktop.bootstrap.bundled",
)
SHUTDOWN_LIMIT = 10.0
"""Seconds for everything between the wish to end and the closed store."""
_ENGINE_LIMIT = 3.0
_PLUGINS_LIMIT = 3.0
_OUTBOX_LIMIT = 2.0
_CALLERS_LIMIT = 1.0

if TYPE_CHECKING:
    from kata_desktop.bootstrap.plugin_source import PluginSource
    from kata_desktop.control.server import ControlServer

_log = logging.getLogger(__name__)


@asynccontextmanager
async def services_open(
    paths: Paths, *, role: str, verbose: bool = False, plugins: PluginSource | None = None
) -> AsyncIterator[Kata]:
    """The services on the store, with nothing working by itself; `role` is ``app``, ``headless`` or ``command``.

    `plugins` are those that there are, the bundled ones unless given.

    For ``command`` a damaged store is refused; the other roles have the newest backup restored and say so in `notice`.

    Raises:
        AlreadyRunning: another process holds the data folder.
        Unavailable: a folder or the store cannot be used.
    """
    clock = SystemClock()
    paths.prepare()
    async with AsyncExitStack() as stack:
        lock = await take_lock(paths, role=role, clock=clock)
        stack.callback(lock.release)
        redactor = Redactor()
        logs = Logs(paths.logs, redactor=redactor, verbose=verbose)
        logs.start(to_stderr=verbose)
        stack.callback(logs.stop)
        database, notice = _open(paths, role, clock)
        stack.push_async_callback(database.aclose)
        furnish(database, paths, clock)
        foundation = Foundation(
            paths=paths,
            role=role,
            clock=clock,
            database=database,
            logs=logs,
            redactor=redactor,
            boot=this_boot(),
            settings=database.read_now(stored_settings.load),
            notice=notice,
        )
        kata = Kata(foundation, plugins)
        stack.callback(kata.close_vault)
        stack.push_async_callback(kata.spawner.close)
        yield kata


@asynccontextmanager
async def engine_running(
    paths: Paths, *, role: str, verbose: bool = False, plugins: PluginSource | None = None
) -> AsyncIterator[Kata]:
    """A working engine, its outbox and its control socket; works on any asyncio loop.

    Leaving it stops everything within `SHUTDOWN_LIMIT` seconds. Raises as `services_open` does.
    """
    async with services_open(paths, role=role, verbose=verbose, plugins=plugins) as kata:
        from kata_desktop.control.methods import METHODS
        from kata_desktop.control.server import ControlServer

        server = ControlServer(paths.socket, METHODS, kata)
        rest: asyncio.Task[None] | None = None
        try:
            await _start(kata)
            kata.awake.start()
            if role != "command":
                await server.start()
            rest = kata.spawner.spawn(_start_rest(kata), name="start of the rest")
            spare_what_exists()
            _log.info("Kata Desktop runs (%s)", role)
            yield kata
        finally:
            if rest is not None:
                rest.cancel()
                await asyncio.wait({rest})
            await _stop(kata, server)


def _open(paths: Paths, role: str, clock: SystemClock) -> tuple[Database, str]:
    if role == "command" and paths.store.exists():
        return Database.open(paths.store, clock=clock), ""
    restored = "" if role == "command" else _restored_by_wish(paths, clock)
    database, notice = open_or_restore(paths.store, paths.backups, clock=clock)
    return database, " ".join(sentence for sentence in (restored, notice) if sentence)


def _restored_by_wish(paths: Paths, clock: SystemClock) -> str:
    """Put the backup in place that a person chose while the store was open; a sentence, empty when none was chosen."""
    file = paths.take_restore_wish()
    if file is None:
        return ""
    try:
        return restore_from(paths.store, file, clock=clock)
    except KataError as error:
        return f"The backup {file.name} was not restored. {error.sentence}"


async def _start(kata: Kata) -> None:
    # Read at once: the loop first turns while the engine's first step is on its way to the disk, and PySide6 takes
    # 15 ms to make the enums that qasync's first timer needs.
    dead = [boot.id for boot in kata.database.read_now(boots.not_ended) if not is_alive(boot)]
    ident, began = new_id("out"), kata.clock.now()
    if kata.notice:
        _log.warning("%s", kata.notice)

    async def settle() -> None:
        """Before the engine signs the dead processes off; harmless when repeated."""
        if kata.notice:
            from kata_desktop.bootstrap.notice import queue_notice

            await kata.database.write(partial(queue_notice, ident=ident, text=kata.notice, at=began))
        if dead:
            await kata.outbox.recover(dead)

    if kata.database.read_now(tasks.any_of_plugins):
        # before the engine looks for the first time: what is due of a handler that is not there is skipped
        await kata.plugins.manager.register_all()
    await kata.engine.start(first=settle)


async def _start_rest(kata: Kata) -> None:
    if kata.role != "command":
        await asyncio.sleep(REST_AFTER)
        await asyncio.to_thread(_load_rest)
    kata.outbox.start()
    kata.files.start()
    await kata.plugins.manager.register_all()
    kata.plugins.manager.initialise_all()


def _load_rest() -> None:
    """Import what the rest is made of, in a thread: all at once it would hold up the loop for four frames."""
    for module in _REST:
        importlib.import_module(module)


async def _stop(kata: Kata, server: ControlServer) -> None:
    """End every part that was built, whatever the others do."""
    built = vars(kata)
    try:
        async with asyncio.timeout(SHUTDOWN_LIMIT):
            await _ended(server.stop(limit=_CALLERS_LIMIT), "the control socket")
            kata.awake.stop()
            if "files" in built:
                await _ended(kata.files.stop(), "the file watcher")
            await _ended(kata.engine.stop(limit=_ENGINE_LIMIT), "the engine")
            if "plugins" in built:
                await _ended(kata.plugins.manager.stop(limit=_PLUGINS_LIMIT), "plugins")
                await _ended(kata.channel_host.stop(), "channels")
            if "outbox" in built:
                await _ended(kata.outbox.stop(limit=_OUTBOX_LIMIT), "the outbox")
                await _ended(kata.desktop.close(), "notifications")
    except TimeoutError:
        _log.warning("Not everything had ended after %g s", SHUTDOWN_LIMIT)
    _log.info("Kata Desktop ended")


async def _ended(stop: Awaitable[None], what: str) -> None:
    try:
        await stop
    except KataError as error:
        _log.warning("Ending %s: %s", what, error)
    except Exception:  # noqa: BLE001 - the top handler for endings: the other parts must end as well
        _log.exception("Ending %s failed", what)
