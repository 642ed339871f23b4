"""What happened to files, gathered until it is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_LEFT_OUT = frozenset(
    {
        ".git", ".hg", ".hypothesis", ".idea", ".mypy_cache", ".pytest_cache", ".svn", ".tox", ".venv", "__pycache__",
        "node_modules",
    }
)  # fmt: skip
_PASSING = re.compile(r"\.py[cod]$|\.___jb_...___$|\.sw.$|~$|^\.#|^\.DS_Store$|^flycheck_")


class ChangeKind(StrEnum):
    """What became of a file or folder."""

    CREATED = "created"
    """It is new, or came from elsewhere; a file that an editor put in the place of the old one, too."""
    CHANGED = "changed"
    """Its content or its properties changed; also whatever changed while nobody could look on."""
    REMOVED = "removed"
    """It is gone, or went elsewhere. What lay in a removed folder is not named singly."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FileChange:
    """One file or folder, and what became of it in the end."""

    folder: Path
    """The watched folder, as it was named by who watches."""
    name: str
    """Beneath that folder, with `/`; any bytes that the disk allows, surrogates in place of what is no text."""
    kind: ChangeKind


class Gathered:
    """Changes by key; later ones of the same file are put together with earlier ones."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, str], ChangeKind] = {}

    def note(self, folder: str, name: str, kind: ChangeKind) -> None:
        """Put in one change. What came and went within one gathering is not told at all."""
        key = folder, name
        match self._kinds.get(key), kind:
            case ChangeKind.CREATED, ChangeKind.REMOVED:
                del self._kinds[key]
            case ChangeKind.CREATED, _:
                pass
            case ChangeKind.REMOVED, ChangeKind.CREATED:
                self._kinds[key] = ChangeKind.CHANGED
            case _:
                self._kinds[key] = kind

    def add(self, later: Gathered) -> None:
        """Put in what was gathered afterwards."""
        for (folder, name), kind in later._kinds.items():
            self.note(folder, name, kind)

    def __bool__(self) -> bool:
        return bool(self._kinds)

    def __iter__(self) -> Iterator[tuple[str, str, ChangeKind]]:
        return ((folder, name, kind) for (folder, name), kind in sorted(self._kinds.items()))

    def told(self) -> list[FileChange]:
        """As they are told, by folder and name."""
        return [FileChange(folder=Path(folder), name=name, kind=kind) for folder, name, kind in self]


def is_left_out(name: str) -> bool:
    """Whether a file or folder of this name is never looked at: what tools keep for themselves changes all the time."""
    return name in _LEFT_OUT or _PASSING.search(name) is not None


def is_there(folder: Path) -> bool:
    """Whether a folder can be looked at; asks the disk. One in a place that is not for us is as one that is gone."""
    try:
        return folder.is_dir()
    except OSError:
        return False
