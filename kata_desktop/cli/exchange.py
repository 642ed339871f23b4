"""``backup``, ``restore``, ``export`` and ``import``: files in and out."""

from __future__ import annotations

from kata_desktop.cli.options import Nouns, verb
from kata_desktop.cli.session import Session


def add(nouns: Nouns) -> None:
    """Add the verbs to a command line."""
    verb(nouns, "backup", "write a verified backup now", _backup)


def _backup(session: Session) -> int:
    return session.show(session.call("store.backup"), lambda made: str(made["file"]))
