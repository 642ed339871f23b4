"""Pauses: of one task, of a workspace, of everything."""

from __future__ import annotations

from collections.abc import Iterable

from kata_desktop.domain.task import Task, TaskState
from kata_desktop.store import pauses


def pause_sentence(task: Task, paused: Iterable[str], held: str = "") -> str:
    """Why nothing of this task may run by itself; empty when it may. `held` is what holds the whole computer back."""
    if task.state is TaskState.PAUSED:
        return "The task was paused."
    if pauses.ALL in paused:
        return "All schedules were paused."
    if task.spec.workspace_id in paused:
        return "The workspace was paused."
    return held
