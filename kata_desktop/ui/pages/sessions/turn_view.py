"""One thing that was said: who, when, and the words; while it is being said, as far as it has got."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kata_desktop.domain.session import Speaker, Turn, TurnState
from kata_desktop.ui.pages.activity.output_view import LiveText
from kata_desktop.ui.pages.sessions.session_words import speaker_name
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.frames import Card
from kata_desktop.ui.widgets.labels import IconLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import column, row
from kata_desktop.ui.widgets.long_text import LongText, is_cheap_markdown
from kata_desktop.ui.widgets.markdown_view import MarkdownView

if TYPE_CHECKING:
    from PySide6.QtWidgets import QHBoxLayout

    from kata_desktop.ui.pages.activity.local_time import LocalTime
    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.theme.tokens import ColorRole

_LONG_LINES, _LIVE_LINES, _INDENT = 18, 7, 46


class TurnView(QWidget):
    """What people say stands on a card at the end of the line, what Kata says on the ground.

    Signals:
        run_wanted: the id of the run that it belongs to, to be shown in Activity.
        retry_wanted: the id of a run that failed, to be run again.
    """

    run_wanted = Signal(str)
    retry_wanted = Signal(str)

    def __init__(self, theme: Theme, turn: Turn, when: LocalTime, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.turn = theme, turn
        self._shown = 0
        self._live: LiveText | None = None
        self._name = speaker_name(turn)
        lines = column(self._head(when), spacing=4)
        self._fill(lines)
        aside = turn.speaker is not Speaker.KATA
        if aside or turn.state is TurnState.FAILED:
            lines.setContentsMargins(13, 9, 13, 10)
            whole: QWidget = Card(lines, "soft" if aside else "bad")
            start = theme.px(_INDENT) if aside else 0
            outer = row((whole, 1), margins=(start if not self.isRightToLeft() else 0, 0,
                                             0 if not self.isRightToLeft() else start, 0))  # fmt: skip
        else:
            lines.setContentsMargins(2, 2, 2, 4)
            outer = row((lines, 1))
        self.setLayout(outer)
        self.setAccessibleName(self._spoken(when))

    def show_live(self, so_far: str, piece: str = "") -> None:
        """Show what Kata has said so far; `piece` is added when the beginning of the whole is no longer kept."""
        if self._live is None:
            return
        if piece:
            self._live.add(piece)
        elif len(so_far) > self._shown:
            self._live.add(so_far[self._shown :])
            self._shown = len(so_far)
        self._live.setVisible(bool(self._live.toPlainText()))

    @property
    def live_text(self) -> str:
        """What is shown of an answer that goes on."""
        return self._live.toPlainText() if self._live is not None else ""

    def _head(self, when: LocalTime) -> QHBoxLayout:
        turn = self.turn
        kata = turn.speaker is Speaker.KATA
        icon = "sparkles" if kata else "user" if turn.speaker is not Speaker.TASK else "calendar-clock"
        time = Label(when.moment(turn.at) if turn.at else "", TextRole.SMALL)
        line = row(IconLabel(self._theme, icon, "accent_text" if kata else "text_2", 14),
                   Label(self._name, TextRole.TITLE), time, None, spacing=7)  # fmt: skip
        if turn.run_id and kata:
            name = self.tr("Show this run in Activity")
            button = Button(self._theme, kind=ButtonKind.GHOST, icon="history", name=name)
            button.clicked.connect(self._want_run)
            line.addWidget(button)
        return line

    def _fill(self, lines: QVBoxLayout) -> None:
        match self.turn.state:
            case TurnState.SAID:
                lines.addWidget(self._words(self.turn.text))
            case TurnState.WAITING:
                lines.addLayout(self._note("clock", self.turn.text or self.tr("Waits for its turn")))
            case TurnState.GOING:
                lines.addLayout(self._note("loader-circle", self.tr("Is answering…")))
                self._live = LiveText(self._theme, self.tr("Live answer"), lines=_LIVE_LINES)
                self._live.hide()
                lines.addWidget(self._live)
            case TurnState.FAILED:
                again = Button(self._theme, self.tr("Ask again"), icon="rotate-ccw")
                again.setAccessibleDescription(self.turn.text)
                again.clicked.connect(self._want_retry)
                words = Label(self.turn.text or self.tr("There was no answer."), wrap=True, selectable=True)
                lines.addLayout(row(IconLabel(self._theme, "circle-x", "bad", 15), (words, 1), again, spacing=9))

    def _words(self, text: str) -> QWidget:
        name = self.tr("{name} said").format(name=self._name)
        if is_cheap_markdown(text):
            view = MarkdownView(self._theme, name, fit=True)
            view.set_markdown(text)
            return view
        long = LongText(self._theme, name, lines=_LONG_LINES)
        long.show_text(text)
        return long

    def _note(self, icon: str, text: str) -> QHBoxLayout:
        ink: ColorRole = "run" if icon == "loader-circle" else "text_2"
        return row(IconLabel(self._theme, icon, ink, 14), (Label(text, TextRole.MUTED, wrap=True), 1), spacing=8)

    def _spoken(self, when: LocalTime) -> str:
        at = when.moment(self.turn.at) if self.turn.at else ""
        return ", ".join(part for part in (self._name, at) if part)

    def _want_run(self) -> None:
        self.run_wanted.emit(self.turn.run_id)

    def _want_retry(self) -> None:
        self.retry_wanted.emit(self.turn.run_id)
