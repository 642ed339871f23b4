"""What an import would do, as it is shown before it is done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kata_desktop.domain.task_input import TaskInput


class ImportMode(StrEnum):
    """What happens to tasks that are here already."""

    ADD = "add"
    """Only new tasks are taken; one whose name exists is refused."""
    MERGE = "merge"
    """New ones are added, those of the same name are changed to what the file says."""
    REPLACE = "replace"
    """As merge, and tasks of the same workspaces that the file does not have are deleted."""


class Change(StrEnum):
    """What an import would do with one task."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REMOVED = "removed"
    """Only with `ImportMode.REPLACE`."""
    PASSED = "passed"
    """Left out, and left alone if it is here already: its time has gone by since it was written down."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportRow:
    """One line of the difference."""

    change: Change
    name: str
    workspace: str
    task_id: str = ""
    """The task that is here already."""
    raw: TaskInput | None = None
    """What the file says; None for what is removed or left out."""
    note: str = ""
    """What is taken differently than the file says, as a sentence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportPlan:
    """What an import would do; nothing has been done yet."""

    mode: ImportMode
    rows: tuple[ImportRow, ...]

    def count(self, change: Change) -> int:
        """How many rows of that kind there are."""
        return sum(row.change is change for row in self.rows)
