"""An icon for a task, guessed from its words; tasks have none of their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kata_desktop.domain.trigger import Event, Interval, Once

if TYPE_CHECKING:
    from kata_desktop.domain.task import TaskSpec

_BY_WORD = (
    ("git-pull-request", ("pull request", "pull-request", "merge request", "code review")),
    ("mail", ("inbox", "mail", "newsletter")),
    ("newspaper", ("news", "headline", "press")),
    ("chart-no-axes-column", ("revenue", "metrics", "kpi", "sales", "figures", "statistic")),
    ("file-text", ("brief", "report", "summary", "summar", "minutes", "notes", "meeting", "digest")),
    ("message-circle", ("reminder", "remind", "dinner", "birthday", "family", "friend")),
    ("bug", ("bug", "incident", "crash", "error log")),
    ("database", ("backup", "database", "export")),
    ("coins", ("invoice", "budget", "expense", "tax", "bill")),
    ("calendar-days", ("calendar", "agenda", "appointment")),
    ("globe", ("website", "web page", "competitor", "search")),
    ("heart-pulse", ("health", "workout", "water", "medicine")),
    ("list-checks", ("todo", "to-do", "checklist", "plan")),
)
_PATTERNS = tuple(
    (icon, re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + ")", re.IGNORECASE)) for icon, words in _BY_WORD
)


def task_icon(spec: TaskSpec) -> str:
    """Return the name of an icon: by the name's words, then the prompt's first line, then the kind of trigger."""
    for text in (spec.name, spec.prompt.partition("\n")[0][:200]):
        for icon, pattern in _PATTERNS:
            if pattern.search(text):
                return icon
    match spec.trigger:
        case Once():
            return "bell"
        case Interval():
            return "timer"
        case Event():
            return "zap"
        case _:
            return "calendar-clock"
