"""How much room Kata's files take; read off the loop."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kata_desktop.desktop.paths import Paths


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupFile:
    """One copy of the store."""

    path: Path
    made_at: datetime
    size: int
    """Bytes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DiskUse:
    """Sizes in bytes."""

    store: int
    logs: int
    backups: tuple[BackupFile, ...]
    """The newest first."""


def disk_use(paths: Paths) -> DiskUse:
    """Look at the files; what vanishes meanwhile counts for nothing."""
    store = sum(_size(paths.store.with_name(paths.store.name + end)) for end in ("", "-wal", "-shm"))
    logs = sum(_size(file) for file in paths.logs.glob("*"))
    backups = [found for file in paths.backups.glob("kata-*.db") if (found := _backup(file)) is not None]
    return DiskUse(store=store, logs=logs, backups=tuple(sorted(backups, key=_age, reverse=True)))


def _backup(file: Path) -> BackupFile | None:
    with suppress(ValueError):
        made = datetime.strptime(file.name, "kata-%Y%m%dT%H%M%S%fZ.db").replace(tzinfo=UTC)
        return BackupFile(path=file, made_at=made, size=_size(file))
    return None


def _age(backup: BackupFile) -> datetime:
    return backup.made_at


def _size(file: Path) -> int:
    with suppress(OSError):
        return file.stat().st_size
    return 0
