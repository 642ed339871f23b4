"""A plugin's own commands: the manifest's templates, filled in for one workspace."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kata_desktop.domain.command import CommandResult, CommandSpec, ServerSpec
from kata_desktop.domain.workspace import Workspace
from kata_desktop.plugins.credentials import BoundCredentials
from kata_desktop.plugins.errors import NoSuchAction
from kata_desktop.plugins.manifest import CommandTemplate, Manifest
from kata_desktop.plugins.manifest_commands import PLACE, SETTING
from kata_desktop.plugins.ports import RunCommand
from kata_desktop.plugins.settings import SettingsValues

_RESTART = "restart_on_crash"
"""A switch of this name among a plugin's settings decides instead of the manifest."""


@dataclass(frozen=True, kw_only=True)
class BoundCommands:
    """Bound to one workspace and plugin; see `CommandsApi`."""

    manifest: Manifest
    workspace: Callable[[], Workspace]
    data_folder: Path
    settings: Callable[[], SettingsValues]
    credentials: BoundCredentials
    runner: RunCommand

    async def run(self, name: str, *, on_line: Callable[[str], None] | None = None) -> CommandResult:
        """Run one to its end. Raises `Refused` when there is none of that name, `Unavailable`, and as the runner."""
        return await self.runner(await self.spec(name), on_line=on_line)

    async def spec(self, name: str) -> CommandSpec:
        """The command, ready to start. Raises `Refused`, `Unavailable`."""
        template = self.manifest.command(name)
        if template is None:
            offered = tuple(command.name for command in self.manifest.commands)
            raise NoSuchAction(self.manifest.name, "command", name, offered)
        return await self._filled(template)

    async def server(self) -> ServerSpec | None:
        """The server that the manifest names; None when it names none. Raises `Unavailable`."""
        template = self.manifest.command("server")
        if template is None:
            return None
        settings = self.settings()
        port = self._text(template.port)
        has_switch = isinstance(settings.values.get(_RESTART), bool)
        return ServerSpec(
            command=await self._filled(template),
            pid_file=self._text(template.pid_file),
            port=int(port) if port.isdigit() and int(port) else None,
            restart_on_crash=settings.switch(_RESTART) if has_switch else template.restart_on_crash,
        )

    async def _filled(self, template: CommandTemplate) -> CommandSpec:
        given = tuple((name, self._text(value)) for name, value in template.environment)
        return CommandSpec(
            argv=tuple(self._text(word) for word in template.argv),
            folder=self.workspace().folder,
            environment=(*given, *await self._environment()),
            timeout=template.timeout,
        )

    async def _environment(self) -> tuple[tuple[str, str], ...]:
        workspace, settings = self.workspace(), self.settings()
        found = [
            ("KATA_WORKSPACE_ID", workspace.id),
            ("KATA_FOLDER", workspace.folder),
            ("KATA_DATA", str(self.data_folder)),
            ("KATA_SETTINGS", json.dumps(dict(settings.values), ensure_ascii=False)),
        ]
        for spec in self.manifest.credentials:
            if (value := await self.credentials.get(spec.name)) is not None:
                found.append((f"KATA_CREDENTIAL_{spec.name.upper()}", value))
        return tuple(found)

    def _text(self, template: str) -> str:
        """Fill in the places; what a setting holds is never read as a place again."""
        known = {"python": sys.executable, "folder": self.workspace().folder, "data": str(self.data_folder)}

        def fill(place: str) -> str:
            return known[place] if place in known else self.settings().as_text(place.removeprefix(SETTING))

        return PLACE.sub(lambda match: fill(match[1]), template)
