"""What the tray icon shows and says, worked out from how things are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kata_desktop.domain.run import RunState
from kata_desktop.ui.moments import minutes_text, when_text
from kata_desktop.ui.theme.tray_icons import TrayState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from kata_desktop.domain.listing import TaskRow
    from kata_desktop.domain.preview import SchedulerStatus
    from kata_desktop.domain.run import Run

translate = QCoreApplication.translate

KEEPS_FAILING = 2
"""Failures in a row from which the icon shows an error rather than a wish for attention."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrayFace:
    """State and tip of the icon."""

    state: TrayState
    tip: str
    """One sentence."""


def tray_face(
    status: SchedulerStatus, going: Sequence[Run], attention: Sequence[TaskRow], now: datetime, zone: tzinfo
) -> TrayFace:
    """Say what matters most: error, needs you, paused, offline, running, else what comes next."""
    failing = [row for row in attention if row.task.failures_in_row >= KEEPS_FAILING]
    if status.trouble:
        return TrayFace(state=TrayState.ERROR, tip=status.trouble)
    if failing:
        return TrayFace(state=TrayState.ERROR, tip=_failing(failing))
    if status.waiting or attention:
        return TrayFace(state=TrayState.ATTENTION, tip=_attention(status, attention))
    if status.paused_all:
        return TrayFace(state=TrayState.PAUSED, tip=paused_text(status, now, zone))
    if status.offline:
        return TrayFace(state=TrayState.OFFLINE, tip=translate("Tray", "Waiting for the network"))
    running = [run for run in going if run.state is RunState.RUNNING]
    if running:
        return TrayFace(state=TrayState.RUNNING, tip=_running(running, status.running, now))
    return TrayFace(state=TrayState.IDLE, tip=_idle(status, now, zone))


def paused_text(status: SchedulerStatus, now: datetime, zone: tzinfo) -> str:
    """Say that everything is paused, and until when."""
    if status.paused_until is None:
        return translate("Tray", "Paused until you resume")
    return translate("Tray", "Paused until {time}").format(time=when_text(status.paused_until, zone, now))


def next_text(status: SchedulerStatus, now: datetime, zone: tzinfo) -> str:
    """Say what runs next and when; empty when nothing does."""
    if status.next_at is None or status.paused_all:
        return ""
    name, when = shortened(status.next_task_name), when_text(status.next_at, zone, now)
    today = status.next_at.astimezone(zone).date() == now.astimezone(zone).date()
    template = translate("Tray", "Next: {task} at {time}") if today else translate("Tray", "Next: {task}, {time}")
    return template.format(task=name, time=when)


def shortened(text: str, most: int = 48) -> str:
    """Return a text short enough for a menu or a tip."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _failing(rows: Sequence[TaskRow]) -> str:
    if len(rows) > 1:
        return translate("Tray", "%n tasks keep failing", None, len(rows))
    task = rows[0].task
    template = translate("Tray", "{task} failed {count} times")
    return template.format(task=shortened(task.spec.name), count=task.failures_in_row)


def _attention(status: SchedulerStatus, attention: Sequence[TaskRow]) -> str:
    if status.waiting == 1:
        return translate("Tray", "1 run waits for you")
    if status.waiting:
        return translate("Tray", "%n runs wait for you", None, status.waiting)
    if len(attention) == 1:
        name = shortened(attention[0].task.spec.name)
        return translate("Tray", "{task} needs your attention").format(task=name)
    return translate("Tray", "%n tasks need your attention", None, len(attention))


def _running(running: Sequence[Run], count: int, now: datetime) -> str:
    if count > 1:
        return translate("Tray", "%n tasks are running", None, count)
    run = running[0]
    name = shortened(run.task_name)
    if run.started_at is None:
        return translate("Tray", "Running {task}").format(task=name)
    return translate("Tray", "Running {task} · {span}").format(task=name, span=minutes_text(now - run.started_at))


def _idle(status: SchedulerStatus, now: datetime, zone: tzinfo) -> str:
    if status.next_at is None:
        return translate("Tray", "Kata Desktop · nothing scheduled")
    when = when_text(status.next_at, zone, now)
    template = translate("Tray", "Kata Desktop · next: {task} {time}")
    return template.format(task=shortened(status.next_task_name), time=when)
