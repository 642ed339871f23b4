"""A conversation from top to bottom: the newest turns at once, earlier ones when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from kata_desktop.domain.session import TurnState
from kata_desktop.ui.pages.sessions.turn_view import TurnView
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.domain.session import Turn
    from kata_desktop.ui.pages.activity.local_time import LocalTime
    from kata_desktop.ui.theme.theme import Theme

AT_ONCE = 30
"""Turns shown of a conversation, and added each time that earlier ones are asked for."""
_NEAR = 40


class TurnsView(QScrollArea):
    """Builds one turn at a time, so that a long conversation never holds up the window; stays at its end.

    Signals:
        run_wanted: the id of a run to be shown in Activity.
        retry_wanted: the id of a run that failed, to be run again.
    """

    run_wanted = Signal(str)
    retry_wanted = Signal(str)

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._turns: tuple[Turn, ...] = ()
        self._when: LocalTime | None = None
        self._first = 0
        self._views: dict[int, TurnView] = {}
        self._following = True
        self._lives: dict[str, str] = {}
        self.earlier = Button(theme, "", ButtonKind.LINK, icon="chevron-up")
        self.earlier.clicked.connect(self._show_earlier)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(12)
        self._work = QTimer(self)
        self._work.timeout.connect(self._build_one)
        self._hold()

    def _hold(self) -> None:
        self.setAccessibleName(self.tr("Conversation"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = boxed(column(row(None, self.earlier, None), self._lines, None, margins=(18, 4, 18, 12), spacing=8))
        body.setProperty("scrollbody", "true")
        self.setWidget(body)
        self.earlier.hide()
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(self._range_changed)
        bar.valueChanged.connect(self._scrolled)

    @property
    def busy(self) -> bool:
        """Whether turns are still to be built."""
        return self._work.isActive()

    @property
    def views(self) -> tuple[TurnView, ...]:
        """The turns on the screen, from top to bottom."""
        return tuple(view for _, view in sorted(self._views.items()))

    def show_turns(self, turns: Sequence[Turn], when: LocalTime, *, anew: bool) -> None:
        """Show a conversation; what has not changed stays as it is, unless it is another one (`anew`)."""
        before, self._turns, self._when = self._turns, tuple(turns), when
        if anew:
            self._drop_from(0)
            self._first = max(0, len(turns) - AT_ONCE)
            self._following = True
        else:
            same = next((place for place, (old, new) in enumerate(zip(before, turns, strict=False)) if old != new),
                        min(len(before), len(turns)))  # fmt: skip
            self._drop_from(same)
        self._tell_earlier()
        self._go_on()

    def show_live(self, run_id: str, so_far: str, piece: str = "") -> None:
        """Show how far the answer of a run has got."""
        if not piece:
            self._lives[run_id] = so_far
        for view in self._views.values():
            if view.turn.run_id == run_id and view.turn.state is TurnState.GOING:
                view.show_live(so_far, piece)

    def to_end(self) -> None:
        """Go on at the end, as after something was sent."""
        self._following = True
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def _drop_from(self, place: int) -> None:
        for number in [each for each in self._views if each >= place]:
            view = self._views.pop(number)
            self._lines.removeWidget(view)
            view.hide()
            view.deleteLater()

    def _go_on(self) -> None:
        if self._missing() is not None:
            self._work.start(0)

    def _missing(self) -> int | None:
        """The next turn to build: from the end upwards, so that what is new is there first."""
        return next((place for place in range(len(self._turns) - 1, self._first - 1, -1)
                     if place not in self._views), None)  # fmt: skip

    def _build_one(self) -> None:
        place = self._missing()
        if place is None or self._when is None:
            self._work.stop()
            return
        turn = self._turns[place]
        view = TurnView(self._theme, turn, self._when, parent=self.widget())
        view.run_wanted.connect(self.run_wanted)
        view.retry_wanted.connect(self.retry_wanted)
        self._lines.insertWidget(sum(each < place for each in self._views), view)
        self._views[place] = view
        if turn.state is TurnState.GOING:
            view.show_live(self._lives.get(turn.run_id, ""))
        view.show()

    def _show_earlier(self) -> None:
        self._following = False
        self._first = max(0, self._first - AT_ONCE)
        self._tell_earlier()
        self._go_on()

    def _tell_earlier(self) -> None:
        self.earlier.setVisible(self._first > 0)
        if self._first == 1:
            self.earlier.set_text(self.tr("Show 1 earlier turn"))
        else:
            self.earlier.set_text(self.tr("Show earlier turns (%n more)", "", self._first))

    def _range_changed(self, _low: int, high: int) -> None:
        if self._following:
            self.verticalScrollBar().setValue(high)

    def _scrolled(self, value: int) -> None:
        if not self._work.isActive():
            self._following = value >= self.verticalScrollBar().maximum() - _NEAR
