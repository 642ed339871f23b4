"""``workspace``: places for tasks that belong together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kata_desktop.cli.options import Nouns, noun, verb
from kata_desktop.cli.printing import plain, table
from kata_desktop.cli.session import Session


def add(nouns: Nouns) -> None:
    """Add the noun to a command line."""
    verbs = noun(nouns, "workspace", "list, add, change and remove workspaces")
    verb(verbs, "list", "list workspaces", _list)
    adding = verb(verbs, "add", "add a workspace", _add)
    adding.add_argument("name", metavar="NAME")
    adding.add_argument("--folder", metavar="DIR", required=True, help="made when it is not there")
    setting = verb(verbs, "set", "change a workspace", _set)
    setting.add_argument("name", metavar="NAME", help="name or id")
    setting.add_argument(
        "key",
        metavar="KEY",
        help="name, folder, model, thinking, concurrency, quota-tasks, quota-runs-per-hour, quota-tokens-per-day or "
        "quota-cost-per-day",
    )
    setting.add_argument("value", metavar="VALUE")
    removing = verb(verbs, "remove", "remove a workspace with its tasks and history; its folder stays", _remove)
    removing.add_argument("name", metavar="NAME", help="name or id")
    removing.add_argument("--force", action="store_true", help="also when it holds tasks or something runs in it")


def _list(session: Session) -> int:
    return session.show(session.call("workspace.list"), _as_table)


def _as_table(found: Any) -> str:
    rows = [(each["id"], each["name"], each["folder"], each["model"], each["concurrency"]) for each in found]
    return table(("ID", "NAME", "FOLDER", "MODEL", "RUNS AT ONCE"), rows)


def _add(session: Session) -> int:
    options = session.options
    workspace = session.call("workspace.add", name=options.name, folder=_absolute(options.folder))
    return session.show(workspace, lambda workspace: f"{workspace['id']}  {plain(workspace['folder'])}")


def _set(session: Session) -> int:
    options = session.options
    value = _absolute(options.value) if options.key == "folder" else options.value
    workspace = session.call("workspace.set", name=options.name, key=options.key, value=value)
    return session.show(workspace, lambda workspace: f"{plain(workspace['name'])} is changed.")


def _remove(session: Session) -> int:
    options = session.options
    gone = session.call("workspace.remove", name=options.name, confirmed=options.force)
    return session.show(gone, lambda gone: f"{plain(gone['name'])} is removed; its folder stays.")


def _absolute(folder: str) -> str:
    """The folder as seen from here: the app that gets it stands elsewhere. Nonsense stays as it is, to be refused."""
    if not folder.strip() or "\0" in folder:
        return folder
    return str(Path.cwd() / Path(folder).expanduser())
