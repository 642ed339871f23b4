"""What the manager of plugins needs from other rooms and files, bound to nothing; bootstrap hands it over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from kata_desktop.channels.adapter import ChannelAdapter
from kata_desktop.domain.channel import ChannelRules, ChannelStatus
from kata_desktop.domain.command import CommandResult, CommandSpec, ServerSpec, ServerStatus
from kata_desktop.domain.handler import HandlerSpec
from kata_desktop.plugins.contract import EventsApi, Hook, HookPoint
from kata_desktop.plugins.scheduler_api import RegisterHandler, SchedulerApi, TaskDeclaration


def handler_address(plugin_id: str, name: str, workspace_id: str) -> str:
    """The name under which the scheduler knows a plugin's handler in one workspace."""
    return f"{plugin_id}.{name}@{workspace_id}"


def plugin_of(handler: str) -> str:
    """The id of the plugin that a handler's name belongs to; empty for a handler of Kata's own."""
    return handler.partition(".")[0] if "@" in handler else ""


class TaskDesk(Protocol):
    """Everything about tasks that plugins are given, bound to a workspace and a plugin by its callers' arguments."""

    def register(self, handler: HandlerSpec) -> Callable[[], None]:
        """Make a handler known to the engine; returns the way to take it back."""
        ...

    def scheduler(self, workspace_id: str, plugin_id: str, register: RegisterHandler) -> SchedulerApi:
        """The plugin's own tasks; `register` makes more work known."""
        ...

    def events(self, workspace_id: str, plugin_id: str, event_types: tuple[str, ...]) -> EventsApi:
        """Telling what happened; other types than those are refused."""
        ...

    def hook(self, workspace_id: str, plugin_id: str, point: HookPoint, hook: Hook) -> Callable[[], None]:
        """Tell a hook about tasks of a workspace; returns the way to stop that (harmless when repeated)."""
        ...

    async def declare(self, workspace_id: str, plugin_id: str, tasks: Mapping[str, TaskDeclaration]) -> None:
        """Make the declared tasks of a plugin those that are given, by their stable keys: new ones are created, changed
        ones overwritten, those no longer declared are retired. Raises `Refused` that names every one that cannot be;
        the others are settled all the same.
        """
        ...

    async def switched_off(self, workspace_id: str, plugin_id: str, handlers: tuple[str, ...]) -> None:
        """A person switched the plugin off: end what waits for these handlers (their own names), which were taken
        back. Not for a restart or the end of the program: there the waiting goes on.
        """
        ...


class ChannelDesk(Protocol):
    """Keeps channels connected; see `channels.service`."""

    def attach(self, wanted: WantedChannel) -> None:
        """Begin to keep a channel connected; it replaces one of the same workspace and id."""
        ...

    async def detach(self, workspace_id: str, channel: str) -> None:
        """Close it and forget it; harmless when it is not there."""
        ...

    def status(self, workspace_id: str, channel: str) -> ChannelStatus | None:
        """How it fares; None when it is not attached."""
        ...

    def retry(self, workspace_id: str = "", channel: str = "") -> None:
        """Try again now what waits, for a person or for time."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class WantedChannel:
    """A channel that a plugin brings in one workspace."""

    workspace_id: str
    channel: str
    """The plugin's id."""
    build: Callable[[], ChannelAdapter]
    """Makes the adapter anew, for every time that it is connected from scratch."""
    rules: Callable[[], ChannelRules]
    """Who may write and when it listens, as the settings say now."""


class Server(Protocol):
    """A supervised program; see `servers.supervisor`."""

    status: ServerStatus

    def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def restart(self) -> None: ...


Supervise = Callable[[ServerSpec, Callable[[str], None], Callable[[], None]], Server]
"""Builds the supervisor of a server from what to run, who takes its lines and who is told of changes."""


class RunCommand(Protocol):
    """Runs a program to its end; see `servers.commands`."""

    def __call__(
        self, spec: CommandSpec, *, on_line: Callable[[str], None] | None = None
    ) -> Awaitable[CommandResult]: ...


class Outgoing(Protocol):
    """Queues messages in the durable outbox."""

    async def notify(self, workspace_id: str, title: str, body: str, key: str) -> None:
        """To the owner's desktop; nothing happens when the key was queued before."""
        ...

    async def send(self, workspace_id: str, channel: str, address: str, text: str, key: str) -> None:
        """Through a channel of the workspace; nothing happens when the key was queued before."""
        ...
