"""What all plugins' objects are served with, and the limits they work under."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kata_desktop.plugins.catalogue import Catalogue
from kata_desktop.plugins.loading import SideThreads
from kata_desktop.plugins.scope import GRACE
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.clock import Clock
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.store.database import Database

if TYPE_CHECKING:
    from kata_desktop.credentials.vault import Vault
    from kata_desktop.plugins.ports import ChannelDesk, Outgoing, RunCommand, Supervise, TaskDesk
    from kata_desktop.plugins.programs import StartLinked


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Seconds that each phase may take."""

    load: float = 20.0
    """For importing its code; a cold disk takes a few."""
    register: float = 5.0
    register_all: float = 10.0
    """For all together, before the engine starts without those that are not ready."""
    initialize: float = 30.0
    shutdown: float = 5.0
    hook: float = 10.0
    tool: float = 120.0
    action: float = 60.0
    grace: float = GRACE
    """For what was cancelled, to end by itself."""
    quiet: float = 0.1
    """Within this time switching to and fro counts once."""


@dataclass(frozen=True, kw_only=True)
class Equipment:
    """Shared by all; each object of a plugin binds what it hands on."""

    catalogue: Catalogue
    clock: Clock
    spawner: Spawner
    bus: EventBus
    database: Database
    threads: SideThreads
    vault: Callable[[], Vault]
    tasks: TaskDesk
    channels: ChannelDesk
    supervise: Supervise
    run_command: RunCommand
    start_linked: StartLinked
    outgoing: Outgoing
    logger: Callable[[str], logging.Logger]
    """From a plugin's id to where its log goes."""
    hide: Callable[[str], str]
    """Takes secrets out of what people or models read."""
    data_folder: Path
    """Each plugin has a folder in it, and in that one for each workspace."""
    connects: bool = True
    """False for a command at work: handlers are there, but no channel is connected and no server started."""
    limits: Limits = field(default_factory=Limits)
