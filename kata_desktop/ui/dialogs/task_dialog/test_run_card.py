"""A test run of what is typed, shown as it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal

from kata_desktop.domain.run import Reason, Run, RunState
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.frames import Card
from kata_desktop.ui.widgets.labels import IconLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import column, row
from kata_desktop.ui.widgets.markdown_view import MarkdownView
from kata_desktop.ui.widgets.spinner import Spinner

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.theme.theme import Theme


class TestRunCard(Card):
    """Hidden until there is a test run.

    Attributes:
        stop: the button that stops it.

    Signals:
        stop_wanted: the person wants it stopped.
    """

    __test__ = False
    stop_wanted = Signal()

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        self._spinner = Spinner(theme, QCoreApplication.translate("TestRunCard", "Test run is going on"))
        self._icon = IconLabel(theme, "circle-check", "ok")
        self._title = Label("", TextRole.TITLE, wrap=True)
        self._detail = Label("", TextRole.SMALL, wrap=True)
        translate = QCoreApplication.translate
        self.stop = Button(theme, translate("TestRunCard", "Stop"), icon="square", kind=ButtonKind.DANGER)
        self._close = Button(theme, kind=ButtonKind.GHOST, icon="x", name=translate("TestRunCard", "Close test run"))
        self._output = MarkdownView(theme, translate("TestRunCard", "Test result"), fit=True)
        head = row(self._spinner, self._icon, (self._title, 1), self.stop, self._close, spacing=8)
        super().__init__(column(head, self._detail, self._output, margins=(13, 8, 8, 12), spacing=6), parent=parent)
        self.stop.clicked.connect(self._ask_stop)
        self._close.clicked.connect(self.hide)
        self.hide()

    @property
    def title(self) -> str:
        """What the card says first."""
        return self._title.text()

    @property
    def text(self) -> str:
        """The output that is shown."""
        return self._output.text

    def begin(self) -> None:
        """Show that a test run starts."""
        self._say(self.tr("Test run…"), going=True)
        self._detail.hide()
        self._output.set_markdown("")
        self._output.hide()
        self.stop.setEnabled(True)
        self.show()

    def show_live(self, text: str) -> None:
        """Show what it has said so far."""
        self._output.set_markdown(text)
        self._output.setVisible(bool(text))

    def stopping(self) -> None:
        """Show that it was asked to stop."""
        self.stop.setEnabled(False)
        self._title.setText(self.tr("Stopping…"))

    def show_run(self, run: Run) -> None:
        """Show how it ended, or that it waits."""
        if run.state is not RunState.DONE:
            return
        good = run.reason is Reason.COMPLETED
        self._icon.set_icon("circle-check" if good else "circle-x", (Tone.OK if good else Tone.BAD).ink)
        seconds = f"{run.working_seconds:.1f}"
        done = self.tr("Test run succeeded after {seconds} s").format(seconds=seconds)
        words = {Reason.COMPLETED: done, Reason.CANCELLED: self.tr("Test run stopped"),
                 Reason.TIMED_OUT: self.tr("Test run timed out")}  # fmt: skip
        self._say(words.get(run.reason or Reason.FAILED, self.tr("Test run failed")), going=False)
        self._detail.setText("" if good else run.detail)
        self._detail.setVisible(bool(self._detail.text()))
        if run.output or good:
            self.show_live(run.output)

    def show_failure(self, sentence: str) -> None:
        """Show why it could not be started."""
        self._icon.set_icon("circle-x", Tone.BAD.ink)
        self._say(self.tr("Test run could not start"), going=False)
        self._detail.setText(sentence)
        self._detail.show()

    def _say(self, title: str, *, going: bool) -> None:
        self._title.setText(title)
        self.setAccessibleName(title)
        self._spinner.setVisible(going)
        self._icon.setVisible(not going)
        self.stop.setVisible(going)
        self._close.setVisible(not going)
        if not going and self.stop.hasFocus():
            self._close.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_stop(self) -> None:
        self.stopping()
        self.stop_wanted.emit()
