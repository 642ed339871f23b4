"""A run in words, an icon and a tone: what the list and the detail both say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from kata_desktop.agent.arguments import Writer, read_arguments
from kata_desktop.domain.run import Delivery, Reason, Run, RunState, Source
from kata_desktop.ui.pages.activity.local_time import span

if TYPE_CHECKING:
    from kata_desktop.ui.pages.activity.local_time import LocalTime
    from kata_desktop.ui.theme.tokens import ColorRole


UNSEEN_ENDS = frozenset({Reason.INTERRUPTED, Reason.NEEDS_REVIEW})
"""Ends that were found out later: how long it had worked is known by its last sign of life only."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How a status is shown: by shape, colour and word."""

    icon: str
    ink: ColorRole
    word: str


def look(run: Run) -> Look:
    """Return how a run's status is shown."""
    if run.status == "succeeded" and run.delivery in (Delivery.FAILED, Delivery.UNKNOWN):
        lost = QCoreApplication.translate("Run", "Not delivered")
        doubtful = QCoreApplication.translate("Run", "Perhaps delivered")
        return Look(icon="send", ink="warn", word=lost if run.delivery is Delivery.FAILED else doubtful)
    icon, ink = _LOOKS.get(run.status, ("circle-dashed", "text_3"))
    return Look(icon=icon, ink=ink, word=QCoreApplication.translate("Run", str(_WORDS.get(run.status, run.status))))


_LOOKS: dict[str, tuple[str, ColorRole]] = {
    "queued": ("clock", "text_2"),
    "running": ("loader-circle", "run"),
    "waiting": ("shield-alert", "warn"),
    "succeeded": ("circle-check", "ok"),
    "failed": ("circle-x", "bad"),
    "timed-out": ("timer-off", "bad"),
    "cancelled": ("ban", "text_2"),
    "interrupted": ("zap", "warn"),
    "skipped": ("circle-minus", "text_2"),
    "missed": ("rotate-ccw", "text_2"),
    "needs-review": ("triangle-alert", "warn"),
}


_WORDS: dict[str, object] = {
    "queued": QT_TRANSLATE_NOOP("Run", "Queued"),
    "running": QT_TRANSLATE_NOOP("Run", "Running"),
    "waiting": QT_TRANSLATE_NOOP("Run", "Waiting for you"),
    "succeeded": QT_TRANSLATE_NOOP("Run", "Succeeded"),
    "failed": QT_TRANSLATE_NOOP("Run", "Failed"),
    "timed-out": QT_TRANSLATE_NOOP("Run", "Timed out"),
    "cancelled": QT_TRANSLATE_NOOP("Run", "Stopped"),
    "interrupted": QT_TRANSLATE_NOOP("Run", "Interrupted"),
    "skipped": QT_TRANSLATE_NOOP("Run", "Skipped"),
    "missed": QT_TRANSLATE_NOOP("Run", "Missed"),
    "needs-review": QT_TRANSLATE_NOOP("Run", "Needs your review"),
}


def headline(run: Run) -> str:
    """Return the status in words, with how many occurrences it stands for."""
    if run.count > 1 and run.status == "missed":
        return QCoreApplication.translate("Run", "Missed %n times", "", run.count)
    if run.count > 1 and run.status == "skipped":
        return QCoreApplication.translate("Run", "Skipped %n times", "", run.count)
    return look(run).word


def line(run: Run, when: LocalTime) -> str:
    """Return the small line below the name: what is going on, or how it ended and why."""
    match run.state:
        case RunState.RUNNING:
            parts = [run.progress_text or QCoreApplication.translate("Run", "Running")]
            if run.progress is not None:
                parts.append(QCoreApplication.translate("Run", "{percent} %").format(percent=run.progress))
        case RunState.QUEUED:
            parts = [start_words(run, when) or look(run).word, run.detail]
        case RunState.PARKED:
            parts = [look(run).word, run.detail]
        case _:
            parts = _end(run)
    if run.test:
        parts.insert(0, QCoreApplication.translate("Run", "Test run"))
    return " · ".join(part for part in parts if part)


