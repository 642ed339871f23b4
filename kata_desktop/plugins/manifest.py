"""What a plugin says of itself before any of its code is read: its manifest."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from kata_desktop.domain.plugin import CredentialSpec, PluginKind, SettingSpec
from kata_desktop.plugins.scheduler_api import TaskDeclaration

PLATFORMS = ("linux", "macos", "windows")
COMMANDS = ("get", "process", "push", "server")
"""What a plugin's self-contained commands may be called: the steps of a pipeline, and a server."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandTemplate:
    """A program of a plugin, with places to be filled in: ``{python} {folder} {data} {setting:KEY}``."""

    name: str
    argv: tuple[str, ...]
    timeout: timedelta = timedelta(minutes=5)
    """Limit for commands; a server has none."""
    environment: tuple[tuple[str, str], ...] = ()
    pid_file: str = ""
    """Of a server: where it writes its process id. May hold places."""
    port: str = ""
    """Of a server: the port it listens on, digits or ``{setting:KEY}``; empty when it has none."""
    restart_on_crash: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Dependency:
    """A library that does not come with the program."""

    module: str
    """What is imported."""
    package: str
    """What is installed."""
    reason: str = ""
    """One sentence for people: what it is for and how to get it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """Everything that is known of a plugin without its code."""

    id: str
    """Equals the name of its folder."""
    folder: Path
    name: str
    version: str
    description: str
    icon: str
    kind: PluginKind
    on_by_default: bool = True
    platforms: tuple[str, ...] = PLATFORMS
    capabilities: tuple[str, ...] = ()
    settings: tuple[SettingSpec, ...] = ()
    credentials: tuple[CredentialSpec, ...] = ()
    commands: tuple[CommandTemplate, ...] = ()
    tasks: Mapping[str, TaskDeclaration] = field(default_factory=dict)
    """Scheduled tasks by their stable keys."""
    event_types: tuple[str, ...] = ()
    """Without the plugin's id."""
    event_words: Mapping[str, str] = field(default_factory=dict)
    """What they mean to people, such as "a feed has a new entry"."""
    dependencies: tuple[Dependency, ...] = ()

    @property
    def is_supported(self) -> bool:
        """Whether it is for this operating system."""
        return this_platform() in self.platforms

    def setting(self, key: str) -> SettingSpec | None:
        """The setting of that key; None when it is not declared."""
        return next((spec for spec in self.settings if spec.key == key), None)

    def credential(self, name: str) -> CredentialSpec | None:
        """The credential of that name; None when it is not declared."""
        return next((spec for spec in self.credentials if spec.name == name), None)

    def command(self, name: str) -> CommandTemplate | None:
        """The command of that name; None when there is none."""
        return next((command for command in self.commands if command.name == name), None)


def this_platform() -> str:
    """This operating system as manifests name it."""
    if sys.platform == "darwin":
        return "macos"
    return "windows" if sys.platform == "win32" else "linux"
