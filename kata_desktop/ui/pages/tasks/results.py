"""How a task's last or present run is told in a row: one icon, a word, the cause, and what a person can do."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kata_desktop.domain.run import Delivery, Reason, Run, RunState, Source
from kata_desktop.plugins.ports import plugin_of
from kata_desktop.ui.moments import past_text, span_text, when_text
from kata_desktop.ui.theme.tokens import Tone

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from kata_desktop.domain.listing import TaskRow

translate = QCoreApplication.translate

MENDED_IN_SETTINGS = {
    "bad-answer": "models",
    "bad-key": "models",
    "bad-request": "models",
    "model-unknown": "models",
    "no-key": "models",
    "no-model": "models",
    "no-quota": "models",
    "unknown-host": "models",
}
"""Which section of the settings mends a kind of failure."""
MENDED_IN_PLUGIN = frozenset({"bad-page", "plugin-not-ready", "private-address", "too-large"})
"""Kinds of failure that the settings of the task's plugin mend: what it looks at, and whether it is ready."""


class RowAction(enum.Enum):
    """What the button of a row does."""

    RUN = "run"
    """Run it now."""
    STOP = "stop"
    """Stop the run that goes on."""
    FIX = "fix"
    """Open what mends the failure."""
    REVIEW = "review"
    """Open the run, which waits for a person."""
    RESEND = "resend"
    """Deliver the result again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultView:
    """The last result, in words."""

    icon: str
    tone: Tone
    head: str
    sub: str = ""
    action: RowAction = RowAction.RUN
    run_id: str = ""
    """The run that it tells of."""
    mend: str = ""
    """The section of the settings that mends it; empty when the run itself tells more."""
    plugin: str = ""
    """The id of the plugin whose settings mend it; empty when none do."""


def result_of(row: TaskRow, now: datetime, zone: tzinfo) -> ResultView:
    """Tell of the run that goes on, else of the last one; of what stands in the way of any for what is unreadable."""
    if row.active_run is not None:
        return _going(row.active_run, now, zone)
    if row.task.unreadable:
        return ResultView(
            icon="triangle-alert",
            tone=Tone.WARN,
            head=translate("Result", "Cannot be read"),
            sub=translate("Result", "delete it or restore a backup"),
            action=RowAction.FIX,
            mend="storage",
        )
    if row.last_run is None:
        return ResultView(icon="circle-dashed", tone=Tone.MUTED, head=translate("Result", "Never run"))
    plugin = plugin_of(row.task.spec.handler) if row.last_run.error_kind in MENDED_IN_PLUGIN else ""
    return replace(_ended(row.last_run, now, zone), plugin=plugin)


def _going(run: Run, now: datetime, zone: tzinfo) -> ResultView:
    match run.state:
        case RunState.PARKED:
            since = run.started_at or run.created_at or run.slot
            return ResultView(
                icon="shield-alert",
                tone=Tone.WARN,
                head=translate("Result", "Waiting for you"),
                sub=run.detail or translate("Result", "since {time}").format(time=past_text(since, zone, now)),
                action=RowAction.REVIEW,
                run_id=run.id,
            )
        case RunState.QUEUED:
            return ResultView(
                icon="clock",
                tone=Tone.MUTED,
                head=translate("Result", "Queued"),
                sub=_queued(run, now, zone),
                action=RowAction.STOP,
                run_id=run.id,
            )
        case _:
            elapsed = span_text(now - run.started_at) if run.started_at else ""
            percent = f"{run.progress} %" if run.progress is not None else ""
            return ResultView(
                icon="loader-circle",
                tone=Tone.INFO,
                head=translate("Result", "Stopping") if run.cancel_requested else translate("Result", "Running now"),
                sub=_dotted(elapsed, percent, run.progress_text),
                action=RowAction.STOP,
                run_id=run.id,
            )


def _queued(run: Run, now: datetime, zone: tzinfo) -> str:
    later = run.available_at is not None and run.available_at > now
    if run.attempt and later and run.available_at:
        text = translate("Result", "next try at {time}")
        return _dotted(text.format(time=when_text(run.available_at, zone, now)), run.detail)
    if later and run.available_at:
        return translate("Result", "starts at {time}").format(time=when_text(run.available_at, zone, now))
    return run.detail or translate("Result", "waits for a free place")


def _ended(run: Run, now: datetime, zone: tzinfo) -> ResultView:
    when = past_text(run.finished_at or run.started_at or run.slot, zone, now)
    match run.reason:
        case Reason.COMPLETED:
            return _completed(run, when)
        case Reason.NEEDS_REVIEW:
            head = translate("Result", "Needs your review")
            return _bad(run, head, when, icon="shield-alert", tone=Tone.WARN, action=RowAction.REVIEW)
        case Reason.TIMED_OUT:
            return _bad(run, translate("Result", "Timed out"), when, icon="timer-off")
        case Reason.INTERRUPTED:
            return _bad(run, translate("Result", "Interrupted"), when, icon="unplug", action=RowAction.RUN)
        case Reason.CANCELLED:
            return _quiet(run, translate("Result", "Stopped"), when, icon="square")
        case Reason.MISSED | Reason.EXPIRED:
            return _quiet(run, _counted(run, translate("Result", "Missed")), when, icon="history", tone=Tone.WARN)
        case Reason.FAILED | Reason.ABANDONED | None:
            return _bad(run, translate("Result", "Failed"), when, icon="circle-x")
        case _:
            return _quiet(run, _counted(run, translate("Result", "Skipped")), when, icon="circle-minus")


def _completed(run: Run, when: str) -> ResultView:
    took = span_text(timedelta(seconds=run.working_seconds)) if run.working_seconds >= 1 else ""
    late = run.source is Source.CATCH_UP
    match run.delivery:
        case Delivery.FAILED:
            head = translate("Result", "Not delivered")
        case Delivery.UNKNOWN:
            head = translate("Result", "Perhaps delivered")
        case _:
            head = translate("Result", "Missed, ran late") if late else translate("Result", "Succeeded")
            return ResultView(
                icon="circle-check", tone=Tone.OK, head=head, sub=_dotted(when, took), run_id=run.id
            )  # fmt: skip
    return ResultView(
        icon="triangle-alert", tone=Tone.WARN, head=head, sub=_dotted(when, translate("Result", "the result is kept")),
        action=RowAction.RESEND, run_id=run.id,
    )  # fmt: skip


def _bad(
    run: Run, head: str, when: str, *, icon: str, tone: Tone = Tone.BAD, action: RowAction = RowAction.FIX
) -> ResultView:
    return ResultView(
        icon=icon,
        tone=tone,
        head=head,
        sub=_dotted(when, run.detail.rstrip(".")),
        action=action,
        run_id=run.id,
        mend=MENDED_IN_SETTINGS.get(run.error_kind, ""),
    )


def _quiet(run: Run, head: str, when: str, *, icon: str, tone: Tone = Tone.MUTED) -> ResultView:
    return ResultView(icon=icon, tone=tone, head=head, sub=_dotted(when, run.detail.rstrip(".")), run_id=run.id)


def _counted(run: Run, word: str) -> str:
    return f"{word} × {run.count}" if run.count > 1 else word


def _dotted(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
