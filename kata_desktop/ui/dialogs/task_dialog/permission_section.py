"""What a run may do without asking."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox

from kata_desktop.domain.errors import FieldError
from kata_desktop.domain.task import Mode
from kata_desktop.ui.dialogs.task_dialog.section import Section
from kata_desktop.ui.dialogs.task_dialog.unit_words import unit_words
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.chips import Segmented
from kata_desktop.ui.widgets.fields import Choice
from kata_desktop.ui.widgets.form_row import FormRow
from kata_desktop.ui.widgets.frames import Card
from kata_desktop.ui.widgets.labels import IconLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, flow, row
from kata_desktop.ui.widgets.step_field import Durations, StepField

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.ui.theme.theme import Theme


class PermissionSection(Section):
    """Three degrees of trust; the highest has to be confirmed."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mode = Segmented(theme, {
            "read-only": self.tr("Read only"), "ask": self.tr("Ask me first"), "auto": self.tr("Act on its own"),
        }, self.tr("Permission"))  # fmt: skip
        self._says = Label("", TextRole.MUTED, wrap=True)
        self.wait = StepField(theme, self.tr("If nobody answers within"), Durations(unit_words(), low=1))
        self.fallback = Choice({"skip": self.tr("skip the action and finish"), "fail": self.tr("stop the run")},
                               self.tr("If nobody answers"))  # fmt: skip
        answer = flow(Label(self.tr("If nobody answers within")), self.wait, self.fallback)
        self._asking = FormRow(theme, self.tr("If nobody answers within"), answer, target=self.wait,
                               headed=False)  # fmt: skip
        self.agreed = QCheckBox(self.tr("Let it act without asking me"))
        self.agreed.setAccessibleName(self.agreed.text())
        self._warning = FormRow(theme, self.tr("Act on its own"), self._warning_card(theme), target=self.agreed,
                                headed=False)  # fmt: skip
        mode = FormRow(theme, self.tr("Permission"), self.mode, headed=False)
        self._rows = {"mode": mode, "agreed": self._warning, "approval_timeout": self._asking,
                      "approval_fallback": self._asking}  # fmt: skip
        self._arrange(self.tr("What may it do without you?"), mode, self._says, self._warning, self._asking)
        self.show_mode("ask")
        self.mode.chosen.connect(self._chosen)
        self.agreed.toggled.connect(self._tell)
        self.wait.edited.connect(self._tell)
        self.fallback.currentIndexChanged.connect(self._tell)

    def show_input(self, raw: TaskInput) -> None:
        """Show the mode; one that is stored has been confirmed before."""
        self.show_mode(raw.mode or "ask")
        self.agreed.blockSignals(True)
        self.agreed.setChecked(raw.mode == "auto")
        self.agreed.blockSignals(False)
        self.wait.set_raw(raw.approval_timeout or "30m")
        self.fallback.blockSignals(True)
        self.fallback.set_current(raw.approval_fallback or "skip")
        self.fallback.blockSignals(False)

    def show_mode(self, mode: str) -> None:
        """Show another mode without a signal."""
        self.mode.set_current(mode if mode in {each.value for each in Mode} else "ask")
        self._follow()

    def collect(self, raw: TaskInput) -> TaskInput:
        """Return the mode and what happens when nobody answers."""
        return replace(
            raw, mode=self.mode.current, approval_timeout=self.wait.raw, approval_fallback=self.fallback.current
        )

    def problems(self) -> tuple[FieldError, ...]:
        """Return that the highest trust is not confirmed."""
        if self.mode.current != "auto" or self.agreed.isChecked():
            return ()
        reason = self.tr("It is not confirmed. Tick “Let it act without asking me”, or choose “Ask me first”")
        return (FieldError(field="agreed", label=self.tr("Act on its own"), reason=reason),)

    def words(self) -> str:
        """Return what it may do, for the panel at the side."""
        match self.mode.current:
            case "read-only":
                return self.tr("Only reads; never sends, writes or runs anything")
            case "auto":
                return self.tr("Acts on its own, without asking")
            case _:
                return self.tr("Asks before it sends, writes or runs anything")

    def _warning_card(self, theme: Theme) -> Card:
        covers = Label(
            self.tr(
                "It covers everything that the tools of its workspace can do: send messages, write and delete files, "
                "run commands. Today a prompt has no such tools, so there is nothing that it could do yet."
            ),
            wrap=True,
        )
        head = Label(self.tr("Nobody is asked before it acts"), TextRole.TITLE, tone=Tone.BAD, wrap=True)
        icon = boxed(column(IconLabel(theme, "shield-off", Tone.BAD.ink, 18), None))
        words = column(head, covers, self.agreed, spacing=6)
        return Card(row(icon, (words, 1), margins=(14, 11, 14, 11), spacing=11), "bad")

    def _chosen(self, mode: str) -> None:
        self._follow()
        if mode == "auto":
            self.agreed.setChecked(False)
            self.agreed.setFocus(Qt.FocusReason.OtherFocusReason)
        self._tell()

    def _follow(self) -> None:
        mode = self.mode.current
        says = {
            "read-only": self.tr("It reads and answers. Sending, writing and running commands are refused."),
            "ask": self.tr("Reading is always allowed. Sending, writing and running commands wait for your approval."),
            "auto": "",
        }
        self._says.setText(says[mode])
        self._says.setVisible(mode != "auto")
        self._warning.setVisible(mode == "auto")
        self._asking.setVisible(mode == "ask")
