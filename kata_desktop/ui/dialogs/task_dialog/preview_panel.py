"""What will happen: always in sight beside the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from kata_desktop.ui.dialogs.task_dialog.planned_row import PlannedRow
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner
from kata_desktop.ui.widgets.frames import Panel, RowList
from kata_desktop.ui.widgets.labels import IconLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, clear, column, row

if TYPE_CHECKING:
    from datetime import datetime

    from kata_desktop.domain.preview import Preview
    from kata_desktop.ui.theme.theme import Theme

translate = QCoreApplication.translate
Fact = tuple[str, str]
"""An icon and a sentence."""


class PreviewPanel(Panel):
    """The sentence, the next runs, what is special about them, and what the task may do.

    Attributes:
        sentence: the schedule in words.
    """

    def __init__(self, theme: Theme, above: QWidget, *, parent: QWidget | None = None) -> None:
        """Make a panel; `above` is shown over it while it has something to say."""
        self._theme = theme
        self.sentence = Label("", TextRole.LEAD, wrap=True)
        self._paused = Banner(theme, Tone.WARN, icon="pause")
        self._heading = Label("", TextRole.SECTION)
        self._runs = RowList(name="")
        self._note = Banner(theme, Tone.INFO)
        self._facts = column(spacing=7)
        self._told: list[Fact] = []
        self._icon = IconLabel(theme, "calendar-clock", "accent_text", 17)
        self._no_icon = IconLabel(theme, "calendar-x-2", "text_3", 18)
        self._no_title = Label(translate("PreviewPanel", "No preview"), TextRole.H2)
        self._no_text = Label("", TextRole.MUTED, wrap=True)
        self._head = Label(translate("PreviewPanel", "What will happen"), TextRole.SECTION)
        self._good = boxed(column(row(self._icon, self._head, None, spacing=7), self.sentence, self._paused, 4,
                                  self._heading, self._runs, self._note, spacing=9))  # fmt: skip
        self._bad = boxed(column(row(self._no_icon, self._no_title, None, spacing=8), self._no_text, spacing=8))
        body = boxed(column(above, self._good, self._bad, 6, self._facts, None, margins=(20, 22, 20, 20), spacing=9))
        body.setProperty("scrollbody", "true")
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(body)
        super().__init__(column(scroll), "aside", parent=parent)
        for each in (self, scroll):  # the keyboard scrolls it
            each.setAccessibleName(translate("PreviewPanel", "What will happen"))
        self._good.hide()
        self._bad.hide()

    def show_preview(self, preview: Preview, facts: list[Fact], now: datetime, *, paused: bool = False) -> None:
        """Show what would happen, or that it cannot be said; of a paused task, what would if it were resumed now."""
        self._bad.setVisible(bool(preview.errors))
        self._good.setVisible(not preview.errors)
        if preview.errors:
            # no prompt yet is no reason: it says nothing about when
            in_the_way = next((each for each in preview.errors if each.field != "prompt"), preview.errors[0])
            label = in_the_way.label.casefold()
            self._no_text.setText(
                translate("PreviewPanel", "Correct the {field} to see the next runs.").format(field=label)
            )
        else:
            self._show_runs(preview, now)
            self._show_pause(preview, paused=paused)
        self._show_facts([] if preview.errors else facts)

    def _show_runs(self, preview: Preview, now: datetime) -> None:
        self.sentence.setText(preview.sentence)
        self.sentence.setAccessibleName(preview.sentence)
        count = sum(not run.struck for run in preview.runs)
        one = translate("PreviewPanel", "Next run")
        heading = one if count == 1 else translate("PreviewPanel", "Next {count} runs").format(count=count)
        if preview.runs and not count:
            heading = translate("PreviewPanel", "No next run")
        self._heading.setText(heading)
        self._heading.setVisible(bool(preview.runs))
        self._runs.setVisible(bool(preview.runs))
        self._runs.setAccessibleName(heading)
        self._fill(preview, now)
        self._note.set_message("", preview.clock_note)
        self._note.setVisible(bool(preview.clock_note))

    def _show_pause(self, preview: Preview, *, paused: bool) -> None:
        text = translate("PreviewPanel", "Paused: nothing runs until you resume it.")
        if preview.runs:
            text = translate("PreviewPanel", "Paused: nothing runs until you resume it. If resumed now:")
        self._paused.set_message("", text)
        self._paused.setVisible(paused)

    def _fill(self, preview: Preview, now: datetime) -> None:
        """Show the runs in the rows that are there already; only the difference is made or deleted."""
        rows = [each for each in self._runs.rows if isinstance(each, PlannedRow)][: len(preview.runs)]
        while len(rows) < len(preview.runs):
            rows.append(PlannedRow())
        for each, run in zip(rows, preview.runs, strict=True):
            each.show_run(run, now)
        if tuple(rows) != self._runs.rows:
            self._runs.set_rows(rows)

    def _show_facts(self, facts: list[Fact]) -> None:
        if facts == self._told:
            return
        self._told = facts
        clear(self._facts)
        for icon, text in facts:
            mark = boxed(column(IconLabel(self._theme, icon, size=15), None, margins=(0, 1, 0, 0)))
            self._facts.addLayout(row(mark, (Label(text, TextRole.MUTED, wrap=True), 1), spacing=9))
