"""What the rows of the tray's menu say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kata_desktop.ui.moments import minutes_text, past_text
from kata_desktop.ui.tray_words import shortened

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from kata_desktop.domain.run import Run

translate = QCoreApplication.translate


def attention_text(waiting: int, others: int) -> str:
    """How many runs wait for a person, else how many tasks need one; empty when none does."""
    if waiting == 1:
        return translate("TrayMenu", "1 run waits for you…")
    if waiting:
        return translate("TrayMenu", "%n runs wait for you…", None, waiting)
    if others == 1:
        return translate("TrayMenu", "1 task needs attention…")
    return translate("TrayMenu", "%n tasks need attention…", None, others) if others else ""


def asking_text(count: int) -> str:
    """How many people ask to be let in."""
    if count == 1:
        return translate("TrayMenu", "1 person wants to write to Kata…")
    return translate("TrayMenu", "%n people want to write to Kata…", None, count)


def running_text(run: Run, now: datetime) -> str:
    """What runs, and for how long."""
    if not run.started_at:
        return translate("TrayMenu", "Running: {task}").format(task=shortened(run.task_name))
    span = minutes_text(now - run.started_at)
    return translate("TrayMenu", "Running: {task} ({span})").format(task=shortened(run.task_name), span=span)


def result_text(run: Run, now: datetime, zone: tzinfo) -> str:
    """What became of a run, and when."""
    words = {
        "succeeded": translate("TrayMenu", "succeeded"),
        "failed": translate("TrayMenu", "failed"),
        "timed-out": translate("TrayMenu", "timed out"),
        "cancelled": translate("TrayMenu", "stopped"),
        "interrupted": translate("TrayMenu", "interrupted"),
        "skipped": translate("TrayMenu", "skipped"),
        "missed": translate("TrayMenu", "missed"),
        "needs-review": translate("TrayMenu", "needs review"),
    }
    return translate("TrayMenu", "{task} · {result} · {when}").format(
        task=shortened(run.task_name, 36),
        result=words.get(run.status, run.status),
        when=past_text(run.finished_at or run.slot, zone, now),
    )