def start_words(run: Run, when: LocalTime) -> str:
    """Return when a waiting run starts or is tried again; empty when only a free place is missing."""
    again = run.attempt > 0
    if run.available_at is None or run.available_at <= when.now:
        return QCoreApplication.translate("Run", "Waits to try again") if again else ""
    template = (
        QCoreApplication.translate("Run", "Next try at {time}")
        if again or run.retries_used
        else QCoreApplication.translate("Run", "Starts at {time}")
    )
    return template.format(time=when.coming(run.available_at))


def _end(run: Run) -> list[str]:
    late = run.source is Source.CATCH_UP
    if run.reason is Reason.COMPLETED:
        first = _first_line(run.output) or QCoreApplication.translate("Run", "Succeeded")
        if run.delivery in (Delivery.FAILED, Delivery.UNKNOWN):
            first = look(run).word
        tail = QCoreApplication.translate("Run", "ran late") if late else run.detail
        return [first, tail if tail != first else ""]
    first, rest = (run.detail.rstrip("."), "") if _tells(run) else (headline(run), run.detail)
    return [first, rest, _retries(run)]


def _retries(run: Run) -> str:
    match run.attempt - 1:
        case count if count < 1:
            return ""
        case 1:
            return QCoreApplication.translate("Run", "retried once")
        case count:
            return QCoreApplication.translate("Run", "retried %n times", "", count)


def _tells(run: Run) -> bool:
    """Whether the detail alone says what happened: a failure's does, beside its icon."""
    return run.status in ("failed", "timed-out") and bool(run.detail)


def _first_line(output: str) -> str:
    for text in output.splitlines():
        if plain := text.strip().lstrip("#>*-• ").replace("**", "").replace("`", ""):
            return plain[:160]
    return ""


def duration(run: Run, when: LocalTime) -> str:
    """Return how long it worked; while it runs, since when; empty when it never started or nobody knows."""
    if run.state in (RunState.RUNNING, RunState.PARKED) and run.started_at is not None:
        return span((when.now - run.started_at).total_seconds())
    if run.started_at is None or (run.reason in UNSEEN_ENDS and not run.working_seconds):
        return ""
    return span(run.working_seconds)


_SOURCES: dict[Source, object] = {
    Source.SCHEDULE: QT_TRANSLATE_NOOP("Run", "scheduled"),
    Source.CATCH_UP: QT_TRANSLATE_NOOP("Run", "scheduled, caught up late"),
    Source.MANUAL: QT_TRANSLATE_NOOP("Run", "started by you"),
    Source.TEST: QT_TRANSLATE_NOOP("Run", "test run"),
    Source.RETRY: QT_TRANSLATE_NOOP("Run", "run again"),
    Source.EVENT: QT_TRANSLATE_NOOP("Run", "started by an event"),
    Source.DEPENDENCY: QT_TRANSLATE_NOOP("Run", "started after another task"),
    Source.HEARTBEAT: QT_TRANSLATE_NOOP("Run", "heartbeat"),
    Source.AGENT: QT_TRANSLATE_NOOP("Run", "started by an agent"),
    Source.PLUGIN: QT_TRANSLATE_NOOP("Run", "started by a plugin"),
    Source.MESSAGE: QT_TRANSLATE_NOOP("Run", "your reply"),
}


def source(run: Run) -> str:
    """Return what made it start, in lower case for the middle of a line; who asked, when somebody in a channel did."""
    asked = read_arguments(run.arguments) if run.source is Source.MESSAGE else None
    if asked is not None and asked.writer is not None:
        return _asked_by(asked.writer)
    return QCoreApplication.translate("Run", str(_SOURCES[run.source]))


def _asked_by(writer: Writer) -> str:
    channel = writer.channel.capitalize()
    if writer.is_owner:
        return QCoreApplication.translate("Run", "asked by you in {channel}").format(channel=channel)
    place = " ".join(part for part in (channel, writer.where) if part)
    template = QCoreApplication.translate("Run", "asked by {name} in {place}")
    return template.format(name=writer.name or writer.id, place=place)


def spoken(run: Run, when: LocalTime) -> str:
    """Return one row as a screen reader says it."""
    parts = (run.task_name, headline(run), line(run, when), when.moment(run.slot), duration(run, when))
    return ", ".join(dict.fromkeys(part for part in parts if part))
