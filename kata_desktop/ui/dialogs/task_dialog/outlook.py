"""What would happen with the texts as they are, worked out beside the loop so that no keystroke ever waits."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from kata_desktop.domain.preview import Preview
from kata_desktop.ui.dialogs.task_dialog.drafts import TRIGGER_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from kata_desktop.domain.errors import FieldError
    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.ui.slots import Slots

_PAUSE_MS = 30
"""After the last keystroke; with the work itself far below the tenth of a second that a person may have to wait."""
_DECISIVE = {*TRIGGER_FIELDS, "days", "until", "max_runs", "active_hours"}
"""Fields without which nothing can be said about the coming runs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """An input to look at, and what the form itself found wrong with it."""

    raw: TaskInput
    problems: tuple[FieldError, ...]
    look: Callable[[TaskInput], Preview]
    """May be called on any thread."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """The answer."""

    errors: tuple[FieldError, ...]
    preview: Preview
    """Of the input without what is wrong; its own errors are left only when nothing can be said."""


class Forecast(QObject):
    """Asks again a moment after the last change; answers that are out of date are dropped.

    Signals:
        answered: the `Outlook` of the newest question.
    """

    answered = Signal(object)

    def __init__(self, slots: Slots, ask: Callable[[], Question], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._slots, self._ask = slots, ask
        self._busy = self._again = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._start)

    def want(self) -> None:
        """Something changed."""
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()
        self._again = False

    def _start(self) -> None:
        if self._busy:
            self._again = True
            return
        self._busy = True
        self._slots.start(self._work(), name="preview")

    async def _work(self) -> None:
        try:
            question = self._ask()
            outlook = await asyncio.to_thread(look_ahead, question)
            if not self._timer.isActive():
                self.answered.emit(outlook)
        finally:
            self._busy = False
        if self._again:
            self._again = False
            self._start()


def look_ahead(question: Question) -> Outlook:
    """Check an input; when what is wrong says nothing about the times, show them all the same."""
    first = question.look(question.raw)
    mended = {problem.field for problem in question.problems}
    told = [error for error in first.errors if not (mended.intersection({"days"}) and error.field == "cron")]
    errors = (*question.problems, *told)
    wrong = {error.field for error in errors}
    if not first.errors or wrong & _DECISIVE:
        blocked = Preview(errors=errors) if wrong & _DECISIVE else first
        return Outlook(errors=errors, preview=blocked)
    return Outlook(errors=errors, preview=question.look(_without(question.raw, wrong)))


def _without(raw: TaskInput, wrong: set[str]) -> TaskInput:
    """Return an input whose wrong fields are left out; a prompt has to be there."""
    given: dict[str, str | None] = {name: None for name in wrong if hasattr(raw, name)}
    if "prompt" in given:
        given["prompt"] = "anything"
    return replace(raw, **given)  # type: ignore[arg-type]
