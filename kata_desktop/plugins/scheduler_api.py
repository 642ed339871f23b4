"""What plugins may ask of the scheduler, bound to one workspace and plugin: they see and touch their own tasks only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from kata_desktop.domain.run import Run
from kata_desktop.domain.task import Task, TaskState

if TYPE_CHECKING:  # manifests need declarations, and not what does the work
    from kata_desktop.plugins.handlers import PluginWork


class RegisterHandler(Protocol):
    """As `SchedulerApi.register_handler`, without defaults."""

    def __call__(self, name: str, run: PluginWork, *, sliced: bool, limited: bool) -> Callable[[], None]:
        """Raises `PluginFault`."""
        ...


_TEXT = ((str,), "a text")
_SECONDS = ((int, float), "a number of seconds")
_TEXTS = ((tuple, list), "a tuple of texts")
_KINDS: Mapping[str, tuple[tuple[type, ...], str]] = {
    **dict.fromkeys(("name", "handler", "timezone", "active_hours", "description"), _TEXT),
    "cron": ((str,), 'a text such as "0 9 * * 1-5"'),
    "interval": ((str,), 'a text such as "90m"'),
    "once_at": ((str,), 'a text such as "2026-11-21T09:00"'),
    "event": ((str,), 'a text such as "task-finished"'),
    **dict.fromkeys(("retry_delay", "timeout", "jitter"), _SECONDS),
    **dict.fromkeys(("tags", "targets"), _TEXTS),
    "retry_attempts": ((int,), "a whole number"),
    "arguments": ((Mapping,), "a mapping"),
    "enabled": ((bool,), "True or False"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskDeclaration:
    """A task as a plugin wants it: given to `create_task`, by `@scheduled`, or in the manifest.

    Exactly one of `cron`, `interval`, `once_at` and `event` is given.
    """

    name: str
    """Shown to people; unique in the workspace, numbered when taken."""
    handler: str
    """A name that the plugin registered."""
    cron: str = ""
    """Five fields, in `timezone`."""
    interval: str = ""
    """Such as ``90m``; at least one minute."""
    once_at: str = ""
    """Local date-time ``2026-11-21T09:00`` in `timezone`, or with an offset."""
    event: str = ""
    """As `TaskInput.on`, such as ``file-changed:notes/*.md``."""
    timezone: str = ""
    """IANA name; empty follows the computer."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """JSON object handed to the handler."""
    retry_attempts: int = 0
    """Further attempts after the first."""
    retry_delay: float = 60.0
    """Seconds before the first retry; doubles up to an hour."""
    timeout: float = 300.0
    """Seconds that one attempt may take."""
    jitter: float = 0.0
    """Upper bound in seconds of a random but stable delay."""
    active_hours: str = ""
    """Such as ``08:00-20:00``; empty means all day."""
    tags: tuple[str, ...] = ()
    description: str = ""
    """One sentence for people."""
    enabled: bool = True
    """False creates it paused."""
    targets: tuple[str, ...] = ()
    """Where results go, as people type them; none means that they are only kept."""

    def __post_init__(self) -> None:
        """Look at the kinds of the values; what they say is checked by whoever makes the task.

        Raises:
            TypeError: one is of another kind; the sentence names it.
        """
        for name, (kinds, meant) in _KINDS.items():
            value = getattr(self, name)
            if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
                raise TypeError(f"{name} must be {meant}, not {value!r}")
        for name in ("tags", "targets"):
            if not all(isinstance(each, str) for each in getattr(self, name)):
                raise TypeError(f"{name} must hold texts alone, not {getattr(self, name)!r}")


class SchedulerApi(Protocol):
    """The plugin's own tasks and their runs ("executions"). Every verb raises the domain's errors."""

    def register_handler(
        self, name: str, run: PluginWork, *, sliced: bool = False, limited: bool = False
    ) -> Callable[[], None]:
        """Make more work known than `register` named, such as one for every entry of a list; returns the way to take
        it back, harmless when repeated.

        What is due at a start waits for work that `register` named; of work that comes later it is skipped.
        """
        ...

    async def create_task(self, declaration: TaskDeclaration) -> Task:
        """Create a task of this plugin. Raises `InvalidInput` with every refused field."""
        ...

    async def get_task(self, task_id: str) -> Task: ...
    async def list_tasks(self, *, state: TaskState | None = None, tags: tuple[str, ...] = ()) -> list[Task]: ...
    async def pause(self, task_id: str) -> Task: ...
    async def resume(self, task_id: str) -> Task: ...
    async def delete(self, task_id: str) -> None: ...

    async def run_now(self, task_id: str, arguments: Mapping[str, Any] | None = None) -> Run:
        """Start it now; `arguments` replace those of the task for this one run."""
        ...

    async def executions(self, task_id: str, limit: int = 20) -> list[Run]:
        """Newest first."""
        ...

    async def execution(self, run_id: str) -> Run: ...
    async def latest_execution(self, task_id: str) -> Run | None: ...

    async def cancel_execution(self, run_id: str) -> Run:
        """Stop one; harmless when it has ended."""
        ...

    async def next_run(self, task_id: str) -> datetime | None:
        """When it comes due next (UTC)."""
        ...
