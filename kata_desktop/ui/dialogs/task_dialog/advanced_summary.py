"""The folded options in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kata_desktop.ui.dialogs.task_dialog.unit_words import unit_words
from kata_desktop.ui.widgets.step_field import Durations

if TYPE_CHECKING:
    from kata_desktop.domain.task_input import TaskInput

translate = QCoreApplication.translate
_ALWAYS = ("retries", "timeout", "catch_up", "overlap")


def summary(now: TaskInput, defaults: TaskInput) -> str:
    """Return what differs from the defaults; while nothing does, the most important of them."""
    differs = [name for name in _PHRASES if getattr(now, name) != getattr(defaults, name)]
    said = (_PHRASES[name](now) for name in differs or _ALWAYS)
    return " · ".join(text for text in said if text)


def _retries(raw: TaskInput) -> str:
    match raw.retries:
        case "0":
            return translate("TaskDialog", "no retries")
        case "1":
            return translate("TaskDialog", "1 retry")
        case text:
            return translate("TaskDialog", "{number} retries").format(number=text)


def _delay(raw: TaskInput) -> str:
    return translate("TaskDialog", "retry after {span}").format(span=_span(raw.retry_delay))


def _timeout(raw: TaskInput) -> str:
    return translate("TaskDialog", "{span} limit").format(span=_span(raw.timeout))


def _catch_up(raw: TaskInput) -> str:
    match raw.catch_up:
        case "skip":
            return translate("TaskDialog", "skip if missed")
        case "all":
            return translate("TaskDialog", "run all that were missed")
        case _:
            return translate("TaskDialog", "run once if missed")


def _window(raw: TaskInput) -> str:
    return translate("TaskDialog", "catch up within {span}").format(span=_span(raw.window))


def _overlap(raw: TaskInput) -> str:
    match raw.overlap:
        case "queue":
            return translate("TaskDialog", "queue when still running")
        case "restart":
            return translate("TaskDialog", "restart when still running")
        case "parallel":
            return translate("TaskDialog", "run beside a running one")
        case _:
            return translate("TaskDialog", "skip when still running")


def _jitter(raw: TaskInput) -> str:
    return translate("TaskDialog", "up to {span} delay").format(span=_span(raw.jitter))


def _hours(raw: TaskInput) -> str:
    if not raw.active_hours:
        return ""
    return translate("TaskDialog", "active {hours}").format(hours=raw.active_hours.replace("-", "–"))


def _model(raw: TaskInput) -> str:
    return raw.model or ""


def _thinking(raw: TaskInput) -> str:
    return translate("TaskDialog", "{level} thinking").format(level=raw.thinking)


def _session(raw: TaskInput) -> str:
    return translate("TaskDialog", "one conversation") if raw.session == "continue" else ""


def _changed(raw: TaskInput) -> str:
    return translate("TaskDialog", "only when changed") if raw.only_when_changed else ""


def _tokens(raw: TaskInput) -> str:
    return translate("TaskDialog", "{number} tokens a day").format(number=raw.max_tokens_per_day)


def _cost(raw: TaskInput) -> str:
    return translate("TaskDialog", "${amount} a day").format(amount=raw.max_cost_per_day)


def _tags(raw: TaskInput) -> str:
    return ", ".join(raw.tags or ())


def _span(raw: str | None) -> str:
    return Durations(unit_words()).shown(raw or "")


_PHRASES = {
    "retries": _retries, "retry_delay": _delay, "timeout": _timeout, "catch_up": _catch_up, "window": _window,
    "overlap": _overlap, "jitter": _jitter, "active_hours": _hours, "model": _model, "thinking": _thinking,
    "session": _session, "only_when_changed": _changed, "max_tokens_per_day": _tokens, "max_cost_per_day": _cost,
    "tags": _tags,
}  # fmt: skip
