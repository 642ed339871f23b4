"""Restoring a backup that a person chose, while nothing runs on the data folder."""

from __future__ import annotations

import stat
from pathlib import Path

from kata_desktop.bootstrap.locking import take_lock
from kata_desktop.desktop.paths import Paths
from kata_desktop.domain.errors import FieldError, InvalidInput
from kata_desktop.runtime.clock import Clock
from kata_desktop.store.errors import StoreCorrupt, StoreNewer
from kata_desktop.store.recovery import restore_from


async def restore_backup(paths: Paths, file: Path, *, clock: Clock) -> str:
    """Replace the store by a verified backup; returns a sentence for people. What was there is kept.

    Raises:
        InvalidInput: the file is no good backup; nothing was changed.
        AlreadyRunning: an app holds the data folder.
        StoreTrouble: the disk refused.
    """
    _require_file(file)
    paths.prepare()
    lock = await take_lock(paths, role="command", clock=clock)
    try:
        return restore_from(paths.store, file, clock=clock)
    except (StoreCorrupt, StoreNewer) as error:
        raise _refused("it is not a complete backup of a format that this version knows") from error
    finally:
        lock.release()


def _require_file(file: Path) -> None:
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise _refused("it is not a file")
        with file.open("rb"):
            pass
    except OSError as error:
        raise _refused((error.strerror or str(error)).lower()) from error


def _refused(reason: str) -> InvalidInput:
    return InvalidInput(FieldError(field="file", label="Backup", reason=reason, example="backups/kata-….db"))
