"""The terms of Kata and of what it stands on, read from what is installed."""

from __future__ import annotations

from importlib.metadata import Distribution, PackageNotFoundError, distribution, requires
from pathlib import Path

from kata_desktop.desktop.resources import resources_dir

_NAME = "kata-desktop"
_DIRECT = (
    "PySide6-Essentials", "qasync", "peewee", "croniter", "keyring", "platformdirs", "psutil", "watchfiles",
    "pydantic-ai-slim", "openai", "anthropic", "google-genai", "cron-descriptor", "dateparser", "desktop-notifier",
    "tzdata", "shtab",
)  # fmt: skip
"""What the project asks for by itself; what these need is found by walking along."""
_ICONS = "Lucide icons: ISC licence, lucide.dev"


def own_licence() -> str:
    """Return the text of Kata's own licence."""
    beside = Path(__file__).resolve().parents[4] / "LICENSE"
    for text in (_packed_licence(), beside.read_text(encoding="utf-8") if beside.is_file() else ""):
        if text:
            return text
    return "MIT"


def third_party() -> str:
    """Return one line for each library that is used and installed: name, version, licence."""
    seen: dict[str, str] = {}
    for name in _DIRECT:
        _gather(name, seen)
    lines = [*sorted(seen.values(), key=str.casefold), _ICONS]
    notes = resources_dir() / "icons" / "LICENSE"
    if notes.is_file():
        lines += ["", notes.read_text(encoding="utf-8")]
    return "\n".join(lines)


def _gather(name: str, seen: dict[str, str]) -> None:
    """Walk along what a library needs; optional extras and other platforms are left out."""
    key = name.lower().replace("_", "-")
    if key in seen:
        return
    try:
        found = distribution(name)
        needed = requires(name) or []
    except PackageNotFoundError:
        return
    seen[key] = f"{found.metadata['Name']} {found.version}: {_licence_of(found)}"
    for line in needed:
        requirement, _, marker = line.partition(";")
        if "extra ==" not in marker:
            _gather(_bare(requirement), seen)


def _bare(requirement: str) -> str:
    """The name at the start of a requirement such as ``keyring[completion]>=25``."""
    for end, letter in enumerate(requirement):
        if not (letter.isalnum() or letter in "-_."):
            return requirement[:end]
    return requirement


def _licence_of(found: Distribution) -> str:
    facts = found.metadata
    for field in ("License-Expression", "License"):
        short = next(iter(facts.get_all(field) or ()), "")
        if short and "\n" not in short and len(short) < 80:
            return str(short)
    kinds = [line.rpartition(" :: ")[2] for line in facts.get_all("Classifier") or [] if line.startswith("License ::")]
    return ", ".join(kinds) or "see its own licence file"


def _packed_licence() -> str:
    try:
        files = distribution(_NAME).files or []
    except PackageNotFoundError:
        return ""
    for file in files:
        if file.name == "LICENSE":
            path = Path(str(file.locate()))
            return path.read_text(encoding="utf-8") if path.is_file() else ""
    return ""
