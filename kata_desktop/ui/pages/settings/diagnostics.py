"""What helps others to find a fault: versions, settings, counts and the end of the log, without secrets or contents."""

from __future__ import annotations

import asyncio
import platform
import sys
from dataclasses import fields
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from PySide6.QtCore import qVersion

from kata_desktop.domain.listing import RunQuery
from kata_desktop.domain.settings import Settings
from kata_desktop.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from kata_desktop.ui.services import Services

_LOG_CHARACTERS = 60_000
_PRIVATE = frozenset({"window_geometry", "last_workspace"})
_PACKAGES = ("PySide6-Essentials", "qasync", "peewee", "croniter", "keyring", "pydantic-ai-slim", "desktop-notifier")


async def diagnostics(services: Services) -> str:
    """Return the text in English. No prompt, result, name or key is in it; what looks like a secret is hidden."""
    counts, runs = await services.scheduling.counts(), await services.scheduling.run_counts(RunQuery())
    status = await services.scheduling.status()
    models = [model.provider.value for model in await services.models.all()]
    log = await asyncio.to_thread(_log_end, services.paths.logs)
    lines = [
        f"Kata Desktop {__version__}",
        f"Python {sys.version.split()[0]}, Qt {qVersion()}, {platform.platform()}",
        *(f"{name} {_version(name)}" for name in _PACKAGES),
        "",
        f"Tasks: {counts.all} ({counts.active} active, {counts.attention} need attention)",
        f"Runs: {runs.all} ({runs.succeeded} succeeded, {runs.failed} failed, {runs.skipped} skipped or missed)",
        f"Scheduler: {status.running} running, {status.queued} queued, trouble: {status.trouble or 'none'}",
        f"Models: {', '.join(models)}",
        f"Keyring: {services.vault.state.value}",
        f"Time zone: {services.clock.zone_name()}",
        "",
        "Settings that differ from the defaults",
        *_settings(services.settings.current),
        "",
        "End of the log",
        log,
    ]
    return "\n".join(services.redactor.clean(line) for line in lines) + "\n"


def _settings(current: Settings) -> list[str]:
    default = Settings()
    return [
        f"  {field.name} = {getattr(current, field.name)}"
        for field in fields(Settings)
        if field.name not in _PRIVATE and getattr(current, field.name) != getattr(default, field.name)
    ]


def _log_end(folder: Path) -> str:
    try:
        return (folder / "kata.log").read_text(encoding="utf-8", errors="replace")[-_LOG_CHARACTERS:]
    except OSError:
        return "(no log)"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"
