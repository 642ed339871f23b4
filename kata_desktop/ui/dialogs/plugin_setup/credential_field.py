"""A credential that is there or not: entered, replaced, removed, never shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from kata_desktop.domain.errors import FieldError
from kata_desktop.ui.dialogs.question import CANCEL, Question
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.form_row import FormRow
from kata_desktop.ui.widgets.labels import IconLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from kata_desktop.domain.plugin import CredentialSpec, CredentialStatus
    from kata_desktop.ui.theme.theme import Theme

translate = QCoreApplication.translate
_REMOVE = "remove"


class CredentialField(QWidget):
    """Where one is kept already it says so, with Replace and Remove; else a line whose letters are dots.

    What is typed is held back by the line alone; nothing puts a kept value into it.

    Attributes:
        line: where a new value is typed.
        spec: what its manifest says.

    Signals:
        remove_wanted: the name of the credential that is to be forgotten; the person was asked.
    """

    remove_wanted = Signal(str)

    def __init__(self, theme: Theme, status: CredentialStatus) -> None:
        super().__init__()
        self._theme = theme
        self.spec: CredentialSpec = status.spec
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setAccessibleName(self.spec.label)
        self._words = Label("", TextRole.MUTED)
        self._replace = Button(theme, self.tr("Replace…"))
        self._replace.setAccessibleName(self.tr("Replace {label}").format(label=self.spec.label))
        self._remove = Button(theme, self.tr("Remove"), ButtonKind.DANGER)
        self._remove.setAccessibleName(self.tr("Remove {label}").format(label=self.spec.label))
        self._kept = boxed(row(IconLabel(theme, "key-round"), (self._words, 1), self._replace, self._remove))
        boxed(column(self._kept, self.line, spacing=6), self)
        self._replace.clicked.connect(self.type_anew)
        self._remove.clicked.connect(self._ask_removal)
        self.set_status(status)

    @property
    def typed(self) -> str:
        """The new value; empty when none was typed."""
        return self.line.text().strip()

    def set_status(self, status: CredentialStatus) -> None:
        """Say whether it is there, and where."""
        fixed = status.source == "environment"
        self._words.setText(_where(status.source))
        self._kept.setVisible(status.present)
        self._replace.setVisible(not fixed)
        self._remove.setVisible(not fixed)
        self.line.clear()
        self.line.setPlaceholderText(f"{self.spec.prefix}…" if self.spec.prefix else "")
        self.line.setVisible(not status.present)

    def type_anew(self) -> None:
        """Let a person type a new value."""
        self.line.show()
        self.line.setPlaceholderText(self.tr("New value; the old one is forgotten when you save"))
        self.line.setFocus()

    def prefix_error(self) -> FieldError | None:
        """Why what is typed cannot be this credential; None when it may be."""
        prefix = self.spec.prefix
        if not self.typed or not prefix or self.typed.startswith(prefix):
            return None
        reason = self.tr("This looks like something else; it must begin with {prefix}").format(prefix=prefix)
        return FieldError(field=self.spec.name, label=self.spec.label, reason=reason)

    def _ask_removal(self) -> None:
        label = self.spec.label
        question = Question(
            self._theme, self.tr("Remove {label}?").format(label=label),
            self.tr("It cannot be brought back: whatever needs it stops until you enter it again."),
            {CANCEL: self.tr("Cancel"), _REMOVE: self.tr("Remove")}, icon="key-round", tone=Tone.WARN, danger=_REMOVE,
            parent=self.window(),
        )  # fmt: skip
        question.answered.connect(self._removal_answered)
        question.open()

    def _removal_answered(self, answer: str) -> None:
        if answer == _REMOVE:
            self.remove_wanted.emit(self.spec.name)


def credential_form(theme: Theme, field: CredentialField) -> FormRow:
    """Return the field with its label and what its manifest says about it."""
    label = field.spec.label
    if not field.spec.required:
        label = translate("PluginSetup", "{label} (optional)").format(label=label)
    return FormRow(theme, label, field, hint=field.spec.help, target=field.line)


def _where(source: str) -> str:
    match source:
        case "environment":
            return translate("PluginSetup", "From the environment; change it there")
        case "memory":
            return translate("PluginSetup", "Kept for this session only")
        case _:
            return translate("PluginSetup", "In your system’s keyring")
