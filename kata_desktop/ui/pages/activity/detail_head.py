"""The head of the detail: which run, when and why, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from kata_desktop.domain.run import Run, RunState
from kata_desktop.ui.pages.activity import run_words
from kata_desktop.ui.pages.tasks.task_icons import task_icon
from kata_desktop.ui.widgets.buttons import Button, ButtonKind, MenuButton
from kata_desktop.ui.widgets.labels import ElidedLabel, IconLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.tile import Tile

if TYPE_CHECKING:
    from kata_desktop.domain.task import TaskSpec
    from kata_desktop.ui.pages.activity.local_time import LocalTime
    from kata_desktop.ui.theme.theme import Theme


class DetailHead(QWidget):
    """Tile, name, a line about the run, Run again or Stop, and a menu.

    Attributes:
        stop: ends the run; shown while it goes on.
        again: runs the task again; shown once it has ended.

    Signals:
        menu_wanted: the menu opens; fill it.
    """

    menu_wanted = Signal(QMenu)

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tile = Tile(theme, "history", size=36)
        self._name = ElidedLabel("", TextRole.H2)
        self._sign = IconLabel(theme, "history", "text_3", 13)
        self._line = Label("", TextRole.SMALL, wrap=True)
        self.stop = Button(theme, self.tr("Stop"), ButtonKind.DANGER, icon="square")
        self.again = Button(theme, self.tr("Run again"), icon="play")
        more = MenuButton(theme, name=self.tr("More about this run"))
        words = column(self._name, row(self._sign, (self._line, 1), spacing=5), spacing=1)
        boxed(row(self._tile, (words, 1), self.stop, self.again, more, spacing=11), self)
        more.about_to_show.connect(self.menu_wanted)

    def show_run(self, run: Run, spec: TaskSpec | None, when: LocalTime) -> None:
        """Show a run."""
        self._tile.set_look(task_icon(spec) if spec is not None else "history", active=spec is not None)
        self._name.set_text(run.task_name)
        look = run_words.look(run)
        self._sign.set_icon(look.icon, look.ink, name=look.word)
        self._line.setText(self._words(run, spec, when))
        going = run.state is not RunState.DONE
        self.stop.setVisible(going)
        self.stop.setEnabled(not run.cancel_requested)
        self.stop.set_text(self.tr("Stopping…") if run.cancel_requested else self.tr("Stop"))
        self.again.setVisible(not going)

    def take_keyboard(self) -> None:
        """Bring the keyboard to what can be done with the run."""
        button = self.again if self.again.isVisibleTo(self) else self.stop
        button.setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def words(self) -> str:
        """The line below the name."""
        return self._line.text()

    def _words(self, run: Run, spec: TaskSpec | None, when: LocalTime) -> str:
        parts = [run_words.headline(run), when.moment(run.slot), run_words.source(run), self._attempt(run, spec)]
        if run.state is RunState.QUEUED:
            parts.append(run_words.start_words(run, when))
        if run.state is RunState.RUNNING:
            parts += [run_words.duration(run, when), run.progress_text]
        return " · ".join(part for part in parts if part)

    def _attempt(self, run: Run, spec: TaskSpec | None) -> str:
        if run.attempt < 2:
            return ""
        most = max(run.attempt, spec.retry.retries + 1 if spec is not None else 0)
        return self.tr("attempt {number} of {most}").format(number=run.attempt, most=most)
