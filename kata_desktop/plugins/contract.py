"""What a plugin is and what it is given: the contract that `plugins.sdk` hands to authors.

One object of a plugin's class exists per workspace in which it is switched on. `register` of all of them is called
before `initialize` of any. Whatever a plugin raises is caught, shown on its row and stops nobody else.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from kata_desktop.channels.adapter import ChannelAdapter
from kata_desktop.domain.command import CommandResult, ServerSpec
from kata_desktop.domain.plugin import PairingStep, SettingValue
from kata_desktop.plugins.handlers import PluginWork
from kata_desktop.plugins.programs import ProgramsApi
from kata_desktop.plugins.scheduled import marked_methods
from kata_desktop.plugins.scheduler_api import SchedulerApi


class HookPoint(StrEnum):
    """Moments in the life of this workspace's tasks."""

    TASK_STARTED = "task-started"
    TASK_COMPLETED = "task-completed"
    TASK_FAILED = "task-failed"
    TASK_CREATED = "task-created"
    TASK_PAUSED = "task-paused"
    TASK_RESUMED = "task-resumed"
    TASK_DELETED = "task-deleted"


@dataclass(frozen=True, kw_only=True, slots=True)
class HookEvent:
    """What a hook is told."""

    point: HookPoint
    task_id: str
    task_name: str
    run_id: str = ""
    """With started, completed and failed."""
    error: str = ""
    """With failed: the sentence that people read."""
    at: datetime
    """UTC."""


