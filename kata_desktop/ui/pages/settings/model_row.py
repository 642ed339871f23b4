"""One model in the list: what it is, whether it has a key, a test and a menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from kata_desktop.domain.model import ModelCheck, ModelConfig, Provider
from kata_desktop.ui.pages.settings.model_words import model_line
from kata_desktop.ui.pages.settings.setting_row import SettingRow
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.buttons import Button, MenuButton
from kata_desktop.ui.widgets.labels import IconLabel, Label
from kata_desktop.ui.widgets.layout import boxed, row
from kata_desktop.ui.widgets.pill import Pill
from kata_desktop.ui.widgets.spinner import Spinner
from kata_desktop.ui.widgets.tile import Tile

if TYPE_CHECKING:
    from kata_desktop.ui.theme.theme import Theme

_ICONS = {Provider.REMINDER: "bell", Provider.OPENAI_COMPATIBLE: "cpu"}
_KEYLESS = frozenset({Provider.REMINDER, Provider.OPENAI_COMPATIBLE})


class ModelRow(SettingRow):
    """Tells what a person wants done with its model; changes nothing itself.

    Attributes:
        model: what it shows.

    Signals:
        test: try it.
        make_default: use it where no other is named.
        edit: open its dialog.
        remove: forget it and its key.
    """

    test = Signal(object)
    make_default = Signal(object)
    edit = Signal(object)
    remove = Signal(object)

    def __init__(self, theme: Theme, model: ModelConfig, *, key_from: str) -> None:
        """Show a model; `key_from` says where its key comes from, empty when it has none."""
        self.model = model
        pill = Pill(theme, self.tr("Default"), Tone.INFO)
        pill.setVisible(model.is_default)
        self._spinner = Spinner(theme, self.tr("Testing"))
        self._spinner.hide()
        self._sign = IconLabel(theme, "circle-check", "ok")
        self._sign.hide()
        self._test = Button(theme, self.tr("Test"), name=self.tr("Test {name}").format(name=model.name))
        self._menu = MenuButton(theme, name=self.tr("More about {name}").format(name=model.name))
        buttons = boxed(row(self._spinner, self._sign, pill, self._test, self._menu, spacing=8))
        buttons.setAccessibleName(model.name)
        lead = Tile(theme, _ICONS.get(model.provider, "bot"), size=34)
        super().__init__(theme, model.name, _line(self, model, key_from), buttons, lead=lead)
        self._result = Label("", wrap=True)
        self._result.hide()
        self.add_below(self._result)
        self._test.setVisible(model.provider is not Provider.REMINDER)
        self._test.clicked.connect(self._ask_test)
        self._menu.about_to_show.connect(self._fill)

    def show_testing(self) -> None:
        """The test is under way."""
        self._test.setEnabled(False)
        self._spinner.show()
        self._sign.hide()
        self._result.hide()

    def show_check(self, check: ModelCheck) -> None:
        """Say what a test showed."""
        self._test.setEnabled(True)
        self._spinner.hide()
        tone, icon = (Tone.OK, "circle-check") if check.ok else (Tone.BAD, "circle-x")
        self._sign.set_icon(icon, tone.ink, name=self.tr("It works") if check.ok else self.tr("It does not work"))
        self._sign.show()
        self._result.set_tone(tone)
        self._result.setText(check.sentence)
        self._result.show()

    @property
    def result(self) -> str:
        """What the last test showed; empty before the first."""
        return self._result.text()

    def _ask_test(self) -> None:
        self.test.emit(self.model)

    def _fill(self, menu: QMenu) -> None:
        default = menu.addAction(self.tr("Use as the default"))
        default.setEnabled(not self.model.is_default)
        default.triggered.connect(self._ask_default)
        if self.model.provider is not Provider.REMINDER:
            menu.addAction(self.tr("Edit…")).triggered.connect(self._ask_edit)
            menu.addSeparator()
            menu.addAction(self.tr("Remove…")).triggered.connect(self._ask_remove)

    def _ask_default(self) -> None:
        self.make_default.emit(self.model)

    def _ask_edit(self) -> None:
        self.edit.emit(self.model)

    def _ask_remove(self) -> None:
        self.remove.emit(self.model)


def _line(widget: QWidget, model: ModelConfig, key_from: str) -> str:
    line = model_line(model)
    if model.provider is Provider.REMINDER:
        return line
    if not key_from:
        key_from = "" if model.provider in _KEYLESS else widget.tr("no key")
    return widget.tr("{line} · {key}").format(line=line, key=key_from) if key_from else line
