"""What is installed is whole: the wheel takes everything that plugins are made of, and the program finds it there."""

from __future__ import annotations

import fnmatch
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from kata_desktop.bootstrap.bundled import BUNDLED
from tests.support.private_home import private_environment

ROOT = Path(__file__).parents[3]
CODE = {".py", ".pyc"}


def wheel_settings() -> dict[str, object]:
    """How the build back end makes the wheel."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        found: dict[str, object] = tomllib.load(file)["tool"]["hatch"]["build"]["targets"]["wheel"]
    return found


def left_out(_: str, names: list[str]) -> set[str]:
    """What the build back end never takes: whatever version control ignores."""
    patterns = [line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split() if line]
    return {name for name in names if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)}


def installed(folder: Path) -> Path:
    """The files that a wheel would put there."""
    settings = wheel_settings()
    assert settings.keys() == {"packages", "force-include"}, (
        "then this test has to learn what else the wheel leaves out"
    )
    assert settings["packages"] == ["kata_desktop"]
    shutil.copytree(ROOT / "kata_desktop", folder / "kata_desktop", ignore=left_out)
    forced = settings["force-include"]
    assert isinstance(forced, dict)
    for source, place in forced.items():
        shutil.copytree(ROOT / source, folder / place, ignore=left_out)
    return folder


def test_every_bundled_plugin_is_listed_and_its_commands_run_where_it_is_installed(tmp_path: Path) -> None:
    place = installed(tmp_path / "site")
    environment = private_environment(tmp_path / "home") | {
        "PYTHONPATH": str(place),  # comes before the path of the checkout
        "KATA_DATA_DIR": str(tmp_path / "data"),
    }

    def told(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return done.stdout

    where = "import kata_desktop as k, kata_desktop.desktop.resources as r; print(k.__file__, r.resources_dir())"
    assert told("-c", where).split() == [
        os.fspath(place / "kata_desktop" / "__init__.py"),
        os.fspath(place / "kata_desktop" / "resources"),
    ]
    rows = json.loads(told("-m", "kata_desktop", "plugin", "list", "--json"))
    assert [row["id"] for row in rows] == [each.id for each in BUNDLED]
    assert "invalid" not in {row["state"] for row in rows}
    assert "visits in" in told("-m", "kata_desktop", "plugin", "run", "history", "get")


def test_nothing_that_plugins_are_made_of_is_left_out(tmp_path: Path) -> None:
    builtin = ROOT / "kata_desktop" / "builtin"
    folders = {path.name for path in builtin.iterdir() if (path / "manifest.toml").exists()}
    assert {each.id for each in BUNDLED} <= folders

    place = installed(tmp_path / "site")

    def others(folder: Path) -> set[str]:
        return {
            str(path.relative_to(folder))
            for path in folder.rglob("*")
            if path.is_file() and path.suffix not in CODE and "__pycache__" not in path.parts
        }

    assert others(place / "kata_desktop" / "builtin") == others(builtin)
    assert "slack/app_manifest.json" in others(builtin)
