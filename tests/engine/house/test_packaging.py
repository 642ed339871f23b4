"""What desktops are told about the program is true: every command exists, the release is the program's version."""

from __future__ import annotations

import shlex
from configparser import RawConfigParser
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kata_desktop.cli.parser import command_line
from kata_desktop.version import __version__

LINUX = Path(__file__).parents[3] / "packaging" / "linux"
ENTRIES = sorted(LINUX.glob("*.desktop"))


def commands(entry: Path) -> list[list[str]]:
    parser = RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(entry, encoding="utf-8")
    return [shlex.split(parser[section]["Exec"]) for section in parser.sections()]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda path: path.name)
def test_every_command_of_a_desktop_entry_is_one(entry: Path) -> None:
    for program, *words in commands(entry):
        assert program == "kata-desktop"
        command_line(words).parse_args(words)


def test_the_action_opens_the_dialog() -> None:
    (_, action) = commands(LINUX / "org.kata.KataDesktop.desktop")
    assert command_line(action[1:]).parse_args(action[1:]).new_task


def test_the_release_is_this_version() -> None:
    releases = ElementTree.parse(LINUX / "org.kata.KataDesktop.metainfo.xml").findall("releases/release")
    assert releases[0].get("version") == __version__
    assert date.fromisoformat(releases[0].get("date") or "") >= date(2026, 11, 21)
