"""The whole command line."""

from __future__ import annotations

import argparse

from kata_desktop.cli import (
    coming,
    completion,
    credential,
    doctor,
    exchange,
    model,
    outbox,
    runs,
    sessions,
    status,
    task,
    workspace,
)
from kata_desktop.cli.options import Parser, common
from kata_desktop.version import __version__

NOUNS = (status, doctor, coming, task, runs, workspace, model, credential, outbox, sessions, exchange, completion)
"""Modules that add a noun or some verbs, in the order of the help."""


def command_line() -> argparse.ArgumentParser:
    """A parser for every verb; without one it is about starting the app."""
    parser = Parser(
        prog="kata-desktop",
        description="Keeps promises about prompts and time. Without a verb it starts the app in the tray.",
        parents=[common()],
    )
    parser.add_argument("--version", action="version", version=f"kata-desktop {__version__}")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--hidden", action="store_true", help="start without showing the window")
    how.add_argument("--headless", action="store_true", help="start the engine alone, without a window or a tray")
    nouns = parser.add_subparsers(title="verbs", metavar="VERB", dest="noun", parser_class=Parser)
    for module in NOUNS:
        module.add(nouns)
    return parser
