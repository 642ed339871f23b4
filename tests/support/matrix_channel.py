"""The Matrix channel at work."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

import kata_desktop.builtin.matrix
from kata_desktop.builtin.matrix.adapter import MatrixAdapter
from kata_desktop.builtin.matrix.logins import Logins
from kata_desktop.plugins.manifest_reader import read_manifest
from kata_desktop.plugins.settings import SettingsValues
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.store.database import Database
from kata_desktop.store.inbox import Place
from tests.support.eventually import becomes, eventually
from tests.support.held_secrets import Secrets
from tests.support.kept_channel import KeptChannel

MANIFEST = read_manifest(Path(kata_desktop.builtin.matrix.__file__).parent)
PLACE = Place(workspace_id="w1", channel="matrix")


def matrix_adapter(settings: Mapping[str, object], secrets: Secrets, logins: Logins) -> MatrixAdapter:
    """An adapter that reads these settings anew each time."""
    return MatrixAdapter(
        settings=lambda: SettingsValues.of(MANIFEST.settings, settings),
        credentials=secrets,
        logins=logins,
        clock=SystemClock(),
        log=logging.LoggerAdapter(logging.getLogger("tests.matrix")),
    )


class MatrixChannel(KeptChannel[MatrixAdapter]):
    """Its settings and secrets may be changed."""

    def __init__(self, database: Database, secrets: Secrets, *, pause: float = 0.05, **settings: object) -> None:
        self.secrets = secrets
        self.settings = settings
        super().__init__(database, PLACE, matrix_adapter(settings, secrets, Logins("w1")), pause=pause)

    async def follows(self) -> None:
        """Wait until it has a mark, and so misses nothing any more."""
        await eventually("a connection", lambda: self.connected)
        await becomes("a mark", lambda: self.marks().get("since"))
