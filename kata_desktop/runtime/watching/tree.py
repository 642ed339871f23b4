"""Folders with all that lies beneath them, watched by the kernel of Linux."""

from __future__ import annotations

import errno
import logging
import os
import threading
import time
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from kata_desktop.runtime.watching.changes import ChangeKind, Gathered, is_left_out, is_there
from kata_desktop.runtime.watching.inotify import Inotify, Mask, Notice

_READINGS = 32
"""Of the queue in one go: who changes files without end must not keep the rest waiting."""
_COARSE = 10_000_000
"""Nanoseconds by which the dates of files may lie behind the clock."""
_LIMITS = {errno.ENOSPC, errno.ENOMEM}

_log = logging.getLogger(__name__)


class WatchedTree:
    """Knows which watch belongs to which folder, and follows folders that come, go and are renamed.

    Links are not followed, except in the way to a watched folder. Everything but `fileno` asks the disk: call it from a
    thread; calls wait for each other.

    Attributes:
        shortcoming: What is not noticed although it should be, and what to do; empty when all is well.
    """

    def __init__(self, kernel: Inotify) -> None:
        self.shortcoming = ""
        self._kernel = kernel
        self._lock = threading.Lock()
        self._ended = False
        self._roots: dict[str, str] = {}
        """A folder as it was named → where it really is."""
        self._missing: set[str] = set()
        self._watches: dict[str, int] = {}
        self._paths: dict[int, str] = {}
        self._lookouts: set[int] = set()
        """Watches of folders in which a missing one may appear."""
        self._found = Gathered()
        self._seen_until = _now()

    @property
    def fileno(self) -> int:
        """Readable when there is news."""
        return self._kernel.fd

    def follow(self, folders: Collection[Path], began: datetime | None = None) -> None:
        """Watch these and no others; what is watched already goes on without a gap.

        What changes from now on, or from `began` on, is found by `take`, also in parts that are reached later. A folder
        that is not there is said in the log and watched as soon as it is.
        """
        since = _now() if began is None else int(began.timestamp() * 1e9) - _COARSE
        with self._lock:
            if self._ended:
                return
            wanted = {str(folder) for folder in folders}
            known = self._roots.keys() | self._missing
            self._missing &= wanted
            for name in self._roots.keys() - wanted:
                self._leave(name)
            for name in sorted(wanted - known):
                self._missing.add(name)
                self._open(name, since)
                if name in self._missing:
                    _log.warning("The folder %s is not there; what changes in it is noticed once it is", name)
            self._look_out(since)

    def take(self) -> Gathered:
        """Everything that happened since the last time."""
        with self._lock:
            if self._ended:
                return Gathered()
            began = _now()
            for _ in range(_READINGS):
                notices = self._kernel.read()
                for notice in notices:
                    self._note(notice)
                if not notices:
                    self._seen_until = began
                    break
            found, self._found = self._found, Gathered()
            return found

    def close(self) -> None:
        """Watch nothing any more; harmless when repeated."""
        self._ended = True  # who walks through a large tree stops at once
        with self._lock:
            self._kernel.close()

    def _note(self, notice: Notice) -> None:
        if notice.mask & Mask.OVERFLOW:
            self._look_again()
            return
        if notice.watch in self._lookouts:
            self._look_out(self._seen_until)
        if (folder := self._paths.get(notice.watch)) is None:
            return
        if not notice.name:
            self._note_itself(folder, notice.mask)
        elif not is_left_out(notice.name):
            self._note_within(f"{folder}/{notice.name}", notice.mask)

    def _note_itself(self, folder: str, mask: int) -> None:
        gone = Mask.DELETE_SELF | Mask.UNMOUNT | Mask.IGNORED
        if mask & gone or (mask & Mask.MOVE_SELF and folder in self._roots.values()):
            self._forget(folder)
            for name in [name for name, real in self._roots.items() if real == folder]:
                del self._roots[name]
                self._missing.add(name)
                _log.warning("The folder %s went away; what changes in it is noticed once it is back", name)
            self._look_out(self._seen_until)

    def _note_within(self, path: str, mask: int) -> None:
        is_folder = bool(mask & Mask.IS_FOLDER)
        if mask & Mask.WENT:
            self._tell(path, ChangeKind.REMOVED)
            if is_folder:
                self._forget(path)
        elif mask & Mask.ARRIVED:
            self._tell(path, ChangeKind.CREATED)
            if is_folder:
                self._walk(path, None)
        elif not is_folder:
            self._tell(path, ChangeKind.CHANGED)

    def _tell(self, path: str, kind: ChangeKind) -> None:
        for name, real in self._roots.items():
            if path.startswith(f"{real}/"):
                self._found.note(name, path[len(real) + 1 :], kind)

    def _look_again(self) -> None:
        _log.warning("More changed at once than the system can tell; the folders are looked through")
        for real in set(self._roots.values()):
            self._walk(real, self._seen_until)
        self._look_out(self._seen_until)

    def _look_out(self, since: int) -> None:
        """Open missing folders that are there now; watch where the others would come into being."""
        lookouts = set()
        for name in sorted(self._missing):
            self._open(name, since)
            if name in self._missing and (watch := self._watch_way_to(name)) is not None:
                lookouts.add(watch)
                self._open(name, since)  # it may have come before the look-out was there
        for watch in self._lookouts - lookouts - self._paths.keys():
            self._kernel.remove(watch)
        self._lookouts = lookouts

    def _watch_way_to(self, name: str) -> int | None:
        for above in Path(os.path.realpath(name)).parents:
            try:
                return self._kernel.add_for_arrivals(str(above))
            except OSError:
                continue
        return None

    def _open(self, name: str, since: int) -> None:
        real = os.path.realpath(name)
        if name in self._missing and is_there(Path(real)):
            self._missing.discard(name)
            self._roots[name] = real
            self._walk(real, since)

    def _leave(self, name: str) -> None:
        real = self._roots.pop(name)
        if real not in self._roots.values():
            self._forget(real, keep=[f"{other}/" for other in self._roots.values()])

    def _walk(self, top: str, since: int | None) -> None:
        """Watch a folder and all beneath it, and tell of what changed since then, or of everything there is."""
        ahead = [top]
        while ahead and not self._ended:
            folder = ahead.pop()
            if not self._watch(folder):
                continue
            try:
                with os.scandir(folder) as entries:
                    ahead.extend(entry.path for entry in entries if self._meet(entry, since))
            except OSError as error:  # gone meanwhile, or not for us
                _log.debug("A folder could not be read: %s", error)

    def _meet(self, entry: os.DirEntry[str], since: int | None) -> bool:
        """Tell of what the disk shows; whether it is a folder to go into."""
        if is_left_out(entry.name):
            return False
        try:
            is_folder = entry.is_dir(follow_symlinks=False)
            is_news = since is None or (not is_folder and entry.stat(follow_symlinks=False).st_ctime_ns >= since)
        except OSError:  # gone meanwhile; what lies beside it is not
            return False
        if is_news:
            self._tell(entry.path, ChangeKind.CREATED if since is None else ChangeKind.CHANGED)
        return is_folder

    def _watch(self, folder: str) -> bool:
        try:
            watch = self._kernel.add(folder)
        except OSError as error:
            if error.errno in _LIMITS and not self.shortcoming:
                self.shortcoming = (
                    f"Changes in {folder} and in other folders are not noticed, because the system lets its programs "
                    "watch no more of them; raise its limit fs.inotify.max_user_watches and start Kata anew."
                )
                _log.warning("After %d folders: %s", len(self._watches), self.shortcoming)
            return False
        self._watches.pop(self._paths.get(watch, ""), None)
        self._paths[watch] = folder
        self._watches[folder] = watch
        return True

    def _forget(self, top: str, keep: Collection[str] = ()) -> None:
        beneath, kept = f"{top}/", tuple(keep)
        for path in [path for path in self._watches if f"{path}/".startswith(beneath)]:
            if not f"{path}/".startswith(kept):
                watch = self._watches.pop(path)
                self._paths.pop(watch, None)
                if watch not in self._lookouts:
                    self._kernel.remove(watch)


def _now() -> int:
    """Nanoseconds on the clock by which the kernel dates changes of files."""
    clock = getattr(time, "CLOCK_REALTIME_COARSE", time.CLOCK_REALTIME)
    return time.clock_gettime_ns(clock)
