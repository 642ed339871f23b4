"""Opening a store that may be damaged: the newest good backup takes its place, nothing runs, and it is said."""

from __future__ import annotations

import shutil
from pathlib import Path

from kata_desktop.runtime.clock import Clock
from kata_desktop.store import pauses
from kata_desktop.store.backups import check_backup, newest_good
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from kata_desktop.store.errors import StoreCorrupt, StoreTrouble
from kata_desktop.store.migrations.runner import LATEST
from kata_desktop.store.private import private_file, side_files, sync_file, sync_folder

_ASIDE = ".damaged-"
_REPLACED = ".replaced-"


def open_or_restore(path: Path, backups: Path, *, clock: Clock, patience: float = 5.0) -> tuple[Database, str]:
    """Open the store; a damaged or vanished one is replaced by the newest good backup.

    Returns the store and a sentence for people, empty when nothing had to be done. After a replacement everything is
    paused and unsent messages are marked as uncertain, because the backup does not know what happened since. The
    damaged files are kept beside the store. Raises what `Database.open` raises, except `StoreCorrupt`.
    """
    if not path.exists() and not _left_behind(path, backups):
        return Database.open(path, patience=patience, clock=clock), ""
    try:
        if not path.exists():
            raise StoreCorrupt(path, "it has vanished")
        return Database.open(path, patience=patience, clock=clock), ""
    except StoreCorrupt:
        return _replace(path, backups, clock, patience)


def _left_behind(path: Path, backups: Path) -> bool:
    """Whether there was a store here before: then its absence is damage, not a first start."""
    earlier = any(path.parent.glob(f"{path.name}{_ASIDE}*")) if path.parent.is_dir() else False
    return earlier or any(side_files(path)) or newest_good(backups, up_to=LATEST) is not None


def restore_from(path: Path, source: Path, *, clock: Clock) -> str:
    """Put a backup that a person chose in the place of the store, which nobody has open; returns a sentence.

    As after damage, everything is paused and unsent messages are uncertain; the store that was there is kept beside
    it. Raises `StoreCorrupt` or `StoreNewer` when the file is no good backup; then nothing was changed.
    """
    draft = _draft(path)
    try:
        private_file(draft)
        shutil.copyfile(source, draft)
        check_backup(draft, up_to=LATEST)
        aside = _put_in_place(path, draft, clock, _REPLACED)
    except OSError as error:
        raise StoreTrouble(f"the backup could not be restored ({error.strerror or error})") from error
    finally:
        _remove(draft)
    kept = "" if aside is None else f" The data until now are kept as {aside.name}."
    return f"The backup {source.name} was restored and everything is paused.{kept} Check your tasks, then resume."


def _replace(path: Path, backups: Path, clock: Clock, patience: float) -> tuple[Database, str]:
    try:
        source = newest_good(backups, up_to=LATEST)
        draft = _draft(path)
        if source is None:
            Database.open(draft, clock=clock).close()
        else:
            private_file(draft)
            shutil.copyfile(source, draft)
        aside = _put_in_place(path, draft, clock, _ASIDE)
    except OSError as error:
        raise StoreTrouble(f"the backup could not be restored ({error.strerror or error})") from error
    return Database.open(path, patience=patience, clock=clock), _notice(source, aside)


def _draft(path: Path) -> Path:
    """Where the new store is prepared; nothing is there yet."""
    draft = path.with_name(f".{path.name}.restored")
    _remove(draft)
    return draft


def _put_in_place(path: Path, draft: Path, clock: Clock, ending: str) -> Path | None:
    _quieten(draft, clock)
    sync_file(draft)
    aside = _set_aside(path, f"{ending}{clock.now():%Y%m%dT%H%M%S%f}Z")
    draft.replace(path)
    sync_folder(path.parent)
    return aside


def _quieten(draft: Path, clock: Clock) -> None:
    """Pause everything before the file takes its place: whoever dies in between must not leave one that runs."""
    from kata_desktop.store.outbox_doubts import doubt_unsent  # only after damage

    database = Database.open(draft, clock=clock)

    def work(db: Connection) -> None:
        pauses.put(db, pauses.ALL, clock.now(), None)
        doubt_unsent(db)

    try:
        database.write_now(work)
    finally:
        database.close()


def _set_aside(path: Path, ending: str) -> Path | None:
    """Keep the damaged files under another name; the log first, for it must never meet the restored file."""
    aside = path.with_name(path.name + ending)
    for side in list(side_files(path)):
        side.rename(aside.with_name(aside.name + side.name.removeprefix(path.name)))
    if not path.exists():
        return None
    try:
        aside.hardlink_to(path)  # the store's own name never points at nothing, even if we die here
    except OSError:  # a disk without hard links
        path.rename(aside)
    return aside


def _notice(source: Path | None, aside: Path | None) -> str:
    what = "Kata's data had vanished" if aside is None else "Kata's data file was damaged"
    kept = "" if aside is None else f" The damaged file is kept as {aside.name}."
    if source is None:
        return (
            f"{what} and there was no backup, so Kata started empty and paused.{kept} "
            "Resume when you are ready to set up your tasks again."
        )
    return (
        f"{what}, so the backup {source.name} was restored and everything is paused.{kept} "
        "Check your tasks, then resume."
    )


def _remove(file: Path) -> None:
    for side in list(side_files(file)):
        side.unlink(missing_ok=True)
    file.unlink(missing_ok=True)
