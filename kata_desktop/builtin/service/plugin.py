"""The Local service plugin: one supervised program per workspace."""

from __future__ import annotations

import shlex

from kata_desktop.plugins.sdk import (
    CommandSpec,
    FieldError,
    InvalidInput,
    Plugin,
    PluginContext,
    Registrar,
    ServerSpec,
    SetupMissing,
)


class ServicePlugin(Plugin):
    """Brings the server that the settings name."""

    def register(self, registrar: Registrar) -> None:
        """Bring the server."""
        registrar.server(server_of)


async def server_of(context: PluginContext) -> ServerSpec:
    """The program of this workspace. Raises `SetupMissing` when none is named, `InvalidInput` for a stray quote."""
    argv = words_of(context.settings.text("command"))
    if not argv:
        raise SetupMissing("Name the program to keep running under Configure.")
    return ServerSpec(
        command=CommandSpec(argv=argv, folder=context.settings.text("folder") or str(context.folder)),
        pid_file=context.settings.text("pid_file"),
        port=context.settings.number("port") or None,
        restart_on_crash=context.settings.switch("restart_on_crash"),
    )


def words_of(command: str) -> tuple[str, ...]:
    """Cut a command as a shell would, without any of a shell's powers. Raises `InvalidInput`."""
    try:
        return tuple(shlex.split(command))
    except ValueError as error:
        reason = "A quote is opened and not closed"
        wrong = FieldError(
            field="command", label="Program and arguments", reason=reason, example='serve --name "two words"'
        )
        raise InvalidInput(wrong) from error
