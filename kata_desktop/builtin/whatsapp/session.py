"""The folder in which the library keeps the session, its key material included: private, whatever the library does."""

from __future__ import annotations

import shutil
from pathlib import Path

_FOLDER = "session"
_STORE = "store.db"
_MARK = "linked"
_SPOOL = "arrived"
_LOCK = "lock"


class Session:
    """One account's session in a plugin's data folder. All methods ask the disk."""

    def __init__(self, data_folder: Path) -> None:
        self.folder = data_folder / _FOLDER
        self.store = self.folder / _STORE
        self.lock = data_folder / _LOCK
        self.spool = data_folder / _SPOOL
        self._mark = self.folder / _MARK

    def prepare(self) -> None:
        """Make the folders, and take from everybody else what an earlier version, or the library, had left open."""
        for folder in (self.folder, self.spool):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.repair()

    def repair(self) -> None:
        """Folders 0700, files 0600."""
        for folder in (self.folder, self.spool):
            if folder.is_dir() and not folder.is_symlink():
                folder.chmod(0o700)
                for file in folder.iterdir():
                    if file.is_file() and not file.is_symlink():
                        file.chmod(0o600)

    @property
    def account(self) -> str:
        """Digits of the number that is linked; empty when none is."""
        try:
            return self._mark.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def linked(self, phone: str) -> None:
        """Note that a device is linked."""
        if self.account != phone:
            self._mark.write_text(f"{phone}\n", encoding="ascii")
            self._mark.chmod(0o600)

    def unlinked(self) -> None:
        """Note that it is linked no longer."""
        self._mark.unlink(missing_ok=True)

    def forget(self) -> None:
        """Remove the session with its keys; nothing of it is left."""
        self.unlinked()
        if self.folder.exists():
            shutil.rmtree(self.folder)
