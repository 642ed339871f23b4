"""``credential``: keys and passwords; a value is never an argument, where every process could read it."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from kata_desktop.cli.options import Nouns, noun, verb
from kata_desktop.cli.printing import plain, table
from kata_desktop.cli.session import Session


def add(nouns: Nouns) -> None:
    """Add the noun to a command line."""
    verbs = noun(nouns, "credential", "set, list and delete credentials")
    _add_ident(verb(verbs, "set", "keep a value, given on standard input or at a hidden prompt", _set))
    verb(verbs, "list", "list which credentials there are", _list)
    _add_ident(verb(verbs, "delete", "forget a value", _delete))


def _add_ident(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("plugin", metavar="PLUGIN", help="a plugin's id, or model:NAME")
    parser.add_argument("name", metavar="NAME", help="such as api_key")
    parser.add_argument("--workspace", metavar="W", default="", help="for this workspace alone; else for all of them")


def _set(session: Session) -> int:
    options = session.options
    value = _value(session, f"{options.plugin} {options.name}: ")
    place = {"plugin": options.plugin, "name": options.name, "workspace": options.workspace}
    kept = session.call("credential.set", **place, value=value)
    return session.show(kept, lambda kept: f"{plain(kept['name'])} of {plain(kept['plugin'])} is kept.")


def _value(session: Session, question: str) -> str:
    if sys.stdin is None or not sys.stdin.isatty():
        return session.read()
    import getpass  # only where somebody types

    return getpass.getpass(question, stream=sys.stderr)


def _list(session: Session) -> int:
    return session.show(session.call("credential.list"), _as_table)


def _as_table(found: Any) -> str:
    if not found:
        return "No credentials."
    rows = [(each["plugin"], each["name"], each["source"], each["variable"]) for each in found]
    return table(("PLUGIN", "NAME", "SOURCE", "VARIABLE"), rows)


def _delete(session: Session) -> int:
    options = session.options
    place = {"plugin": options.plugin, "name": options.name, "workspace": options.workspace}
    gone = session.call("credential.delete", **place)
    return session.show(gone, lambda gone: f"{plain(gone['name'])} of {plain(gone['plugin'])} is forgotten.")
