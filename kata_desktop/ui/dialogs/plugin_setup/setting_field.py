"""One field per sort of setting, with the text that a person typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from kata_desktop.domain.plugin import SettingType
from kata_desktop.ui.dialogs.saving import chosen_folder
from kata_desktop.ui.slots import Slots, async_slot
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.fields import Choice, ProseField
from kata_desktop.ui.widgets.form_row import FormRow
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.switch import Switch

if TYPE_CHECKING:
    from kata_desktop.domain.plugin import SettingSpec, SettingValue
    from kata_desktop.ui.theme.theme import Theme

translate = QCoreApplication.translate
_LIST_LINES, _TEXT_LINES = 3, 5


def as_text(value: SettingValue) -> str:
    """Return a value as a person would type it."""
    match value:
        case bool():
            return "on" if value else "off"
        case tuple():
            return "\n".join(value)
        case _:
            return str(value)


class SettingField:
    """A setting on the screen.

    Attributes:
        spec: what its manifest says.
        form: the labelled row.
    """

    def __init__(self, theme: Theme, spec: SettingSpec, value: SettingValue, slots: Slots) -> None:
        self.spec = spec
        self.field = _field(theme, spec, slots)
        self._put(as_text(value))
        self._before = self.text  # as the field has it: what nobody touched is not changed
        self.form: FormRow = _form(theme, spec, self.field)

    @property
    def text(self) -> str:
        """What is typed or chosen now."""
        match self.field:
            case Switch():
                return "on" if self.field.isChecked() else "off"
            case Choice():
                return self.field.current
            case QPlainTextEdit():
                return self.field.toPlainText()
            case FolderField():
                return self.field.line.text()
            case QLineEdit():
                return self.field.text()
            case _:
                raise TypeError(self.field)

    @property
    def changed(self) -> bool:
        """Whether it is different from what it was."""
        return self.text != self._before

    def _put(self, text: str) -> None:
        match self.field:
            case Switch():
                self.field.show_state(on=text == "on")
            case Choice():
                self.field.set_current(text)
            case QPlainTextEdit():
                self.field.setPlainText(text)
            case FolderField():
                self.field.line.setText(text)
            case QLineEdit():
                self.field.setText(text)
            case _:
                raise TypeError(self.field)


class FolderField(QWidget):
    """A folder, typed or chosen.

    Attributes:
        line: where it is typed.
    """

    def __init__(self, theme: Theme, label: str, slots: Slots) -> None:
        super().__init__()
        self.slots = slots
        self._label = label
        self.line = QLineEdit()
        self.line.setAccessibleName(label)
        browse = Button(theme, self.tr("Browse…"), icon="folder-open")
        browse.setAccessibleName(self.tr("Browse: {label}").format(label=label))
        boxed(row((self.line, 1), browse), self)
        browse.clicked.connect(self._browse)

    @async_slot
    async def _browse(self) -> None:
        folder = await chosen_folder(self.window(), self._label, self.line.text())
        if folder is not None:
            self.line.setText(str(folder))


def _field(theme: Theme, spec: SettingSpec, slots: Slots) -> QWidget:
    match spec.type:
        case SettingType.SWITCH:
            return Switch(theme, spec.label)
        case SettingType.CHOICE:
            return Choice({each: _choice_text(each) for each in spec.choices}, spec.label)
        case SettingType.LIST | SettingType.LONG_TEXT:
            many = _LIST_LINES if spec.type is SettingType.LIST else _TEXT_LINES
            prose = ProseField(theme, spec.label, lines=many)
            prose.setPlaceholderText(spec.example)
            return prose
        case SettingType.FOLDER:
            folder = FolderField(theme, spec.label, slots)
            folder.line.setPlaceholderText(spec.example)
            return folder
        case SettingType.TEXT | SettingType.NUMBER | SettingType.DURATION:
            line = QLineEdit()
            line.setAccessibleName(spec.label)
            line.setPlaceholderText(spec.example)
            return line
        case _:
            assert_never(spec.type)


def _form(theme: Theme, spec: SettingSpec, field: QWidget) -> FormRow:
    hint = _hint(spec)
    label = spec.label
    if spec.required:
        label = translate("PluginSetup", "{label} (needed)").format(label=label)
    if isinstance(field, Switch):
        words = column(Label(spec.label, TextRole.TITLE, wrap=True), spacing=2)
        return FormRow(theme, spec.label, boxed(row((words, 1), field)), hint=hint, target=field, headed=False)
    target = field.line if isinstance(field, FolderField) else field
    return FormRow(theme, label, field, hint=hint, target=target)


def _hint(spec: SettingSpec) -> str:
    words = [spec.help] if spec.help else []
    if spec.type is SettingType.NUMBER and spec.least is not None and spec.most is not None:
        words.append(translate("PluginSetup", "From {least} to {most}.").format(least=spec.least, most=spec.most))
    if spec.type is SettingType.LIST and "line" not in spec.help:
        words.append(translate("PluginSetup", "One a line."))
    if spec.type is SettingType.DURATION and not spec.help:
        words.append(translate("PluginSetup", "Such as 30m or 2h."))
    return " ".join(words)


def _choice_text(key: str) -> str:
    return key[:1].upper() + key[1:].replace("-", " ").replace("_", " ")
