"""What happened, told to whoever listens; events carry ids and small facts, never live objects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kata_desktop.domain.run import Reason, RunState, Source


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events."""


class TaskChange(StrEnum):
    """What happened to a task."""

    CREATED = "created"
    """It is new, or a deleted one came back."""
    EDITED = "edited"
    """It has a new revision."""
    PAUSED = "paused"
    """A person, a plugin or a rule switched it off."""
    RESUMED = "resumed"
    """It was switched on again."""
    DELETED = "deleted"
    """It is gone; its history is kept."""
    ADVANCED = "advanced"
    """Its next slot, its counts or its runs changed, or it finished."""


@dataclass(frozen=True, kw_only=True)
class TaskChanged(Event):
    """A task was created, edited, switched, advanced to its next slot or deleted: read it again."""

    task_id: str
    workspace_id: str
    change: TaskChange = TaskChange.ADVANCED


@dataclass(frozen=True, kw_only=True)
class RunChanged(Event):
    """A run was recorded, started, made progress or ended: read it again."""

    run_id: str
    task_id: str
    workspace_id: str
    state: RunState
    reason: Reason | None = None
    source: Source | None = None


@dataclass(frozen=True, kw_only=True)
class RunOutput(Event):
    """A piece of live output; not stored."""

    run_id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class RunLogged(Event):
    """Log lines or steps were added to a run."""

    run_id: str


@dataclass(frozen=True, kw_only=True)
class WorkspacesChanged(Event):
    """A workspace was added, changed or removed."""


@dataclass(frozen=True, kw_only=True)
class ModelsChanged(Event):
    """A model was added, changed or removed."""


@dataclass(frozen=True, kw_only=True)
class OutboxChanged(Event):
    """A message was queued, sent or given up."""

    item_id: str = ""
    run_id: str = ""


@dataclass(frozen=True, kw_only=True)
class PluginsChanged(Event):
    """A plugin's switch, state, settings, credentials, channel or server changed in a workspace: read its row again."""

    workspace_id: str
    plugin_id: str


@dataclass(frozen=True, kw_only=True)
class VaultChanged(Event):
    """Credentials can be read again that could not, or one was kept or removed; never its value."""

    opened: bool = False
    """The keyring answers, or memory is used instead, after it did not."""
    plugin: str = ""
    name: str = ""
    """Of the credential that changed; both empty when the vault was opened."""


@dataclass(frozen=True, kw_only=True)
class PairingChanged(Event):
    """The linking of a device got on: ask for its step again."""

    workspace_id: str
    plugin_id: str


@dataclass(frozen=True, kw_only=True)
class SendersChanged(Event):
    """Somebody asked to be let in, or the owner decided about somebody."""

    workspace_id: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class SessionsChanged(Event):
    """A conversation was added to, reset or removed."""

    workspace_id: str
    session_id: str = ""


@dataclass(frozen=True, kw_only=True)
class InboxChanged(Event):
    """A message came in through a channel, or it was decided what becomes of one."""

    workspace_id: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class SchedulerChanged(Event):
    """Pause, trouble, or the next planned run changed: ask the scheduler for its status."""


@dataclass(frozen=True, kw_only=True)
class SettingsChanged(Event):
    """A setting was changed."""

    key: str


@dataclass(frozen=True, kw_only=True)
class ComputerWoke(Event):
    """The computer came back from sleep."""

    slept_seconds: float
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ClockMoved(Event):
    """Somebody set the clock; positive means forward."""

    seconds: float


@dataclass(frozen=True, kw_only=True)
class ZoneChanged(Event):
    """The computer's time zone changed."""

    zone: str


@dataclass(frozen=True, kw_only=True)
class NetworkChanged(Event):
    """The network went or came back, as far as the application can tell."""

    online: bool


NEW_TASK = "new-task"
"""Instead of a page: the dialog for a new task."""


@dataclass(frozen=True, kw_only=True)
class ShowWindow(Event):
    """Somebody asked for the window: a second start, the tray, a notification."""

    page: str = ""
    """The name of a page, `NEW_TASK` for the dialog of a new task, empty for the window as it was."""
    run_id: str = ""
    detail: str = ""
    """What to show on the page when that is no run, such as ``people`` on ``plugins``."""


@dataclass(frozen=True, kw_only=True)
class QuitRequested(Event):
    """Somebody asked the program to end (command line, signal)."""
