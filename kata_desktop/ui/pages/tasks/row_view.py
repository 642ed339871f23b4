"""What one row of the task list says: words and marks worked out from a task, before anything is drawn."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kata_desktop.domain.task import TaskState
from kata_desktop.domain.trigger import Event
from kata_desktop.ui.moments import day_text, until_text, when_text
from kata_desktop.ui.pages.tasks.results import ResultView, RowAction, result_of
from kata_desktop.ui.pages.tasks.task_icons import task_icon
from kata_desktop.ui.widgets.ticks import Tick, ticks_in_words

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from kata_desktop.domain.listing import TaskRow
    from kata_desktop.domain.preview import SchedulerStatus
    from kata_desktop.domain.task import Target, Task

translate = QCoreApplication.translate

_TICKS = {
    "succeeded": Tick.OK,
    "failed": Tick.FAILED,
    "timed-out": Tick.FAILED,
    "interrupted": Tick.FAILED,
    "needs-review": Tick.FAILED,
}


class Hold(enum.Enum):
    """Whether something larger than the task holds it."""

    NONE = "none"
    """Nothing does."""
    ALL = "all"
    """Every schedule is paused."""
    WORKSPACE = "workspace"
    """Its workspace is paused."""


def hold_of(status: SchedulerStatus, workspace_id: str, due: datetime | None) -> Hold:
    """Return what holds a run that is due then: a pause that ends before holds nothing."""
    own = dict(status.paused_workspaces)
    if status.paused_all and _lasts(status.paused_until, due):
        return Hold.ALL
    return Hold.WORKSPACE if workspace_id in own and _lasts(own[workspace_id], due) else Hold.NONE


def _lasts(until: datetime | None, due: datetime | None) -> bool:
    return until is None or due is None or due < until


@dataclass(frozen=True, kw_only=True, slots=True)
class RowView:
    """One row, in words."""

    task_id: str
    name: str
    on: bool
    can_switch: bool
    icon: str
    sentence: str
    deliveries: tuple[tuple[str, str], ...]
    """Icon and name of each target."""
    next_head: str
    next_sub: str
    result: ResultView
    ticks: tuple[Tick, ...]

    @property
    def live(self) -> bool:
        """Whether what it says changes by the second."""
        return self.result.action is RowAction.STOP

    @property
    def words(self) -> str:
        """The whole row as one text for a screen reader."""
        parts = (
            self.name,
            self.sentence,
            translate("TaskRow", "Next run: {when}").format(when=_joined(self.next_head, self.next_sub)),
            translate("TaskRow", "Last result: {result}").format(result=_joined(self.result.head, self.result.sub)),
            ticks_in_words(self.ticks),
        )
        return ". ".join(part.rstrip(".") for part in parts if part)


def row_view(row: TaskRow, now: datetime, zone: tzinfo, *, hold: Hold = Hold.NONE) -> RowView:
    """Work out what a row says at an instant, in a zone."""
    task = row.task
    head, sub = _next_run(task, now, zone, hold)
    return RowView(
        task_id=task.id,
        name=task.spec.name,
        on=task.state is TaskState.ACTIVE,
        can_switch=task.state in (TaskState.ACTIVE, TaskState.PAUSED) and not task.unreadable,
        icon="triangle-alert" if task.unreadable else task_icon(task.spec),
        sentence=row.sentence.rstrip("."),
        deliveries=() if task.unreadable else tuple(_delivery(target) for target in task.spec.targets),
        next_head=head,
        next_sub=sub,
        result=result_of(row, now, zone),
        ticks=tuple(_TICKS.get(status, Tick.SKIPPED) for status in row.history),
    )


def switched(view: RowView, *, on: bool) -> RowView:
    """Return the row as it will be once its switch has done its work."""
    if view.on == on:
        return view
    head = view.next_head if on else translate("TaskRow", "Paused")
    return replace(view, on=on, next_head=head, next_sub="" if not on else view.next_sub)


def _next_run(task: Task, now: datetime, zone: tzinfo, hold: Hold) -> tuple[str, str]:
    match task.state, task.due_at:
        case TaskState.PAUSED, _ if task.unreadable:
            return translate("TaskRow", "Paused"), ""  # why is said where the last result would be
        case TaskState.PAUSED, _:
            return translate("TaskRow", "Paused"), _since(task, now, zone)
        case ((TaskState.FINISHED | TaskState.DELETED), _):
            return translate("TaskRow", "Finished"), task.state_reason
        case _, None:
            waits = isinstance(task.spec.trigger, Event)
            return translate("TaskRow", "On an event") if waits else translate("TaskRow", "None"), ""
        case _, due:
            return when_text(due, zone, now), _held(hold) or until_text(due, now, zone)


def _since(task: Task, now: datetime, zone: tzinfo) -> str:
    if task.state_reason:
        return task.state_reason
    if task.state_since is None:
        return translate("TaskRow", "by you")
    return translate("TaskRow", "by you, {day}").format(day=day_text(task.state_since, zone, now))


def _held(hold: Hold) -> str:
    match hold:
        case Hold.ALL:
            return translate("TaskRow", "held: all is paused")
        case Hold.WORKSPACE:
            return translate("TaskRow", "held: workspace paused")
        case Hold.NONE:
            return ""


def _delivery(target: Target) -> tuple[str, str]:
    match target.kind:
        case "desktop":
            return "bell", translate("TaskRow", "Desktop notification")
        case "slack":
            return "hash", translate("TaskRow", "Slack {address}").format(address=target.address)
        case "whatsapp":
            return "message-circle", translate("TaskRow", "WhatsApp {address}").format(address=target.address)
        case _:
            return "send", f"{target.kind} {target.address}".strip()


def _joined(head: str, sub: str) -> str:
    return f"{head}, {sub}" if sub else head
