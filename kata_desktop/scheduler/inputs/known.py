"""What exists, as far as checking an input needs it."""

from __future__ import annotations

from dataclasses import dataclass

from kata_desktop.domain.trigger import CHOOSABLE


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """Names that an input may refer to."""

    workspaces: tuple[tuple[str, str], ...] = ()
    """(id, name); the first is taken when none is named."""
    models: tuple[str, ...] = ()
    """Names of the configured models; "Reminder" is always there."""
    tasks: tuple[tuple[str, str], ...] = ()
    """(id, name) of tasks that are not deleted."""
    target_kinds: tuple[str, ...] | None = ()
    """Channels besides the desktop; None takes any, for imports that may name a plugin that is not there yet."""
    event_types: tuple[str, ...] = tuple(CHOOSABLE)
    event_words: tuple[tuple[str, str], ...] = ()
    """(type, what happens) of events that plugins tell of, as it follows "When"."""
    channel_names: tuple[tuple[str, str], ...] = ()
    """(id, what people call it) of every channel that there is, switched on or not."""
    editing: str = ""
    """Id of the task being edited; empty for a new one."""
