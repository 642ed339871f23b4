"""What a new store holds from its first moment: a workspace to put tasks into."""

from __future__ import annotations

import logging
from pathlib import Path

from kata_desktop.desktop.paths import Paths
from kata_desktop.domain.ids import new_id
from kata_desktop.domain.workspace import Workspace
from kata_desktop.runtime.clock import Clock
from kata_desktop.store import workspaces
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database

WORKSPACE_NAME = "Personal"
_FOLDER_NAME = "Kata"

_log = logging.getLogger(__name__)


def furnish(database: Database, paths: Paths, clock: Clock) -> None:
    """Put in what is missing; a store that has it already is only read."""
    if database.read_now(workspaces.listed):
        return
    folder = _folder(paths)

    def work(db: Connection) -> None:
        if not workspaces.listed(db):
            first = Workspace(id=new_id("ws"), name=WORKSPACE_NAME, folder=str(folder), created_at=clock.now())
            workspaces.insert(db, first)

    database.write_now(work)


def _folder(paths: Paths) -> Path:
    """A folder in the person's home; where there is no home to write to, one beside the store."""
    for folder in (Path.home() / _FOLDER_NAME, paths.data_dir / "workspaces" / WORKSPACE_NAME):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            _log.info("The folder %s cannot be made (%s)", folder, error)
        else:
            return folder
    return paths.data_dir
