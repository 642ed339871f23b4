"""Files of the data folder replaced by links, pipes, devices or folders: nothing waits, nothing is led astray."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kata_desktop.agent.prices import PriceTable, shipped_prices
from kata_desktop.bootstrap.kata import Kata
from kata_desktop.desktop.paths import Paths
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.store.backups import newest_good
from kata_desktop.store.database import Database
from kata_desktop.store.errors import StoreTrouble
from kata_desktop.store.migrations.runner import LATEST
from kata_desktop.store.recovery import open_or_restore, restore_from
from tests.support.command_line import CommandLine


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_folder(path: Path) -> None:
    path.mkdir()


def an_endless_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


REPLACEMENTS = [a_pipe, a_folder, an_endless_device]


@pytest.mark.parametrize("replace", REPLACEMENTS)
def test_a_price_table_that_is_no_file_counts_as_absent(tmp_path: Path, replace: Callable[[Path], None]) -> None:
    own = tmp_path / "prices.toml"
    replace(own)
    table = PriceTable.load(own)
    assert table._tables[1] == PriceTable.load(shipped_prices())._tables[0]


def test_a_price_table_nested_without_end_harms_nobody(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    own.write_text("a = " + "[" * 100_000)
    assert PriceTable.load(own)._tables[0] == {}


@pytest.mark.parametrize("replace", REPLACEMENTS)
def test_a_store_that_is_no_file_is_replaced_by_the_newest_backup(
    tmp_path: Path, replace: Callable[[Path], None]
) -> None:
    paths = Paths(data_dir=tmp_path, run_dir=tmp_path / "run")
    paths.prepare()
    Database.open(paths.store).close()
    paths.store.unlink()
    replace(paths.store)
    database, notice = open_or_restore(paths.store, paths.backups, clock=SystemClock())
    database.close()
    assert "damaged" in notice
    assert paths.store.is_file()
    assert not paths.store.is_symlink()


@pytest.mark.parametrize("replace", REPLACEMENTS)
def test_a_log_of_the_store_that_is_no_file_holds_nobody_up(tmp_path: Path, replace: Callable[[Path], None]) -> None:
    store = tmp_path / "kata.db"
    Database.open(store).close()
    replace(store.with_name("kata.db-wal"))
    try:
        database, _ = open_or_restore(store, tmp_path / "backups", clock=SystemClock())
    except StoreTrouble:
        return
    database.close()


@pytest.mark.parametrize("replace", REPLACEMENTS)
def test_a_backup_that_is_no_file_is_passed_over(tmp_path: Path, replace: Callable[[Path], None]) -> None:
    replace(tmp_path / "kata-20260101T000000000000Z.db")
    assert newest_good(tmp_path, up_to=LATEST) is None


@pytest.mark.parametrize("replace", REPLACEMENTS[:2])
def test_a_wish_that_names_no_file_changes_nothing(tmp_path: Path, replace: Callable[[Path], None]) -> None:
    store, wished = tmp_path / "kata.db", tmp_path / "wished"
    Database.open(store).close()
    before = store.read_bytes()
    replace(wished)
    with pytest.raises(StoreTrouble):
        restore_from(store, wished, clock=SystemClock())
    assert store.read_bytes() == before


@pytest.mark.parametrize("replace", REPLACEMENTS)
def test_a_wish_that_is_no_file_is_no_wish(tmp_path: Path, replace: Callable[[Path], None]) -> None:
    paths = Paths(data_dir=tmp_path, run_dir=tmp_path / "run")
    replace(paths.restore_wish)
    assert paths.take_restore_wish() is None


def test_a_link_in_the_place_of_the_log_is_removed_and_its_target_stays(command_line: CommandLine) -> None:
    precious = command_line.home / "precious"
    precious.write_text("mine")
    precious.chmod(0o644)
    logs = command_line.data / "logs"
    logs.mkdir(parents=True)
    (logs / "kata.log").symlink_to(precious)
    command_line.headless()
    assert precious.read_text() == "mine"
    assert precious.stat().st_mode & 0o777 == 0o644
    assert "Kata Desktop runs" in command_line.log


def test_a_pipe_in_the_place_of_the_log_holds_nobody_up(command_line: CommandLine) -> None:
    logs = command_line.data / "logs"
    logs.mkdir(parents=True)
    os.mkfifo(logs / "kata.log")
    command_line.headless()
    assert "Kata Desktop runs" in command_line.log


@pytest.mark.parametrize("replace", [*REPLACEMENTS, lambda path: path.symlink_to(path.parent.parent / "precious")])
def test_a_lock_that_is_no_file_is_refused_in_a_sentence(
    command_line: CommandLine, replace: Callable[[Path], None]
) -> None:
    precious = command_line.home / "precious"
    precious.write_text("mine")
    command_line.data.mkdir()
    replace(command_line.data / "instance.lock")
    outcome = command_line("task", "list")
    assert outcome.code == 5, outcome
    assert "instance.lock" in outcome.err
    assert precious.read_text() == "mine"


def test_a_socket_left_by_somebody_is_taken_over(command_line: CommandLine) -> None:
    precious = command_line.home / "precious"
    precious.write_text("mine")
    run = command_line.data / "run"
    run.mkdir(parents=True)
    (run / "control.sock").symlink_to(precious)
    command_line.headless()
    assert precious.read_text() == "mine"
    assert (run / "control.sock").is_socket()


async def test_what_is_exported_through_a_link_goes_where_the_person_said(kata: Kata) -> None:
    there = kata.paths.data_dir.parent / "there.json"
    link = kata.paths.data_dir.parent / "link.json"
    there.write_text("")
    link.symlink_to(there)
    await kata.exchange.write(link, "{}")
    assert there.read_text() == "{}"
