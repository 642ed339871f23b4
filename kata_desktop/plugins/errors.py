"""What can go wrong with plugins, each with its sentence."""

from __future__ import annotations

from kata_desktop.domain.errors import KataError, Refused, Unavailable
from kata_desktop.domain.handler import HandlerError


class ManifestInvalid(KataError):
    """A manifest says something that cannot be; the plugin cannot be switched on."""

    def __init__(self, plugin_id: str, key: str, reason: str) -> None:
        where = f", key “{key}”" if key else ""
        super().__init__(f"The manifest {plugin_id}/manifest.toml cannot be used{where}: {reason}.")
        self.key = key


class PluginFault(KataError):
    """A plugin did what it must not: the fault is in its code, and is contained."""

    def __init__(self, what: str, advice: str = "the log has the details") -> None:
        super().__init__(f"{what}; {advice}.")


class NotOn(Refused):
    """A plugin is asked to work where it is switched off."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is switched off in this workspace; switch it on first.")


class CannotBeOn(Refused):
    """A plugin that cannot work at all is switched on."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(f"{name} cannot be switched on. {sentence}")


class NoSuchAction(Refused):
    """A button or command that the plugin does not have, or not now."""

    def __init__(self, name: str, noun: str, wanted: str, offered: tuple[str, ...]) -> None:
        known = f"use {', '.join(offered)}" if offered else f"it has no {noun} now"
        super().__init__(f"{name} has no {noun} “{wanted}”; {known}.")


class NotRunning(Refused):
    """A plugin's button is pressed while no app runs it."""

    def __init__(self, name: str, wanted: str) -> None:
        super().__init__(f"{name} has no command “{wanted}” while Kata is not running; start Kata first.")


class SetupMissing(Unavailable):
    """A setting or credential that the plugin needs is not there."""


class BadResult(HandlerError):
    """Work of a plugin returned what no handler may return; trying again would not help."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what}, which is an error in the plugin: it may return a Result, a text, nothing, "
            "or a dict of success, output, error and metrics.",
            kind="bad-result",
            retryable=False,
        )


class WrongSchedule(TypeError):
    """A method is marked with `@scheduled` in a way that cannot be; told when the class is made."""

    def __init__(self, method: str, reason: str) -> None:
        super().__init__(f"@scheduled on {method}: {reason}.")
