"""``backup``, ``restore``, ``export`` and ``import``: files in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kata_desktop.cli.link import reach_app
from kata_desktop.cli.options import Nouns, verb
from kata_desktop.cli.printing import table
from kata_desktop.cli.session import Session
from kata_desktop.desktop.regular_files import write_private
from kata_desktop.domain.errors import Refused, Unavailable


class AppRuns(Refused):
    """A backup cannot be restored under a running app."""

    def __init__(self) -> None:
        super().__init__(
            "A backup cannot be restored while Kata Desktop runs; quit it (kata-desktop quit) and try again."
        )


class NotWritten(Unavailable):
    """The file of an export cannot be written."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"“{file}” cannot be written ({why}); choose another place.")


def add(nouns: Nouns) -> None:
    """Add the verbs to a command line."""
    exporting = verb(nouns, "export", "write the tasks, without secrets, into a file", _export)
    exporting.add_argument("file", metavar="FILE", help="- writes to standard output")
    exporting.add_argument("--workspace", metavar="W", default="", help="only those of one workspace")
    importing = verb(nouns, "import", "take tasks from a file; they arrive paused and ask before they act", _import)
    importing.add_argument("file", metavar="FILE")
    importing.add_argument("--workspace", metavar="W", default="", help="instead of those the file names")
    importing.add_argument("--dry-run", action="store_true", help="only show what would change")
    how = importing.add_mutually_exclusive_group()
    how.add_argument("--merge", dest="mode", action="store_const", const="merge", help="change tasks of the same name")
    how.add_argument("--replace", dest="mode", action="store_const", const="replace", help="and delete all others")
    verb(nouns, "backup", "write a verified backup now", _backup)
    restoring = verb(nouns, "restore", "put a backup in the place of the data; these are kept aside", _restore)
    restoring.add_argument("file", metavar="FILE")


def _export(session: Session) -> int:
    exported = session.call("exchange.export", workspace=session.options.workspace)
    text = exported["text"]
    if exported["note"]:
        session.tell(exported["note"])
    if session.options.file == "-":
        session.put(text)
        return 0
    file = Path(session.options.file)
    try:
        write_private(file, text)
    except OSError as error:
        raise NotWritten(file, (error.strerror or str(error)).lower()) from error
    return session.show({"file": str(file.absolute())}, lambda made: str(made["file"]))


def _import(session: Session) -> int:
    options = session.options
    asked = {"file": str(Path(options.file).absolute()), "mode": options.mode or "add", "workspace": options.workspace}
    if options.dry_run:
        return session.show(session.call("exchange.plan", **asked), _as_table)
    return session.show(session.call("exchange.import", **asked), _as_table)


def _as_table(plan: Any) -> str:
    if not plan["tasks"]:
        return "No tasks."
    rows = [(row["change"], row["name"], row["workspace"], row["note"]) for row in plan["tasks"]]
    return table(("CHANGE", "NAME", "WORKSPACE", "NOTE"), rows)


def _backup(session: Session) -> int:
    return session.show(session.call("store.backup"), lambda made: str(made["file"]))


def _restore(session: Session) -> int:
    client = reach_app(session.paths)
    if client is not None:
        client.close()
        raise AppRuns
    import asyncio

    from kata_desktop.bootstrap.restoring import restore_backup
    from kata_desktop.runtime.clock import SystemClock

    file = Path(session.options.file)
    sentence = asyncio.run(restore_backup(session.paths, file, clock=SystemClock()))
    return session.show({"notice": sentence}, lambda done: str(done["notice"]))
