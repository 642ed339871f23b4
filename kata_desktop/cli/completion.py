"""``completion``: what a shell needs to complete commands."""

from __future__ import annotations

from kata_desktop.cli.options import Nouns, verb
from kata_desktop.cli.session import Session

SHELLS = ("bash", "zsh", "tcsh")


def add(nouns: Nouns) -> None:
    """Add the verb to a command line."""
    parser = verb(nouns, "completion", "print a completion script for a shell", _completion)
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=", ".join(SHELLS))


def _completion(session: Session) -> int:
    import shtab  # only here

    from kata_desktop.cli.parser import command_line

    script: str = shtab.complete(command_line(), shell=session.options.shell)
    return session.show({"shell": session.options.shell, "script": script}, lambda _: script)
