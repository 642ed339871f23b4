"""A backup that was chosen in the window takes the store's place at the next start, once."""

from __future__ import annotations

from pathlib import Path

from kata_desktop.bootstrap.running import services_open
from kata_desktop.desktop.paths import Paths
from tests.support.store_rows import add_workspace, opened


def _paths(folder: Path) -> Paths:
    paths = Paths(data_dir=folder / "data", run_dir=folder / "run")
    paths.prepare()
    with opened(paths.store) as database:
        database.write_now(lambda db: add_workspace(db, "w1", "Old"))
    return paths


async def test_the_chosen_backup_is_there_after_the_next_start(tmp_path: Path) -> None:
    paths = _paths(tmp_path)
    async with services_open(paths, role="app") as kata:
        file = await kata.backup()
        await kata.workspaces.set("w1", "name", "New")
        paths.wish_restore(file)
        assert paths.restore_wish.stat().st_mode & 0o077 == 0
    async with services_open(paths, role="app") as kata:
        assert "was restored and everything is paused" in kata.notice
        assert [each.name for each in await kata.workspaces.all()] == ["Old"]
        assert (await kata.scheduling.status()).paused_all
    async with services_open(paths, role="app") as kata:
        assert kata.notice == ""


async def test_a_wish_that_cannot_be_granted_is_told_and_changes_nothing(tmp_path: Path) -> None:
    paths = _paths(tmp_path)
    bad = tmp_path / "bad.db"
    bad.write_bytes(b"no database")
    paths.wish_restore(bad)
    async with services_open(paths, role="app") as kata:
        assert kata.notice.startswith("The backup bad.db was not restored.")
        assert [each.name for each in await kata.workspaces.all()] == ["Old"]


async def test_a_command_leaves_the_wish_for_the_app(tmp_path: Path) -> None:
    paths = _paths(tmp_path)
    async with services_open(paths, role="app") as kata:
        paths.wish_restore(await kata.backup())
    async with services_open(paths, role="command") as kata:
        assert kata.notice == ""
    assert paths.take_restore_wish() is not None
