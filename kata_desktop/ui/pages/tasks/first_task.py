"""What the page shows before there is a task: what a task is, three to start from, and a line to just say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from kata_desktop.domain.task_input import TaskInput
from kata_desktop.ui.pages.tasks.say_line import SayLine
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.frames import Card
from kata_desktop.ui.widgets.labels import IconLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import FlowLayout, boxed, column, row
from kata_desktop.ui.widgets.tile import Tile

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from kata_desktop.ui.theme.theme import Theme

translate = QCoreApplication.translate
_CARD = (236, 158)
_WIDE = 732


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """A task to start from."""

    icon: str
    name: str
    text: str
    when: str
    """The schedule in a few words."""
    raw: TaskInput


def templates() -> tuple[Template, ...]:
    """Return the templates in the language that is set."""
    return (
        Template(
            icon="mail",
            name=translate("Templates", "Inbox triage"),
            text=translate("Templates", "Sort unread mail into reply, read later and ignore."),
            when=translate("Templates", "weekdays 09:00"),
            raw=TaskInput(
                name=translate("Templates", "Inbox triage"),
                prompt=translate(
                    "Templates",
                    "Sort my unread mail into “reply today”, “read later” and “ignore”. For each mail that needs a "
                    "reply, say in one line what is asked of me.",
                ),
                cron=("0 9 * * 1-5",),
            ),
        ),
        Template(
            icon="file-text",
            name=translate("Templates", "Meeting prep"),
            text=translate("Templates", "One page on each of today’s meetings, 30 minutes before the first."),
            when=translate("Templates", "daily 08:30"),
            raw=TaskInput(
                name=translate("Templates", "Meeting prep"),
                prompt=translate(
                    "Templates",
                    "Prepare me for today’s meetings: for each, who takes part, what was agreed last time, and the "
                    "questions that are still open.",
                ),
                cron=("30 8 * * *",),
            ),
        ),
        Template(
            icon="git-pull-request",
            name=translate("Templates", "Pull-request digest"),
            text=translate("Templates", "Summarise open pull requests and what blocks them."),
            when=translate("Templates", "every 4 h"),
            raw=TaskInput(
                name=translate("Templates", "Pull-request digest"),
                prompt=translate(
                    "Templates",
                    "Summarise the open pull requests: what each changes, who has to act, and what blocks it. Finish "
                    "with the three that matter most today.",
                ),
                every="4h",
            ),
        ),
    )


class TemplateCard(Card):
    """One template with its button.

    Signals:
        used: a person wants to start from it.
    """

    used = Signal(object)

    def __init__(self, theme: Theme, template: Template) -> None:
        self._theme, self._template = theme, template
        self._button = Button(
            theme,
            translate("Templates", "Use template"),
            name=translate("Templates", "Use template: {name}").format(name=template.name),
        )
        when = Label(template.when, TextRole.SMALL)
        head = row(IconLabel(theme, template.icon, "accent_text", 18), None, when)
        words = (Label(template.name, TextRole.TITLE, wrap=True), Label(template.text, TextRole.SMALL, wrap=True))
        super().__init__(column(head, *words, None, self._button, margins=(14, 12, 14, 12), spacing=7))
        self.setAccessibleName(template.name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._button.clicked.connect(self._use)
        theme.changed.connect(self._rescale)
        self._rescale()

    def _use(self) -> None:
        self.used.emit(self._template.raw)

    def _rescale(self) -> None:
        self.setFixedSize(self._theme.px(_CARD[0]), self._theme.px(_CARD[1]))


class FirstTask(QWidget):
    """The page before the first task.

    Attributes:
        say: the line to type a whole task into.

    Signals:
        template_used: a `TaskInput` to open the dialog with.
    """

    template_used = Signal(object)

    def __init__(self, theme: Theme, say: SayLine) -> None:
        super().__init__()
        self._theme, self.say = theme, say
        title = Label(self.tr("Let Kata work while you don’t"), TextRole.H1, wrap=True)
        text = Label(
            self.tr(
                "A task is a prompt with a schedule. Kata runs it, asks before risky actions, and sends you the result."
            ),
            TextRole.MUTED,
            wrap=True,
        )
        for label in (title, text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words = boxed(column(title, text, spacing=6))
        self._cards = QWidget()
        flow = FlowLayout(self._cards, spacing=12)
        for template in templates():
            card = TemplateCard(theme, template)
            card.used.connect(self.template_used)
            flow.addWidget(card)
        policy = self._cards.sizePolicy()
        policy.setHeightForWidth(True)
        self._cards.setSizePolicy(policy)
        tile = Tile(theme, "calendar-clock", size=60)
        self._body = column(
            None, row(None, tile, None), 4, row(None, self._words, None), 14, row(None, self._cards, None), 10,
            row(None, say, None), None, None, spacing=6,
        )  # fmt: skip
        boxed(self._body, self)
        theme.changed.connect(self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the cards in the middle: as many beside each other as fit."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wide = self._theme.px(_CARD[0])
        gap = 12
        fit = max(min((self.width() + gap) // (wide + gap), 3), 1)
        width = fit * wide + (fit - 1) * gap
        self._cards.setFixedWidth(width)
        self._cards.setFixedHeight(self._cards.layout().heightForWidth(width))  # type: ignore[union-attr]
        self._words.setFixedWidth(min(self._theme.px(470), self.width()))
        self.say.setFixedWidth(min(self._theme.px(_WIDE), self.width()))