Hook = Callable[[HookEvent], Awaitable[None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tool:
    """Something that a prompt's model may call, under the capability ``plugin:<id>.<name>``."""

    name: str
    """Lower case with underscores."""
    description: str
    """For the model: what it does and when to use it."""
    parameters: Mapping[str, Any]
    """JSON schema of an object."""
    run: Callable[[Mapping[str, Any]], Awaitable[str]]
    """Gets checked arguments, returns text; what it raises as a KataError is told to the model."""
    writes: bool = True
    """False when it surely changes nothing anywhere: offered to runs that may only read."""


class Registrar(Protocol):
    """Takes what a plugin brings; only inside `Plugin.register`."""

    def handler(self, name: str, run: PluginWork, *, sliced: bool = False, limited: bool = False) -> None:
        """Register work that tasks of this plugin name; `sliced` and `limited` as in `domain.handler.HandlerSpec`."""
        ...

    def channel(
        self, adapter: Callable[[PluginContext], ChannelAdapter], *, sender_id: Callable[[str], str] = str
    ) -> None:
        """Bring a channel; the adapter is built anew for every time the plugin is switched on or set up again.

        `sender_id` makes of what a person wrote into the lists of senders the stable id that messages carry.
        """
        ...

    def tool(self, tool: Tool) -> None:
        """Bring a tool for prompts of this workspace."""
        ...

    def server(self, spec: Callable[[PluginContext], Awaitable[ServerSpec | None]]) -> None:
        """Bring a supervised server; None means that settings are missing."""
        ...

    def hook(self, point: HookPoint, hook: Hook) -> None:
        """Be told about tasks of this workspace; a hook that raises is logged and harms nobody."""
        ...

    def action(self, name: str, label: str, run: Callable[[], Awaitable[str]]) -> None:
        """Offer a button on the plugin's row, such as *Test connection*; returns the sentence to show."""
        ...

    def pairing(self, flow: Pairing) -> None:
        """Offer to link a device: the pairing dialog and ``plugin run ID pair`` drive it."""
        ...


class Pairing(Protocol):
    """The linking of a device; at most one at a time."""

    async def start(self, phone_number: str = "") -> None:
        """Begin; with a number ask for a code to type on the phone instead of a QR code."""
        ...

    async def cancel(self) -> None:
        """End it without a link; harmless when none goes on."""
        ...

    def step(self) -> PairingStep:
        """Where it stands; the plugin calls `PluginContext.pairing_changed` whenever that changes."""
        ...


class SettingsView(Protocol):
    """The plugin's settings in this workspace, typed by its manifest; what is not set has the manifest's default."""

    def text(self, key: str) -> str: ...
    def number(self, key: str) -> int: ...
    def switch(self, key: str) -> bool: ...
    def texts(self, key: str) -> tuple[str, ...]: ...
    def seconds(self, key: str) -> float:
        """A DURATION in seconds."""
        ...

    def value(self, key: str) -> SettingValue:
        """Any setting. Raises `Bug` for one that the manifest does not declare."""
        ...


class CredentialsView(Protocol):
    """The plugin's own credentials in this workspace."""

    async def get(self, name: str) -> str | None:
        """Return the value; None when there is none.

        Raises:
            Unavailable: the keyring is missing, locked or silent.
            Bug: the manifest does not declare this name.
        """
        ...


class Memory(Protocol):
    """Small things to remember across restarts, as text; durable when `put` returns."""

    async def get(self, key: str) -> str: ...
    async def put(self, key: str, value: str) -> None: ...
    async def forget(self, key: str) -> None: ...


class EventsApi(Protocol):
    """Telling what happened, so that tasks can react to it."""

    async def emit(self, event_type: str, *, source: str = "", value: str = "") -> None:
        """Start the tasks of this workspace that wait for this event.

        Args:
            event_type: as the manifest declares it, without the plugin's id.
            source: what it is about, such as a page's address; a task may name it.
            value: lines that a task's filter is matched against; the prompt sees them as ``{event}``.
        """
        ...


class NotifierApi(Protocol):
    """Messages to the owner's desktop."""

    async def notify(self, title: str, body: str, *, key: str = "") -> None:
        """Queue a notification; with a key, the same thing is never told twice."""
        ...


class ChannelSenderApi(Protocol):
    """Messages through this workspace's channels."""

    async def send(self, target: str, text: str, *, key: str) -> None:
        """Queue a message to ``CHANNEL:ADDRESS``; durable when it returns, never sent twice for the same key."""
        ...


class CommandsApi(Protocol):
    """The plugin's own commands of its manifest."""

    async def run(self, name: str, *, on_line: Callable[[str], None] | None = None) -> CommandResult:
        """Run one to its end, as ``kata-desktop plugin run`` does; it is stopped when the caller is cancelled."""
        ...


class ClockView(Protocol):
    """Time; never read another clock."""

    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...
    def zone_name(self) -> str: ...


class PluginContext(Protocol):
    """What a plugin is given in one workspace. It reaches nothing of other plugins or workspaces."""

    @property
    def plugin_id(self) -> str: ...
    @property
    def workspace_id(self) -> str: ...
    @property
    def workspace_name(self) -> str: ...
    @property
    def folder(self) -> Path:
        """The workspace's folder."""
        ...

    @property
    def data_folder(self) -> Path:
        """A private folder (0700) of this plugin in this workspace; exists."""
        ...

    @property
    def settings(self) -> SettingsView: ...
    @property
    def credentials(self) -> CredentialsView: ...
    @property
    def memory(self) -> Memory: ...
    @property
    def log(self) -> logging.LoggerAdapter[logging.Logger]:
        """Goes to the plugin's daily log file, secrets taken out."""
        ...

    @property
    def scheduler(self) -> SchedulerApi: ...
    @property
    def events(self) -> EventsApi: ...
    @property
    def notifier(self) -> NotifierApi: ...
    @property
    def channels(self) -> ChannelSenderApi: ...
    @property
    def commands(self) -> CommandsApi: ...
    @property
    def programs(self) -> ProgramsApi: ...
    @property
    def clock(self) -> ClockView: ...

    def spawn(self, work: Coroutine[Any, Any, None], *, name: str) -> None:
        """Run something beside; it is cancelled when the plugin is switched off, and its errors are logged."""
        ...

    def pairing_changed(self) -> None:
        """The pairing has a new step: tell whoever shows it."""
        ...

    def reconnect(self) -> None:
        """What its channel waited for is there: connect it now."""
        ...


class Plugin:
    """Base of every plugin. Methods marked with `@scheduled` become tasks by themselves.

    Attributes:
        context: Set before `initialize` is called.
    """

    context: PluginContext

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        marked_methods(cls)  # a wrong mark is told where it stands

    def register(self, registrar: Registrar) -> None:
        """Name what it brings. Synchronous and quick: no files, no network, no keyring."""

    async def initialize(self, context: PluginContext) -> None:
        """Get ready; called after all plugins have registered. At most 30 seconds."""

    async def shutdown(self) -> None:
        """Give back everything; called once, in reverse order of `initialize`. At most five seconds."""
