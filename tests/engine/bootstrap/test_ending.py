"""The end of the program, when a part of it does not end as it should."""

from __future__ import annotations

from pathlib import Path

import pytest

from kata_desktop.bootstrap.running import engine_running, services_open
from kata_desktop.desktop.paths import Paths
from kata_desktop.store import boots


class Stubborn:
    """A part that fails when it is to end."""

    def start(self) -> None:
        """Nothing begins."""

    async def stop(self) -> None:
        """Raises OSError."""
        raise OSError(5, "Input/output error")


async def test_a_part_that_fails_to_end_keeps_no_other_from_ending(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    paths = Paths(data_dir=tmp_path / "data", run_dir=tmp_path / "run")
    async with engine_running(paths, role="headless") as kata:
        await kata.files.stop()
        vars(kata)["files"] = Stubborn()
    assert "Ending the file watcher failed" in caplog.text
    async with services_open(paths, role="command") as kata:
        assert await kata.database.read(boots.not_ended) == []
