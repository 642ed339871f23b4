"""Event triggers as people type them: ``app-started``, ``file-changed:notes/*.md``, ``task-finished:Digest:failed``."""

from __future__ import annotations

import re

from kata_desktop.domain.errors import FieldError, InvalidInput
from kata_desktop.domain.trigger import Event, EventType
from kata_desktop.scheduler.inputs.known import Known
from kata_desktop.scheduler.inputs.texts import check_line, quoted
from kata_desktop.scheduler.words.calendar_words import joined

_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*://\S*?)(?::(?![0-9]+(?:[/?#:]|$))(.*))?")
STATUSES = ("any", "succeeded", "failed")
_EXAMPLE = "file-changed:notes/*.md"


def parse_event(text: str, known: Known) -> Event:
    """Read an event trigger; a task is named by id or name and stored by id.

    Raises:
        InvalidInput: no such event or task, or a pattern that leaves the workspace's folder.
    """
    line = check_line(text, field="on", label="Event", example=_EXAMPLE, longest=300)
    kind, _, rest = line.partition(":")
    if kind not in known.event_types:
        wrong = f"{quoted(kind)} is not known" if line else "Empty"
        raise _refused(f"{wrong}. Use {joined(known.event_types, 'or')}")
    match kind:
        case EventType.FILE_CHANGED:
            return Event(type=kind, filter=_pattern(rest))
        case EventType.TASK_FINISHED:
            return _task_finished(rest, known)
        case EventType.APP_STARTED | EventType.COMPUTER_WOKE:
            if rest:
                raise _refused(f"“{kind}” takes nothing after it", kind)
            return Event(type=kind)
        case _:
            source, narrower = source_and_filter(rest)
            return Event(type=kind, source=source, filter=narrower)


def event_text(event: Event) -> str:
    """Write an event trigger the way `parse_event` reads it."""
    if event.type == EventType.FILE_CHANGED:
        parts = [event.type, event.filter]
    else:
        parts = [event.type, event.source, event.filter]
    while not parts[-1]:
        parts.pop()
    return ":".join(parts)


def source_and_filter(text: str) -> tuple[str, str]:
    """Split ``SOURCE:FILTER``; the colons of an address, with its port, belong to the source."""
    if (address := _ADDRESS.fullmatch(text)) is not None:
        return address[1], address[2] or ""
    source, _, narrower = text.partition(":")
    return source, narrower


def _pattern(text: str) -> str:
    if text.startswith(("/", "\\", "~")) or ".." in text.replace("\\", "/").split("/"):
        raise _refused(f"{quoted(text)} leaves the workspace's folder. Use a pattern beneath it")
    return text


def _task_finished(text: str, known: Known) -> Event:
    name, _, status = text.rpartition(":")
    if status not in STATUSES:
        name, status = text, ""
    if not name:
        return Event(type=EventType.TASK_FINISHED, filter=status)
    found = [ident for ident, title in known.tasks if name == ident or name.casefold() == title.casefold()]
    if not found:
        raise _refused(
            f"There is no task {quoted(name, 'of that name')}. Use a task's name or id", "task-finished:Digest:failed"
        )
    if found[0] == known.editing:
        raise _refused("A task cannot be started by its own end. Name another one", "task-finished:Digest")
    return Event(type=EventType.TASK_FINISHED, source=found[0], filter=status)


def _refused(reason: str, example: str = _EXAMPLE) -> InvalidInput:
    return InvalidInput(FieldError(field="on", label="Event", reason=reason, example=example))
