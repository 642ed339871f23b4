"""What can be wrong with the store, each with what to do about it, and the one translation of SQLite's own errors."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from kata_desktop.domain.errors import Bug, Unavailable


class StoreTrouble(Unavailable):
    """The store could not be read or written now; nothing of what was asked has been kept, trying again may help."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"Kata could not write its data because {why}, so nothing of this step was kept; "
            "free some space or check the disk and it goes on by itself."
        )
        self.why = why


class StoreLocked(StoreTrouble):
    """Another program keeps the store to itself."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"another program has held its data file locked for {seconds:g} seconds")
        self.args = (
            f"Kata's data file has been locked by another program for {seconds:g} seconds; "
            "close that program (a database viewer, a second Kata, a backup tool) and try again.",
        )


class StoreReadOnly(StoreTrouble):
    """The file or its folder does not let us write."""

    def __init__(self, path: Path | str) -> None:
        super().__init__("its data file may not be written")
        self.args = (
            f"Kata may not write to {path}; give your user the right to write to this folder, "
            "or choose another data folder.",
        )


class StoreCorrupt(StoreTrouble):
    """The file is damaged: SQLite or our own checks found it unreadable."""

    def __init__(self, path: Path | str, why: str) -> None:
        super().__init__("its data file is damaged")
        self.args = (
            f"Kata's data file {path} is damaged ({why}); "
            "start Kata to have the newest backup restored, the damaged file is kept beside it.",
        )


class StoreNewer(StoreTrouble):
    """A newer version of the program wrote the file; nothing was touched."""

    def __init__(self, path: Path | str, found: int, known: int) -> None:
        super().__init__("a newer Kata wrote its data file")
        self.args = (
            f"{path} was written by a newer Kata (format {found}, this one knows up to {known}), so it was left "
            "as it is; install the newer version again.",
        )
        self.found = found
        self.known = known


class StoreClosed(StoreTrouble):
    """Work was handed in after the store was closed: the program is ending."""

    def __init__(self) -> None:
        super().__init__("it is ending")
        self.args = ("Kata is ending, so this was not kept; start it and try again.",)


class SpecUnreadable(Unavailable):
    """A stored task says something this version does not understand."""

    def __init__(self, why: str) -> None:
        super().__init__(f"Kata cannot read this task ({why.rstrip('.')}); delete it or restore a backup.")


class ConstraintBroken(Bug):
    """A row broke a rule of the schema (UNIQUE, CHECK, NOT NULL, foreign key); its statement alone was undone."""


class StatementRefused(Bug):
    """SQLite did not understand a statement of ours."""


LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_READ_ONLY = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_TROUBLE = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk reported an error",
    sqlite3.SQLITE_NOMEM: "the computer is out of memory",
    sqlite3.SQLITE_INTERRUPT: "it was interrupted",
    sqlite3.SQLITE_PROTOCOL: "the file's locks do not work on this disk",
}


def code_of(error: BaseException) -> int:
    """SQLite's extended result code behind an error of peewee's or sqlite3's; 0 when there is none."""
    return int(getattr(getattr(error, "orig", error), "sqlite_errorcode", None) or 0)


def translated(error: BaseException, path: Path | str, patience: float) -> StoreTrouble | Bug:
    """Say what an error of SQLite's means to us; what is not the world's doing is a `Bug`."""
    primary = code_of(error) & 0xFF
    if primary in LOCKED:
        return StoreLocked(patience)
    if primary in _READ_ONLY:
        return StoreReadOnly(path)
    if primary in _DAMAGED:
        return StoreCorrupt(path, str(error))
    if primary in _TROUBLE:
        return StoreTrouble(_TROUBLE[primary])
    if primary == sqlite3.SQLITE_CONSTRAINT:
        return ConstraintBroken(str(error))
    return StatementRefused(str(error))
