"""Settings that people change; each has a default that is right for most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Application-wide settings. Field names are the stored keys; what equals its default is not stored."""

    theme: str = "system"
    """``system``, ``light``, ``dark`` or ``contrast``."""
    text_scale: int = 100
    """Per cent, 100–200."""
    language: str = "system"
    start_at_login: bool = False
    close_to_tray: str = "ask-once"
    """``ask-once`` hides and explains the first time, ``hide``, ``quit``."""
    reduced_motion: bool = False
    concurrency: int = 3
    """Runs at once in all workspaces, 1–16."""
    default_timeout_minutes: int = 15
    default_retries: int = 2
    default_catch_up: str = "once"
    default_overlap: str = "skip"
    keep_awake: bool = False
    """Ask the desktop not to sleep while something runs."""
    pause_on_battery: bool = False
    notify_result: bool = True
    notify_failure: bool = True
    notify_recovery: bool = True
    notify_missed: bool = True
    notify_attention: bool = True
    notify_trouble: bool = True
    notify_previews: bool = True
    """Show the result's first lines; otherwise only the title."""
    quiet_hours: bool = False
    quiet_from: time = time(22, 0)
    quiet_to: time = time(7, 0)
    history_days: int = 90
    """Runs older than this are removed; 0 keeps them for good."""
    log_days: int = 14
    backups_kept: int = 7
    window_geometry: str = ""
    last_page: str = "tasks"
    last_workspace: str = ""
    close_explained: bool = False
    onboarding_done: bool = False
    onboarding_step: int = 0
    """Where the first steps go on, from 0."""
