"""One run in full: what went wrong, what it said, what happened, where it went and what it cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from kata_desktop.domain.run import RunState
from kata_desktop.ui.pages.activity.attempts_view import AttemptsView
from kata_desktop.ui.pages.activity.deliveries_view import DeliveriesView
from kata_desktop.ui.pages.activity.detail_head import DetailHead
from kata_desktop.ui.pages.activity.facts_view import FactsView
from kata_desktop.ui.pages.activity.log_view import LogView
from kata_desktop.ui.pages.activity.output_view import OutputView
from kata_desktop.ui.pages.activity.repair import Cause, RepairAction, cause
from kata_desktop.ui.pages.activity.reply_line import ReplyLine
from kata_desktop.ui.pages.activity.run_facts import facts as facts_of
from kata_desktop.ui.pages.activity.steps_view import StepsView
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.frames import Card
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayout

    from kata_desktop.ui.pages.activity.local_time import LocalTime
    from kata_desktop.ui.pages.activity.run_report import RunFacts
    from kata_desktop.ui.theme.theme import Theme


class RunDetail(Card):
    """Shows what it is given; what a person wants to be done it only tells.

    Attributes:
        head: name, line, Run again, Stop and the menu.
        banner: the cause, while something is wrong.
        output: live output or result.
        log: the folded log.
        reply: the line to go on talking.
        copy: copies the details for a bug report.

    Signals:
        repair: a person pressed the button of the cause; carries a `RepairAction`.
        resend: the id of a message to be sent again.
    """

    repair = Signal(object)
    resend = Signal(str)

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        self.head = DetailHead(theme)
        self.banner = Banner(theme, Tone.BAD, primary=True)
        self.output = OutputView(theme)
        self._steps = StepsView(theme)
        self._attempts = AttemptsView(theme)
        self._facts = FactsView(theme, self.tr("Details"))
        self._deliveries = DeliveriesView(theme)
        self.log = LogView(theme)
        self.reply = ReplyLine(theme)
        self._open_log = Button(theme, self.tr("Open log"), ButtonKind.LINK, icon="file-text")
        self.copy = Button(theme, self.tr("Copy details for a bug report"), ButtonKind.LINK, icon="copy")
        self._cause: Cause | None = None
        super().__init__(self._arranged(), parent=parent)
        self._deliveries.resend.connect(self.resend)
        self.banner.acted.connect(self._tell_repair)
        self._open_log.clicked.connect(self._toggle_log)

    def _arranged(self) -> QLayout:
        self._happened = _section(self.tr("What happened"), self._steps)
        self._tries = _section(self.tr("Attempts"), self._attempts)
        self._sent = _section(self.tr("Delivered to"), self._deliveries)
        self._details = _section(self.tr("Details"), self._facts)
        parts = column(
            self.banner, self.output, self._happened, self._sent, self._details, self._tries, self.log, None,
            margins=(18, 6, 18, 10), spacing=12,
        )  # fmt: skip
        self._scroll = QScrollArea()
        self._scroll.setAccessibleName(self.tr("Details of the run"))
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = boxed(parts)
        body.setProperty("scrollbody", "true")
        self._scroll.setWidget(body)
        links = row(self._open_log, 12, self.copy, None)
        foot = column(self.reply, links, margins=(18, 4, 18, 12), spacing=6)
        return column(row(self.head, margins=(18, 16, 12, 6)), (self._scroll, 1), foot, margins=(1, 1, 1, 1), spacing=0)

    def show_facts(self, known: RunFacts, when: LocalTime, *, live: str) -> None:
        """Show a run.

        Args:
            known: everything about it.
            when: how instants are written.
            live: what it has said so far, while it goes on.
        """
        run = known.run
        self.head.show_run(run, known.spec, when)
        self._show_cause(cause(run, when))
        if run.state is RunState.RUNNING:
            self.output.show_live(live or run.output)
        else:
            self.output.show_result(run.output)
        self._steps.set_steps(known.steps, when)
        self._happened.setVisible(bool(known.steps))
        self._attempts.set_attempts(known.attempts, when)
        self._tries.setVisible(len(known.attempts) > 1)
        self._deliveries.set_items(known.deliveries, when, known.places)
        self._sent.setVisible(bool(known.deliveries))
        facts = facts_of(run, known.spec, when)
        self._facts.set_facts(facts)
        self._details.setVisible(bool(facts))
        self.reply.offer(possible=bool(run.session_id) and run.state is RunState.DONE)
        self._open_log.setVisible(run.attempt > 0)

    def to_top(self) -> None:
        """Show the beginning, as for another run."""
        self._scroll.verticalScrollBar().setValue(0)

    @property
    def facts(self) -> dict[str, str]:
        """What the details say, by name."""
        return dict(self._facts.facts)

    def _show_cause(self, found: Cause | None) -> None:
        self._cause = found
        self.banner.setVisible(found is not None)
        if found is not None:
            self.banner.set_tone(found.tone, icon=found.icon)
            self.banner.set_message(found.title, found.text, action=found.label)

    def _tell_repair(self) -> None:
        if self._cause is not None and self._cause.action is not RepairAction.NONE:
            self.repair.emit(self._cause.action)

    def _toggle_log(self) -> None:
        shown = self.log.isHidden()
        self.log.set_open(shown)
        self._open_log.set_text(self.tr("Close log") if shown else self.tr("Open log"))
        if shown:
            QTimer.singleShot(0, self._reveal_log)  # it has no place before the layout has seen it

    def _reveal_log(self) -> None:
        self._scroll.ensureWidgetVisible(self.log)


def _section(title: str, widget: QWidget) -> QWidget:
    return boxed(column(Label(title, TextRole.SECTION), widget, spacing=7))
