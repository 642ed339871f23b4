"""`@scheduled`: a method of a plugin that becomes a handler and a task by itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from kata_desktop.plugins.errors import WrongSchedule
from kata_desktop.plugins.handlers import PluginWork
from kata_desktop.plugins.scheduler_api import TaskDeclaration

F = TypeVar("F", bound=Callable[..., object])
_MARK = "kata_schedule"


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """What `@scheduled` says of a method."""

    task: TaskDeclaration
    sliced: bool
    limited: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduledWork:
    """A marked method of one plugin object."""

    name: str
    """Of the method: the handler's name, and the key by which the task is known from start to start."""
    run: PluginWork
    task: TaskDeclaration
    sliced: bool = False
    limited: bool = False


def scheduled(  # noqa: PLR0913 - one for every field of a task
    *,
    cron: str = "",
    interval: str = "",
    once_at: str = "",
    event: str = "",
    name: str = "",
    description: str = "",
    enabled: bool = True,
    retry_attempts: int = 0,
    retry_delay: float = 60.0,
    timeout: float = 300.0,
    tags: tuple[str, ...] = (),
    timezone: str = "",
    jitter: float = 0.0,
    active_hours: str = "",
    arguments: Mapping[str, Any] | None = None,
    targets: tuple[str, ...] = (),
    sliced: bool = False,
    limited: bool = False,
) -> Callable[[F], F]:
    """Make a task of a method that takes a `HandlerContext`; the fields are those of `TaskDeclaration`.

    Without a name the method's is taken, without a description the first line of its docstring. What is changed here
    changes the task at the next start; a method that is renamed or no longer marked retires it. `limited` work takes a
    place among the few runs that go on at once.

    Raises:
        WrongSchedule: not exactly one trigger is given, a value is of another kind, or what is marked is no method.
    """
    triggers = {"cron": cron, "interval": interval, "once_at": once_at, "event": event}

    def mark(method: F) -> F:
        called = getattr(method, "__qualname__", repr(method))
        _check(called, method, triggers)
        _check_switches(called, {"sliced": sliced, "limited": limited})
        doc = (inspect.getdoc(method) or "").split("\n", 1)[0]
        task = _declaration(
            called,
            name=name or _spoken(method.__name__),
            handler=method.__name__,
            **triggers,
            timezone=timezone,
            arguments={} if arguments is None else arguments,
            retry_attempts=retry_attempts,
            retry_delay=retry_delay,
            timeout=timeout,
            jitter=jitter,
            active_hours=active_hours,
            tags=tags,
            description=description or doc,
            enabled=enabled,
            targets=targets,
        )
        setattr(method, _MARK, Schedule(task=task, sliced=sliced, limited=limited))
        return method

    return mark


def marked_methods(plugin_class: type) -> dict[str, Schedule]:
    """The marked methods of a class and its bases by name, in order; a method that overrides one counts alone.

    Raises:
        WrongSchedule: two of them would make tasks of the same name.
    """
    names = dict.fromkeys(name for base in reversed(plugin_class.__mro__) for name in vars(base))
    found = {name: getattr(getattr(plugin_class, name, None), _MARK, None) for name in names}
    marked = {name: schedule for name, schedule in found.items() if isinstance(schedule, Schedule)}
    titles: dict[str, str] = {}
    for name, schedule in marked.items():
        other = titles.setdefault(schedule.task.name.casefold(), name)
        if other != name:
            raise WrongSchedule(
                f"{plugin_class.__qualname__}.{name}", f"{other} has the name “{schedule.task.name}” too"
            )
    return marked


def scheduled_work(plugin: object) -> tuple[ScheduledWork, ...]:
    """What the marked methods of a plugin object bring: a handler and a task each."""
    return tuple(
        ScheduledWork(
            name=name, run=getattr(plugin, name), task=schedule.task, sliced=schedule.sliced, limited=schedule.limited
        )
        for name, schedule in marked_methods(type(plugin)).items()
    )


def _check(called: str, method: object, triggers: Mapping[str, str]) -> None:
    given = [kind for kind, text in triggers.items() if text]
    if len(given) != 1:
        said = f"{' and '.join(given)} are given together" if given else "no trigger is given"
        raise WrongSchedule(called, f"{said}; give exactly one of {', '.join(triggers)}")
    if not inspect.isfunction(method) or inspect.isgeneratorfunction(method) or inspect.isasyncgenfunction(method):
        raise WrongSchedule(called, "it must mark a method (async or plain) that returns its result")
    if len(inspect.signature(method).parameters) != 2:
        raise WrongSchedule(called, "the method must take self and the context of the run, nothing else")


def _check_switches(called: str, given: Mapping[str, object]) -> None:
    for name, value in given.items():
        if not isinstance(value, bool):
            raise WrongSchedule(called, f"{name} must be True or False, not {value!r}")


def _declaration(called: str, **fields: Any) -> TaskDeclaration:
    try:
        return TaskDeclaration(**fields)
    except TypeError as error:
        raise WrongSchedule(called, str(error)) from None


def _spoken(name: str) -> str:
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]
