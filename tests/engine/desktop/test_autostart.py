from __future__ import annotations

import plistlib
import subprocess
from pathlib import Path

import pytest

from kata_desktop.desktop.autostart import AutostartRefused, LaunchAgent, XdgAutostart, autostart

COMMAND = ("/opt/Kata Desktop/kata-desktop", "--hidden", "--data-dir", '/home/me/100% $mine`"\\')


def entry(config: Path) -> Path:
    return config / "autostart" / "kata-desktop.desktop"


def test_switched_on_and_off(tmp_path: Path) -> None:
    switch = autostart(COMMAND, {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "cfg")})
    assert not switch.enabled()
    switch.enable()
    assert switch.enabled()
    assert entry(tmp_path / "cfg").is_file()
    switch.disable()
    switch.disable()
    assert not switch.enabled()


def test_the_entry_is_valid_and_its_command_survives_quoting(tmp_path: Path) -> None:
    XdgAutostart(COMMAND, tmp_path).enable()
    done = subprocess.run(["desktop-file-validate", str(entry(tmp_path))], capture_output=True, text=True, check=False)
    assert done.stdout + done.stderr == ""
    line = next(x for x in entry(tmp_path).read_text(encoding="utf-8").splitlines() if x.startswith("Exec="))
    assert line == (
        'Exec="/opt/Kata Desktop/kata-desktop" --hidden --data-dir "/home/me/100%% \\\\$mine\\\\`\\\\"\\\\\\\\"'
    )


def test_what_the_session_switched_off_counts_as_off(tmp_path: Path) -> None:
    switch = XdgAutostart(COMMAND, tmp_path)
    switch.enable()
    entry(tmp_path).write_text(entry(tmp_path).read_text(encoding="utf-8") + "Hidden=true\n", encoding="utf-8")
    assert not switch.enabled()
    switch.enable()
    assert switch.enabled()


def test_a_relative_config_folder_is_ignored(tmp_path: Path) -> None:
    autostart(COMMAND, {"HOME": str(tmp_path), "XDG_CONFIG_HOME": "relative"}).enable()
    assert entry(tmp_path / ".config").is_file()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "autostart").write_text("a file")
    with pytest.raises(AutostartRefused, match="Starting at login"):
        XdgAutostart(COMMAND, tmp_path).enable()


def test_the_property_list_of_macos_names_the_program(tmp_path: Path) -> None:
    agent = LaunchAgent(COMMAND, tmp_path)
    agent.enable()
    (file,) = (tmp_path / "Library" / "LaunchAgents").iterdir()
    assert plistlib.loads(file.read_bytes())["ProgramArguments"] == list(COMMAND)
    assert agent.enabled()
    agent.disable()
    assert not agent.enabled()
