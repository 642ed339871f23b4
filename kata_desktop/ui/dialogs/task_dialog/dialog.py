"""The dialog in which a task is made or changed.

It turns what is typed into a `TaskInput`; the checker of the command line judges it, so both give the same answers.

Accessible names, which tests and screen readers go by. Fields: "Say it", "Prompt", "Name", "Workspace"; the segments
"Once", "Every…", "Weekly", "Monthly", "Cron", "Event"; "Date", "Time" ("Time 2"…), "Interval", "Unit", "Monday" to
"Sunday", "Repeat on", "Day 1" to "Day 31", "Last day", "Which", "Weekday", "Cron expression" ("Cron expression 2"…),
"Event type", "Files", "Task", "Ended", "Time zone"; "Ends", "End date", "End time", "Number of runs"; "Desktop
notification", "Notification detail"; the segments "Read only", "Ask me first", "Act on its own", "Let it act without
asking me", "If nobody answers within", "If nobody answers"; "Retries", "Retry delay", "Time limit", "If the computer
was off", "Catch up within", "If the last run is still going", "Random delay", "Active hours", "Active from", "Active
until", "Runs outside active hours", "Model", "Thinking", "Session", "Only when changed", "Tokens a day", "Cost a day",
"Tags". Buttons: "Fill in", "Weekdays", "Every day", "Add time", "Remove time 2", "Daily at 09:00 instead", "Pick date",
"Add expression", "Insert example…", "Advanced", "Test run", "Stop", "Close test run", "Cancel", "Create task", "Save
changes", "Reload"; in the question about unsaved changes "Keep editing" and "Discard".

Segments and days are check boxes in the accessibility tree; a combo box is listed there by the text that is chosen.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog

from kata_desktop.domain.errors import FieldError, InvalidInput, StaleRevision
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.domain.trigger import SYSTEM_ZONE
from kata_desktop.scheduler.inputs.spec_texts import input_of
from kata_desktop.scheduler.inputs.zones import parse_zone
from kata_desktop.scheduler.phrases.reading import parse_when, split_phrase
from kata_desktop.ui.dialogs.discard_question import ask_discard
from kata_desktop.ui.dialogs.task_dialog.attention import said_at_field
from kata_desktop.ui.dialogs.task_dialog.choices import Choices
from kata_desktop.ui.dialogs.task_dialog.drafts import TRIGGER_FIELDS, filled, with_trigger
from kata_desktop.ui.dialogs.task_dialog.footer import Footer
from kata_desktop.ui.dialogs.task_dialog.form import Form
from kata_desktop.ui.dialogs.task_dialog.preview_panel import PreviewPanel
from kata_desktop.ui.dialogs.task_dialog.quick_line import QuickLine
from kata_desktop.ui.dialogs.task_dialog.review import Review
from kata_desktop.ui.dialogs.task_dialog.test_run_card import TestRunCard
from kata_desktop.ui.dialogs.task_dialog.test_runs import TestRuns
from kata_desktop.ui.slots import Slots, async_slot
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.screen_room import fit_on_screen

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.task import Task
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme

_SIZE = (980, 800)
_LEAST = (760, 480)
_ASIDE = 312


class TaskDialog(QDialog):
    """Shown with `show` or `open`; other windows stay usable.

    Attributes:
        slots: starts what takes time.
        form: the form.
        review: what is typed, what was there before, and what is wrong.
        tests: the test runs.
        choices: what there is to choose from.

    Signals:
        saved: the id of the task that was stored; the dialog closes itself.
    """

    saved = Signal(str)

    def __init__(
        self,
        services: Services,
        theme: Theme,
        bridge: Bridge,
        workspace_id: str,
        task: Task | None = None,
        raw: TaskInput | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Make a dialog.

        Args:
            services: the running engine.
            theme: what it is drawn with.
            bridge: tells of runs while a test run goes on.
            workspace_id: where a new task belongs unless a person says otherwise.
            task: the task to change; None makes a new one.
            raw: what a new task starts with; fields that are not given have their defaults.
            parent: the window it stays above.
        """
        super().__init__(parent)
        self._services, self._theme = services, theme
        self._saving = self._settled = False
        self._scale = 0.0
        self.slots = Slots(services.spawner, self.say)
        self._build(task)
        self.review = Review(services, self.slots, self.form, self._panel, self._footer.links)
        self.tests = TestRuns(services.scheduling, bridge, self.slots, self._card)
        self.choices = Choices(services, bridge, self.slots, self.form, self.review)
        self._connect()
        self._begin(task, filled(raw or TaskInput(), replace(self.form.blank, workspace=workspace_id)))
        if raw is not None and task is None:
            self.review.initial = replace(self.review.initial, prompt=None)  # what was brought along may be lost
        self.form.what.prompt.setFocus()
        self.choices.load()

    def say(self, sentence: str, *, action: str = "", tone: Tone = Tone.BAD) -> None:
        """Show a sentence above the buttons; an empty one takes it away."""
        self._banner.set_tone(tone)
        self._banner.set_message("", sentence, action=action)
        self._messages.setVisible(bool(sentence))

    def reject(self) -> None:
        """Close, after a question if something would be lost."""
        if self._settled or not self.review.dirty:
            super().reject()
        else:
            ask_discard(self._theme, self, self._discard)

    def done(self, result: int) -> None:
        """Close for good."""
        self.review.stop()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask as Escape does."""
        if self._settled or not self.review.dirty:
            super().closeEvent(event)
        else:
            event.ignore()
            self.reject()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the form the greater part."""
        super().resizeEvent(event)
        self._panel.setFixedWidth(min(self._theme.px(_ASIDE), self.width() * 8 // 25))

    def _build(self, task: Task | None) -> None:
        theme = self._theme
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._quick = QuickLine(theme)
        self._quick.setVisible(task is None)
        self.form = Form(self._services, theme, self._quick, parent=self)
        self._card = TestRunCard(theme)
        self._panel = PreviewPanel(theme, self._card, parent=self)
        self._footer = Footer(theme, self.tr("Create task") if task is None else self.tr("Save changes"), parent=self)
        self._banner = Banner(theme, Tone.BAD)
        self._messages = boxed(column(self._banner, margins=(20, 0, 20, 10)))
        self._messages.hide()
        left = column((self.form, 1), self._messages, spacing=0)
        boxed(column((row((left, 1), self._panel, spacing=0), 1), self._footer, spacing=0), self)
        self._fit()

    def _connect(self) -> None:
        self._quick.said.connect(self._fill_from_words)
        self._footer.cancel.clicked.connect(self.reject)
        self._footer.save.clicked.connect(self._save)
        self._footer.test.clicked.connect(self._test)
        self._banner.acted.connect(self._reload)
        self._theme.changed.connect(self._fit)
        for keys, call in (("Ctrl+Return", self._test), ("Ctrl+Enter", self._test), ("Ctrl+S", self._save)):
            QShortcut(QKeySequence(keys), self).activated.connect(call)

    def _fit(self) -> None:
        """Take the size of the design, as far as the screen has it."""
        if self._scale == self._theme.scale:
            return
        self._scale = self._theme.scale
        fit_on_screen(self, self._theme, _SIZE, _LEAST)

    def _begin(self, task: Task | None, fresh: TaskInput) -> None:
        """Show a stored task, or what a new one starts with."""
        zone = self._services.clock.zone_name()
        if task is None and fresh.when:
            plain = filled(replace(fresh, **dict.fromkeys(TRIGGER_FIELDS)), self.form.blank)
            fresh = self._with_moment(plain, fresh.when) or plain
        self.form.show_input(fresh if task is None else input_of(task.spec, system_zone=zone))
        title = self.tr("New scheduled prompt")
        if task is not None:
            title = self.tr("Edit “{name}”").format(name=task.spec.name)
        self.setWindowTitle(title)
        self.review.begin(task)
        self.review.look()

    def _fill_from_words(self, text: str) -> None:
        """Fill the form with what a person said, for them to look at."""
        when, prompt = split_phrase(text)
        raw = self.form.collect()
        if when:
            said = self._with_moment(raw, when)
            if said is None:
                return
            raw = said
        else:
            self._quick.answer(self.tr("No time was found in it. Choose one below."))
        self.form.show_input(replace(raw, prompt=prompt or raw.prompt))
        self.form.what.prompt.setFocus(Qt.FocusReason.OtherFocusReason)
        self.review.look()

    def _with_moment(self, raw: TaskInput, when: str) -> TaskInput | None:
        """Return an input with the time that was said; None, and the line says why, where nobody understands it."""
        clock = self._services.clock
        zone = clock.zone_name()
        found = parse_when(when, now=clock.now(), zone=_usable(raw.zone), system_zone=zone)
        self._quick.answer(said_at_field(found) if isinstance(found, FieldError) else "")
        return None if isinstance(found, FieldError) else with_trigger(raw, found, system_zone=zone)

    @async_slot
    async def _save(self) -> None:
        if self._saving:
            return
        self.say("")
        if self.review.insist():
            return
        self._saving = True
        try:
            task = await self._stored()
        except InvalidInput as refusal:
            self._refused(refusal)
        except StaleRevision as stale:
            self.say(stale.sentence, action=self.tr("Reload"), tone=Tone.WARN)
        else:
            self._settled = True
            self.saved.emit(task.id)
            self.accept()
        finally:
            self._saving = False

    async def _stored(self) -> Task:
        scheduling, raw, task = self._services.scheduling, self.review.raw(), self.review.task
        if task is None:
            return await scheduling.create(raw)
        return await scheduling.edit(task.id, raw, revision=task.revision)

    @async_slot
    async def _test(self) -> None:
        self.say("")
        if self.review.insist():
            return
        try:
            await self.tests.start(self.review.raw(), self.review.spec)
        except InvalidInput as refusal:
            self._refused(refusal)

    @async_slot
    async def _reload(self) -> None:
        """Show the task as it is stored now; what was typed is gone."""
        if self.review.task is None:
            return
        task = await self._services.scheduling.get(self.review.task.id)
        self.say("")
        self._begin(task, TaskInput())

    def _refused(self, refusal: InvalidInput) -> None:
        left = self.review.refuse(refusal.errors)
        if left:
            self.say(" ".join(error.sentence for error in left))

    def _discard(self) -> None:
        self._settled = True
        super().reject()


def _usable(zone: str | None) -> str:
    """Return a zone that wall clocks can be read in: the computer's own when the one that is typed is none."""
    try:
        return parse_zone(zone or SYSTEM_ZONE)
    except InvalidInput:
        return SYSTEM_ZONE
