"""The whole command line, or as much of it as the typed words need."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from importlib import import_module
from itertools import pairwise

from kata_desktop.cli.options import Parser, common
from kata_desktop.version import __version__

NOUNS = {
    "status": ("status", "pause", "resume", "quit"),
    "doctor": ("doctor",),
    "coming": ("next",),
    "task": ("task",),
    "runs": ("runs",),
    "workspace": ("workspace",),
    "model": ("model",),
    "credential": ("credential",),
    "plugin": ("plugin",),
    "senders": ("senders", "inbox"),
    "outbox": ("outbox",),
    "sessions": ("sessions",),
    "exchange": ("export", "import", "backup", "restore"),
    "completion": ("completion",),
}
"""Modules of this package, in the order of the help, with the first words that each of them knows."""


def command_line(words: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """A parser for every verb; without one it is about starting the app.

    With the typed `words`, verbs that do not occur among them are left out: building them all takes longer than most
    commands do.
    """
    parser = Parser(
        prog="kata-desktop",
        description="Keeps promises about prompts and time. Without a verb it starts the app in the tray.",
        parents=[common()],
    )
    parser.add_argument("--version", action="version", version=f"kata-desktop {__version__}")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--hidden", action="store_true", help="start without showing the window")
    how.add_argument("--new-task", action="store_true", help="show the window with the dialog for a new task")
    how.add_argument("--headless", action="store_true", help="start the engine alone, without a window or a tray")
    nouns = parser.add_subparsers(title="verbs", metavar="VERB", dest="noun", parser_class=Parser)
    for name in NOUNS if words is None else _needed(words):
        import_module(f"kata_desktop.cli.{name}").add(nouns)
    return parser


def _needed(words: Sequence[str]) -> Iterable[str]:
    named = [name for name, known in NOUNS.items() if any(word in words for word in known)]
    if named:
        return named
    loose = [word for before, word in pairwise(["", *words]) if not word.startswith("-") and before != "--data-dir"]
    return NOUNS if loose or not {"-h", "--help"}.isdisjoint(words) else ()
