"""What to do with changes that are not saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kata_desktop.ui.dialogs.question import CANCEL, Question
from kata_desktop.ui.theme.tokens import Tone

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.theme.theme import Theme

_DISCARD = "discard"


def ask_discard(theme: Theme, parent: QWidget, discard: Callable[[], None]) -> Question:
    """Ask over a window and call `discard` if that is the answer; returns the question, which is open already."""
    translate = QCoreApplication.translate
    keep, throw = translate("Discard", "Keep editing"), translate("Discard", "Discard")
    title = translate("Discard", "Discard what you changed?")
    question = Question(
        theme, title, translate("Discard", "Nothing of it has been saved."), {CANCEL: keep, _DISCARD: throw},
        icon="triangle-alert", tone=Tone.WARN, danger=_DISCARD, primary=CANCEL, parent=parent,
    )  # fmt: skip

    def take(answer: str) -> None:
        if answer == _DISCARD:
            discard()

    question.answered.connect(take)
    question.open()
    return question
