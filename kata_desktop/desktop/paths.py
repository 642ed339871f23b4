"""Where the program keeps its things, and that nobody else on the computer can read them."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kata_desktop.desktop.regular_files import read_regular, write_private
from kata_desktop.domain.errors import Unavailable

APP_NAME = "kata-desktop"
DATA_DIR_VARIABLE = "KATA_DATA_DIR"

_LONGEST_SOCKET_PATH = 100
"""Bytes; the kernel takes 107 on Linux and 103 on macOS, with the ending zero."""
_LONGEST_WISH = 10_000
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class FolderRefused(Unavailable):
    """A folder of ours cannot be made, used or made private."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(
            f"The folder “{folder}” cannot be used because {why}; correct that or choose another with --data-dir."
        )
        self.folder = folder


@dataclass(frozen=True, kw_only=True, slots=True)
class Paths:
    """Every place on disk that belongs to one data folder. Making the object touches nothing."""

    data_dir: Path
    """Absolute."""
    run_dir: Path
    """Holds the control socket; elsewhere when the data folder's own path is too long for a socket."""

    @property
    def store(self) -> Path:
        """The one SQLite file."""
        return self.data_dir / "kata.db"

    @property
    def backups(self) -> Path:
        """Folder of verified copies of the store."""
        return self.data_dir / "backups"

    @property
    def logs(self) -> Path:
        """Folder of daily log files."""
        return self.data_dir / "logs"

    @property
    def plugins(self) -> Path:
        """Folder in which each plugin has one of its own."""
        return self.data_dir / "plugins"

    @property
    def prices(self) -> Path:
        """The person's own price table; need not exist."""
        return self.data_dir / "prices.toml"

    @property
    def lock(self) -> Path:
        """The file whose lock says that an instance runs on this data folder."""
        return self.data_dir / "instance.lock"

    @property
    def socket(self) -> Path:
        """Control socket; on Windows the name of a pipe."""
        if sys.platform == "win32":
            return Path(rf"\\.\pipe\{APP_NAME}-{_short_hash(self.data_dir)}")
        return self.run_dir / "control.sock"

    @property
    def restore_wish(self) -> Path:
        """Names the backup that is to take the store's place at the next start; usually not there."""
        return self.data_dir / "restore-at-start"

    def wish_restore(self, backup: Path) -> None:
        """Leave word that a backup is to take the store's place at the next start."""
        write_private(self.restore_wish, str(backup.absolute()))

    def take_restore_wish(self) -> Path | None:
        """Return the backup that is wished for and forget the wish, so that one that fails is not tried for ever."""
        try:
            wish = read_regular(self.restore_wish, most=_LONGEST_WISH).decode("utf-8")
            self.restore_wish.unlink()
        except (OSError, UnicodeDecodeError):
            return None
        return Path(wish) if wish else None

    def prepare(self) -> None:
        """Make the folders, private to this user, and take away what others were allowed on ours.

        Sets the process's umask to 077 first of all, so call it before anything writes a file.

        Raises:
            FolderRefused: it cannot be made, is somebody else's or is no folder.
        """
        os.umask(0o077)
        for folder in (self.data_dir, self.backups, self.logs, self.plugins, self.run_dir):
            # a person may keep the data folder elsewhere by a link; one in a folder that everybody shares is a trap
            _make_private(folder, may_be_link=folder == self.data_dir or self.data_dir in folder.parents)
        for path in self._ours():
            _take_from_others(path)

    def _ours(self) -> Iterator[Path]:
        yield from self.data_dir.iterdir()
        for folder in (self.backups, self.logs, self.plugins, self.run_dir):
            for parent, folders, files in os.walk(folder):
                yield from (Path(parent, name) for name in (*folders, *files))


def locate(data_dir: Path | None = None, environ: Mapping[str, str] = os.environ) -> Paths:
    """Find the places: the given folder, else ``KATA_DATA_DIR``, else the platform's usual one."""
    if data_dir is None:
        named = environ.get(DATA_DIR_VARIABLE, "")
        data_dir = Path(named) if named else _usual_folder()
    data_dir = Path(os.path.abspath(data_dir.expanduser()))  # noqa: PTH100 - resolve() would follow links
    return Paths(data_dir=data_dir, run_dir=_run_dir(data_dir, environ))


def _usual_folder() -> Path:
    import platformdirs  # not needed when the folder is named

    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))


def _run_dir(data_dir: Path, environ: Mapping[str, str]) -> Path:
    inside = data_dir / "run"
    if _is_short(inside):
        return inside
    name = f"{APP_NAME}-{_short_hash(data_dir)}"
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    if runtime and _is_short(Path(runtime, name)):
        return Path(runtime, name)
    import tempfile  # only where paths are very long

    user = os.getuid() if sys.platform != "win32" else 0
    return Path(tempfile.gettempdir(), f"{name}-{user}")


def _is_short(folder: Path) -> bool:
    return len(os.fsencode(folder / "control.sock")) <= _LONGEST_SOCKET_PATH


def _short_hash(folder: Path) -> str:
    import hashlib  # only where paths are very long

    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]


def _make_private(folder: Path, *, may_be_link: bool) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        facts = folder.stat() if may_be_link else folder.lstat()
        if not stat.S_ISDIR(facts.st_mode):
            raise FolderRefused(folder, "it is a link, which somebody else may have put there")
        if sys.platform != "win32" and facts.st_uid != os.getuid():
            raise FolderRefused(folder, "it belongs to another user")
        if facts.st_mode & _OTHERS:
            folder.chmod(0o700)
    except FileExistsError as error:
        raise FolderRefused(folder, "something that is no folder is in its place") from error
    except OSError as error:
        raise FolderRefused(folder, (error.strerror or str(error)).lower()) from error


def _take_from_others(path: Path) -> None:
    try:
        facts = path.lstat()
        if not stat.S_ISLNK(facts.st_mode) and facts.st_mode & _OTHERS:
            path.chmod(stat.S_IMODE(facts.st_mode) & ~_OTHERS)
    except FileNotFoundError:
        return  # somebody tidied up between listing and looking
    except OSError as error:
        raise FolderRefused(path.parent, f"“{path.name}” in it cannot be made private") from error
