from __future__ import annotations

import os
import shutil
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kata_desktop.desktop.paths import FolderRefused, locate


@pytest.fixture(autouse=True)
def _umask_as_it_was() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_what_others_may_read_is_taken_from_them_at_start(tmp_path: Path) -> None:
    data = tmp_path / "data"
    paths = locate(data)
    for folder in (data, paths.logs, paths.plugins / "whatsapp"):
        folder.mkdir(parents=True)
        folder.chmod(0o755)
    loose = [data / "kata.db", data / "kata.db-wal", paths.logs / "kata.log", paths.plugins / "whatsapp" / "session"]
    for file in loose:
        file.write_text("x")
        file.chmod(0o644)
    paths.prepare()
    assert {mode(file) for file in loose} == {0o600}
    assert {mode(f) for f in (data, paths.logs, paths.backups, paths.run_dir, paths.plugins / "whatsapp")} == {0o700}
    (data / "later").write_text("x")
    assert mode(data / "later") == 0o600, "the umask holds for everything written afterwards"


def test_a_link_is_not_followed_when_repairing(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("x")
    outside.chmod(0o644)
    paths = locate(tmp_path / "data")
    paths.data_dir.mkdir()
    (paths.data_dir / "link").symlink_to(outside)
    paths.prepare()
    assert mode(outside) == 0o644


def test_a_long_data_folder_still_gets_a_socket_that_can_be_bound(tmp_path: Path) -> None:
    deep = tmp_path / ("long" * 20) / ("longer" * 10)
    runtime = Path(tempfile.mkdtemp(dir="/tmp"))
    paths = locate(deep, {"XDG_RUNTIME_DIR": str(runtime)})
    paths.prepare()
    assert paths.run_dir.parent == runtime
    assert mode(paths.run_dir) == 0o700
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(paths.socket))
    assert mode(paths.socket) & 0o077 == 0
    other = locate(deep.with_name("another"), {"XDG_RUNTIME_DIR": str(runtime)})
    assert other.socket != paths.socket
    bare = locate(deep, {})
    shutil.rmtree(runtime)
    assert len(os.fsencode(bare.socket)) < 103


def test_the_environment_names_the_folder_unless_an_option_does(tmp_path: Path) -> None:
    environ = {"KATA_DATA_DIR": str(tmp_path / "named")}
    assert locate(None, environ).data_dir == tmp_path / "named"
    assert locate(tmp_path / "option", environ).data_dir == tmp_path / "option"
    assert locate(Path("relative"), {}).data_dir.is_absolute()


def test_a_file_in_the_place_of_the_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("I am a file")
    with pytest.raises(FolderRefused, match=r"data.*cannot be used because .*no folder"):
        locate(tmp_path / "data").prepare()
