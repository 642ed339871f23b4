"""The lock files hold what pyproject.toml asks for, by hash, and name no place of the machine that made them."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[3]
LOCKS = ("requirements/app.lock", "requirements/dev.lock")
PINNED = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ;]+)(?: ; [^\\]+)? ?\\$")


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pinned(lock: str) -> dict[str, set[Version]]:
    found: dict[str, set[Version]] = {}
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if line[:1].isalnum():
            match = PINNED.match(line)
            assert match, f"{lock} holds a line without version and hash: {line}"
            found.setdefault(match["name"], set()).add(Version(match["version"]))
    return found


def unmet(wanted: Iterable[str], lock: str) -> list[str]:
    held = pinned(lock)
    return [
        text
        for text in wanted
        for requirement in [Requirement(text)]
        if not any(version in requirement.specifier for version in held.get(canonicalize_name(requirement.name), ()))
    ]


def test_locks_meet_what_is_asked_for() -> None:
    asked = project()
    assert not unmet(asked["project"]["dependencies"], "requirements/app.lock"), "run `make lock`"
    groups = [entry for group in asked["dependency-groups"].values() for entry in group]
    assert not unmet([*asked["project"]["dependencies"], *groups], "requirements/dev.lock"), "run `make lock`"


def test_development_lock_holds_the_same_versions() -> None:
    development = pinned("requirements/dev.lock")
    assert {name: development.get(name) for name in pinned("requirements/app.lock")} == pinned("requirements/app.lock")


@pytest.mark.parametrize("lock", [*LOCKS, "tests/support/model_server/package-lock.json"])
def test_locks_name_no_place(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.findall(r"://|file:|--(?:extra-)?index|--find-links|/home/|/root/", text)


def test_model_server_is_pinned_by_hash() -> None:
    lock = json.loads((ROOT / "tests/support/model_server/package-lock.json").read_text(encoding="utf-8"))
    entries = {path: entry for path, entry in lock["packages"].items() if path}
    assert entries
    assert all(entry["integrity"].startswith("sha512-") for entry in entries.values())
