"""A test of the tests: without one of the three things that everything rests on, they must fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
HERE = "tests/engine/scheduler"


@dataclass(frozen=True)
class Sabotage:
    """A line of the program made worse, and the tests that must see it."""

    file: str
    line: str
    worse: str
    seen_by: str


SABOTAGES = {
    "one row per occurrence": Sabotage(
        file="kata_desktop/store/migrations/m0001_initial.py",
        line="        UNIQUE (task_id, slot),\n",
        worse="",
        seen_by=f"{HERE}/test_claims.py",
    ),
    "the fence of a finish": Sabotage(
        file="kata_desktop/store/endings.py",
        line='"working_us = working_us + ?, finished_at = ?, boot_id = NULL, lease_until = NULL "\n'
        "        \"WHERE id = ? AND state = 'running' AND boot_id = ? AND attempt = ?\"",
        worse='"working_us = working_us + ?, finished_at = ?, boot_id = NULL, lease_until = NULL "\n'
        '        "WHERE id = ? AND (1 OR ? OR ?)"',
        seen_by=f"{HERE}/test_claims.py",
    ),
    "the fence before a result is stored": Sabotage(
        file="kata_desktop/store/leases.py",
        line="\"SELECT 1 FROM runs WHERE id = ? AND state = 'running' AND boot_id = ? AND attempt = ?\"",
        worse='"SELECT 1 FROM runs WHERE id = ? AND (1 OR ? OR ?)"',
        seen_by=f"{HERE}/test_when_killed.py::test_late_finish_of_an_older_boot_changes_nothing",
    ),
    "looking and taking as one step": Sabotage(
        file="kata_desktop/store/batches.py",
        line='connection.execute("BEGIN IMMEDIATE")',
        worse='connection.execute("BEGIN")',
        seen_by=f"{HERE}/test_two_stores.py",
    ),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program and its tests, to be harmed at will."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("kata_desktop", "tests/support", HERE):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "shots"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copy(ROOT / "tests/conftest.py", folder / "tests")
    return folder


def _passes(folder: Path, *tests: str) -> bool:
    environment = {**os.environ, "PYTHONPATH": str(folder), "HYPOTHESIS_PROFILE": "first failure"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # every run but the first is spared compiling
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    return done.returncode == 0


@pytest.mark.slow
def test_the_copy_is_sound(copy: Path) -> None:
    assert _passes(copy, *sorted({sabotage.seen_by for sabotage in SABOTAGES.values()}))


@pytest.mark.slow
@pytest.mark.parametrize("what", SABOTAGES)
def test_without_it_the_tests_fail(copy: Path, what: str) -> None:
    sabotage = SABOTAGES[what]
    path = copy / sabotage.file
    sound = path.read_text(encoding="utf-8")
    assert sabotage.line in sound, "the line to be harmed is not there any more"
    path.write_text(sound.replace(sabotage.line, sabotage.worse), encoding="utf-8")
    try:
        assert not _passes(copy, sabotage.seen_by)
    finally:
        path.write_text(sound, encoding="utf-8")
