"""Pieces that every noun's part of the command line is made of."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, NoReturn

from kata_desktop.cli.session import Session

Verb = Callable[[Session], int]
Nouns = Any
"""What `add_subparsers` returns; its class is private to argparse."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **given})

    def error(self, message: str) -> NoReturn:
        """Exit with code 2."""
        self.exit(2, f"kata-desktop: {message}; see {self.prog} --help\n")


def common() -> argparse.ArgumentParser:
    """Options that stand before or after a verb."""
    parser = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    parser.add_argument("--data-dir", metavar="DIR", help="folder with Kata's data (also: KATA_DATA_DIR)")
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    parser.add_argument("-v", "--verbose", action="store_true", help="log in detail, also to standard error")
    return parser


def noun(nouns: Nouns, name: str, text: str) -> Nouns:
    """A noun with verbs of its own."""
    parser = nouns.add_parser(name, help=text, description=text)
    return parser.add_subparsers(title="verbs", metavar="VERB", dest="verb", required=True, parser_class=Parser)


def verb(nouns: Nouns, name: str, text: str, run: Verb) -> argparse.ArgumentParser:
    """A verb and what it does."""
    parser: argparse.ArgumentParser = nouns.add_parser(name, help=text, description=text, parents=[common()])
    parser.set_defaults(run=run)
    return parser


def paging(parser: argparse.ArgumentParser, *, limit: int) -> None:
    """The options of long lists."""
    parser.add_argument(
        "--limit", type=number(0, 99999), default=limit, metavar="N", help=f"at most so many (default {limit})"
    )
    parser.add_argument(
        "--offset", type=number(0, 99999), default=0, metavar="N", help="leave out so many of the first"
    )


def number(least: int, most: int) -> Callable[[str], int]:
    """A whole number within limits, as options take it."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 5 and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"a whole number from {least} to {most} is needed")
        return int(text)

    return read
